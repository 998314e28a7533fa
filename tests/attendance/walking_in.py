"""Guests as the tests need them."""

import uuid

from sqlalchemy import func, select

from reading.attendance import actions
from reading.attendance.models import Guest
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account, Resident
from reading.points.models import PointEntry
from tests.attendance.marking import send, sent


def walked_in(evening: Event, by: Account, name: str = "老赵") -> Guest:
    """Return somebody who came in and was noted by name."""
    mark = sent(guest_id=uuid.uuid4(), guest_name=name)
    assert send(evening, by, mark) == ["stored"]
    assert mark.guest_id is not None
    return kept(mark.guest_id)


def kept(guest_id: uuid.UUID) -> Guest:
    """Return the guest as kept now."""
    return db.session.get_one(Guest, guest_id, populate_existing=True)


def claimed(evening: Event, resident: Resident | None, name: str = "老钱") -> uuid.UUID:
    """Return the id of somebody who told that they are here, as this resident."""
    claim = actions.claim(
        evening.id,
        uuid.uuid4(),
        name,
        why="late_code",
        by=None,
        resident_id=resident.id if resident else None,
    )
    return claim.id


def fresh(account: Account) -> Account:
    """Return the account as it stands in the database now."""
    return db.session.get_one(Account, account.id)


def match(guest: Guest, resident: Resident | None, by: Account) -> Guest:
    """Say who a guest is."""
    return actions.match_guest(guest.id, resident.id if resident else None, fresh(by))


def points_of(resident: Resident) -> int:
    """Return the points the resident has."""
    found = select(func.sum(PointEntry.points)).where(PointEntry.resident_id == resident.id)
    return db.session.scalar(found) or 0


def how_many(table: type) -> int:
    """Return how many rows there are."""
    return db.session.scalar(select(func.count()).select_from(table)) or 0
