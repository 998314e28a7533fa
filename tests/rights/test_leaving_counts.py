"""Who leaves is out of both at once, the readers and the residents of what is not over; erasing changes no figure."""

import uuid
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, update

from reading.communities import queries as communities
from reading.extensions import db
from reading.home import day_queries
from reading.leaderboards import queries as boards
from reading.learning_days import actions as learning_days
from reading.learning_days import queries as stamps
from reading.logbook import actions as logbook
from reading.logbook.models import LogEntry
from reading.people import actions as people
from reading.people.models import Resident
from reading.plain import look_no_longer
from reading.points import ledger, sum_actions
from reading.points.sum_rules import is_out
from reading.rights import actions, erasing
from reading.rights.rules import LATER, NOW
from tests.cast import Cast
from tests.clock import TestClock
from tests.leaderboards.readers import crowd
from tests.pages import Visitor
from tests.points.counted import TOWN, VILLAGE, check, period
from tests.points.records import add_book, log

CITY, CITY_PATH = "410581", "/410581/"
OCTOBERS, NOVEMBERS = date(2026, 10, 10), date(2026, 11, 10)
RUNNING, OVER = ("2026-11", "2026", "all"), "2026-10"


@pytest.mark.parametrize(
    ("left_in", "out"),
    [
        (None, []),
        ("2026-10", ["2026-10", "2026-11", "2027-01", "2026", "2027", "all"]),
        ("2026-11", ["2026-11", "2027-01", "2026", "2027", "all"]),
        ("2027-01", ["2027-01", "2027", "all"]),
    ],
)
def test_who_left_still_counts_in_what_was_over_then(left_in: str | None, out: list[str]) -> None:
    keys = ["2025", "2026-09", "2026-10", "2026-11", "2027-01", "2026", "2027", "all"]
    assert [one for one in keys if is_out(one, left_in)] == [one for one in keys if one in out]


@pytest.fixture
def reader(cast: Cast) -> Resident:
    """Somebody who read in October and in November, on both learning days."""
    book = add_book("红旗渠")
    for one in (cast.neighbour, cast.resident):
        log(one, book, OCTOBERS, pages=20)
        log(one, book, NOVEMBERS, pages=40)
    return cast.neighbour


def figures(code: str, key: str) -> tuple[int, int]:
    """Return how many readers and how many residents a place has in a period."""
    db.session.expire_all()
    node = communities.get(code)
    assert node is not None
    reading = boards.reading_of(node, period(key))
    return reading.active, reading.registered


def everything() -> dict[tuple[str, str], tuple[int, int]]:
    return {(code, key): figures(code, key) for code in (TOWN, VILLAGE, CITY) for key in (*RUNNING, OVER)}


def leave(who: Resident, when: str = LATER) -> uuid.UUID:
    assert who.account_id is not None
    return actions.leave(uuid.uuid4(), who.id, when, who.account_id).id


@pytest.mark.parametrize("taken_in", [True, False])
def test_who_leaves_is_neither_a_reader_nor_a_resident_of_what_is_not_over(
    reader: Resident, taken_in: bool
) -> None:
    if taken_in:
        sum_actions.take_in()
    before = everything()
    wish = leave(reader)
    after = everything()
    changed = {key: (old[0] - after[key][0], old[1] - after[key][1]) for key, old in before.items()}
    assert changed == {key: (1, 1) if key[1] in RUNNING and key[0] != VILLAGE else (0, 0) for key in before}
    check()
    sum_actions.take_in()
    check()
    assert everything() == after
    assert erasing.erase_wished(wish)
    assert everything() == after
    assert ledger.verify() + learning_days.verify() == []
    assert ledger.rebuild() == 0


def test_who_stays_after_all_counts_as_before(reader: Resident) -> None:
    before, by = everything(), reader.account_id
    assert by is not None
    for _time in range(2):
        actions.take_back(leave(reader), by)
        assert everything() == before
        check()
        sum_actions.take_in()
        check()


def test_who_is_erased_at_once_leaves_the_same(reader: Resident) -> None:
    before = everything()
    assert erasing.erase_wished(leave(reader, NOW))
    assert {key: (old[0] - figures(*key)[0], old[1] - figures(*key)[1]) for key, old in before.items()} == {
        key: (1, 1) if key[1] in RUNNING and key[0] != VILLAGE else (0, 0) for key in before
    }
    check()


def test_what_becomes_of_the_records_meanwhile_makes_no_reader_of_who_left(
    reader: Resident, clock: TestClock
) -> None:
    book, by = add_book("平凡的世界"), reader.account_id
    assert by is not None
    db.session.commit()
    entries = db.session.scalars(select(LogEntry.id).where(LogEntry.resident_id == reader.id)).all()
    leave(reader)
    check()
    for entry_id in entries:
        logbook.remove(entry_id, by)
        check()
    log(reader, book, date(2026, 11, 3), pages=30)
    check()
    clock.advance(days=20)  # into December
    log(reader, book, date(2026, 11, 4), pages=30)
    check()
    sum_actions.take_in()
    check()
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), False),  # 23:59 in the city on the last day of November
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), True),
    ],
)
def test_a_month_is_over_by_the_citys_calendar(
    reader: Resident, clock: TestClock, at: datetime, counts: bool
) -> None:
    before = figures(TOWN, "2026-11")
    clock.set(at)
    leave(reader)
    clock.set(datetime(2026, 12, 5, tzinfo=UTC))
    after = figures(TOWN, "2026-11")
    assert (before[0] - after[0], before[1] - after[1]) == ((0, 0) if counts else (1, 1))
    check()


def test_who_read_in_two_places_is_out_of_their_city_once(reader: Resident) -> None:
    by = reader.account_id
    assert by is not None
    people.move_house(reader.id, VILLAGE, date(2026, 11, 11), by)
    log(db.session.get_one(Resident, reader.id), add_book("活着"), date(2026, 11, 12), pages=30)
    before = everything()
    assert before[CITY, "2026-11"][0] == 2
    wish = leave(reader)
    after = everything()
    assert [after[CITY, key][0] for key in RUNNING] == [1, 1, 1]
    assert after[CITY, OVER] == before[CITY, OVER]
    assert erasing.erase_wished(wish)
    assert everything() == after


def test_a_community_never_has_more_readers_than_residents_because_somebody_left(
    app: Flask, cast: Cast
) -> None:
    # Four of the cast live there and do not read.
    for one in (*crowd(12, TOWN)[:2], cast.child, cast.neighbour, cast.phoneless):
        actions.leave(uuid.uuid4(), one.id, LATER, cast.librarian.id)
    assert "10 of 11 residents" in Visitor(app).get("/communities/410581/participation").text


def test_a_learning_day_counts_neither_the_seal_nor_the_resident_of_who_left_in_its_month(
    reader: Resident,
) -> None:
    def seals() -> tuple[int, dict[str, int], dict[str, int]]:
        db.session.expire_all()
        november = day_queries.day_kept(period("2026-11"), CITY_PATH).stamps
        return (
            november,
            stamps.stamps_by_month(["2026-10", "2026-11"], CITY_PATH),
            stamps.stamps_by_community("2026-11", CITY_PATH),
        )

    assert seals() == (2, {"2026-10": 2, "2026-11": 2}, {TOWN: 2})
    wish, by = leave(reader), reader.account_id
    assert seals() == (1, {"2026-10": 2, "2026-11": 1}, {TOWN: 1})
    assert by is not None
    actions.take_back(wish, by)
    assert seals()[0] == 2
    assert erasing.erase_wished(leave(db.session.get_one(Resident, reader.id)))
    assert seals() == (1, {"2026-10": 2, "2026-11": 1}, {TOWN: 1})
    assert learning_days.verify() == []


def test_who_comes_back_by_older_code_counts_again(reader: Resident) -> None:
    before = figures(TOWN, "2026-11")[0]
    leave(reader)
    db.session.execute(update(Resident).where(Resident.id == reader.id).values(left_at=None))
    db.session.commit()
    assert figures(TOWN, "2026-11")[0] == before
    check()


def test_who_left_before_the_database_knew_of_it_is_out_once_it_does(reader: Resident) -> None:
    before = {key: figures(TOWN, key)[0] for key in (*RUNNING, OVER)}
    leave(reader)
    sum_actions.take_in()
    look_no_longer()
    try:
        downgrade(revision="0027")
    finally:
        upgrade()
    db.session.remove()
    assert {key: before[key] - figures(TOWN, key)[0] for key in before} == {
        key: 1 if key in RUNNING else 0 for key in before
    }
    check()
    assert ledger.verify() == []
