"""Counts the statements a page sends to the database, and the ways to PostgreSQL and back it takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from reading import wire
from reading.extensions import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements sent while the block runs, transaction control and pragmas left out."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.split(None, 1)[0].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            sent.append(statement)

    with _told_of("before_cursor_execute", note):
        yield sent


def plan_of(text: str) -> list[str]:
    """Return the steps in which SQLite would run a statement, whatever it is told."""
    told = tuple("x" for _place in range(text.count("?")))
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", told)
    return [str(row[3]) for row in plan]


@contextmanager
def commits() -> Iterator[list[Any]]:
    """Collect the connections that commit while the block runs."""
    made: list[Any] = []

    def note(connection: Any) -> None:
        made.append(connection)

    with _told_of("commit", note):
        yield made


@contextmanager
def _told_of(happening: str, note: Callable[..., None]) -> Iterator[None]:
    event.listen(db.engine, happening, note)
    try:
        yield
    finally:
        event.remove(db.engine, happening, note)


@contextmanager
def trips() -> Iterator[list[int]]:
    """Collect, for each time that plain statements go to PostgreSQL and back, how many go together."""
    gone: list[int] = []

    def send(connection: Any, spoken: Any, sent: Any, **how: Any) -> Any:
        gone.append(len(sent))
        return whole(connection, spoken, sent, **how)

    whole = wire.send
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "send", send)
        yield gone
