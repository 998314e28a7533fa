"""What a check-in on one's own phone asks and writes, in few statements: a full hall does it within a minute.

Plain tables and :class:`~reading.plain.Plain` statements: through the ORM the same took twice as many, and several
times as long.
"""

import uuid
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Executable, and_, exists, insert, or_, select

from reading.attendance.models import WAITING, Attendance, Guest, Mark
from reading.events.models import Event
from reading.people.record_queries import PERSON, may_be_written
from reading.plain import Plain, told

_EVENT: Any = Event.__table__
_MARK: Any = Mark.__table__
_ATTENDANCE: Any = Attendance.__table__
_GUEST: Any = Guest.__table__.c


class Evening(NamedTuple):
    """When an event is, as far as it takes to check in."""

    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None


class Arriving(NamedTuple):
    """Whether somebody, or this very mark, is known at the event already; else what else there is to ask."""

    is_known: bool
    has_withdrawn: bool
    lived_in: str | None


def held_evening(event_id: uuid.UUID) -> Evening:
    """Return the event's times; until the transaction ends nobody changes or cancels it, as in ``held.event``."""
    ((starts_at, ends_at, cancelled_at),) = _HELD.rows({"event": event_id})
    return Evening(starts_at, ends_at, cancelled_at)


def arriving(event_id: uuid.UUID, resident_id: uuid.UUID, mark_id: uuid.UUID, on: date) -> Arriving:
    """Return what stands of a resident who is held, at an event on this day."""
    values = {"event": event_id, "resident": resident_id, "mark": mark_id, "day": on}
    rows = _ARRIVING.rows(values)
    # Nobody of this id is left to the longer way, which says so.
    is_known, has_withdrawn, lived_in = rows[0] if rows else (True, False, None)
    return Arriving(bool(is_known), bool(has_withdrawn), lived_in)


def write(mark: dict[str, Any], attendance: dict[str, Any]) -> None:
    """Write somebody's first mark at an event, and the attendance that follows from it."""
    _MARKED.run(mark)
    _CAME.run(attendance)


def _arriving() -> Executable:
    event, resident = told("event", _MARK.c.event_id.type), PERSON.c.id
    matched = exists().where(
        _GUEST.id == _MARK.c.guest_id, _GUEST.resident_id == resident, _GUEST.status != WAITING
    )
    known = or_(
        exists().where(_MARK.c.id == told("mark", _MARK.c.id.type)),
        exists().where(_ATTENDANCE.c.event_id == event, _ATTENDANCE.c.resident_id == resident),
        exists().where(_MARK.c.event_id == event, _MARK.c.resident_id == resident),
        exists().where(and_(_MARK.c.event_id == event, _MARK.c.guest_id.is_not(None), matched)),
    )
    _left_at, *asked = may_be_written(told("day", _ATTENDANCE.c.on.type))
    return select(known, *asked).where(resident == told("resident", resident.type))


def _held() -> Executable:
    found = select(*(_EVENT.c[name] for name in Evening._fields))
    return found.where(_EVENT.c.id == told("event", _EVENT.c.id.type)).with_for_update(read=True)


def _row_of(table: Any) -> Executable:
    return insert(table).values({one.name: told(one.name, one.type) for one in table.c})


_HELD, _ARRIVING = Plain(_held), Plain(_arriving)
_MARKED, _CAME = Plain(lambda: _row_of(_MARK)), Plain(lambda: _row_of(_ATTENDANCE))
