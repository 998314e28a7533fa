"""A statement is prepared once on a connection, also where another one beside it failed."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DataError

from reading.plain import Plain, look_together


def test_what_was_prepared_beside_a_statement_that_failed_can_be_asked_again(app: Flask) -> None:
    before, failing, after = (Plain(lambda one=one: text(f"SELECT {one}")) for one in ("7", "1 / 0", "8"))
    with app.test_request_context():
        with pytest.raises(DataError):
            look_together(*(one.told({}) for one in (before, failing, after)))
        assert look_together(after.told({}), before.told({})) == [[(8,)], [(7,)]]
        with pytest.raises(DataError):
            failing.look({})
