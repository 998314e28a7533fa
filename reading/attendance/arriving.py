"""Checking in on one's own phone: the way a full hall takes, in few statements, and the longer one for whoever was
marked before."""

import uuid
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from reading import clock
from reading.attendance import arriving_queries, queries
from reading.attendance.arriving_queries import Arriving, Evening
from reading.attendance.models import CAME, CLOCK, OTHER_DAY, PRESENT
from reading.attendance.refusals import moment_words
from reading.attendance.rules import MarkSent, check_in_window, corrected
from reading.attendance.taking import attendance_id, take
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events.actions import OtherContent, refuse_if_of_others
from reading.events.models import Event
from reading.learning_days import actions as learning_days
from reading.people import consent_queries as consents
from reading.people.record_queries import NotOwn
from reading.plain import together
from reading.points.rules import ATTENDANCE, Record


@again_if_raced("pk_attendance", "attendance.id")
@again_if_raced("pk_marks", "marks.id")
@action
def check_in(
    event_id: uuid.UUID, resident_id: uuid.UUID, mark_id: uuid.UUID, by: uuid.UUID,
    *, opened_at: datetime | None = None, method: str, own_only: bool = False,
) -> None:  # fmt: skip
    """Note that somebody of one's own household came; whoever is in stays in.

    ``opened_at`` is when the page was opened in the hall (now, if None): that is when they came. Refuses
    outside the window (30 minutes before the start to the end) and when the event is cancelled. Raises
    ``OtherContent`` for an id that stands for another mark of this account; and with ``own_only`` ``NotOwn``, for
    anybody but the household, or an event there is not.
    """
    now = clock.now()
    # Most events are on the day on which one comes to them.
    day = clock.city_date(opened_at or now)
    asked = _asked(event_id, resident_id, mark_id, day)
    event, person = asked.event, asked.person
    if own_only and (event is None or person is None or not person.is_own(by)):
        raise NotOwn
    if event is None or person is None or person.merged_into_id is not None or asked.is_known:
        _check_in_again(event_id, resident_id, mark_id, by, opened_at or now, method)
        return
    on = clock.city_date(event.starts_at)
    if on != day:
        asked = _asked(event_id, resident_id, mark_id, on)
        person = asked.person or person
    if person.has_withdrawn:
        raise consents.refusal(resident_id, by)
    _refuse_outside_window(event, opened_at or now, now)
    if person.lived_in is None:
        raise LookupError(resident_id)
    same = {
        "event_id": event_id, "resident_id": resident_id, "community_id": person.lived_in, "status": PRESENT,
        "method": method, "arrived_at": now,
    }  # fmt: skip
    _write_first(mark_id, event, on, opened_at or now, by, same, asked)


def _asked(event_id: uuid.UUID, resident_id: uuid.UUID, mark_id: uuid.UUID, on: date) -> Arriving:
    settling = learning_days.asking(resident_id, on)
    return arriving_queries.arriving(event_id, resident_id, mark_id, on, settling)


def _write_first(
    mark_id: uuid.UUID, event: Evening, on: date, came_at: datetime, by: uuid.UUID, same: dict[str, Any],
    asked: Arriving,
) -> None:  # fmt: skip
    """Write the mark and the attendance of who was never marked at the event, as ``Taking.store`` and what follows."""
    happened_at, clock_was_wrong = corrected(came_at, 0, same["arrived_at"])
    is_other_day = not on <= clock.city_date(happened_at) <= clock.city_date(event.ends_at)
    flags = [flag for flag, raised in ((OTHER_DAY, is_other_day), (CLOCK, clock_was_wrong)) if raised]
    mark = {
        "id": mark_id, "guest_id": None, "card_id": None, "reason": "", "seen": [], "flags": flags,
        "clock_offset": 0, "happened_at": happened_at, "made_by": by,
    }  # fmt: skip
    resident_id: uuid.UUID = same["resident_id"]
    came_id = attendance_id(same["event_id"], resident_id)
    came = {"id": came_id, "on": on, "happened_at": happened_at}
    written = arriving_queries.writing(same | mark, same | came)
    record = Record(ATTENDANCE, came_id, same["community_id"], on, same["arrived_at"])
    settled = learning_days.with_new(resident_id, record, asked.stamps, asked.standing)
    if settled is None:
        together(*written)
        learning_days.settle_locked([resident_id], {on})
    else:
        together(*written, *settled.sent, last=True)


def _check_in_again(
    event_id: uuid.UUID,
    resident_id: uuid.UUID,
    mark_id: uuid.UUID,
    by: uuid.UUID,
    came_at: datetime,
    method: str,
) -> None:
    """As :func:`check_in`, for who was marked at the event before, or under an id that was."""
    taking, standing_for = take(event_id, [resident_id])
    resident_id = standing_for[resident_id]
    known = queries.marks([mark_id]).get(mark_id)
    if known is not None:
        refuse_if_of_others(known.made_by, by)
        if (known.event_id, known.resident_id) != (event_id, resident_id):
            raise OtherContent(known)
    standing = taking.attendances.get(resident_id)
    if standing is not None and (known is not None or standing.status in CAME):
        return
    consents.refuse_if_withdrawn(resident_id, by)
    _refuse_outside_window(taking.event, came_at, taking.now)
    taking.store(MarkSent(mark_id, resident_id, PRESENT, came_at), method, by)
    taking.settle()


def _refuse_outside_window(event: Event | Evening, came_at: datetime, now: datetime) -> None:
    if event.cancelled_at is not None:
        raise Refused(_("This event has been cancelled."))
    opens, closes = check_in_window(event.starts_at, event.ends_at)
    if came_at < opens:
        raise Refused(_("Check-in opens: %(time)s.", time=moment_words(opens, now)))
    if came_at > closes:
        raise Refused(_("Check-in closed when the event ended. Ask the host to note that you came."))
