"""Every write of courses and enrolments. ``by`` is the id of the account that acts."""

import uuid
from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events import queries, seats
from reading.events.checks import (
    OtherContent,
    Unfit,
    check_times,
    page_of_course,
    refuse_if_course_cancelled,
    refuse_if_of_others,
    taking_part,
)
from reading.events.models import Course, Enrolment, Event
from reading.events.rules import MOST_CLASSES, CoursePlan, CourseWords, MakeUpPlan, digest, taught
from reading.events.seats import hold
from reading.events.timetable import HOUR, check_clash, timetable
from reading.extensions import db
from reading.meanwhile import refuse_if_changed
from reading.people import consent_queries as consents
from reading.people import queries as people

PASSED_ON = ("title", "about", "host", "venue")


@again_if_raced("pk_courses", "courses.id")
@action
def start_course(course_id: uuid.UUID, sent: CoursePlan, by: uuid.UUID | None) -> Course:
    """Start a course with all its classes; sent again with its id it is the same course.

    Raises ``Unfit`` for what ``timetable`` finds wrong, ``OtherContent`` for an id that stands for another course.
    """
    known = queries.course(course_id)
    if known is not None:
        refuse_if_of_others(known.created_by, by)
        # Each class keeps the digest of the course it was planned with; later ones are of make-up classes.
        first = queries.event(_class_id(course_id, 1))
        if first is None or first.sent_digest != digest(sent):
            raise OtherContent(known)
        return known
    now = clock.now()
    times = timetable(sent, now)
    course = Course(
        id=course_id, community_id=sent.community, title=sent.title, about=sent.about, host=sent.host,
        venue=sent.venue, term=sent.term, required_hours=sent.required_hours, created_at=now, created_by=by,
    )  # fmt: skip
    course.events = [
        Event(
            id=_class_id(course_id, number), community_id=sent.community, kind="class",
            title=sent.title, about=sent.about, host=sent.host, venue=sent.venue, starts_at=starts_at,
            ends_at=ends_at, created_at=now, created_by=by, sent_digest=digest(sent),
        )
        for number, (starts_at, ends_at) in enumerate(times, start=1)
    ]  # fmt: skip
    db.session.add(course)
    return course


@action
def change_course(
    course_id: uuid.UUID, sent: CourseWords, by: uuid.UUID | None, seen: str | None = None
) -> Course:
    """Change a course, and with it its classes to come; what was changed of one of them alone stays.

    The enrolled are told once of another venue. Raises ``Changed`` for another course than was ``seen``, ``Unfit`` for
    more required hours than its classes last; refuses a cancelled course.
    """
    course, now = _hold(course_id), clock.now()
    refuse_if_course_cancelled(course)
    refuse_if_changed(course, asdict(sent), seen)
    if sent.required_hours * HOUR > taught(queries.classes(course_id)):
        raise Unfit("required_hours", _("All the classes together do not last that many hours."))
    old = {name: getattr(course, name) for name in PASSED_ON}
    for name, value in asdict(sent).items():
        setattr(course, name, value)
    _pass_on(course, old, now)
    return course


def _pass_on(course: Course, old: dict[str, str], now: datetime) -> None:
    """Give the classes to come what the course has now where they had what it had before."""
    moved = []
    for event in _to_come(course, now):
        if event.venue == old["venue"] != course.venue:
            moved.append(event)
        for name in PASSED_ON:
            if getattr(event, name) == old[name]:
                setattr(event, name, getattr(course, name))
    db.session.flush()
    if moved:
        # Once for all of them, on the next one: nobody reads twelve notices.
        seats.tell_of_change(moved[0], {"venue": old["venue"]}, now)


@action
def cancel_course(course_id: uuid.UUID, reason: str, by: uuid.UUID | None) -> Course:
    """Cancel what is still to come of a course, and tell each of the enrolled once.

    The same word once more changes nothing. Refuses a course that has no class to come, or was cancelled by somebody
    else or for another reason.
    """
    course, now = _hold(course_id), clock.now()
    if course.cancelled_at is not None and (course.cancelled_by, course.cancel_reason) == (by, reason):
        return course
    refuse_if_course_cancelled(course)
    rest = _to_come(course, now)
    if not rest:
        raise Refused(_("All classes of this course are over."), back=page_of_course(course))
    told: list[Course | Event] = [course, *rest]
    for one in told:
        one.cancelled_at, one.cancelled_by, one.cancel_reason = now, by, reason
    seats.take_back([event.id for event in rest], now)
    seats.tell_of_cancellation(rest[0], now)
    return course


def _to_come(course: Course, now: datetime) -> list[Event]:
    return [hold(event.id) for event in queries.classes(course.id) if event.starts_at > now]


@again_if_raced("pk_events", "events.id")
@action
def add_make_up(event_id: uuid.UUID, course_id: uuid.UUID, sent: MakeUpPlan, by: uuid.UUID | None) -> Event:
    """Add a class that makes up for another of the course; everybody enrolled may come, and is told.

    Sent again with its id it is the same class. Raises ``Unfit`` for a class that cannot be made up for, for
    times that cannot be, and for too many classes; ``OtherContent`` for an id that stands for another class.
    """
    known = queries.event(event_id)
    if known is not None:
        refuse_if_of_others(known.created_by, by)
        if (known.course_id, known.sent_digest) != (course_id, digest(sent)):
            raise OtherContent(known)
        return known
    course, now = _hold(course_id), clock.now()
    refuse_if_course_cancelled(course)
    original = _made_up(course, sent.makes_up)
    check_times(sent.starts_at, sent.ends_at, now)
    event = Event(
        id=event_id, course_id=course_id, community_id=course.community_id, kind="class", title=original.title,
        about=original.about, host=course.host, venue=sent.venue, starts_at=sent.starts_at, ends_at=sent.ends_at,
        makes_up_id=original.id, created_at=now, created_by=by, sent_digest=digest(sent),
    )  # fmt: skip
    check_clash(event, sent.starts_at, sent.ends_at)
    db.session.add(event)
    db.session.flush()
    seats.tell_of_make_up(event, now)
    return event


def _made_up(course: Course, event_id: str) -> Event:
    """Return the class of the course with this id, if a make-up class may make up for it."""
    original = next((one for one in course.events if str(one.id) == event_id), None)
    if original is None or original.makes_up_id is not None:
        raise Unfit("makes_up", _("Choose the class it makes up for."))
    if len(queries.classes(course.id)) >= MOST_CLASSES:
        raise Unfit("starts_at", _("A course may have at most %(most)d classes.", most=MOST_CLASSES))
    return original


def _class_id(course_id: uuid.UUID, number: int) -> uuid.UUID:
    return uuid.uuid5(course_id, str(number))


@again_if_raced("pk_enrolments", "enrolments.id")
@action
def enrol_in_course(
    course_id: uuid.UUID, resident_id: uuid.UUID, enrolment_id: uuid.UUID, by: uuid.UUID | None
) -> Enrolment:
    """Enrol the resident: they stand on the roster of each class. Who is enrolled already stays so.

    Raises ``OtherContent`` for an id that stands for another enrolment; refuses once the last class is over.
    """
    course = _hold(course_id)
    known = db.session.get(Enrolment, enrolment_id)
    if known is not None:
        refuse_if_of_others(known.enrolled_by, by)
        if (known.course_id, known.resident_id) != (course_id, resident_id):
            raise OtherContent(known)
        return known
    resident_id = people.held_standing([resident_id])[resident_id]
    standing, now = queries.standing_enrolment(course_id, resident_id), clock.now()
    if standing is not None:
        return standing
    consents.refuse_if_withdrawn(resident_id, by)
    refuse_if_course_cancelled(course)
    if not any(event.ends_at > now for event in queries.classes(course_id)):
        raise Refused(_("All classes of this course are over."), back=page_of_course(course))
    resident = taking_part(resident_id, page_of_course(course))
    enrolment = Enrolment(
        id=enrolment_id, course_id=course_id, resident_id=resident_id, community_id=resident.community_id,
        enrolled_at=now, enrolled_by=by,
    )  # fmt: skip
    db.session.add(enrolment)
    return enrolment


@action
def leave_course(course_id: uuid.UUID, resident_id: uuid.UUID) -> None:
    """End the resident's enrolment; attended classes stay counted. Who is not enrolled has nothing to leave."""
    course, now = _hold(course_id), clock.now()
    standing = queries.standing_enrolment(course_id, resident_id)
    if standing is not None:
        standing.ended_at = now
        seats.take_back([event.id for event in course.events], now, resident_id)


def _hold(course_id: uuid.UUID) -> Course:
    return db.session.scalars(select(Course).where(Course.id == course_id).with_for_update(of=Course)).one()
