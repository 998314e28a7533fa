"""Who a guest is said to be, and who said so, also once it was taken back; plain functions of the callers' actions."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from reading.attendance.models import WAITING, Guest, Matching
from reading.events.actions import refuse_if_of_others
from reading.extensions import db
from reading.meanwhile import Changed


def fields_of_guest(guest: Guest) -> dict[str, Any]:
    """Return what a form that says who a guest is says of what stands (``reading.meanwhile``)."""
    return {"resident": guest.resident_id if guest.status != WAITING else None}


def begin(guest: Guest, at: datetime, by: uuid.UUID | None, form_id: uuid.UUID | None = None) -> None:
    """Note that the guest is said to be who they are now, if anybody."""
    guest.matched_at, guest.matched_by = at, by
    if guest.resident_id is not None:
        db.session.add(_noted(guest, form_id or uuid.uuid4()))


def end(guest: Guest, at: datetime, by: uuid.UUID, form_id: uuid.UUID | None) -> None:
    """Note who takes back that the guest is who they were until now, if anybody."""
    if guest.resident_id is None:
        return
    stands = select(Matching).where(Matching.guest_id == guest.id, Matching.ended_at.is_(None))
    row = db.session.scalar(stands)
    if row is None:
        # Said before this was noted.
        row = _noted(guest, uuid.uuid4())
        db.session.add(row)
    row.ended_at, row.ended_by, row.ending_id = at, by, form_id


def _noted(guest: Guest, row_id: uuid.UUID) -> Matching:
    return Matching(
        id=row_id, event_id=guest.event_id, community_id=guest.community_id, guest_id=guest.id,
        resident_id=guest.resident_id, made_at=guest.matched_at or guest.arrived_at, made_by=guest.matched_by,
    )  # fmt: skip


def was_said(guest: Guest, form_id: uuid.UUID | None, resident_id: uuid.UUID | None, by: uuid.UUID) -> bool:
    """Tell whether this form said this of the guest before, whatever was said since.

    Raises ``Changed`` where it said something else: what stands is shown, and what is meant now can be saved.
    """
    if form_id is None:
        return False
    mine = or_(Matching.id == form_id, Matching.guest_id == guest.id)
    rows = list(db.session.scalars(select(Matching).where(mine).order_by(Matching.made_at, Matching.id)))
    said = next((one for one in rows if one.id == form_id), None)
    taken_back = next((one for one in rows if one.ending_id == form_id), None)
    if said is not None:
        refuse_if_of_others(said.made_by, by)
        told: tuple[uuid.UUID, uuid.UUID | None] = (said.guest_id, said.resident_id)
    elif taken_back is not None:
        refuse_if_of_others(taken_back.ended_by, by)
        told = (taken_back.guest_id, None)
    else:
        return False
    if told != (guest.id, resident_id):
        raise Changed(fields_of_guest(guest))
    return True
