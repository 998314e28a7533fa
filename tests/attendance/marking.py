"""Marks as phones send them, straight to the actions; and what they left behind."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select

from reading.attendance import actions
from reading.attendance.models import Attempt, Attendance, Mark
from reading.attendance.rules import MarkAnswer, MarkSent
from reading.cards.models import Card
from reading.events.models import Event
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.people.models import Account, Resident, Role
from reading.points import ledger
from reading.volunteers.models import Helper


def sent(person: Resident | None = None, status: str = "present", **other: Any) -> MarkSent:
    """Return a mark of this person with an id of its own."""
    told: dict[str, Any] = {"id": uuid.uuid4(), "resident_id": person.id if person else None, **other}
    return MarkSent(status=status, **told)


def send(event: Event, by: Account, *marks: MarkSent, method: str = "roster") -> list[str]:
    """Send marks and return what became of each: "stored", "duplicate", "conflict", or why it was refused."""
    return [one.code or one.answer for one in answers(event, by, *marks, method=method)]


def answers(event: Event, by: Account, *marks: MarkSent, method: str = "roster") -> list[MarkAnswer]:
    """Send marks as the account stands in the database now, and return the answers."""
    return actions.mark(event.id, marks, db.session.get_one(Account, by.id, populate_existing=True), method)


def statuses(event: Event) -> dict[uuid.UUID, str]:
    """Return, by resident, what stands."""
    found = select(Attendance.resident_id, Attendance.status).where(Attendance.event_id == event.id)
    return dict(db.session.execute(found).all())


def flags_of(mark: MarkSent) -> list[str]:
    """Return what somebody should look at once more."""
    return db.session.get_one(Mark, mark.id).flags


def attempts() -> list[tuple[uuid.UUID, str]]:
    """Return the refused marks that were kept: their ids and why, as a word."""
    return [(one.id, one.sent["code"]) for one in db.session.scalars(select(Attempt))]


def add_card(resident: Resident, code: str, issued_at: datetime, **other: Any) -> Card:
    """Add a card of the resident and commit."""
    card = Card(
        id=uuid.uuid4(), resident_id=resident.id, community_id=resident.community_id, code=code,
        issued_at=issued_at, **other,
    )  # fmt: skip
    db.session.add(card)
    db.session.commit()
    return card


def change(resident: Resident, **values: Any) -> None:
    """Write these columns of the resident and commit: what features still to come do."""
    kept = db.session.get_one(Resident, resident.id)
    for name, value in values.items():
        setattr(kept, name, value)
    db.session.commit()


def end_role(account: Account, at: datetime) -> None:
    """Let the account's roles have ended at this moment."""
    for role in db.session.scalars(select(Role).where(Role.account_id == account.id)):
        role.ended_at = at
    db.session.commit()


def name_helper(event: Event, resident: Resident, at: datetime, **other: Any) -> None:
    """Name the resident as who may take this event's attendance."""
    helper = Helper(
        id=uuid.uuid4(), event_id=event.id, community_id=event.community_id, resident_id=resident.id,
        created_at=at, named_at=at, **other,
    )  # fmt: skip
    db.session.add(helper)
    db.session.commit()


def disagreements() -> list[str]:
    """Return what stamps and points say otherwise than the records."""
    return learning_days.verify() + ledger.verify()
