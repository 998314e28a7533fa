"""How this service speaks to its database: column types, SQLite's pragmas, and the write transaction."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask
from sqlalchemy import DateTime, Dialect, Engine, String, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.types import TypeDecorator

from reading.extensions import db

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4
SQLITE_BUSY_TIMEOUT_MS = 5000
# PostgreSQL's codes for a serialization failure and a deadlock.
RETRIED_SQLSTATES = ("40001", "40P01")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC without a zone so that SQLite and PostgreSQL compare it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was given to the database")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def binary_string(length: int) -> String:
    """Return a string type that sorts by code point on both databases (PostgreSQL sorts by locale otherwise)."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def init_app(app: Flask) -> None:
    """Set each connection of the app's engine up; SQLite only, PostgreSQL's defaults are kept."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        _set_up_sqlite(engine)


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, record: object) -> None:
        # The driver must not open transactions by itself; `on_begin` does.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={SQLITE_BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            # FULL, not NORMAL: what was answered "saved" must survive a power cut.
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A deferred transaction that turns into a write fails at once when another writer was faster.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Make ``function`` one write transaction: begun for writing, committed at its end, undone on any error.

    What was loaded before is read again inside the transaction. A failure that only says "somebody was
    faster" (deadlock, serialization) runs the whole function again. Actions do not nest: a write that serves
    several actions is a plain function which the actions call.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if db.session.info.get("acting"):
            raise RuntimeError(f"{function.__name__} was called inside another action")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                db.session.rollback()
                db.session.info["acting"] = True
                db.session.connection(execution_options={"writes": True})
                result = function(*args, **kwargs)
                db.session.commit()
                return result
            except DBAPIError as error:
                db.session.rollback()
                if attempt == ATTEMPTS or not _worth_another_try(error):
                    raise
            except BaseException:
                db.session.rollback()
                raise
            finally:
                db.session.info["acting"] = False
        raise AssertionError("unreachable")

    return run


def _worth_another_try(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in RETRIED_SQLSTATES


def broke(error: IntegrityError, constraint: str, *sqlite_columns: str) -> bool:
    """Tell whether ``error`` is about this constraint.

    PostgreSQL names the constraint; SQLite names the columns, as ``table.column``.
    """
    diagnostics: Any = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return bool(diagnostics.constraint_name == constraint)
    return all(column in str(error.orig) for column in sqlite_columns) and bool(sqlite_columns)


def again_if_raced(constraint: str, *sqlite_columns: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run an action once more when somebody wrote the same key (this constraint) at the same moment.

    The second run finds the first one's record and answers as for anything sent twice.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except IntegrityError as error:
                if not broke(error, constraint, *sqlite_columns):
                    raise
                return function(*args, **kwargs)

        return run

    return decorate
