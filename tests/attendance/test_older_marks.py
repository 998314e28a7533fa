"""Marks from before phones were offline: whatever was marked last stood, and stands after the migration."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import MetaData

from reading import create_app
from reading.attendance import queries
from reading.attendance.taking import state_of
from reading.extensions import db

BEGIN = datetime(2026, 11, 3, 11, 0, tzinfo=UTC).replace(tzinfo=None)
EVENT = uuid.UUID(int=1)
# What columns hold that these tests do not care about.
ANYTHING = {"VARCHAR": "x", "INTEGER": 1, "DATETIME": BEGIN, "DATE": date(2026, 11, 3)}


@pytest.fixture
def old_app(tmp_path: Path) -> Iterator[Flask]:
    """The app on a database as the first release left it, with one place and one event."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    app = create_app(
        {"READING_DATABASE_URL": url, "READING_SECRET_KEY": "s" * 40, "READING_INSTANCE": str(tmp_path)}
    )
    with app.app_context():
        upgrade(revision="0001")
        put("communities", code="1", parent_code=None, level="city", path="/1/")
        put("events", id=EVENT, kind="sharing", starts_at=BEGIN, ends_at=BEGIN + timedelta(hours=2))
        yield app
        db.session.remove()
        db.engine.dispose()


def put(table: str, **values: Any) -> None:
    """Write a row of a table as it was then."""
    metadata = MetaData()
    metadata.reflect(db.engine, only=[table])
    columns = metadata.tables[table].columns
    row: dict[str, Any] = {
        one.name: ANYTHING.get(str(one.type).split("(")[0]) for one in columns if not one.nullable
    }
    row |= {"community_id": "1"} if "community_id" in columns else {}
    row |= {name: value.hex if isinstance(value, uuid.UUID) else value for name, value in values.items()}
    with db.engine.begin() as connection:
        connection.execute(metadata.tables[table].insert().values(row))


def test_what_was_marked_last_stands_after_the_migration(old_app: Flask) -> None:
    evenings = [
        (["present", "undone"], [0, 5], "undone"),
        (["undone", "present", "late", "excused"], [1, 0, 2, 3], "excused"),
        (["present", "undone", "present"], [0, 5, 9], "present"),
        (["undone", "present"], [4, 4], "undone"),
        (["present", "undone"], [4, 4], "undone"),
        (["late"], [4], "late"),
    ]
    people = [uuid.UUID(int=100 + number) for number in range(len(evenings))]
    for person, (statuses, minutes, stands) in zip(people, evenings, strict=True):
        put("residents", id=person, home_code="1", show_as="hidden", relation="self", nickname="")
        told = {"event_id": EVENT, "resident_id": person, "method": "roster"}
        put("attendance", id=uuid.uuid5(person, "attendance"), status=stands, **told)
        for number, (status, minute) in enumerate(zip(statuses, minutes, strict=True)):
            at = BEGIN + timedelta(minutes=minute)
            mark_id = uuid.uuid5(person, str(number))
            put("marks", id=mark_id, status=status, happened_at=at, arrived_at=at, **told)
    upgrade()
    found = queries.marks_of_residents(EVENT, people)
    for person, (statuses, _minutes, stands) in zip(people, evenings, strict=True):
        state = state_of(found[person])
        assert state is not None
        assert (state.status, len(state.heads), len(found[person])) == (stands, 1, len(statuses))
