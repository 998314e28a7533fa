"""What columns hold, on SQLite and PostgreSQL alike."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, String
from sqlalchemy.types import TypeDecorator


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

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """As SQLAlchemy writes it for SQLite, by the standard library's own means, which take a third of the time."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        told = self.process_bind_param
        return lambda value: None if value is None else told(value, dialect).isoformat(" ", "microseconds")  # type: ignore[union-attr]

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """As :meth:`bind_processor`, for what is read."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return lambda value: None if value is None else datetime.fromisoformat(f"{value}+00:00")


def binary_string(length: int) -> String:
    """Return a string type that sorts by code point on both databases (PostgreSQL sorts by locale otherwise)."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def say_to_postgresql(tables: MetaData) -> None:
    """Let an index of some rows only be one on PostgreSQL too; models say which rows for SQLite alone.

    To say it there loads all that SQLAlchemy knows of PostgreSQL: 5 MB of a worker that never speaks to one.
    """
    for index in (index for table in tables.tables.values() for index in table.indexes):
        index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
