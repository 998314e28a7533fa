"""Every SELECT of a course's page and its register."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from reading.attendance import queries as attendance
from reading.attendance.models import CAME, UNDONE, Attendance, Guest
from reading.events import queries as events
from reading.events.models import Course, Enrolment, Event
from reading.events.rules import taught
from reading.extensions import db
from reading.people import queries as people
from reading.people.models import Account, Resident
from reading.registers.rules import Held, completed_with, hours


@dataclass(frozen=True)
class Progress:
    """How far somebody has come in a course: hours to a tenth, and when the required ones were reached."""

    hours: float
    completed_at: datetime | None


@dataclass(frozen=True)
class Line:
    """One person of a register; ``marks`` are the statuses by class, ``enrolled`` whether they still are."""

    resident: Resident
    marks: dict[uuid.UUID, str]
    progress: Progress
    enrolled: bool

    @property
    def came(self) -> bool:
        """Whether they came to any class."""
        return any(status in CAME for status in self.marks.values())


@dataclass(frozen=True)
class Register:
    """Residents × dates. ``guests`` are those at each class who are known by name only.

    ``erased``: how many came to a class who were erased since, and stand here by no name.
    """

    classes: list[Event]
    lines: list[Line]
    guests: dict[uuid.UUID, int]
    erased: dict[uuid.UUID, int]

    def attendances(self, event: Event) -> int:
        """Return how many came to this class (人次), guests too."""
        came = sum(line.marks.get(event.id) in CAME for line in self.lines)
        return came + self.guests.get(event.id, 0) + self.erased.get(event.id, 0)

    @property
    def people(self) -> int:
        """How many residents came at least once (人数)."""
        return sum(line.came for line in self.lines)

    @property
    def completed(self) -> int:
        """How many have reached the required hours."""
        return sum(line.progress.completed_at is not None for line in self.lines)


NOT_YET = Progress(0.0, None)


def attended(course_id: uuid.UUID) -> dict[uuid.UUID, list[Held]]:
    """Return, by resident, the classes of the course they came to."""
    columns = (Attendance.resident_id, Event.id, Event.starts_at, Event.ends_at, Event.makes_up_id)
    found = select(*columns).join(Event, Event.id == Attendance.event_id)
    classes: dict[uuid.UUID, list[Held]] = {}
    rows = db.session.execute(found.where(Event.course_id == course_id, Attendance.status.in_(CAME)))
    for resident_id, event_id, starts_at, ends_at, makes_up_id in rows:
        classes.setdefault(resident_id, []).append(Held(event_id, starts_at, ends_at, makes_up_id))
    return classes


def progress(course: Course) -> dict[uuid.UUID, Progress]:
    """Return, by resident, how far who came to any class has come."""
    return {
        resident_id: _progress(classes, course.required_hours)
        for resident_id, classes in attended(course.id).items()
    }


def _progress(classes: list[Held], required_hours: int) -> Progress:
    last = completed_with(classes, required_hours)
    return Progress(hours(taught(classes)), last.starts_at if last else None)


def register(course: Course) -> Register:
    """Return the register: who is enrolled, and who was marked without being so, in the order of their names.

    A cancelled class is on it only when somebody was marked at it all the same.
    """
    marks = _marks(course.id)
    marked = {event_id for by_event in marks.values() for event_id in by_event}
    enrolled = {one.resident_id for one in events.enrolments(course.id)}
    reached = progress(course)
    return Register(
        classes=[one for one in course.events if one.cancelled_at is None or one.id in marked],
        lines=[
            Line(one, marks.get(one.id, {}), reached.get(one.id, NOT_YET), one.id in enrolled)
            for one in _residents([*enrolled, *marks.keys() - enrolled])
        ],
        guests=_guests(course.id),
        erased=attendance.closed_came(one.id for one in course.events),
    )


def _marks(course_id: uuid.UUID) -> dict[uuid.UUID, dict[uuid.UUID, str]]:
    """Return the statuses that stand, by resident and class."""
    found = select(Attendance.resident_id, Attendance.event_id, Attendance.status)
    found = found.join(Event, Event.id == Attendance.event_id)
    marks: dict[uuid.UUID, dict[uuid.UUID, str]] = {}
    rows = db.session.execute(found.where(Event.course_id == course_id, Attendance.status != UNDONE))
    for resident_id, event_id, status in rows:
        marks.setdefault(resident_id, {})[event_id] = status
    return marks


def _residents(ids: list[uuid.UUID]) -> list[Resident]:
    found = select(Resident).where(Resident.id.in_(ids)).options(joinedload(Resident.home))
    return list(db.session.scalars(found.order_by(Resident.sort_key, Resident.id)))


def _guests(course_id: uuid.UUID) -> dict[uuid.UUID, int]:
    found = select(Guest.event_id, func.count()).join(Event, Event.id == Guest.event_id)
    found = found.where(Event.course_id == course_id, Guest.status.in_(CAME), Guest.resident_id.is_(None))
    return {row[0]: row[1] for row in db.session.execute(found.group_by(Guest.event_id))}


def resident_on_course(account: Account, course: Course, resident_id: uuid.UUID) -> Resident | None:
    """Return the resident when ``account`` may see their certificate: one's household, and staff of the place
    for whoever is or was on the course's register."""
    own = people.own_resident(account, resident_id)
    if own is not None or events.events_for(account, "attendance.take").course(course.id) is None:
        return own
    enrolled = select(Enrolment.resident_id).where(Enrolment.course_id == course.id)
    came = select(Attendance.resident_id).join(Event, Event.id == Attendance.event_id)
    on_it = or_(Resident.id.in_(enrolled), Resident.id.in_(came.where(Event.course_id == course.id)))
    return db.session.scalar(select(Resident).where(Resident.id == resident_id, on_it))
