"""SQLite's own bad days: somebody holds its lock for too long, or nothing may be written."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from reading import database
from reading.extensions import db
from tests.cast import Cast
from tests.durability.town import disagreements, kept
from tests.pages import Visitor

SHORT_MS = 100


@pytest.fixture
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wait for the lock for a moment only."""
    monkeypatch.setattr(database, "SQLITE_BUSY_TIMEOUT_MS", SHORT_MS)
    db.session.remove()
    db.engine.dispose()
    yield
    db.session.remove()
    db.engine.dispose()


@contextmanager
def nothing_may_be_written() -> Iterator[None]:
    """Let every connection, of those made from now on, only read."""

    def only_read(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", only_read)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", only_read)


@pytest.mark.sqlite
def test_a_lock_that_others_hold_too_long_is_a_moment_to_wait(
    app: Flask, cast: Cast, impatient: None
) -> None:
    reader = Visitor(app).sign_in(cast.resident)
    form = reader.get("/logbook/new")
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        page = reader.submit(form, 503, book="活着", pages="3")
        assert page.h1 == "One moment, please"
        assert reader.get("/logbook").status == 200
        other.execute("ROLLBACK")
    reader.submit(page)
    assert list(kept().values()) == [1]
    assert disagreements() == []


@pytest.mark.sqlite
def test_a_database_that_may_only_be_read_is_read_and_says_that_it_cannot_write(
    app: Flask, cast: Cast, impatient: None
) -> None:
    reader = Visitor(app).sign_in(cast.resident)
    form = reader.get("/logbook/new")
    with nothing_may_be_written():
        page = reader.submit(form, 503, book="活着", pages="3")
        assert page.h1 == "Nothing can be saved just now"
        assert reader.get("/logbook").status == 200
    db.session.remove()
    db.engine.dispose()
    reader.submit(page)
    assert list(kept().values()) == [1]
