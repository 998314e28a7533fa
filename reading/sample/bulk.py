"""Writes the crowd of a large city, as fast as the database copies rows, in the caller's transaction."""

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from reading.extensions import db
from reading.learning_days.models import Stamp
from reading.logbook.models import LogEntry, LogRevision
from reading.people.models import Account, Consent, Residence, Resident
from reading.points import sum_actions, sum_queries
from reading.points.models import DayTotal, PointEntry, Standing
from reading.points.queries import rules_in_force
from reading.sample.city import City
from reading.sample.crowd import Crowd
from reading.sample.draw import Draw
from reading.sample.lives import Lives
from reading.sample.quiet import quiet
from reading.sample.reading_log import Log
from reading.sample.shared_tables import OF_LIVES, PEOPLE, SHARED, made

WRITTEN: tuple[Any, ...] = (
    Account,
    Resident,
    Residence,
    Consent,
    LogEntry,
    LogRevision,
    Stamp,
    PointEntry,
    DayTotal,
    Standing,
)
PEOPLE_AT_ONCE, ROWS_AT_ONCE = 40_000, 5_000
# For this connection and this once. The rollback journal holds nothing of pages that are new, WAL would hold them all;
# sorting for an index goes to files, for it needs more than there is memory.
SQLITE_AT_FULL_SPEED = ("journal_mode=DELETE", "synchronous=OFF", "foreign_keys=OFF", "temp_store=FILE",
                        "cache_size=-524288", "threads=2")  # fmt: skip
POSTGRESQL_AT_FULL_SPEED = "SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL synchronous_commit = off"


class InUse(Exception):
    """Somebody else has the database open."""


@contextmanager
def at_full_speed() -> Iterator[None]:
    """Let the one connection in here write a whole city at once: still one transaction, and on disk at the end.

    Call it outside of any transaction. On SQLite nobody else may use the database meanwhile: raises :class:`InUse`.
    """
    db.session.remove()
    if db.engine.dialect.name != "sqlite":
        yield
        return
    db.engine.dispose()
    with db.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        try:
            for pragma in SQLITE_AT_FULL_SPEED:
                driver.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError:
            connection.invalidate()
            raise InUse from None
    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()
        _sync(db.engine.url.database or "")
        # The next connection is set up as all others are, and writes the log ahead again.
        db.engine.connect().close()


def _sync(file: str) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(city: City, residents: int, logs: int, present: datetime) -> None:
    """Let so many residents with so many log entries join ``city``; in the caller's action."""
    crowd = Crowd(city.size.seed, city.people, residents, logs)
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(POSTGRESQL_AT_FULL_SPEED))
    SHARED.create_all(connection)
    with quiet(connection, [model.__table__ for model in WRITTEN]):
        _write_lives(connection, crowd, _lives(city, present))
        statements, people = made(), crowd.rows()
        while some := list(islice(people, PEOPLE_AT_ONCE)):
            _send(connection, some)
            for statement in statements:
                connection.execute(statement)
            connection.execute(PEOPLE.delete())
    SHARED.drop_all(connection)
    for codes in sum_queries.communities_in_batches():
        sum_actions.restore(codes)


def _lives(city: City, present: datetime) -> Lives:
    seed, drawn = city.size.seed, city.log
    log = Log(Draw(seed, "log of lives"), drawn.shelves, drawn.learning_days, city.size.today)
    return Lives(seed, log, rules_in_force(), present)


def _write_lives(connection: Connection, crowd: Crowd, lives: Lives) -> None:
    waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for life in crowd.draw_lives(lives):
        for name, rows in life.rows.items():
            waiting[name] += rows
            if len(waiting[name]) > ROWS_AT_ONCE:
                _write(connection, OF_LIVES[name], waiting.pop(name))
        life.rows.clear()
    for name, rows in waiting.items():
        _write(connection, OF_LIVES[name], rows)


def _write(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    names = table.c.keys()
    connection.execute(insert(table), [{name: row[name] for name in names} for row in rows])


def _send(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    """Write rows of ``PEOPLE`` past SQLAlchemy, which takes five times as long: all of them are plain values."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "postgresql":
        names = ", ".join(PEOPLE.c.keys())
        with driver.cursor() as cursor, cursor.copy(f"COPY {PEOPLE.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(PEOPLE.c))
        driver.executemany(f"INSERT INTO {PEOPLE.name} VALUES ({marks})", rows)
