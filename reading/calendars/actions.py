"""Every write of calendars: making and revoking a secret address."""

import secrets
import uuid

from sqlalchemy import select

from reading import clock
from reading.calendars import queries
from reading.calendars.models import CalendarAddress
from reading.calendars.rules import KEY_BYTES
from reading.database import action, again_if_raced
from reading.events.actions import OtherContent, refuse_if_of_others
from reading.extensions import db
from reading.people import queries as people
from reading.people.models import Resident


@again_if_raced("uq_calendar_addresses_standing", "calendar_addresses.resident_id")
@again_if_raced("pk_calendar_addresses", "calendar_addresses.id")
@action
def make(address_id: uuid.UUID, resident_id: uuid.UUID, by: uuid.UUID) -> CalendarAddress:
    """Give the resident's calendar a secret address; where one stands already, it stays.

    Raises ``OtherContent`` for an id that stands for another resident's address.
    """
    known = db.session.get(CalendarAddress, address_id)
    if known is not None:
        refuse_if_of_others(known.made_by, by)
        if known.resident_id != resident_id:
            raise OtherContent(known)
        return known
    goes_on = people.held_standing([resident_id])[resident_id]
    resident = db.session.get_one(Resident, goes_on)
    standing = queries.addresses_of([resident]).get(goes_on)
    return standing or _new(address_id, resident, by)


def _new(address_id: uuid.UUID, resident: Resident, by: uuid.UUID) -> CalendarAddress:
    address = CalendarAddress(
        id=address_id, resident_id=resident.id, community_id=resident.community_id,
        key=secrets.token_urlsafe(KEY_BYTES), made_at=clock.now(), made_by=by,
    )  # fmt: skip
    db.session.add(address)
    return address


@action
def revoke(address_id: uuid.UUID) -> None:
    """Let the address lead nowhere from now on; a revoked one stays so."""
    address = db.session.get_one(CalendarAddress, address_id)
    address.revoked_at = address.revoked_at or clock.now()


def revoke_all(resident_id: uuid.UUID) -> None:
    """Let every address of the resident's calendar lead nowhere from now on, inside the caller's action."""
    for address in db.session.scalars(
        select(CalendarAddress).where(CalendarAddress.resident_id == resident_id)
    ):
        address.revoked_at = address.revoked_at or clock.now()
