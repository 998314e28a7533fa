"""What people who are erased leave in the counts of events, and how what names them goes; in the caller's action."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from reading import clock
from reading.attendance.models import (
    CAME,
    UNDONE,
    Attempt,
    Attendance,
    ClosingAttendance,
    ClosingVisitors,
    Guest,
    Mark,
)
from reading.database import add_up
from reading.events.models import GIVEN_UP, Enrolment, Event, Signup
from reading.extensions import db
from reading.points.rules import month_key

NOT_MARKED = ""
ENROLLED = "enrolled"


@dataclass
class Counted:
    """What one person counts as at an event."""

    status: str = NOT_MARKED
    method: str = ""
    why: str = ""


def close(residents: Collection[uuid.UUID]) -> None:
    """Let these records of one person stay in the counts of the events they were at or expected at; once."""
    now, found = clock.now(), dict[uuid.UUID, Counted]()
    for event_id, why in [*_signed_up(residents, now), *_enrolled(residents, now)]:
        found.setdefault(event_id, Counted()).why = why
    for row in _marked(residents):
        one = found.setdefault(row.event_id, Counted())
        one.status, one.method = row.status, row.method
    sums = Counter((event_id, one.status, one.method, one.why) for event_id, one in found.items())
    names = ("event_id", "status", "method", "why", "number")
    rows = [dict(zip(names, (*key, number), strict=True)) for key, number in sorted(sums.items())]
    add_up(ClosingAttendance.__table__, rows, ["number"])
    _close_months([event_id for event_id, one in found.items() if one.status in CAME])


def _signed_up(residents: Collection[uuid.UUID], now: datetime) -> list[tuple[uuid.UUID, str]]:
    found = select(Signup.event_id, Signup.state).join(Event, Event.id == Signup.event_id)
    mine = found.where(Signup.resident_id.in_(residents), Signup.state != GIVEN_UP, Event.starts_at <= now)
    return [(row[0], row[1]) for row in db.session.execute(mine)]


def _enrolled(residents: Collection[uuid.UUID], now: datetime) -> list[tuple[uuid.UUID, str]]:
    """Return the past classes on whose rosters the person stands."""
    still = or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > Event.starts_at)
    found = select(Event.id).join(Enrolment, Enrolment.course_id == Event.course_id)
    mine = found.where(Enrolment.resident_id.in_(residents), still, Event.starts_at <= now).distinct()
    return [(event_id, ENROLLED) for event_id in db.session.scalars(mine)]


def _marked(residents: Collection[uuid.UUID]) -> list[Attendance]:
    found = select(Attendance).where(Attendance.resident_id.in_(residents), Attendance.status != UNDONE)
    return list(
        db.session.scalars(found.order_by(Attendance.arrived_at, Attendance.happened_at, Attendance.id))
    )


def _close_months(event_ids: Collection[uuid.UUID]) -> None:
    came_to = db.session.scalars(select(Event).where(Event.id.in_(event_ids))).unique()
    places = {
        (place, month_key(clock.city_date(event.starts_at)))
        for event in came_to
        for place in event.community.path.strip("/").split("/")
    }
    rows = [{"community_id": place, "month": month, "people": 1} for place, month in sorted(places)]
    add_up(ClosingVisitors.__table__, rows, ["people"])


def forget(residents: Collection[uuid.UUID], names: Collection[str], phones: Collection[str]) -> None:
    """Take what names these records of one person off what stays: guests who are them, and refused marks.

    ``names`` and ``phones`` are theirs: whoever told such a name with the end of such a number, and waits to be
    confirmed, is them too. A guest stays, without a name and as nobody who came (their resident's attendance is
    closed), so that a phone that sends the mark again does not make them anew.
    """
    matched = Guest.resident_id.in_(residents)
    told = Guest.name.in_(names) & Guest.last_four.in_({phone[-4:] for phone in phones})
    theirs = select(Guest.id).where(or_(matched, told & Guest.resident_id.is_(None)))
    guests = list(db.session.scalars(theirs.order_by(Guest.id).with_for_update()))
    blank = {"name": "", "last_four": "", "status": UNDONE, "resident_id": None}
    db.session.execute(update(Guest).where(Guest.id.in_(guests)).values(blank))
    db.session.execute(update(Mark).where(Mark.guest_id.in_(guests)).values(reason=""))
    for attempt in _attempts(residents, guests):
        attempt.sent = attempt.sent | {"resident": "", "guest": "", "name": "", "card": "", "reason": ""}


def _attempts(residents: Collection[uuid.UUID], guests: Collection[uuid.UUID]) -> Iterable[Attempt]:
    def is_of(key: str, ids: Collection[uuid.UUID]) -> ColumnElement[bool]:
        return Attempt.sent[key].as_string().in_([str(one) for one in ids])

    found = select(Attempt).where(or_(is_of("resident", residents), is_of("guest", guests)))
    return db.session.scalars(found)
