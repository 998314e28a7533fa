"""SQLite's log of writes is folded in behind the service's back: soon, by one thread, and it does not grow for ever."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from reading import background, checkpoints, create_app
from reading.background import serves
from reading.extensions import db

SECRET = "a secret that only the tests know, 40 characters"
ROW = "x" * 3000
MANY = 1_000_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "written.sqlite3"


@pytest.fixture
def service(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An app on a database of its own, whose thread looks every moment, and does not end before the test."""
    monkeypatch.setattr(background, "serves", serves)
    monkeypatch.setattr(checkpoints, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(checkpoints, "IDLE_ROUNDS", MANY)
    app = create_app({"READING_DATABASE_URL": f"sqlite:///{file}", "READING_SECRET_KEY": SECRET})
    with app.app_context():
        db.session.execute(text("CREATE TABLE notes (words TEXT)"))
        db.session.commit()
        db.engine.dispose()
    yield app
    monkeypatch.setattr(checkpoints, "IDLE_ROUNDS", 1)
    until(lambda: not threads())


def threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "checkpoints"]


def until(happened) -> None:
    """Wait until it has, for two minutes at most: the machine may be busy."""
    end = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def write(app: Flask, *, rows: int = 1) -> None:
    """Write as a request does."""
    with app.test_request_context():
        for _row in range(rows):
            db.session.execute(text("INSERT INTO notes VALUES (:words)"), {"words": ROW})
            db.session.commit()
        db.session.remove()


def folded(file: Path) -> int:
    """Return how many rows the database file holds without its log."""
    alone = shutil.copy(file, file.with_suffix(".alone"))
    with closing(sqlite3.connect(alone)) as connection, suppress(sqlite3.DatabaseError):
        return int(connection.execute("SELECT count(*) FROM notes").fetchone()[0])
    return 0  # copied while it was being written


def bound() -> int:
    return int(db.session.execute(text("PRAGMA wal_autocheckpoint")).scalar_one())


def test_what_a_request_wrote_is_folded_in_soon_and_the_thread_ends(
    service: Flask, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(service, rows=3)
    assert len(threads()) == 1
    until(lambda: folded(file) == 3)
    monkeypatch.setattr(checkpoints, "IDLE_ROUNDS", 1)
    until(lambda: not threads())
    monkeypatch.setattr(checkpoints, "IDLE_ROUNDS", MANY)
    write(service)
    until(lambda: folded(file) == 4)


@pytest.mark.parametrize("is_made_before", [False, True])
def test_a_service_leaves_folding_to_the_thread_up_to_a_bound(service: Flask, is_made_before: bool) -> None:
    if is_made_before:
        # As a worker does that looks at its database while it starts: the pool hands the connection to a request.
        with service.app_context():
            assert bound() == 1000
            db.session.remove()
    write(service)
    with service.test_request_context():
        assert bound() == checkpoints.BOUND_PAGES
        db.session.remove()


def test_commands_and_tests_leave_it_to_sqlite(service: Flask) -> None:
    with service.app_context():
        assert bound() == 1000
        db.session.execute(text("INSERT INTO notes VALUES ('a command')"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    service.testing = True
    write(service)
    with service.test_request_context():
        assert bound() == 1000
        db.session.remove()
    assert threads() == []


def test_a_log_that_is_written_to_all_the_time_is_begun_anew(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "RENEWED_PAGES", 20)
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as writer,
        closing(sqlite3.connect(file, isolation_level=None)) as folder,
    ):
        writer.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE notes (words TEXT)"
        )
        lengths = []
        for _round in range(5):
            for _row in range(30):
                writer.execute("INSERT INTO notes VALUES (?)", (ROW,))
            lengths.append(file.with_name(file.name + "-wal").stat().st_size)
            checkpoints.fold(folder)
    assert lengths[-1] < 2 * lengths[0]


def test_somebody_who_reads_for_long_keeps_nobody_from_writing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "RENEWED_PAGES", 1)
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as writer,
        closing(sqlite3.connect(file, isolation_level=None)) as reader,
        closing(sqlite3.connect(file, isolation_level=None, timeout=0.05)) as folder,
    ):
        writer.executescript("PRAGMA journal_mode=WAL; CREATE TABLE notes (words TEXT)")
        writer.execute("INSERT INTO notes VALUES (?)", (ROW,))
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM notes").fetchone() == (1,)
        writer.execute("INSERT INTO notes VALUES (?)", (ROW,))
        checkpoints.fold(folder)
        writer.execute("INSERT INTO notes VALUES (?)", (ROW,))
        assert reader.execute("SELECT count(*) FROM notes").fetchone() == (1,)
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM notes").fetchone() == (3,)
