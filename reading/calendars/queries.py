"""Every SELECT of calendars: secret addresses, and which events a feed holds."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, or_, select

from reading.access import in_subtree
from reading.calendars.models import CalendarAddress
from reading.calendars.rules import COMMUNITY_BACK, MOST_EVENTS, OWN_BACK, is_key
from reading.communities.models import Community
from reading.events.models import GIVEN_UP, WAITING, Enrolment, Event, Signup
from reading.extensions import db
from reading.people import queries as people
from reading.people.models import Resident
from reading.volunteers.models import Helper


def standing_address(key: str) -> CalendarAddress | None:
    """Return the address with this key; a revoked one, and that of who takes part no more, is none."""
    if not is_key(key):
        return None
    found = select(CalendarAddress).where(CalendarAddress.key == key, CalendarAddress.revoked_at.is_(None))
    address = db.session.scalar(found)
    return address if address and address.resident.left_at is None else None


def addresses_of(residents: Iterable[Resident]) -> dict[uuid.UUID, CalendarAddress]:
    """Return, by resident, the address that stands."""
    ids = [resident.id for resident in residents]
    found = select(CalendarAddress).where(CalendarAddress.resident_id.in_(ids))
    standing = db.session.scalars(found.where(CalendarAddress.revoked_at.is_(None)))
    return {one.resident_id: one for one in standing}


def address_of(account_id: uuid.UUID, address_id: uuid.UUID) -> CalendarAddress | None:
    """Return the address, standing or revoked, of somebody of the account's household."""
    found = select(CalendarAddress).join(Resident, Resident.id == CalendarAddress.resident_id)
    return db.session.scalar(found.where(CalendarAddress.id == address_id, Resident.account_id == account_id))


def around(node: Community, now: datetime) -> list[Event]:
    """Return what is on for who lives at ``node`` and what was in the last 31 days, cancelled events too.

    That is what is held in it, and what is for the whole township or city it lies in.
    """
    above = [code for code in node.path.strip("/").split("/") if code != node.code]
    here = or_(in_subtree(Community.path, node.path), Event.community_id.in_(above))
    found = select(Event).join(Community, Community.code == Event.community_id)
    return _in_time(found.where(here, Event.ends_at > now - COMMUNITY_BACK))


def own(resident: Resident, now: datetime) -> tuple[list[Event], set[uuid.UUID]]:
    """Return what the resident signed up for, is enrolled in and helps at, of the past year and to come.

    The set holds the events for which they only wait for a seat.
    """
    ids = {resident.id, *people.standing_for([resident.id]).values()}
    signed = select(Signup.event_id).where(Signup.resident_id.in_(ids), Signup.state != GIVEN_UP)
    enrolled = select(Enrolment.course_id).where(Enrolment.resident_id.in_(ids), Enrolment.ended_at.is_(None))
    helps = select(Helper.event_id).where(Helper.resident_id.in_(ids), Helper.given_up_at.is_(None))
    mine = or_(Event.id.in_(signed), Event.course_id.in_(enrolled), Event.id.in_(helps))
    found = _in_time(select(Event).where(mine, Event.ends_at > now - OWN_BACK))
    waits = set(db.session.scalars(signed.where(Signup.state == WAITING)))
    return found, waits - set(db.session.scalars(helps))


def _in_time(found: Select[Event]) -> list[Event]:
    return list(db.session.scalars(found.order_by(Event.starts_at, Event.id).limit(MOST_EVENTS)).unique())
