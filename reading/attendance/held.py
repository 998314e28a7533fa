"""Rows that one transaction holds until its end, always in this order: the event, guests, residents."""

import uuid
from collections.abc import Iterable

from sqlalchemy import select

from reading.attendance.models import Guest
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Resident


def event(event_id: uuid.UUID) -> Event:
    """Return the event; until the transaction ends nobody changes or cancels it, but others may take it too."""
    held = select(Event).where(Event.id == event_id).with_for_update(read=True, of=Event)
    return db.session.scalars(held).one()


def guests(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Guest]:
    """Return those of these guests that there are, held in the order of their ids."""
    wanted = set(ids)
    held = select(Guest).where(Guest.id.in_(wanted)).order_by(Guest.id)
    # NO KEY (here and below): a new record names them without waiting, as settling points does.
    found = db.session.scalars(held.with_for_update(of=Guest, key_share=True)) if wanted else ()
    return {one.id: one for one in found}


def residents(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bool]:
    """Return those of these ids that are residents', held in their order; True for who was merged into another."""
    held = select(Resident.id, Resident.merged_into_id).where(Resident.id.in_(set(ids))).order_by(Resident.id)
    rows = db.session.execute(held.with_for_update(key_share=True))
    return {one: into is not None for one, into in rows}
