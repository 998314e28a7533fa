"""Helpers as the tests need them."""

import uuid

from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Resident
from reading.volunteers import actions, queries
from reading.volunteers.models import Helper


def helps(event: Event, resident: Resident, by: uuid.UUID | None = None) -> Helper:
    """Sign the resident up to help and return the helper, out of the session."""
    teller = by or resident.account_id
    assert teller is not None
    return as_is(actions.sign_up(event.id, resident.id, uuid.uuid4(), teller))


def as_is(helper: Helper) -> Helper:
    """Return the helper as it stands now, out of the session."""
    db.session.rollback()
    found = db.session.get_one(Helper, helper.id, populate_existing=True)
    assert found.resident.name
    assert found.event.title
    db.session.expunge_all()
    return found


def names(event: Event) -> list[str]:
    """Return who helps at the event."""
    return [one.resident.name for one in queries.helpers_at(event.id)]
