"""On a server of many writers nobody waits for another record of the community, nor a record for the sums."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, text, update

from reading.extensions import db
from reading.points import ledger, sum_actions
from reading.points.models import Standing
from tests.cast import Cast
from tests.points.counted import check, waits
from tests.points.records import add_book, log

STANDINGS: Any = Standing.__table__
DAY = date(2026, 11, 10)


@contextmanager
def impatient() -> Iterator[Connection]:
    """A connection in whose transaction no lock is waited for."""
    with db.engine.connect() as connection, connection.begin():
        connection.execute(text("SET LOCAL lock_timeout = '1ms'"))
        yield connection


def read_more(connection: Connection, cast: Cast, name: str) -> None:
    theirs = STANDINGS.c.resident_id == getattr(cast, name).id
    connection.execute(update(STANDINGS).where(theirs).values(pages=STANDINGS.c.pages + 5))


def read_less(cast: Cast) -> None:
    for name in ("resident", "neighbour"):
        with db.engine.begin() as connection:
            theirs = STANDINGS.c.resident_id == getattr(cast, name).id
            connection.execute(update(STANDINGS).where(theirs).values(pages=STANDINGS.c.pages - 5))


def test_neither_records_of_a_community_nor_the_sums_wait_for_a_record_that_is_being_written(
    cast: Cast,
) -> None:
    book = add_book("红旗渠")
    for one in (cast.resident, cast.neighbour):
        log(one, book, DAY, pages=40)
    db.session.commit()
    with impatient() as first:
        read_more(first, cast, "resident")
        with impatient() as second:
            read_more(second, cast, "neighbour")
        # What was committed later is taken in, what is still being written is not, and waits for the next time.
        sum_actions.take_in()
        assert waits() == 0
    assert waits() == 3
    check()
    sum_actions.take_in()
    check()
    read_less(cast)
    assert ledger.verify() == []


def test_no_record_waits_for_the_sums_that_are_being_made(cast: Cast) -> None:
    log(cast.resident, add_book("红旗渠"), DAY, pages=40)
    db.session.commit()
    with db.engine.connect() as making, making.begin():
        making.execute(text(f"SELECT pg_advisory_xact_lock({sum_actions.LOCK})"))
        making.execute(text("DELETE FROM standing_changes"))
        making.execute(text("UPDATE community_sums SET pages = pages + 1"))
        with impatient() as connection:
            read_more(connection, cast, "resident")
        making.rollback()
    check()
    read_less(cast)
    log(cast.neighbour, add_book("平凡的世界"), DAY, pages=10, arrived_at=datetime(2026, 11, 18, tzinfo=UTC))
    check()
