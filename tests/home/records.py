"""Reading as the tests of gathered pages need it, written through the real actions."""

import uuid
from datetime import date

from sqlalchemy import select

from reading.extensions import db
from reading.logbook import actions
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people.models import Account, Resident

LEARNING_DAY = date(2026, 11, 10)


def read(
    resident: Resident, on: date, *, title: str = "活着", pages: int | None = 20, finished: bool = False
) -> None:
    """Let a resident log a book on a day; for who has no account somebody else does."""
    by = resident.account_id or db.session.scalars(select(Account.id)).first()
    assert by is not None
    told = Told(resident.id, BookAsked(title=title, author="余华"), on, Amounts(pages, None, finished))
    actions.log(uuid.uuid4(), told, by)
