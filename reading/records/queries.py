"""Every SELECT of an event's record."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reading.attendance import queries as attendance
from reading.attendance.actions import contradiction_of
from reading.attendance.models import (
    WAITING,
    Attempt,
    Guest,
    Headcount,
    Mark,
)
from reading.events import queries as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account
from reading.records.rules import EXPECTED, Figures, Known, figures
from reading.volunteers import queries as volunteers
from reading.volunteers.models import Helper


@dataclass(frozen=True)
class Line:
    """Somebody in the record; ``id`` is the resident's, or the guest's for who is known by name only.

    ``why`` they were expected: "enrolled", "seated", "waiting", "" for who just came.
    """

    id: uuid.UUID
    name: str
    home: str
    status: str
    method: str
    happened_at: datetime
    arrived_at: datetime
    why: str = ""
    is_guest: bool = False


@dataclass(frozen=True)
class Flagged:
    """A mark somebody should look at once more."""

    person_id: uuid.UUID
    name: str
    mark: Mark
    flag: str


@dataclass(frozen=True)
class Contradicted:
    """Somebody of whom marks say that they came and that they did not; ``said``: each of these marks, and by whom."""

    person_id: uuid.UUID
    name: str
    said: list[tuple[Mark, str]]


@dataclass(frozen=True)
class Refusal:
    """A mark that was not taken: of whom, what it said, and why not."""

    name: str
    attempt: Attempt
    by: str


@dataclass(frozen=True)
class Record:
    """An event's record."""

    event: Event
    figures: Figures
    lines: list[Line]
    flagged: list[Flagged]
    contradicted: list[Contradicted]
    refused: list[Refusal]
    helpers: list[Helper]
    heads: Headcount | None

    def of(self, *statuses: str) -> list[Line]:
        """Return the lines with these statuses."""
        return [line for line in self.lines if line.status in statuses]


def record(event: Event) -> Record:
    """Return the record of the event: who came or was excused, by name; who did not, only as a number."""
    expected, heads = events.on_roster(event), attendance.headcount(event.id)
    guests = {guest.id: guest for guest in attendance.guests(event.id)}
    lines = _residents(event, expected) + _guests(guests.values())
    seats = events.seat_counts([event.id])[event.id]
    known = [Known(one.status, one.method, one.is_guest, one.why) for one in lines]
    erased = [
        Known(one.status, one.method, why=one.why)
        for one in attendance.closed(event.id)
        for _ in range(one.number)
    ]
    whys = Counter(one.why for one in erased)
    counted = figures(
        known + erased, seats=event.capacity, signed_up=seats.seated + whys["seated"],
        waiting=seats.waiting + whys["waiting"], heads=heads.number if heads else None,
        expected=sum(why in EXPECTED for why in [*expected.values(), *whys.elements()]),
    )  # fmt: skip
    names = {line.id: line.name for line in lines} | {one.id: one.name for one in guests.values()}
    marks = _marks(event.id)
    return Record(
        event,
        counted,
        lines,
        _flagged(marks, names),
        _contradicted(marks, guests, names),
        refused(event),
        volunteers.helpers_at(event.id),
        heads,
    )


def _residents(event: Event, expected: dict[uuid.UUID, str]) -> list[Line]:
    """Return who was marked, in the order of their names."""
    rows = attendance.attendances(event.id)
    people = attendance.lines_of(event, rows)
    ordered = sorted(people.values(), key=lambda one: (one.resident.sort_key, one.resident.id))
    return [
        Line(one.resident.id, one.name, one.home, row.status, row.method, row.happened_at, row.arrived_at,
             expected.get(one.resident.id, ""))
        for one in ordered for row in [rows[one.resident.id]]
    ]  # fmt: skip


def _guests(guests: Iterable[Guest]) -> list[Line]:
    """Return who is known by name only; who turned out to be a resident stands there."""
    return [
        Line(one.id, one.name, "", one.status, one.method, one.happened_at, one.arrived_at, is_guest=True)
        for one in guests
        if one.resident_id is None or one.status == WAITING
    ]


def _marks(event_id: uuid.UUID) -> list[Mark]:
    """Return every mark of the event as it arrived."""
    found = select(Mark).where(Mark.event_id == event_id)
    return list(db.session.scalars(found.order_by(Mark.arrived_at, Mark.happened_at, Mark.id)))


def _contradicted(
    marks: Iterable[Mark], guests: dict[uuid.UUID, Guest], names: dict[uuid.UUID, str]
) -> list[Contradicted]:
    """Return whom somebody should ask about, with what each mark says and by whom."""
    found = _unsettled(marks, guests, names)
    by = names_of_accounts(mark.made_by for said in found.values() for mark in said) if found else {}
    return [
        Contradicted(one, names[one], [(mark, by.get(mark.made_by, "–")) for mark in said])
        for one, said in found.items()
    ]


def _unsettled(
    marks: Iterable[Mark], guests: Mapping[uuid.UUID, Guest], names: Mapping[uuid.UUID, str]
) -> dict[uuid.UUID, list[Mark]]:
    """Return, by person, the marks that contradict each other; who was erased, and stands by no name, is not there."""
    of_person: dict[uuid.UUID, list[Mark]] = {}
    for mark in marks:
        guest = guests.get(mark.guest_id) if mark.guest_id else None
        matched = guest.resident_id if guest and guest.status != WAITING else None
        person_id = matched or mark.resident_id or mark.guest_id
        if person_id is not None and person_id in names:
            of_person.setdefault(person_id, []).append(mark)
    return {one: said for one, those in of_person.items() if (said := contradiction_of(those))}


def _flagged(marks: Iterable[Mark], names: dict[uuid.UUID, str]) -> list[Flagged]:
    return [
        Flagged(person_id, names.get(person_id, "–"), mark, flag)
        for mark in marks for flag in mark.flags
        for person_id in [mark.resident_id or mark.guest_id] if person_id is not None
    ]  # fmt: skip


def refused(event: Event, person_id: uuid.UUID | None = None) -> list[Refusal]:
    """Return the marks of the event that were not taken (those of one person, if given), as they arrived."""
    found = select(Attempt).where(Attempt.event_id == event.id).order_by(Attempt.arrived_at, Attempt.id)
    attempts = list(db.session.scalars(found))
    if person_id is not None:
        attempts = [one for one in attempts if str(person_id) in (one.sent["resident"], one.sent["guest"])]
    ids = {uuid.UUID(one.sent["resident"]) for one in attempts if one.sent["resident"]}
    names = {
        str(one): line.name
        for one, line in attendance.lines_of(event, attendance.known_here(event, ids)).items()
    }
    by = names_of_accounts(one.made_by for one in attempts)
    return [Refusal(_name_sent(one, names), one, by.get(one.made_by, "–")) for one in attempts]


def _name_sent(attempt: Attempt, names: dict[str, str]) -> str:
    return names.get(attempt.sent["resident"]) or attempt.sent["name"] or "–"


def names_of_accounts(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    """Return the names of these accounts."""
    found = select(Account.id, Account.name).where(Account.id.in_({one for one in ids if one}))
    return {row.id: row.name for row in db.session.execute(found)}


@dataclass(frozen=True)
class Told:
    """One line of an event's history: whose mark it is, and by whom; ``is_contradicted``: another says otherwise."""

    name: str
    mark: Mark
    by: str
    is_contradicted: bool


def history(event: Event) -> list[Told]:
    """Return every mark of the event as it arrived, with whom it is of and who made it."""
    marks = _marks(event.id)
    by = names_of_accounts(mark.made_by for mark in marks)
    names = {
        one: line.name for one, line in attendance.lines_of(event, attendance.attendances(event.id)).items()
    }
    guests = {guest.id: guest for guest in attendance.guests(event.id)}
    names |= {guest.id: guest.name for guest in guests.values()}
    unsettled = {mark.id for said in _unsettled(marks, guests, names).values() for mark in said}
    return [
        Told(names.get(person_id, "–"), mark, by.get(mark.made_by, "–"), mark.id in unsettled)  # type: ignore[arg-type]
        for mark in marks
        for person_id in [mark.resident_id or mark.guest_id]
    ]
