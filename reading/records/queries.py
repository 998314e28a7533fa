"""Every SELECT of an event's record."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from reading.attendance import queries as attendance
from reading.attendance.models import (
    CAME,
    WAITING,
    Attempt,
    Guest,
    Headcount,
    Mark,
)
from reading.events import queries as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.household_queries import OwnHousehold
from reading.people.models import Account, Resident
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
    return Record(
        event,
        counted,
        lines,
        _flagged(event.id, names),
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


def _flagged(event_id: uuid.UUID, names: dict[uuid.UUID, str]) -> list[Flagged]:
    marks = db.session.scalars(
        select(Mark).where(Mark.event_id == event_id).order_by(Mark.arrived_at, Mark.id)
    )
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
    names = {str(one): line.name for one, line in attendance.lines_of(event, known_here(event, ids)).items()}
    by = names_of_accounts(one.made_by for one in attempts)
    return [Refusal(_name_sent(one, names), one, by.get(one.made_by, "–")) for one in attempts]


def known_here(event: Event, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of these residents whose names the event's staff know: who was on its roster or was marked."""
    wanted = set(ids)
    marked = set(attendance.attendances(event.id, wanted)) if wanted else wanted
    return marked if marked == wanted else marked | (wanted & events.on_roster(event).keys())


def _name_sent(attempt: Attempt, names: dict[str, str]) -> str:
    return names.get(attempt.sent["resident"]) or attempt.sent["name"] or "–"


def names_of_accounts(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    """Return the names of these accounts."""
    found = select(Account.id, Account.name).where(Account.id.in_({one for one in ids if one}))
    return {row.id: row.name for row in db.session.execute(found)}


@dataclass(frozen=True)
class Step:
    """One mark in somebody's history; ``replaced``: another mark has taken its place. ``name``: as it was told."""

    mark: Mark
    by: str
    replaced: bool
    name: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody in a record, with their whole history at the event, the first mark first."""

    id: uuid.UUID
    name: str
    home: str
    status: str
    steps: list[Step]
    refused: list[Refusal]
    resident: Resident | None
    guest: Guest | None
    guests: list[Guest]

    @property
    def matched_id(self) -> uuid.UUID | None:
        """The resident a guest turned out to be: the record goes on there."""
        return self.guest.resident_id if self.guest and self.guest.status != WAITING else None

    @property
    def fields(self) -> dict[str, Any]:
        """What the form that corrects it says of what stands (``reading.meanwhile``)."""
        return {"status": self.status}

    @property
    def came_at(self) -> list[datetime]:
        """The times at which they were noted as having come."""
        return [step.mark.happened_at for step in self.steps if step.mark.status in CAME]


def person(event: Event, person_id: uuid.UUID) -> Person | None:
    """Return the resident or the guest with this id in the event's record; None for who is not in it."""
    guest = db.session.get(Guest, person_id)
    if guest is not None:
        marks = attendance.marks_of_guests([guest.id]).get(guest.id, [])
        found = _person(event, guest.id, guest.name, "", guest.status, marks)
        return Person(*found, resident=None, guest=guest, guests=[]) if guest.event_id == event.id else None
    row = attendance.attendances(event.id, [person_id]).get(person_id)
    line = attendance.lines_of(event, [person_id]).get(person_id) if row else None
    if row is None or line is None:
        return None
    marks = attendance.marks_of_residents(event.id, [person_id]).get(person_id, [])
    found = _person(event, person_id, line.name, line.home, row.status, marks)
    guests = [
        one for one in attendance.guests(event.id) if one.resident_id == person_id and one.status != WAITING
    ]
    return Person(*found, resident=line.resident, guest=None, guests=guests)


def is_own(person: Person, account: Account) -> bool:
    """Tell whether this is somebody of the account's own household: a colleague corrects that."""
    resident = person.resident or (person.guest.resident if person.guest else None)
    return resident is not None and OwnHousehold(account.id).holds(resident)


def _person(
    event: Event, person_id: uuid.UUID, name: str, home: str, status: str, marks: list[Mark]
) -> tuple[uuid.UUID, str, str, str, list[Step], list[Refusal]]:
    by = names_of_accounts(mark.made_by for mark in marks)
    replaced = {one for mark in marks for one in mark.seen if one != str(mark.id)}
    ordered = sorted(marks, key=lambda mark: (mark.arrived_at, mark.happened_at, mark.id))
    steps = [
        Step(mark, by.get(mark.made_by, "–"), str(mark.id) in replaced, mark.guest.name if mark.guest else "")
        for mark in ordered
    ]
    return person_id, name, home, status, steps, refused(event, person_id)


@dataclass(frozen=True)
class Told:
    """One line of an event's history: whose mark it is, and by whom."""

    name: str
    mark: Mark
    by: str


def history(event: Event) -> list[Told]:
    """Return every mark of the event as it arrived, with whom it is of and who made it."""
    found = select(Mark).where(Mark.event_id == event.id).order_by(Mark.arrived_at, Mark.happened_at, Mark.id)
    marks = list(db.session.scalars(found))
    by = names_of_accounts(mark.made_by for mark in marks)
    names = {
        one: line.name for one, line in attendance.lines_of(event, attendance.attendances(event.id)).items()
    }
    names |= {guest.id: guest.name for guest in attendance.guests(event.id)}
    return [
        Told(names.get(mark.resident_id or mark.guest_id, "–"), mark, by.get(mark.made_by, "–"))  # type: ignore[arg-type]
        for mark in marks
    ]
