"""Every SELECT of who helps at events."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Flask, current_app
from flask_login import current_user
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from reading import clock
from reading.access import in_subtree
from reading.communities.models import Community
from reading.communities.queries import seen_from
from reading.events.models import Event
from reading.extensions import db
from reading.people import queries as people
from reading.people.models import Account, Resident
from reading.people.name_queries import named
from reading.volunteers.models import Helper, HelperHours
from reading.volunteers.rules import EVENING_IS_OVER, evening, total

KnownHere = Callable[[Event, set[uuid.UUID]], set[uuid.UUID]]


def init_app(app: Flask, *, known: KnownHere) -> None:
    """Let an event's page say how one may help there and whether its reader was named to take the attendance.

    ``known`` tells whose names the staff of an event know: attendance comes later and may not be imported.
    """
    app.extensions["known_at_event"] = known
    app.add_template_global(_helping_at, "helping_at")


@dataclass(frozen=True)
class Helping:
    """What an event's page says of helping: how many do, and whether its reader may take the attendance now."""

    number: int
    named: bool


def _helping_at(event: Event) -> Helping:
    named = named_helper(event.id, current_user.id) if current_user.is_authenticated else None
    return Helping(number(event.id), named is not None and may_take(named, clock.now()))


def number(event_id: uuid.UUID) -> int:
    """Return how many people help at the event."""
    found = select(func.count()).where(Helper.event_id == event_id, Helper.given_up_at.is_(None))
    return db.session.scalar(found) or 0


def helper(event_id: uuid.UUID, helper_id: uuid.UUID) -> Helper | None:
    """Return the helper of this event, also one who gave up."""
    found = db.session.get(Helper, helper_id)
    return found if found and found.event_id == event_id else None


def standing(event_id: uuid.UUID, resident_id: uuid.UUID) -> Helper | None:
    """Return the resident's standing sign-up to help at the event."""
    found = select(Helper).where(Helper.event_id == event_id, Helper.resident_id == resident_id)
    return db.session.scalar(found.where(Helper.given_up_at.is_(None)))


def helpers_at(event_id: uuid.UUID) -> list[Helper]:
    """Return who helps at the event, in the order of their names."""
    found = _standing().where(Helper.event_id == event_id)
    return list(db.session.scalars(found.order_by(Resident.sort_key, Helper.id)))


def _standing() -> Select[Helper]:
    return (
        select(Helper)
        .join(Resident, Resident.id == Helper.resident_id)
        .where(Helper.given_up_at.is_(None))
        .options(joinedload(Helper.event))
    )


@dataclass(frozen=True)
class Beside:
    """Somebody a search means, told apart as the event's roster does it: a name, and where they live; where the reader
    may not know them (design §6) a masked name, and the community."""

    resident: Resident
    name: str
    home: str


def beside(event: Event, account: Account, text: str) -> list[Beside]:
    """Return who of the event's place ``text`` may mean; who is known at it is told to its staff by name."""
    known: KnownHere = current_app.extensions["known_at_event"]
    found = named(account, text, event.community.path, partial(known, event))
    return [Beside(one.resident, one.name, seen_from(event.community, one.place)) for one in found]


def told_hours(event_id: uuid.UUID) -> dict[uuid.UUID, list[HelperHours]]:
    """Return, by helper, what was written down as their hours, the latest first."""
    found = select(HelperHours).join(Helper, Helper.id == HelperHours.helper_id)
    found = found.where(Helper.event_id == event_id).order_by(HelperHours.at.desc(), HelperHours.id)
    told: dict[uuid.UUID, list[HelperHours]] = {}
    for one in db.session.scalars(found):
        told.setdefault(one.helper_id, []).append(one)
    return told


def named_helper(event_id: uuid.UUID, account_id: uuid.UUID) -> Helper | None:
    """Return the helper of the event who is this account's own person and was named to take its attendance."""
    found = _named(account_id).where(Helper.event_id == event_id)
    return db.session.scalar(found.order_by(Helper.created_at.desc(), Helper.id).limit(1))


def _named(account_id: uuid.UUID) -> Select[Helper]:
    own = select(Helper).join(Resident, Resident.id == Helper.resident_id)
    own = own.where(Resident.account_id == account_id, Resident.relation == "self")
    return own.where(Helper.named_at.is_not(None))


def evening_of(event: Event) -> tuple[datetime, datetime]:
    """Return from when until when a helper named for the event takes its attendance."""
    begins, _next = clock.city_day_span(clock.city_date(event.starts_at))
    _begins, ends = clock.city_day_span(clock.city_date(event.ends_at))
    return evening(event.starts_at, event.ends_at, begins, ends)


def may_take(helper: Helper, now: datetime) -> bool:
    """Tell whether the helper was named and may take the event's attendance now; of a cancelled one nobody."""
    since, until = evening_of(helper.event)
    ends = (helper.given_up_at, helper.naming_ended_at, helper.event.cancelled_at)
    return helper.named_at is not None and since <= now <= until and not any(ends)


def named_at(account_id: uuid.UUID) -> Select[uuid.UUID]:
    """Return, to be asked within another question, the ids of the events whose attendance this account's own person
    is named to take: as a helper, or as who leads the study group that meets."""
    found = _named(account_id).where(Helper.naming_ended_at.is_(None), Helper.given_up_at.is_(None))
    return found.with_only_columns(Helper.event_id)


@dataclass(frozen=True)
class Ahead:
    """What waits for a household that helps: events whose attendance its account's own person was named to take and
    may take now, and where who takes part helps at an event that is not over; the next one first."""

    takes: list[Event]
    helps: list[Helper]


def ahead(account_id: uuid.UUID, now: datetime) -> Ahead:
    """Return what waits for the household of this account, in one statement however often it helped before."""
    found = _standing().join(Event, Event.id == Helper.event_id)
    found = found.where(Resident.account_id == account_id, Event.ends_at > now - EVENING_IS_OVER)
    helpers = list(db.session.scalars(found.order_by(Event.starts_at, Event.id, Helper.id)))
    return Ahead(
        [one.event for one in helpers if one.resident.relation == "self" and may_take(one, now)],
        [one for one in helpers if one.resident.left_at is None and one.event.ends_at > now],
    )


@dataclass(frozen=True)
class Sum:
    """What one person helped: at which events, the latest first, and how many minutes together."""

    resident: Resident
    helped: list[Helper]

    @property
    def minutes(self) -> int:
        """All of it."""
        return total(one.minutes for one in self.helped)


def hours_of(residents: Collection[Resident]) -> list[Sum]:
    """Return what each of these residents helped, in their order."""
    ids = [resident.id for resident in residents]
    found = _standing().join(Event, Event.id == Helper.event_id).where(Helper.resident_id.in_(ids))
    rows = list(db.session.scalars(found.order_by(Event.starts_at.desc(), Helper.id)))
    return [Sum(one, [row for row in rows if row.resident_id == one.id]) for one in residents]


def hours_at(top: Community, begins: datetime, ends: datetime) -> list[Sum]:
    """Return who helped how long at events of the subtree that began in the span, in the order of their names.

    Whoever was merged into another record is counted there.
    """
    found = (
        _standing()
        .join(Event, Event.id == Helper.event_id)
        .join(Community, Community.code == Event.community_id)
        .where(in_subtree(Community.path, top.path), Helper.minutes.is_not(None))
        .where(Event.starts_at >= begins, Event.starts_at < ends)
    )
    rows = list(db.session.scalars(found.order_by(Event.starts_at, Helper.id)))
    goes_on = people.standing_for({row.resident_id for row in rows})
    loaded = select(Resident).where(Resident.id.in_(set(goes_on.values()))).options(joinedload(Resident.home))
    people_here = db.session.scalars(loaded.order_by(Resident.sort_key, Resident.id))
    return [Sum(one, [row for row in rows if goes_on[row.resident_id] == one.id]) for one in people_here]
