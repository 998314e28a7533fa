"""Every SELECT of events, sign-ups and notices; those of courses are handed on from ``course_queries``."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from reading.access import Reach, in_subtree, reach
from reading.communities.models import Community
from reading.communities.queries import OPEN
from reading.events.course_queries import classes as classes
from reading.events.course_queries import course as course
from reading.events.course_queries import courses as courses
from reading.events.course_queries import enrolments as enrolments
from reading.events.course_queries import standing_enrolment as standing_enrolment
from reading.events.listing import ON_A_PAGE as ON_A_PAGE
from reading.events.listing import Home as Home
from reading.events.listing import everything, near, top
from reading.events.models import GIVEN_UP, SEATED, WAITING, Course, Enrolment, Event, Notice, Signup
from reading.events.rules import NEARBY, SeatCounts
from reading.extensions import db
from reading.people.household_queries import OwnHousehold, resident_to_write_for
from reading.people.member_queries import Member
from reading.people.models import Account, Resident

PLACES_TO_PLAN = ("city", "township", "community")


def event(event_id: uuid.UUID) -> Event | None:
    """Return the event; every event is public."""
    return db.session.get(Event, event_id)


@dataclass(frozen=True)
class WithinReach:
    """The events and courses of the subtrees in which somebody has a permission; others do not exist for them.

    Where they have it for some kinds of events alone, no other event exists either, and no course.
    """

    reach: Reach

    def covers(self, of: Event) -> bool:
        """Tell whether the event lies in the reach."""
        return self.reach.covers(of.community.path, of.kind)

    def get(self, event_id: uuid.UUID) -> Event | None:
        """Return the event when it lies in the reach."""
        found = event(event_id)
        return found if found and self.covers(found) else None

    def course(self, course_id: uuid.UUID) -> Course | None:
        """Return the course when it lies in the reach."""
        found = course(course_id)
        return found if found and self.reach.covers(found.community.path) else None

    def coming(
        self, now: datetime, until: datetime, limit: int, beside: Select[Any] | None = None
    ) -> list[Event]:
        """Return the events not over yet that begin before ``until``, the next one first; no cancelled ones.

        ``beside``: the ids of events that are listed too, wherever they are.
        """
        mine = self.reach.where(Community.path, Event.kind)
        listed = mine if beside is None else or_(mine, Event.id.in_(beside))
        soon = _in_places().where(listed, Event.cancelled_at.is_(None))
        soon = soon.where(Event.ends_at > now, Event.starts_at < until)
        return everything(soon.order_by(Event.starts_at, Event.id).limit(limit))

    def places(self) -> list[Community]:
        """Return where events may be planned: cities, townships, communities, and the nodes of the roles."""
        here = or_(Community.level.in_(PLACES_TO_PLAN), Community.path.in_(self.reach.tops))
        return everything(
            select(Community).where(self.reach.where(Community.path), here, OPEN).order_by(Community.path)
        )


def events_for(account: Account | None, permission: str = "events.plan") -> WithinReach:
    """Return the events in which ``account`` has ``permission``; a visitor (None) has it in none."""
    return WithinReach(reach(account.roles if account else (), permission))


def coming(
    home: Home | None = None,
    *,
    now: datetime,
    until: datetime | None = None,
    kind: str | None = None,
    within: Community | None = None,
    limit: int = ON_A_PAGE,
    offset: int = 0,
) -> list[Event]:
    """Return public events that are not over at ``now``: near ``home`` first (``rules.nearness``), then by time.

    ``until``: only those that begin before it. Cancelled ones are left out, and of a course's classes all but
    the next. With ``home``, only events of its city.
    """
    found = _listed(home, kind, within).where(Event.ends_at > now, Event.cancelled_at.is_(None))
    found = found.where(or_(Event.course_id.is_(None), Event.starts_at == _next_class(now)))
    if until is not None:
        found = found.where(Event.starts_at < until)
    order = (near(Event.community_id, home), Event.starts_at, Event.id)
    return everything(found.order_by(*order).limit(limit).offset(offset))


def past(
    home: Community | None = None,
    *,
    now: datetime,
    kind: str | None = None,
    within: Community | None = None,
    limit: int = ON_A_PAGE,
    offset: int = 0,
) -> list[Event]:
    """Return public events that took place, the latest first; with ``home``, those of its township's people."""
    found = _listed(home, kind, within).where(Event.ends_at <= now, Event.cancelled_at.is_(None))
    if home is not None and within is None:
        found = found.where(near(Event.community_id, home) <= NEARBY)
    return everything(found.order_by(Event.starts_at.desc(), Event.id).limit(limit).offset(offset))


def of_household(residents: Iterable[Resident], *, now: datetime, limit: int = 50) -> list[Event]:
    """Return events these residents signed up for or are enrolled in: those to come, soonest first, then past ones."""
    ids = [resident.id for resident in residents]
    signed = select(Signup.event_id).where(Signup.resident_id.in_(ids), Signup.state != GIVEN_UP)
    enrolled = select(Enrolment.course_id).where(Enrolment.resident_id.in_(ids), Enrolment.ended_at.is_(None))
    mine = select(Event).where(or_(Event.id.in_(signed), Event.course_id.in_(enrolled)))
    to_come = mine.where(Event.ends_at > now).order_by(Event.starts_at, Event.id).limit(limit)
    over = mine.where(Event.ends_at <= now).order_by(Event.starts_at.desc(), Event.id).limit(limit)
    return everything(to_come) + everything(over)


def _next_class(now: datetime) -> ScalarSelect[Any]:
    """When the next class of an event's course begins."""
    other = aliased(Event)
    later = select(func.min(other.starts_at)).where(other.course_id == Event.course_id, other.ends_at > now)
    return later.where(other.cancelled_at.is_(None)).correlate(Event).scalar_subquery()


def _listed(home: Home | None, kind: str | None, within: Community | None) -> Select[Event]:
    found = _in_places()
    if home is not None:
        found = found.where(in_subtree(Community.path, top(home, 1)))
    if kind is not None:
        found = found.where(Event.kind == kind)
    if within is not None:
        found = found.where(in_subtree(Community.path, within.path))
    return found


def _in_places() -> Select[Event]:
    # Named once more beside the eager load, so that conditions and order may speak of the place.
    return select(Event).join(Community, Community.code == Event.community_id)


def seat_counts(event_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, SeatCounts]:
    """Return how many are seated and waiting, for each of the events."""
    ids = list(event_ids)
    rows = db.session.execute(
        select(Signup.event_id, Signup.state, func.count())
        .where(Signup.event_id.in_(ids), Signup.state != GIVEN_UP)
        .group_by(Signup.event_id, Signup.state)
    )
    found: dict[uuid.UUID, dict[str, int]] = {one: {} for one in ids}
    for event_id, state, number in rows:
        found[event_id][state] = number
    return {one: SeatCounts(states.get(SEATED, 0), states.get(WAITING, 0)) for one, states in found.items()}


def signups(event_id: uuid.UUID, states: tuple[str, ...] = (SEATED, WAITING)) -> list[Signup]:
    """Return who signed up, in the order in which they did."""
    found = select(Signup).where(Signup.event_id == event_id, Signup.state.in_(states))
    return everything(found.order_by(Signup.created_at, Signup.id))


def signups_of(residents: Iterable[Resident | Member], event_ids: Iterable[uuid.UUID]) -> list[Signup]:
    """Return the standing sign-ups of these residents for these events."""
    ids, those = [resident.id for resident in residents], list(event_ids)
    found = select(Signup).where(
        Signup.resident_id.in_(ids), Signup.event_id.in_(those), Signup.state != GIVEN_UP
    )
    return everything(found.order_by(Signup.created_at, Signup.id))


def standing_signup(event_id: uuid.UUID, resident_id: uuid.UUID) -> Signup | None:
    """Return the resident's seat or place on the waiting list of the event."""
    found = select(Signup).where(Signup.event_id == event_id, Signup.resident_id == resident_id)
    return db.session.scalar(found.where(Signup.state != GIVEN_UP))


def place_on_waiting_list(signup: Signup) -> int:
    """Return the place of one who waits: 1 is the next to get a seat."""
    before = or_(
        Signup.created_at < signup.created_at,
        and_(Signup.created_at == signup.created_at, Signup.id < signup.id),
    )
    waiting = select(func.count()).where(Signup.event_id == signup.event_id, Signup.state == WAITING, before)
    return (db.session.scalar(waiting) or 0) + 1


def on_roster(of: Event) -> dict[uuid.UUID, str]:
    """Return who is expected, by resident id: "enrolled", "seated" or "waiting"; in the order of their names."""
    found = select(Signup.resident_id, Signup.state, Resident.sort_key).join(Signup.resident)
    signed = found.where(Signup.event_id == of.id, Signup.state != GIVEN_UP)
    enrolled = select(Enrolment.resident_id, literal("enrolled"), Resident.sort_key).join(Enrolment.resident)
    still = or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > of.starts_at)
    people_of: dict[uuid.UUID, tuple[str, str]] = {}
    for chosen in (signed, enrolled.where(Enrolment.course_id == of.course_id, still)):
        people_of |= {one: (key, why) for one, why, key in db.session.execute(chosen)}
    ordered = sorted(people_of.items(), key=lambda one: (one[1][0], one[0]))
    return {resident_id: why for resident_id, (_sort_key, why) in ordered}


def last_planned_by(account_id: uuid.UUID) -> Event | None:
    """Return what this account planned last: where and by whom the next one is likely to be held."""
    found = select(Event).where(Event.created_by == account_id)
    return db.session.scalar(found.order_by(Event.created_at.desc(), Event.id).limit(1))


def resident_to_sign_up(account: Account, place: Community, resident_id: uuid.UUID) -> Resident | None:
    """Return the resident when ``account`` may sign them up for what is held at ``place``.

    One's own household; residents whose records one may write; and, where one plans events, who lives in
    their reach (design §6). Raises ``Refused`` for who is of the own household, but signs up by another account.
    """
    found = resident_to_write_for(account, resident_id)
    if found is not None:
        return found
    planning = reach(account.roles, "events.plan")
    if not planning.covers(place.path):
        return None
    lives = or_(planning.where(Community.path), in_subtree(Community.path, place.path))
    near = select(Resident).join(Community, Community.code == Resident.home_code)
    resident = db.session.scalar(near.where(Resident.id == resident_id, lives))
    if resident is not None:
        OwnHousehold(account.id).refuse(resident)
    return resident


def notices_for(account_id: uuid.UUID) -> list[Notice]:
    """Return what the household has not seen yet, the latest first."""
    found = select(Notice).join(Resident, Resident.id == Notice.resident_id)
    found = found.where(Resident.account_id == account_id, Notice.seen_at.is_(None))
    return everything(found.order_by(Notice.at.desc(), Notice.id))


def notice(notice_id: uuid.UUID, account_id: uuid.UUID) -> Notice | None:
    """Return a notice of the household, seen or not."""
    found = select(Notice).join(Resident, Resident.id == Notice.resident_id)
    return db.session.scalar(found.where(Notice.id == notice_id, Resident.account_id == account_id))


def unseen(event_ids: Iterable[uuid.UUID], kinds: Iterable[str]) -> list[Notice]:
    """Return the notices of these kinds about the events that were not seen yet."""
    found = select(Notice).where(Notice.event_id.in_(list(event_ids)), Notice.kind.in_(list(kinds)))
    return everything(found.where(Notice.seen_at.is_(None)))
