"""Every SELECT of courses and enrolments."""

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from reading.access import in_subtree
from reading.communities.models import Community
from reading.events.listing import ON_A_PAGE, everything, near, top
from reading.events.models import Course, Enrolment, Event
from reading.extensions import db
from reading.people.models import Resident


def course(course_id: uuid.UUID) -> Course | None:
    """Return the course; every course is public."""
    return db.session.get(Course, course_id)


def classes(course_id: uuid.UUID) -> list[Event]:
    """Return the classes of a course that are not cancelled, in their order."""
    found = select(Event).where(Event.course_id == course_id, Event.cancelled_at.is_(None))
    return everything(found.order_by(Event.starts_at, Event.id))


def courses(home: Community | None, *, now: datetime, limit: int = ON_A_PAGE) -> list[Course]:
    """Return courses with a class still to come; with ``home``, those of its city, near ones first."""
    to_come = select(Event.course_id).where(Event.ends_at > now, Event.cancelled_at.is_(None))
    found = (
        select(Course).join(Community, Community.code == Course.community_id).where(Course.id.in_(to_come))
    )
    if home is None:
        return everything(found.order_by(Course.created_at.desc(), Course.id).limit(limit))
    found = found.where(in_subtree(Community.path, top(home, 1)))
    return everything(
        found.order_by(near(Course.community_id, home), Course.created_at.desc(), Course.id).limit(limit)
    )


def enrolments(course_id: uuid.UUID, at: datetime | None = None) -> list[Enrolment]:
    """Return who is enrolled, in the order of their names; with ``at``, also who left only after that moment."""
    stands: ColumnElement[bool] = Enrolment.ended_at.is_(None)
    if at is not None:
        stands = or_(stands, Enrolment.ended_at > at)
    found = select(Enrolment).join(Resident, Resident.id == Enrolment.resident_id)
    return everything(
        found.where(Enrolment.course_id == course_id, stands).order_by(Resident.sort_key, Resident.id)
    )


def standing_enrolment(course_id: uuid.UUID, resident_id: uuid.UUID) -> Enrolment | None:
    """Return the resident's enrolment in the course."""
    found = select(Enrolment).where(Enrolment.course_id == course_id, Enrolment.resident_id == resident_id)
    return db.session.scalar(found.where(Enrolment.ended_at.is_(None)))
