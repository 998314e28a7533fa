"""The sample city as these tests draw it, and ways to look at it."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select

from reading.extensions import db
from reading.sample.city import Size
from tests.recorded import empty as empty

TODAY = date(2026, 11, 18)
MIDNIGHT = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)
SIZE = Size(residents=150, logs=900, seed=7, today=TODAY)
PASSWORD = "a-password-of-the-sample"


def everything() -> dict[str, list[str]]:
    """All rows of all tables but the hashes of drawn passwords."""
    kept = {}
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.c if column.name != "password_hash"]
        kept[table.name] = sorted(str(tuple(row)) for row in db.session.execute(select(*columns)))
    return kept


def count(*conditions: Any) -> int:
    return db.session.scalar(select(func.count()).where(*conditions)) or 0


def all_of(model: Any) -> list[Any]:
    return list(db.session.scalars(select(model)).unique())
