"""Every write of attendance. Marks are only ever added; the attendance follows them."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.attendance import queries
from reading.attendance.models import CAME, UNDONE, Attendance, Mark
from reading.attendance.rules import (
    MarkAnswer,
    MarkSent,
    bounded,
    check_in_window,
    marking_window,
)
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events.actions import OtherContent, refuse_if_of_others
from reading.events.models import Event
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.people import queries as people
from reading.people.models import Account, Resident
from reading.templating import date_words, time_words

# So many marks are written in one transaction; a long one would keep everybody else waiting.
AT_ONCE = 50


def mark(
    event_id: uuid.UUID, marks: Sequence[MarkSent], by: Account, method: str = "roster"
) -> list[MarkAnswer]:
    """Keep the marks of a roster and return what became of each, in order.

    One that was refused does not hold back the others. What is answered "stored" is on disk.
    """
    answers: list[MarkAnswer] = []
    for first in range(0, len(marks), AT_ONCE):
        answers += _mark_some(event_id, marks[first : first + AT_ONCE], by, method)
    return answers


@again_if_raced("pk_attendance", "attendance.id")
@again_if_raced("pk_marks", "marks.id")
@action
def _mark_some(event_id: uuid.UUID, marks: Sequence[MarkSent], by: Account, method: str) -> list[MarkAnswer]:
    taking = _Taking(event_id, [sent.resident_id for sent in marks], by.id, method)
    known = queries.marks([sent.id for sent in marks])
    people_here = queries.markable(taking.event, by, taking.resident_ids)
    answers = []
    for sent in marks:
        answer = _known_answer(known.get(sent.id), sent, event_id, by.id)
        if answer is None:
            why = taking.refusal(people_here.get(sent.resident_id), sent)
            answer = MarkAnswer(str(sent.id), "refused", why) if why else MarkAnswer(str(sent.id), "stored")
            if not why:
                known[sent.id] = taking.store(sent)
        answers.append(answer)
    taking.settle()
    return answers


def _known_answer(
    known: Mark | None, sent: MarkSent, event_id: uuid.UUID, by: uuid.UUID
) -> MarkAnswer | None:
    """Return the answer for an id that came before, None for a new one."""
    if known is None:
        return None
    if known.made_by != by:
        return MarkAnswer(str(sent.id), "refused", _("This form has been used already. Open the page again."))
    if (known.event_id, known.resident_id, known.status) == (event_id, sent.resident_id, sent.status):
        return MarkAnswer(str(sent.id), "duplicate")
    why = _("This mark was sent before with other content; the first one stands.")
    return MarkAnswer(str(sent.id), "conflict", why, (known.resident_id, known.status))


class _Taking:
    """The writing of marks at one event, inside one transaction.

    The event's row is shared with other takers but not with who changes or cancels it; the residents' rows
    are held in one order, so that two rosters never wait for each other.
    """

    def __init__(
        self, event_id: uuid.UUID, residents: Sequence[uuid.UUID], by: uuid.UUID, method: str
    ) -> None:
        self.resident_ids, self.by, self.method = sorted(set(residents)), by, method
        self.now = clock.now()
        self.event = db.session.scalars(
            select(Event).where(Event.id == event_id).with_for_update(read=True, of=Event)
        ).one()
        self.on = clock.city_date(self.event.starts_at)
        db.session.execute(
            select(Resident.id)
            .where(Resident.id.in_(self.resident_ids))
            .order_by(Resident.id)
            .with_for_update(of=Resident)
        )
        self.attendances = queries.attendances(event_id, self.resident_ids)
        self.moved: set[uuid.UUID] = set()

    def refusal(self, resident: Resident | None, sent: MarkSent) -> str | None:
        """Return why the roster cannot take this mark, None when it can."""
        if resident is None:
            return _("There is no such person on this roster or in this community.")
        if resident.account_id == self.by:
            return _("You cannot mark yourself or your own household. Ask a colleague to do it.")
        if sent.status == UNDONE:
            attendance = self.attendances.get(resident.id)
            nothing = attendance is None or attendance.status == UNDONE
            return _("There is no mark to undo.") if nothing else None
        if self.event.cancelled_at is not None:
            return _("This event has been cancelled.")
        opens, closes = marking_window(self.event.starts_at, self.event.ends_at)
        if self.now < opens:
            return _("Attendance opens at %(time)s.", time=_moment(opens, self.now))
        if self.now > closes:
            return _("Attendance was open until %(time)s.", time=_moment(closes, self.now))
        return None

    def store(self, sent: MarkSent) -> Mark:
        """Add the mark to the history and let the attendance follow it."""
        happened_at = bounded(sent.happened_at, self.now)
        attendance = self.attendances.get(sent.resident_id)
        if attendance is None:
            attendance = self._first(sent, happened_at)
        elif attendance.status != sent.status:
            self._follow(attendance, sent.status, happened_at)
        kept = Mark(
            id=sent.id, event_id=self.event.id, resident_id=sent.resident_id,
            community_id=attendance.community_id, status=sent.status, method=self.method,
            happened_at=happened_at, arrived_at=self.now, made_by=self.by,
        )  # fmt: skip
        db.session.add(kept)
        return kept

    def _first(self, sent: MarkSent, happened_at: datetime) -> Attendance:
        attendance = Attendance(
            id=sent.id, event_id=self.event.id, resident_id=sent.resident_id, status=sent.status,
            community_id=people.community_on(sent.resident_id, self.on), on=self.on, method=self.method,
            happened_at=happened_at, arrived_at=self.now,
        )  # fmt: skip
        db.session.add(attendance)
        self.attendances[sent.resident_id] = attendance
        if sent.status in CAME:
            self.moved.add(sent.resident_id)
        return attendance

    def _follow(self, attendance: Attendance, status: str, happened_at: datetime) -> None:
        came, comes = attendance.status in CAME, status in CAME
        attendance.status = status
        if came == comes:
            return
        self.moved.add(attendance.resident_id)
        if comes:
            attendance.happened_at, attendance.arrived_at = happened_at, self.now
            attendance.method = self.method

    def settle(self) -> None:
        """Bring stamps and points of everybody whose coming changed up to date."""
        db.session.flush()
        for resident_id in sorted(self.moved):
            learning_days.settle(resident_id, {self.on})


def _moment(moment: datetime, now: datetime) -> str:
    """Return the time of day, with the date when that is not today's."""
    if clock.city_date(moment) == clock.city_date(now):
        return time_words(moment)
    return f"{date_words(moment)} {time_words(moment)}"


@again_if_raced("pk_attendance", "attendance.id")
@again_if_raced("pk_marks", "marks.id")
@action
def check_in(event_id: uuid.UUID, resident_id: uuid.UUID, mark_id: uuid.UUID, by: Account) -> Attendance:
    """Note that somebody of one's own household came, by the event's link; whoever is in stays in.

    Refuses outside the window (30 minutes before the start to the end) and when the event is cancelled.
    Raises ``OtherContent`` for an id that stands for another mark of this account.
    """
    taking = _Taking(event_id, [resident_id], by.id, "link")
    known = queries.marks([mark_id]).get(mark_id)
    if known is not None:
        refuse_if_of_others(known.made_by, by.id)
        if (known.event_id, known.resident_id) != (event_id, resident_id):
            raise OtherContent(known)
    standing = taking.attendances.get(resident_id)
    if standing is not None and (known is not None or standing.status in CAME):
        return standing
    _refuse_outside_window(taking.event, taking.now)
    taking.store(MarkSent(mark_id, resident_id, "present"))
    taking.settle()
    return taking.attendances[resident_id]


def _refuse_outside_window(event: Event, now: datetime) -> None:
    if event.cancelled_at is not None:
        raise Refused(_("This event has been cancelled."))
    opens, closes = check_in_window(event.starts_at, event.ends_at)
    if now < opens:
        raise Refused(_("Check-in opens at %(time)s.", time=_moment(opens, now)))
    if now > closes:
        raise Refused(_("Check-in closed when the event ended. Ask the host to note that you came."))
