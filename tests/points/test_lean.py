"""Points take few pages on SQLite: rows lie in the order of their keys, and making the tables anew loses nothing."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select, text

from reading.extensions import db
from reading.people import actions as people
from reading.plain import look_no_longer
from reading.points import ledger, sum_queries
from reading.points.models import STANDING_CHANGES, DayTotal, PointEntry, Standing
from reading.points.rules import parse_period
from tests.cast import Cast
from tests.points.records import add_book, log

TABLES = (PointEntry, DayTotal, Standing)
DAY = date(2026, 11, 10)
VILLAGE = "410581106210"


@pytest.fixture(autouse=True)
def there(app: Flask, cast: Cast) -> Iterator[None]:
    log(cast.resident, add_book("红旗渠"), DAY, pages=40, finished=True)
    yield
    db.session.remove()
    upgrade()


def everything() -> list[list[str]]:
    found = [sorted(map(str, db.session.execute(select(model.__table__)))) for model in TABLES]
    db.session.remove()
    return found


def definitions() -> dict[str, str]:
    """What SQLite has of tables, indexes and triggers, by name."""
    found = db.session.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    kept = {name: sql.replace('"', "") for name, sql in found}
    db.session.remove()
    return kept


def test_the_tables_made_anew_and_back_hold_what_they_held(cast: Cast) -> None:
    before = everything()
    assert all(before)
    downgrade(revision="0023")
    assert everything() == before
    upgrade()
    assert everything() == before
    assert ledger.verify() == []


def test_what_communities_add_up_to_is_counted_anew(cast: Cast) -> None:
    people.move_house(cast.resident.id, VILLAGE, date(2026, 10, 5), by=cast.account("resident").id)
    periods = [one for one in map(parse_period, ("2026-09", "2026-10", "2026-11", "2026", "all")) if one]
    before = [sum_queries.of_communities(one) for one in periods]
    assert before[0][VILLAGE] != before[1][VILLAGE]
    look_no_longer()
    downgrade(revision="0026")
    upgrade()
    assert db.session.scalar(select(func.count()).select_from(STANDING_CHANGES)) == 0
    assert ledger.verify() == []
    assert [sum_queries.of_communities(one) for one in periods] == before


@pytest.mark.sqlite
def test_indexes_and_triggers_are_there_again(cast: Cast) -> None:
    before = definitions()
    assert all(before[model.__tablename__].endswith("WITHOUT ROWID") for model in TABLES)
    downgrade(revision="0023")
    assert not any(definitions()[model.__tablename__].endswith("WITHOUT ROWID") for model in TABLES)
    upgrade()
    assert definitions() == before


def test_a_choice_is_still_followed_by_the_standings_after_they_were_made_anew(cast: Cast) -> None:
    downgrade(revision="0023")
    upgrade()
    for show_as, is_shown in (("masked", True), ("hidden", False)):
        people.set_shown(cast.resident.id, show_as=show_as, nickname="", by=cast.account("resident").id)
        shown = select(Standing.is_shown).where(Standing.resident_id == cast.resident.id)
        assert set(db.session.scalars(shown)) == {is_shown}


def test_nothing_but_finished_books_is_in_the_index_that_lets_each_count_once() -> None:
    (index,) = [one for one in inspect(db.engine).get_indexes("point_entries") if one["unique"]]
    told = " ".join(str(condition) for condition in index["dialect_options"].values())
    assert "uncapped > 0" in told
    assert "book_id IS NOT NULL" in told
