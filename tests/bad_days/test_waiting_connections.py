"""The connections that wait for whoever looks or writes next: few, as they should be, and closed with their engine."""

import sqlite3
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import literal, select, text

from reading import plain
from reading.database import action
from reading.errors import Refused
from reading.extensions import db
from tests.cast import Cast

LOOKED = plain.Plain(lambda: select(literal(1)))


def test_connections_that_are_in_use_or_wait_for_who_looks_next_are_closed_with_their_engine(
    app: Flask,
) -> None:
    db.engine.dispose()  # some may wait since other tests
    in_use = plain.looking()
    with app.app_context():
        waits = plain.looking()
    waiting = app.extensions[plain.LOOKING]
    assert list(waiting) == [waits]
    drivers: list[Any] = [one.connection.dbapi_connection for one in (in_use, waits)]
    db.session.remove()
    db.engine.dispose()
    assert not waiting
    for driver in drivers:
        if isinstance(driver, sqlite3.Connection):
            with pytest.raises(sqlite3.ProgrammingError):
                driver.execute("SELECT 1")
        else:
            assert driver.closed


def test_of_those_that_many_looked_on_at_once_a_few_wait_and_the_others_leave_their_place(app: Flask) -> None:
    with ExitStack() as many:
        for _one in range(plain.MOST_WAITING + 3):
            many.enter_context(app.app_context())
            assert LOOKED.look({}) == [(1,)]
    assert len(app.extensions[plain.LOOKING]) == plain.MOST_WAITING
    pool: Any = db.engine.pool
    assert pool.checkedout() <= plain.MOST_WAITING + 1  # the test's own


def test_what_was_refused_on_a_connection_is_undone_and_the_connection_writes_on(
    app: Flask, cast: Cast
) -> None:
    touch = plain.Plain(lambda: text("UPDATE communities SET name = name || '!' WHERE code = '410581001001'"))
    name = text("SELECT name FROM communities WHERE code = '410581001001'")

    @action
    def write(is_refused: bool) -> None:
        touch.run({})
        if is_refused:
            raise Refused("no")

    before = db.session.scalar(name)
    db.session.rollback()
    with app.test_request_context():
        used = plain.looking()
        with pytest.raises(Refused):
            write(True)
        assert plain.looking() is used
        write(False)
        assert plain.looking() is used
    assert db.session.scalar(name) == f"{before}!"
