"""Every SELECT of a month's list of events."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from reading import clock
from reading.access import Reach, in_subtree
from reading.attendance import queries as attendance
from reading.attendance.models import CAME, WAITING, Attendance, ClosingVisitors, Guest, Headcount
from reading.communities.models import Community
from reading.communities.queries import told_apart
from reading.events.models import Event
from reading.extensions import db
from reading.points.rules import Period
from reading.records.rules import Met, Sums, sums


@dataclass(frozen=True)
class Row:
    """One event of the list, with where it was held and its figures."""

    event: Event
    place: str
    met: Met


@dataclass(frozen=True)
class MonthList:
    """What was on in a place in a month, and its sums."""

    place: Community
    month: Period
    rows: list[Row]
    sums: Sums


def month_list(place: Community, month: Period, within: Reach) -> MonthList:
    """Return the events of the reach under ``place`` that have begun in the month, in their order.

    One that was called off is left out, unless people met all the same; then it is listed and in no sum. Of the people
    who were erased it is only known that they came to something in the place: they are counted where its whole list is
    in the reach.
    """
    held = _events(place, month, within)
    ids = [event.id for event in held]
    came, guests, heads, erased = _came(ids), _guests(ids), _heads(ids), attendance.closed_came(ids)
    names = told_apart(event.community for event in held)
    rows = []
    for event in held:
        named = guests.get(event.id, 0)
        met = Met(came.get(event.id, 0) + erased.get(event.id, 0) + named, named, heads.get(event.id))
        if event.cancelled_at is None or met.came:
            rows.append(Row(event, names[event.community_id], met))
    gone = _people_erased(place, month) if within.covers(place.path) else 0
    # What was cancelled did not take place, even where somebody was marked: it is listed and adds up to nothing.
    took_place = [row for row in rows if row.event.cancelled_at is None]
    people = _people([row.event.id for row in took_place]) + gone
    return MonthList(place, month, rows, sums([row.met for row in took_place], people))


def _events(place: Community, month: Period, within: Reach) -> list[Event]:
    first, _after = clock.city_day_span(month.first)
    _last, after = clock.city_day_span(month.last)
    found = select(Event).join(Community, Community.code == Event.community_id)
    found = found.where(
        in_subtree(Community.path, place.path),
        within.where(Community.path, Event.kind),
        Event.starts_at >= first,
        Event.starts_at < after,
        Event.starts_at <= clock.now(),
    )
    return list(db.session.scalars(found.order_by(Event.starts_at, Event.id)).unique())


def _came(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    found = select(Attendance.event_id, func.count().label("number")).where(
        Attendance.event_id.in_(ids), Attendance.status.in_(CAME)
    )
    return {row.event_id: row.number for row in db.session.execute(found.group_by(Attendance.event_id))}


def _guests(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return how many came by name only; who turned out to be a resident is counted as that."""
    found = select(Guest.event_id, func.count().label("number")).where(
        Guest.event_id.in_(ids), Guest.status.in_(CAME), Guest.status != WAITING, Guest.resident_id.is_(None)
    )
    return {row.event_id: row.number for row in db.session.execute(found.group_by(Guest.event_id))}


def _heads(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the count made last, by event."""
    found = select(Headcount.event_id, Headcount.number).where(Headcount.event_id.in_(ids))
    oldest_first = found.order_by(Headcount.counted_at, Headcount.arrived_at, Headcount.id.desc())
    return {row.event_id: row.number for row in db.session.execute(oldest_first)}


def _people(ids: Sequence[uuid.UUID]) -> int:
    """Return how many different residents came to any of these events."""
    found = select(func.count(Attendance.resident_id.distinct()))
    return db.session.scalar(found.where(Attendance.event_id.in_(ids), Attendance.status.in_(CAME))) or 0


def _people_erased(place: Community, month: Period) -> int:
    """Return how many different people came in the place in that month who were erased since."""
    key = (ClosingVisitors.community_id == place.code, ClosingVisitors.month == month.key)
    return db.session.scalar(select(ClosingVisitors.people).where(*key)) or 0


def places_below(place: Community, within: Reach) -> list[Community]:
    """Return the places directly under this one, down to communities, to look at by themselves."""
    if place.level == "community" or not within.covers(place.path):
        return []
    found = select(Community).where(
        Community.parent_code == place.code, Community.level.in_(("township", "community"))
    )
    return list(db.session.scalars(found.order_by(Community.sort_key, Community.code)))


def tops(within: Reach) -> list[Community]:
    """Return the highest places of a reach, where its lists begin."""
    found = select(Community).where(Community.path.in_(within.tops)).order_by(Community.path)
    return list(db.session.scalars(found))
