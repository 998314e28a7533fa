"""Ways to tell what was read, for the tests of the reading log."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import select

from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people.models import Resident
from reading.points import ledger
from tests import logged
from tests.pages import Page, Visitor

TODAY = date(2026, 11, 18)


def told(
    resident: Resident,
    title: str = "红楼梦",
    read_on: date = TODAY,
    *,
    pages: int | None = 30,
    minutes: int | None = None,
    finished: bool = False,
    reflection: str = "",
) -> Told:
    """Return one entry as it is told."""
    return Told(resident.id, BookAsked(title=title), read_on, Amounts(pages, minutes, finished), reflection)


def keep(resident: Resident, title: str = "红楼梦", read_on: date = TODAY, **amounts: Any) -> LogEntry:
    """Keep an entry that the resident's own account tells."""
    assert resident.account_id
    return logged.log(uuid.uuid4(), told(resident, title, read_on, **amounts), resident.account_id)


def write(visitor: Visitor, *, at: str = "/logbook/new", status: int = 200, **typed: Any) -> Page:
    """Open the form and send it, with a title and 30 pages unless told otherwise."""
    sent: dict[str, Any] = {"book": "红楼梦", "pages": "30", **typed}
    return visitor.submit(visitor.get(at), status=status, **sent)


def entries() -> list[LogEntry]:
    """Return every entry, in the order of arrival."""
    return list(
        db.session.scalars(select(LogEntry).order_by(LogEntry.arrived_at, LogEntry.read_on, LogEntry.id))
    )


def only_entry() -> LogEntry:
    """Return the one entry there is."""
    (found,) = entries()
    return found


def books_agree() -> bool:
    """Tell whether the points kept are those the records earn."""
    return ledger.verify() == []
