"""How Alembic finds the database and the tables; run through ``flask --app reading db …``."""

import sqlite3
import time
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from reading.columns import UtcDateTime, say_to_postgresql
from reading.database import SQLITE_BUSY_TIMEOUT_MS
from reading.extensions import db


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own column type as what it is to the database, so that old migrations never need our code."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


# Of nobody else's locks in this database: "shuxiang" in ASCII.
LOCK = int.from_bytes(b"shuxiang")
LONGEST_WAIT_MS = 3_600_000
SECONDS_BETWEEN_TRIES = 0.2


def run_migrations() -> None:
    """Run the migrations on the app's own engine, all in one transaction; of two machines one waits for the other.

    Which migrations are to be run is looked up behind the lock: the second machine finds nothing left to do.
    """
    say_to_postgresql(db.metadata)
    with db.engine.connect().execution_options(writes=True) as connection:
        # SQLite changes a table by making it anew; what points at it must not mind its being away for a moment.
        _mind_foreign_keys(connection, False)
        _wait_for_others(connection)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            # SQLite's changes of tables too: it holds the lock from the first to the last, and undoes half of them.
            transactional_ddl=True,
            **current_app.extensions["migrate"].configure_args,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
                _check_foreign_keys(connection)
        finally:
            # Whatever was asked after the last migration began a transaction, in which SQLite minds nothing new.
            connection.rollback()
            _mind_foreign_keys(connection, True)
            _let_others(connection)


def _mind_foreign_keys(connection: Connection, mind: bool) -> None:
    """Let SQLite enforce foreign keys or not; only outside a transaction, so the driver is told itself."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(f"PRAGMA foreign_keys={'ON' if mind else 'OFF'}")


def _wait_for_others(connection: Connection) -> None:
    """Hold PostgreSQL's lock for migrations; SQLite's is held by the transaction itself, and waited for as long.

    It is asked for again and again: an index that is built CONCURRENTLY waits for every statement that was there before
    it, and one that waited for the lock meanwhile would end in a deadlock.
    """
    if connection.dialect.name == "postgresql":
        while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({LOCK})").scalar():
            connection.commit()
            time.sleep(SECONDS_BETWEEN_TRIES)
        connection.commit()
    else:
        _wait_at_most(connection, LONGEST_WAIT_MS)


def _let_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")
        connection.commit()
    else:
        _wait_at_most(connection, SQLITE_BUSY_TIMEOUT_MS)


def _wait_at_most(connection: Connection, milliseconds: int) -> None:
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(f"PRAGMA busy_timeout={milliseconds}")


def _check_foreign_keys(connection: Connection) -> None:
    """Raise ``RuntimeError`` when a row points at nothing after the migrations; SQLite only."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"rows point at nothing after the migration: {broken[:5]}")


run_migrations()
