"""The stage itself: the app starts, the schema stands, the cast is there."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.communities.models import Community
from reading.extensions import db
from tests.cast import TREE, Cast


def test_the_cast_stands_on_the_migrated_schema(app: Flask, cast: Cast) -> None:
    assert db.session.scalar(select(func.count()).select_from(Community)) == len(TREE)
    assert cast.resident.account is not None
    assert cast.librarian.may("events.plan")
    assert not cast.steward.may("events.plan")


@pytest.mark.sqlite
def test_sqlite_keeps_what_it_acknowledged(app: Flask) -> None:
    with db.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
