"""How a large city is written: nothing stays turned off, and what fails leaves nothing behind."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from reading.extensions import db
from reading.people.models import Account, Resident
from reading.sample import bulk
from reading.sample.city import Size
from reading.sample.crowd import Crowd
from tests.sample.drawn import TODAY, count, empty
from tests.sample.large import draw, objects

SMALL = Size(residents=300, logs=600, seed=5, today=TODAY)


@pytest.fixture(autouse=True)
def emptied(migrated_app: Flask) -> Iterator[None]:
    empty()
    yield
    empty()


def test_the_database_is_as_safe_as_before_when_it_is_written() -> None:
    before = objects()
    draw(SMALL)
    assert objects() == before
    assert not [table for table, _name, _definition in before if table.startswith("crowd")]
    if db.engine.dialect.name == "sqlite":
        assert not db.session.execute(text("PRAGMA foreign_key_check")).all()
        asked = ("journal_mode", "synchronous", "foreign_keys", "temp_store")
        assert [db.session.execute(text(f"PRAGMA {one}")).scalar() for one in asked] == ["wal", 2, 1, 2]


def test_what_fails_in_the_middle_leaves_the_database_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_crowd: Crowd) -> Iterator[Any]:
        raise RuntimeError("the lights went out")
        yield

    before = objects()
    with monkeypatch.context() as patched:
        patched.setattr(Crowd, "rows", fail)
        with pytest.raises(RuntimeError, match="lights"):
            draw(SMALL)
    assert count(Resident.id.is_not(None)) == 0
    assert count(Account.id.is_not(None)) == 0
    assert objects() == before


@pytest.mark.sqlite
def test_while_somebody_else_has_the_database_open_no_large_city_is_begun() -> None:
    db.session.remove()
    other = sqlite3.connect(str(db.engine.url.database))
    try:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM residents").fetchone()
        with pytest.raises(bulk.InUse):
            draw(SMALL)
    finally:
        other.close()
    assert count(Resident.id.is_not(None)) == 0
