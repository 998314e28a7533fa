"""What a check-in on one's own phone asks and writes, in few statements: a full hall does it within a minute.

Plain tables and :class:`~reading.plain.Plain` statements: through the ORM the same took twice as many, and several
times as long.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Executable, exists, insert, or_, select

from reading.attendance.models import WAITING, Attendance, Guest, Mark
from reading.events.models import Event
from reading.people.queries import holding
from reading.people.record_queries import PERSON, Person, person
from reading.plain import Plain, Sent, together, told

Rows = Sequence[tuple[Any, ...]]
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
    """An event that is held, who comes to it, and whether they, or this very mark, are known there already.

    None for an event or a person there is not. ``stamps`` and ``standing`` are what ``learning_days.actions.asking``
    asks for.
    """

    event: Evening | None
    person: Person | None
    is_known: bool
    stamps: Rows
    standing: Rows


def arriving(
    event_id: uuid.UUID, resident_id: uuid.UUID, mark_id: uuid.UUID, on: date, settling: Sequence[Sent]
) -> Arriving:
    """Hold the event, then the person, as in ``held``; return what stands of them, for an event on this day.

    Until the transaction ends nobody changes or cancels the event. On PostgreSQL all of it goes there and back at
    once.
    """
    values = {"event": event_id, "resident": resident_id, "mark": mark_id, "day": on}
    events, *_held, people, stamps, standing = together(
        _HELD.told({"event": event_id}), *holding(resident_id), _ARRIVING.told(values), *settling
    )
    event = Evening(*events[0]) if events else None
    is_known, *someone = people[0] if people else (False,)
    return Arriving(event, Person(*someone) if someone else None, bool(is_known), stamps, standing)


def writing(mark: dict[str, Any], attendance: dict[str, Any]) -> list[Sent]:
    """Return what writes somebody's first mark at an event, and the attendance that follows from it."""
    return [_MARKED.told(mark), _CAME.told(attendance)]


def _arriving() -> Executable:
    event, resident = told("event", _MARK.c.event_id.type), told("resident", PERSON.c.id.type)
    # From the few guests who turned out to be this person, told by their id: from the event's marks it took as long as
    # the hall was full, and asked about a row's person PostgreSQL looks through the guests of the whole city.
    marked = exists().where(_MARK.c.guest_id == _GUEST.id, _MARK.c.event_id == event)
    known = or_(
        exists().where(_MARK.c.id == told("mark", _MARK.c.id.type)),
        exists().where(_ATTENDANCE.c.event_id == event, _ATTENDANCE.c.resident_id == resident),
        exists().where(_MARK.c.event_id == event, _MARK.c.resident_id == resident),
        exists().where(_GUEST.resident_id == resident, _GUEST.status != WAITING, marked),
    )
    return select(known, *person(told("day", _ATTENDANCE.c.on.type))).where(PERSON.c.id == resident)


def _held() -> Executable:
    found = select(*(_EVENT.c[name] for name in Evening._fields))
    return found.where(_EVENT.c.id == told("event", _EVENT.c.id.type)).with_for_update(read=True)


def _row_of(table: Any) -> Executable:
    return insert(table).values({one.name: told(one.name, one.type) for one in table.c})


_HELD, _ARRIVING = Plain(_held), Plain(_arriving)
_MARKED, _CAME = Plain(lambda: _row_of(_MARK)), Plain(lambda: _row_of(_ATTENDANCE))
