"""Every SELECT of rosters on paper."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reading import clock
from reading.attendance import queries as attendance
from reading.attendance.models import CAME, Guest, Mark
from reading.attendance.rules import Made, MarkSent, Standing, standing
from reading.events.models import Event
from reading.extensions import db
from reading.paper.models import Sheet
from reading.paper.rules import (
    LINES_ON_A_PAGE,
    Entry,
    Trouble,
    WalkIn,
    guest_id,
    mark_for,
    mark_for_walk_in,
    moment_on_paper,
)
from reading.people import queries as people
from reading.people.models import Account

MOST_SHEETS = 2**31 - 1


@dataclass(frozen=True)
class SheetLine:
    """One numbered line of a sheet; a blank one has neither name nor home."""

    number: int
    name: str = ""
    home: str = ""
    resident_id: uuid.UUID | None = None
    account_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Noted:
    """What one line that was typed will come to; ``before`` is what stands already.

    ``own`` lines are of the typist's own household, and are left to a colleague.
    """

    number: int | None
    name: str
    status: str
    after: Standing
    before: Standing | None = None
    own: bool = False

    @property
    def stays(self) -> bool:
        """Whether something that is known already says more than the paper does."""
        return self.before is not None and self.after.status != self.status


def sheets(event_id: uuid.UUID) -> list[Sheet]:
    """Return the sheets printed for the event, the last one first."""
    found = select(Sheet).where(Sheet.event_id == event_id)
    return list(db.session.scalars(found.order_by(Sheet.number.desc())))


def sheet(event_id: uuid.UUID, number: int) -> Sheet | None:
    """Return the event's sheet with this number."""
    if number > MOST_SHEETS:  # more than a database can be asked for
        return None
    return db.session.scalar(select(Sheet).where(Sheet.event_id == event_id, Sheet.number == number))


def lines(of: Sheet) -> list[SheetLine]:
    """Return all lines of a sheet, in order. Who was merged into another record is shown under that one."""
    ids = [uuid.UUID(one) for one in of.resident_ids]
    going_on = people.standing_for(ids)
    known = attendance.lines_of(of.event, going_on.values())
    found = []
    for number, one in enumerate(ids, start=1):
        line = known.get(going_on[one])
        found.append(
            SheetLine(number, line.name, line.home, line.resident.id, line.resident.account_id)
            if line
            else SheetLine(number, "–")
        )
    return found + [SheetLine(len(ids) + number) for number in range(1, of.blanks + 1)]


def pages(of: Sheet) -> list[list[SheetLine]]:
    """Return the sheet's lines, page by page."""
    whole = lines(of)
    return [whole[first : first + LINES_ON_A_PAGE] for first in range(0, len(whole), LINES_ON_A_PAGE)]


def trouble_with_names(of: Sheet, walk_ins: Iterable[WalkIn]) -> Trouble | None:
    """Return what is wrong where a blank line was typed before, with another name."""
    by_id = {guest_id(of.id, one): one for one in walk_ins}
    for guest in db.session.scalars(select(Guest).where(Guest.id.in_(list(by_id)))):
        typed = by_id[guest.id]
        if guest.name != typed.name:
            return Trouble("other_name", guest.name, typed.line or 0)
    return None


def marks_to_send(of: Sheet, entry: Entry, form_id: uuid.UUID, by: Account) -> list[MarkSent]:
    """Return the marks that what was typed comes to; the typist's own household is left out."""
    printed = {line.number: line for line in lines(of)}
    event, now = of.event, clock.now()
    sent = []
    for number, status in sorted(entry.lines.items()):
        line = printed[number]
        if line.resident_id is not None and line.account_id != by.id:
            moment = moment_on_paper(status, event.starts_at, event.ends_at, now)
            sent.append(mark_for(form_id, number, line.resident_id, status, moment))
    for walk_in in entry.walk_ins:
        moment = moment_on_paper(walk_in.status, event.starts_at, event.ends_at, now)
        sent.append(mark_for_walk_in(form_id, of.id, walk_in, moment))
    return sent


def names_of(of: Sheet, sent: Iterable[MarkSent]) -> list[str]:
    """Return whom each of these marks is of."""
    names = {line.resident_id: line.name for line in lines(of)}
    return [one.guest_name or names.get(one.resident_id, "–") for one in sent]


def preview(of: Sheet, entry: Entry, by: Account) -> list[Noted]:
    """Return what saving the entry would come to, line by line and then walk-in by walk-in; nothing is written."""
    printed = {line.number: line for line in lines(of)}
    ids = {line.resident_id for line in printed.values() if line.resident_id is not None}
    marks = attendance.marks_of_residents(of.event_id, ids)
    now = clock.now()
    found = []
    for number, status in sorted(entry.lines.items()):
        line = printed[number]
        known = marks.get(line.resident_id, []) if line.resident_id else []
        own = line.account_id == by.id
        found.append(_noted(of.event, number, line.name, status, known, now, own=own))
    guests = attendance.marks_of_guests(guest_id(of.id, one) for one in entry.walk_ins)
    for walk_in in entry.walk_ins:
        known = guests.get(guest_id(of.id, walk_in), [])
        found.append(_noted(of.event, walk_in.line, walk_in.name, walk_in.status, known, now))
    return found


def _noted(
    event: Event, number: int | None, name: str, status: str, known: Sequence[Mark], now: datetime,
    *, own: bool = False,
) -> Noted:  # fmt: skip
    made = [
        Made(mark.id, mark.status, mark.happened_at, frozenset(map(uuid.UUID, mark.seen))) for mark in known
    ]
    moment = moment_on_paper(status, event.starts_at, event.ends_at, now)
    before, after = standing(made), standing([*made, Made(uuid.uuid4(), status, moment)])
    assert after is not None
    told = before if before is not None and before.status in (*CAME, "excused") else None
    return Noted(number, name, status, after, told, own)
