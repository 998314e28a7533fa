"""Ways to look at flagged entries, for the tests of the reading log."""

import uuid
from typing import Any

from sqlalchemy import select

from reading.extensions import db
from reading.logbook import review_actions
from reading.logbook.models import LogDecision, LogEntry
from reading.logbook.review_actions import Sent
from reading.people.models import Account
from tests.pages import Page, Visitor


def decisions() -> list[LogDecision]:
    """Return every decision, in the order in which they were made."""
    return list(db.session.scalars(select(LogDecision).order_by(LogDecision.at, LogDecision.id)))


def sent(entry: LogEntry, by: Account, reason: str = "") -> Sent:
    """Return a decision about the entry as it stands now."""
    return Sent(uuid.uuid4(), entry.id, entry.version, reason, by.id)


def put_aside(entry: LogEntry, by: Account, reason: str = "页数像是输错了。") -> None:
    """Set the entry aside."""
    review_actions.set_aside(sent(entry, by, reason))


def send(visitor: Visitor, entry: LogEntry, deed: str, status: int = 200, **typed: Any) -> Page:
    """Open the entry's page, or that of its correction, and send the form for this deed."""
    at = f"/logbook/review/{entry.id}"
    page = visitor.get(f"{at}/correction" if deed == "correction" else at)
    form = page.form() if deed == "correction" else page.form(f"{at}/{deed}")
    return visitor.submit(page, status, form=form, **typed)
