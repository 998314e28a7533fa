"""What saving an entry costs the database: so many statements, however long the reader's history is."""

import uuid
from datetime import timedelta

from flask import Flask

from reading.extensions import db
from reading.logbook import actions
from reading.logbook.rules import Amounts, BookAsked, Told
from tests.cast import Cast
from tests.clock import TestClock
from tests.logbook.telling import TODAY, books_agree, keep
from tests.pages import Visitor, fields_of
from tests.statements import statements, trips

# Person and book; the limit and what the entry is judged by; the learning day; all that stands of its day; then the
# entry, ledger, day total and standings. On PostgreSQL the lock before them, and all of it in two ways there and back.
ON_SQLITE, ON_POSTGRESQL = 8, 9
TRIPS = 2
# Who is signed in.
AROUND_IT = 1


def few() -> int:
    return ON_POSTGRESQL if db.engine.dialect.name == "postgresql" else ON_SQLITE


def read_much(cast: Cast, clock: TestClock) -> uuid.UUID:
    """Fill the reader's log with three weeks of one book; return it."""
    for back in range(20, 0, -1):
        clock.advance(minutes=2)
        keep(cast.resident, "甲书", TODAY - timedelta(days=back), pages=5)
    book_id = keep(cast.resident, "甲书", TODAY, pages=5).book_id
    # What arrives later changes no line that stands.
    clock.advance(minutes=2)
    return book_id


def test_an_entry_takes_the_same_few_statements_after_one_and_after_twenty(
    cast: Cast, clock: TestClock
) -> None:
    book_id, by = keep(cast.resident, "甲书", TODAY - timedelta(days=25)).book_id, cast.account("resident").id

    def cost() -> int:
        told = Told(cast.resident.id, BookAsked(book_id), TODAY, Amounts(5, None, finished=False))
        with statements() as sent, trips() as gone:
            actions.log(uuid.uuid4(), told, by)
        assert len(gone) == (TRIPS if db.engine.dialect.name == "postgresql" else 0)
        return len(sent)

    assert cost() == few()
    read_much(cast, clock)
    assert cost() == few()
    assert books_agree()


def test_the_form_that_saves_it_asks_little_more(app: Flask, cast: Cast, clock: TestClock) -> None:
    book_id, reader = read_much(cast, clock), Visitor(app).sign_in(cast.resident)
    form = fields_of(reader.get("/logbook/new").form()) | {"book_id": str(book_id), "pages": "12"}
    with statements() as sent:
        answer = reader.client.post("/logbook/new", data=form, headers=reader.headers)
    assert answer.status_code == 302
    assert len(sent) <= few() + AROUND_IT, "\n".join(sent)
