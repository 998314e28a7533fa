"""Every SELECT of checking in by phone."""

import hmac
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from reading import keys
from reading.access import in_subtree, reach
from reading.attendance import queries as attendance
from reading.attendance.models import CAME, WAITING, Attendance, Guest, Mark
from reading.attendance.queries import number_here as number_here
from reading.attendance.rules import CHECK_IN_LEAD
from reading.check_in.models import WrongCode
from reading.check_in.rules import BAD, WRONG_WITHIN, Token, derived_key, network_of, read_token
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.events import queries as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account, Resident
from reading.people.queries import LAST_DIGITS
from reading.people.rules import masked

MOST_OPEN = 20


def signing_key() -> bytes:
    """Return the key the hall's codes are signed with."""
    return derived_key(keys.newest())


def read(text: str, now: datetime) -> Token:
    """Return what a token says that this service signed, with this key or one before it."""
    read = [read_token(text, now, derived_key(key)) for key in keys.every()]
    return next((one for one in read if one.state != BAD), read[0])


def open_events(home: events.Home | None, within: Community | None, now: datetime) -> list[Event]:
    """Return where one may check in now, near ``home`` first; with ``within``, what is held in that place."""
    soon = now + CHECK_IN_LEAD
    return events.coming(home, now=now, until=soon, within=within, limit=MOST_OPEN)


def typed_by(account_id: uuid.UUID | None, address: str) -> str:
    """Return under which name wrong codes are counted: the account, or the address of whoever has not signed in."""
    who = f"account {account_id}" if account_id else f"address {network_of(address)}"
    return hmac.digest(signing_key(), who.encode(), sha256).hex()


def wrong_codes(event_id: uuid.UUID, by: str, now: datetime) -> int:
    """Return how many wrong codes were typed for the event of late by whom :func:`typed_by` names."""
    mine = select(func.count()).where(WrongCode.event_id == event_id, WrongCode.typed_by == by)
    return db.session.scalar(mine.where(WrongCode.at > now - WRONG_WITHIN)) or 0


def last_to_come(event_id: uuid.UUID, limit: int) -> list[Attendance]:
    """Return who came last, the latest first."""
    found = select(Attendance).where(Attendance.event_id == event_id, Attendance.status.in_(CAME))
    ordered = found.order_by(Attendance.happened_at.desc(), Attendance.arrived_at.desc(), Attendance.id)
    return list(db.session.scalars(ordered.limit(limit).options(joinedload(Attendance.resident))))


def claims(event_id: uuid.UUID) -> list[Guest]:
    """Return who told on their own phone that they are at the event, in the order they did."""
    return _claims(event_id, true())


def claims_of(event_id: uuid.UUID, ids: Iterable[uuid.UUID], account_id: uuid.UUID | None) -> list[Guest]:
    """Return the claims with these ids, and those the account made."""
    wanted = list(ids)
    if not wanted and account_id is None:
        return []
    theirs = Guest.made_by == account_id if account_id else false()
    return _claims(event_id, or_(Guest.id.in_(wanted), theirs))


def _claims(event_id: uuid.UUID, which: ColumnElement[bool]) -> list[Guest]:
    found = select(Guest).where(Guest.event_id == event_id, Guest.method == "claim", which)
    return list(db.session.scalars(found.order_by(Guest.arrived_at, Guest.id)))


def number_waiting(event_id: uuid.UUID) -> int:
    """Return how many claims wait to be confirmed."""
    waiting = select(func.count()).where(Guest.event_id == event_id, Guest.status == WAITING)
    return db.session.scalar(waiting) or 0


def reasons(guest_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return, by guest, why the organizer did not confirm them."""
    wanted = list(guest_ids)
    if not wanted:
        return {}
    found = select(Mark.guest_id, Mark.reason).where(Mark.guest_id.in_(wanted), Mark.reason != "")
    return {one: reason for one, reason in db.session.execute(found) if one is not None}


@dataclass(frozen=True)
class Candidate:
    """A resident whom a claim may be of; ``name`` and ``home`` are masked where the reader may not know them yet.

    ``why``: "enrolled", "seated", "waiting", or "" for who only lives there. ``here``: the attendance, if they
    are noted as having come already.
    """

    resident: Resident
    name: str
    home: str
    why: str
    here: Attendance | None


def candidates(event: Event, waiting: Sequence[Guest], account: Account) -> dict[uuid.UUID, list[Candidate]]:
    """Return, by claim, whom it may be of: who is on the roster first, then who lives in the event's community.

    Name and last four digits are both the claim's. Who claimed while signed in is who they say.
    """
    roster = events.on_roster(event)
    near = _near(event, roster)
    own = [one.resident_id for one in waiting if one.resident_id]
    people = select(Resident).join(Community, Community.code == Resident.home_code)
    meant = or_(Resident.id.in_(own), and_(near, Resident.name.in_([one.name for one in waiting])))
    loaded = db.session.scalars(
        people.where(meant).options(joinedload(Resident.account), joinedload(Resident.home))
    )
    found = sorted(loaded.unique(), key=lambda one: (one.id not in roster, one.sort_key, one.id))
    here, seen = attendance.came([one.id for one in found], event.id), reach(account.roles, "residents.see")

    def candidate(one: Resident) -> Candidate:
        known = one.id in roster or seen.covers(one.home.path)
        home = communities.full_label(one.home if seen.covers(one.home.path) else one.community)
        name = one.name if known else masked(one.name)
        return Candidate(one, name, home, roster.get(one.id, ""), here.get(one.id))

    return {guest.id: [candidate(one) for one in found if _may_be(guest, one)] for guest in waiting}


def _near(event: Event, roster: Iterable[uuid.UUID]) -> ColumnElement[bool]:
    lives = in_subtree(Community.path, event.community.path)
    takes_part = Resident.left_at.is_(None) & Resident.merged_into_id.is_(None)
    return and_(takes_part, or_(lives, Resident.id.in_(list(roster))))


def _may_be(guest: Guest, resident: Resident) -> bool:
    if guest.resident_id is not None:
        return resident.id == guest.resident_id
    phones = [resident.phone, resident.account.phone if resident.account else None]
    told = [one[-LAST_DIGITS:] for one in phones if one]
    return resident.name == guest.name and guest.last_four in told
