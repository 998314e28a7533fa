"""Every write of events, sign-ups, notices and courses. ``by`` is the id of the account that acts."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from reading import clock
from reading.books import actions as books
from reading.books.rules import plain_title
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events import queries, seats
from reading.events.checks import OtherContent as OtherContent
from reading.events.checks import Unfit as Unfit
from reading.events.checks import check_times, new_keys, page_of
from reading.events.checks import refuse_if_of_others as refuse_if_of_others
from reading.events.models import GIVEN_UP, SEATED, Course, Enrolment, Event, Notice, Signup
from reading.events.rules import CoursePlan, EventPlan, digest, has_opened, times_of_classes
from reading.extensions import db
from reading.people.models import Resident

HOUR = timedelta(hours=1)
TOLD_WHEN_CHANGED = ("venue", "starts_at", "ends_at")


@again_if_raced("pk_events", "events.id")
@action
def plan(event_id: uuid.UUID, sent: EventPlan, by: uuid.UUID | None) -> Event:
    """Plan an event; sent again with its id it is the same event.

    Raises ``Unfit`` for times that cannot be, ``OtherContent`` for an id that stands for another plan.
    """
    known = queries.event(event_id)
    if known is not None:
        return _same(known, known.sent_digest == digest(sent), by)
    now = clock.now()
    check_times(sent.starts_at, sent.ends_at, now)
    event = Event(id=event_id, created_at=now, created_by=by, **_kept(sent, by, now), **new_keys(sent))
    db.session.add(event)
    return event


def _same(known: Event, same_content: bool, by: uuid.UUID | None) -> Event:
    refuse_if_of_others(known.created_by, by)
    if not same_content:
        raise OtherContent(known)
    return known


def _kept(sent: EventPlan, by: uuid.UUID | None, at: datetime) -> dict[str, Any]:
    """Return the columns of an event that say what was planned."""
    titled = plain_title(sent.book)
    book = books.find_or_add(titled, by=by, at=at) if titled else None
    return {
        "kind": sent.kind,
        "title": sent.title,
        "community_id": sent.community,
        "book_id": book.id if book else None,
        "host": sent.host,
        "about": sent.about,
        "venue": sent.venue,
        "starts_at": sent.starts_at,
        "ends_at": sent.ends_at,
        "capacity": sent.capacity,
    }


def _locked(event_id: uuid.UUID) -> Event:
    """Return the event, held by this transaction alone until its end."""
    return db.session.scalars(select(Event).where(Event.id == event_id).with_for_update(of=Event)).one()


@action
def change(event_id: uuid.UUID, sent: EventPlan, by: uuid.UUID | None) -> Event:
    """Change an event; who means to come is told of another time or venue, and new seats are given out.

    Raises ``Unfit`` for fewer seats than are taken, for times that cannot be, and for another day once the
    event has begun (its attendance is counted on that day). Refuses a cancelled event.
    """
    event, now = _locked(event_id), clock.now()
    _refuse_if_cancelled(event)
    _check_change(event, sent, now)
    columns = _kept(sent, by, now)
    before = {key: getattr(event, key) for key in TOLD_WHEN_CHANGED if getattr(event, key) != columns[key]}
    for name, value in columns.items():
        setattr(event, name, value)
    db.session.flush()
    seats.tell_of_change(event, before, now)
    seats.move_up(event, now)
    return event


def _check_change(event: Event, sent: EventPlan, now: datetime) -> None:
    if (sent.starts_at, sent.ends_at) != (event.starts_at, event.ends_at):
        check_times(sent.starts_at, sent.ends_at, now)
        _check_move(event, sent.starts_at, now)
    seated = queries.seat_counts([event.id])[event.id].seated
    if sent.capacity is not None and sent.capacity < seated:
        sentence = ngettext(
            "%(num)d person has a place already; there cannot be fewer seats.",
            "%(num)d people have a place already; there cannot be fewer seats.",
            seated,
        )
        raise Unfit("capacity", sentence)


def _check_move(event: Event, starts_at: datetime, now: datetime) -> None:
    if has_opened(event.starts_at, now):
        if clock.city_date(starts_at) != clock.city_date(event.starts_at):
            raise Unfit("starts_at", _("The event has begun: its day can no longer be changed."))
    elif starts_at < now:
        raise Unfit("starts_at", _("This time has passed."))


@action
def cancel(event_id: uuid.UUID, reason: str, by: uuid.UUID | None) -> Event:
    """Cancel an event and tell who meant to come. Refuses one that is cancelled already or over."""
    event, now = _locked(event_id), clock.now()
    _refuse_if_cancelled(event)
    if event.ends_at <= now:
        raise Refused(_("This event is over; it can no longer be cancelled."), back=page_of(event))
    event.cancelled_at, event.cancelled_by, event.cancel_reason = now, by, reason
    seats.tell_of_cancellation(event, now)
    return event


def _refuse_if_cancelled(event: Event) -> None:
    if event.cancelled_at is not None:
        raise Refused(_("This event has been cancelled already."), back=page_of(event))


@again_if_raced("pk_signups", "signups.id")
@action
def sign_up(
    event_id: uuid.UUID, resident_id: uuid.UUID, signup_id: uuid.UUID, by: uuid.UUID | None
) -> Signup:
    """Give the resident a seat, or a place on the waiting list when all are taken.

    Somebody signed up already keeps what they have. Raises ``OtherContent`` for an id that stands for another
    sign-up; refuses once the event has begun or is cancelled, and for a class of a course.
    """
    event = _locked(event_id)
    known = db.session.get(Signup, signup_id)
    if known is not None:
        refuse_if_of_others(known.created_by, by)
        if (known.event_id, known.resident_id) != (event_id, resident_id):
            raise OtherContent(known)
        return known
    standing = queries.standing_signup(event_id, resident_id)
    return standing or _new_signup(event, resident_id, signup_id, by)


def _new_signup(event: Event, resident_id: uuid.UUID, signup_id: uuid.UUID, by: uuid.UUID | None) -> Signup:
    now = clock.now()
    _refuse_if_closed(event, now)
    if event.course_id is not None:
        sentence = _("This class belongs to a course. Enrol in the course to take part.")
        raise Refused(sentence, back=page_of(event))
    resident = db.session.get_one(Resident, resident_id)
    state = seats.state_for_next(event)
    signup = Signup(
        id=signup_id, event_id=event.id, resident_id=resident_id, community_id=resident.community_id,
        state=state, created_at=now, created_by=by, seated_at=now if state == SEATED else None,
    )  # fmt: skip
    db.session.add(signup)
    return signup


def _refuse_if_closed(event: Event, now: datetime) -> None:
    if event.cancelled_at is not None:
        raise Refused(_("This event has been cancelled."), back=page_of(event))
    if event.starts_at <= now:
        raise Refused(_("It has begun; sign-up is closed. Just come along."), back=page_of(event))


@action
def give_up(event_id: uuid.UUID, resident_id: uuid.UUID) -> None:
    """Give up the resident's seat or place on the waiting list, and seat who waits; nothing to give up is fine."""
    event, now = _locked(event_id), clock.now()
    signup = queries.standing_signup(event_id, resident_id)
    if signup is None:
        return
    if event.starts_at <= now:
        raise Refused(_("It has begun; a place can no longer be given up."), back=page_of(event))
    signup.state, signup.given_up_at = GIVEN_UP, now
    seats.take_back([event_id], now, resident_id)
    db.session.flush()
    seats.move_up(event, now)


@action
def see_notice(notice_id: uuid.UUID) -> None:
    """Take a notice off the home page."""
    notice = db.session.get_one(Notice, notice_id)
    notice.seen_at = notice.seen_at or clock.now()


@again_if_raced("pk_courses", "courses.id")
@action
def start_course(course_id: uuid.UUID, sent: CoursePlan, by: uuid.UUID | None) -> Course:
    """Start a course with all its weekly classes; sent again with its id it is the same course.

    Raises ``Unfit`` for times that cannot be and for more required hours than the classes last together.
    """
    known = queries.course(course_id)
    if known is not None:
        refuse_if_of_others(known.created_by, by)
        # Each class keeps the digest of the course it was planned with.
        if not known.events or known.events[0].sent_digest != digest(sent):
            raise OtherContent(known)
        return known
    now = clock.now()
    times = _times_of(sent, now)
    course = Course(
        id=course_id, community_id=sent.community, title=sent.title, about=sent.about, host=sent.host,
        venue=sent.venue, required_hours=sent.required_hours, created_at=now, created_by=by,
    )  # fmt: skip
    course.events = [
        Event(
            id=uuid.uuid5(course_id, str(number)), community_id=sent.community, kind="class",
            title=sent.title, about=sent.about, host=sent.host, venue=sent.venue, starts_at=starts_at,
            ends_at=ends_at, created_at=now, created_by=by, **new_keys(sent),
        )
        for number, (starts_at, ends_at) in enumerate(times, start=1)
    ]  # fmt: skip
    db.session.add(course)
    return course


def _times_of(sent: CoursePlan, now: datetime) -> list[tuple[datetime, datetime]]:
    check_times(sent.starts_at, sent.ends_at, now)
    start, end = clock.city_time(sent.starts_at), clock.city_time(sent.ends_at)
    times = times_of_classes(start, end, sent.classes)
    if sent.required_hours > sent.classes * (sent.ends_at - sent.starts_at) / HOUR:
        raise Unfit("required_hours", _("All the classes together do not last that many hours."))
    return times


@again_if_raced("pk_enrolments", "enrolments.id")
@action
def enrol_in_course(
    course_id: uuid.UUID, resident_id: uuid.UUID, enrolment_id: uuid.UUID, by: uuid.UUID | None
) -> Enrolment:
    """Enrol the resident: they stand on the roster of each class. Who is enrolled already stays so.

    Raises ``OtherContent`` for an id that stands for another enrolment; refuses once the last class is over.
    """
    course = _locked_course(course_id)
    known = db.session.get(Enrolment, enrolment_id)
    if known is not None:
        refuse_if_of_others(known.enrolled_by, by)
        if (known.course_id, known.resident_id) != (course_id, resident_id):
            raise OtherContent(known)
        return known
    standing, now = queries.standing_enrolment(course_id, resident_id), clock.now()
    if standing is not None:
        return standing
    if not any(event.ends_at > now and event.cancelled_at is None for event in course.events):
        raise Refused(_("All classes of this course are over."))
    resident = db.session.get_one(Resident, resident_id)
    enrolment = Enrolment(
        id=enrolment_id, course_id=course_id, resident_id=resident_id, community_id=resident.community_id,
        enrolled_at=now, enrolled_by=by,
    )  # fmt: skip
    db.session.add(enrolment)
    return enrolment


@action
def leave_course(course_id: uuid.UUID, resident_id: uuid.UUID) -> None:
    """End the resident's enrolment; attended classes stay counted. Who is not enrolled has nothing to leave."""
    course, now = _locked_course(course_id), clock.now()
    standing = queries.standing_enrolment(course_id, resident_id)
    if standing is not None:
        standing.ended_at = now
        seats.take_back([event.id for event in course.events], now, resident_id)


def _locked_course(course_id: uuid.UUID) -> Course:
    return db.session.scalars(select(Course).where(Course.id == course_id).with_for_update(of=Course)).one()
