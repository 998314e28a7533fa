"""What the writes of events refuse, and what they do with something sent twice."""

import uuid
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from reading.errors import Refused
from reading.events.models import Course, Event
from reading.events.rules import trouble_with_times
from reading.extensions import db
from reading.people.models import Resident


class Unfit(Refused):
    """One field of a form says what cannot be; ``field`` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class OtherContent(Exception):
    """This id already stands for something else that the same person sent: ``kept``."""

    def __init__(self, kept: Any) -> None:
        super().__init__()
        self.kept = kept


def refuse_if_of_others(owner: uuid.UUID | None, by: uuid.UUID | None) -> None:
    """Refuse an id that stands for somebody else's record, telling nothing of that record."""
    if owner != by:
        raise Refused(_("This form has been used already. Open the page again."))


def check_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raise ``Unfit`` when an event cannot be held at these times."""
    sentences = {
        "ends_first": ("ends_at", _("The end must come after the start.")),
        "too_long": ("ends_at", _("An event may last 24 hours at most. Check the dates.")),
        "too_long_ago": ("starts_at", _("This was more than 31 days ago and can no longer be recorded.")),
        "too_far_ahead": ("starts_at", _("This is more than two years ahead. Check the year.")),
    }
    trouble = trouble_with_times(starts_at, ends_at, now)
    if trouble is not None:
        raise Unfit(*sentences[trouble])


def refuse_if_cancelled(event: Event) -> None:
    """Refuse what cannot be done to a cancelled event: before its form is filled in, as after."""
    if event.cancelled_at is not None:
        raise Refused(_("This event has been cancelled already."), back=page_of(event))


def refuse_if_nothing_to_cancel(event: Event, now: datetime) -> None:
    """Refuse to cancel an event that is over or cancelled already: before its form is filled in, as after."""
    refuse_if_cancelled(event)
    if event.ends_at <= now:
        raise Refused(_("This event is over; it can no longer be cancelled."), back=page_of(event))


def refuse_if_course_cancelled(course: Course) -> None:
    """As :func:`refuse_if_cancelled`, of a course."""
    if course.cancelled_at is not None:
        raise Refused(_("This course has been cancelled."), back=page_of_course(course))


def page_of(event: Event) -> str:
    """Return the path of the event's page (design §8 fixes it; a command has no request to ask)."""
    return f"/events/{event.id}"


def page_of_course(course: Course) -> str:
    """Return the path of the course's page."""
    return f"/courses/{course.id}"


def taking_part(resident_id: uuid.UUID, back: str) -> Resident:
    """Return the resident, of whom a record is about to be written. Refuses who left, or was erased meanwhile.

    Their row is shared until the transaction ends: whoever leaves at this moment waits, and gives this up too.
    """
    held = select(Resident).where(Resident.id == resident_id).with_for_update(read=True, of=Resident)
    resident = db.session.scalar(held.execution_options(populate_existing=True))
    if resident is None or resident.left_at is not None:
        raise Refused(_("This person takes part no more."), back=back)
    return resident
