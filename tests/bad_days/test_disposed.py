"""An engine that is done with leaves no connection open behind it."""

import sqlite3
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import literal, select

from reading import plain
from reading.extensions import db


def test_a_connection_that_waits_for_who_looks_next_is_closed_with_its_engine(app: Flask) -> None:
    looked = plain.Plain(lambda: select(literal(1)))
    with app.test_request_context():
        assert looked.look({}) == [(1,)]
        plain.look_no_longer()
    waiting = app.extensions[plain.LOOKING]
    drivers: list[Any] = [one.connection.dbapi_connection for one in waiting]
    db.session.remove()
    db.engine.dispose()
    assert drivers
    assert not waiting
    for driver in drivers:
        if isinstance(driver, sqlite3.Connection):
            with pytest.raises(sqlite3.ProgrammingError):
                driver.execute("SELECT 1")
        else:
            assert driver.closed
