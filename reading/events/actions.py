"""Every write of events, sign-ups and notices; those of courses are handed on from ``course_actions``.

``by`` is the id of the account that acts.
"""

import uuid
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from reading import clock
from reading.books import actions as books
from reading.books.rules import plain_title
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events import queries, seats
from reading.events.checks import OtherContent as OtherContent
from reading.events.checks import Unfit as Unfit
from reading.events.checks import check_times, page_of
from reading.events.checks import refuse_if_cancelled as refuse_if_cancelled
from reading.events.checks import refuse_if_course_cancelled as refuse_if_course_cancelled
from reading.events.checks import refuse_if_nothing_to_cancel as refuse_if_nothing_to_cancel
from reading.events.checks import refuse_if_of_others as refuse_if_of_others
from reading.events.checks import taking_part as taking_part
from reading.events.course_actions import add_make_up as add_make_up
from reading.events.course_actions import cancel_course as cancel_course
from reading.events.course_actions import change_course as change_course
from reading.events.course_actions import enrol_in_course as enrol_in_course
from reading.events.course_actions import leave_course as leave_course
from reading.events.course_actions import start_course as start_course
from reading.events.leaving import give_everything_up as give_everything_up
from reading.events.models import GIVEN_UP, SEATED, Event, Notice, Signup
from reading.events.rules import EventPlan, NewDate, digest, has_opened
from reading.events.seats import give_back as give_back
from reading.events.seats import give_seats as give_seats
from reading.events.seats import hold as hold
from reading.events.seats import move_up as move_up
from reading.events.timetable import check_clash
from reading.extensions import db
from reading.meanwhile import refuse_if_changed
from reading.people import consent_queries as consents
from reading.people import queries as people

TOLD_WHEN_CHANGED = ("venue", "starts_at", "ends_at")


@again_if_raced("pk_events", "events.id")
@action
def plan(event_id: uuid.UUID, sent: EventPlan, by: uuid.UUID | None) -> Event:
    """Plan an event; sent again with its id it is the same event.

    Raises ``Unfit`` for times that cannot be, ``OtherContent`` for an id that stands for another plan.
    """
    return planned(event_id, sent, by)


def planned(event_id: uuid.UUID, sent: EventPlan, by: uuid.UUID | None) -> Event:
    """As :func:`plan`, inside the caller's action."""
    known = queries.event(event_id)
    if known is not None:
        return _same(known, known.sent_digest == digest(sent), by)
    now = clock.now()
    check_times(sent.starts_at, sent.ends_at, now)
    event = Event(
        id=event_id, created_at=now, created_by=by, **_kept(sent, by, now), sent_digest=digest(sent)
    )
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


@action
def change(event_id: uuid.UUID, sent: EventPlan, by: uuid.UUID | None, seen: str | None = None) -> Event:
    """Change an event; who means to come is told of another time or venue, and new seats are given out.

    Raises ``Changed`` for another event than was ``seen``, ``Unfit`` for fewer seats than are taken, for times that
    cannot be, and for another day once the event has begun (its attendance is counted on that day). Refuses a
    cancelled event.
    """
    event, now = hold(event_id), clock.now()
    refuse_if_cancelled(event)
    columns = _kept(sent, by, now)
    refuse_if_changed(event, columns, seen)
    _check_change(event, sent, now)
    return _apply(event, columns, now)


@action
def move(event_id: uuid.UUID, to: NewDate, by: uuid.UUID | None, seen: str | None = None) -> Event:
    """Hold an event at another time or place; who means to come is told, and why. ``by`` is who moves it.

    Raises ``Changed`` and ``Unfit`` as ``change`` does. Refuses a cancelled event. A class stays a class of its course.
    """
    event, now = hold(event_id), clock.now()
    refuse_if_cancelled(event)
    columns = {"starts_at": to.starts_at, "ends_at": to.ends_at, "venue": to.venue}
    refuse_if_changed(event, columns, seen)
    _check_times(event, to.starts_at, to.ends_at, now)
    return _apply(event, columns, now, to.reason)


def _apply(event: Event, columns: dict[str, Any], now: datetime, reason: str = "") -> Event:
    told = [key for key in TOLD_WHEN_CHANGED if getattr(event, key) != columns[key]]
    before = {key: getattr(event, key) for key in told}
    for name, value in columns.items():
        setattr(event, name, value)
    db.session.flush()
    seats.tell_of_change(event, before, now, reason)
    seats.move_up(event, now)
    return event


def _check_change(event: Event, sent: EventPlan, now: datetime) -> None:
    if event.course_id is not None and sent.community != event.community_id:
        raise Unfit("community", _("A class is for whom its course is for; it cannot be moved elsewhere."))
    _check_times(event, sent.starts_at, sent.ends_at, now)
    seated = queries.seat_counts([event.id])[event.id].seated
    if sent.capacity is not None and sent.capacity < seated:
        sentence = ngettext(
            "%(num)d person has a place already; there cannot be fewer seats.",
            "%(num)d people have a place already; there cannot be fewer seats.",
            seated,
        )
        raise Unfit("capacity", sentence)


def _check_times(event: Event, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if (starts_at, ends_at) != (event.starts_at, event.ends_at):
        check_times(starts_at, ends_at, now)
        _check_move(event, starts_at, now)
        check_clash(event, starts_at, ends_at)


def _check_move(event: Event, starts_at: datetime, now: datetime) -> None:
    if has_opened(event.starts_at, now):
        if clock.city_date(starts_at) != clock.city_date(event.starts_at):
            raise Unfit("starts_at", _("Attendance is open already: the day can no longer be changed."))
    elif starts_at < now:
        raise Unfit("starts_at", _("This time has passed."))


@action
def cancel(event_id: uuid.UUID, reason: str, by: uuid.UUID | None) -> Event:
    """Cancel an event and tell who meant to come; the same word once more changes nothing.

    Refuses one that is over, or was cancelled by somebody else or for another reason.
    """
    event, now = hold(event_id), clock.now()
    if event.cancelled_at is not None and (event.cancelled_by, event.cancel_reason) == (by, reason):
        return event
    refuse_if_nothing_to_cancel(event, now)
    event.cancelled_at, event.cancelled_by, event.cancel_reason = now, by, reason
    seats.tell_of_cancellation(event, now)
    return event


@again_if_raced("pk_signups", "signups.id")
@action
def sign_up(
    event_id: uuid.UUID, resident_id: uuid.UUID, signup_id: uuid.UUID, by: uuid.UUID | None
) -> Signup:
    """Give the resident a seat, or a place on the waiting list when all are taken.

    Somebody signed up already keeps what they have. Raises ``OtherContent`` for an id that stands for another
    sign-up; refuses once the event has begun or is cancelled, and for a class of a course.
    """
    event = hold(event_id)
    known = db.session.get(Signup, signup_id)
    if known is not None:
        refuse_if_of_others(known.created_by, by)
        if (known.event_id, known.resident_id) != (event_id, resident_id):
            raise OtherContent(known)
        return known
    resident_id = people.held_standing([resident_id])[resident_id]
    standing = queries.standing_signup(event_id, resident_id)
    return standing or _new_signup(event, resident_id, signup_id, by)


def _new_signup(event: Event, resident_id: uuid.UUID, signup_id: uuid.UUID, by: uuid.UUID | None) -> Signup:
    now, resident = clock.now(), taking_part(resident_id, page_of(event))
    consents.refuse_if_withdrawn(resident_id, by)
    _refuse_if_closed(event, now)
    if event.course_id is not None:
        sentence = _("This class belongs to a course. Enrol in the course to take part.")
        raise Refused(sentence, back=page_of(event))
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
    event, now = hold(event_id), clock.now()
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
