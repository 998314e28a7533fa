"""Every SELECT of one person's history in an event's record."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from reading.access import reach
from reading.attendance import queries as attendance
from reading.attendance.actions import fields_of
from reading.attendance.models import CAME, EXCUSED, LATE, PRESENT, UNDONE, WAITING, Guest, Mark, Matching
from reading.events.models import Event
from reading.extensions import db
from reading.people.household_queries import OwnHousehold
from reading.people.models import Account, Resident
from reading.people.rules import masked
from reading.records.queries import Refusal, names_of_accounts, refused


@dataclass(frozen=True)
class Step:
    """One mark in somebody's history; ``replaced``: another mark has taken its place. ``name``: as it was told."""

    mark: Mark
    by: str
    replaced: bool
    name: str = ""


@dataclass(frozen=True)
class Said:
    """That a guest (of this id and name) was said to be a resident, when and by whom; and who took it back."""

    guest_id: uuid.UUID
    guest_name: str
    name: str
    at: datetime
    by: str
    ended_at: datetime | None
    ended_by: str


@dataclass(frozen=True)
class Person:
    """Somebody in a record, with their whole history at the event, the first mark first.

    ``guests`` are said to be them; ``said`` tells of that, also of what was taken back.
    """

    id: uuid.UUID
    name: str
    home: str
    status: str
    steps: list[Step]
    refused: list[Refusal]
    resident: Resident | None
    guest: Guest | None
    guests: list[Guest]
    said: list[Said]

    @property
    def matched_id(self) -> uuid.UUID | None:
        """The resident a guest turned out to be: the record goes on there."""
        return self.guest.resident_id if self.guest and self.guest.status != WAITING else None

    @property
    def fields(self) -> dict[str, Any]:
        """What the form that corrects it says of what stands (``reading.meanwhile``)."""
        return fields_of(self.status, (step.mark for step in self.steps))

    @property
    def is_contradicted(self) -> bool:
        """Whether marks say that they came and that they did not."""
        return bool(self.fields["contradicted"])

    def corrections(self, *, closed: bool) -> set[str]:
        """Return what may be corrected to: not to what stands, unless marks contradict it; of an event ``closed``, by
        time or by being cancelled, to nothing but that they were not here (``attendance.refusals.of_time``)."""
        possible = {UNDONE} if closed else {PRESENT, LATE, EXCUSED, UNDONE}
        return possible if self.is_contradicted else possible - {self.status}

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
        told = _said(Matching.guest_id == guest.id, [guest])
        return Person(*found, None, guest, [], told) if guest.event_id == event.id else None
    row = attendance.attendances(event.id, [person_id]).get(person_id)
    line = attendance.lines_of(event, [person_id]).get(person_id) if row else None
    if row is None or line is None:
        return None
    marks = attendance.marks_of_residents(event.id, [person_id]).get(person_id, [])
    found = _person(event, person_id, line.name, line.home, row.status, marks)
    named = attendance.guests(event.id)
    guests = [one for one in named if one.resident_id == person_id and one.status != WAITING]
    told = _said((Matching.resident_id == person_id) & (Matching.event_id == event.id), named)
    return Person(*found, line.resident, None, guests, told)


def said_at(event: Event) -> list[Said]:
    """Return what was said of all the event's guests, in its order."""
    return _said(Matching.event_id == event.id, attendance.guests(event.id))


def _said(which: ColumnElement[bool], guests: Iterable[Guest]) -> list[Said]:
    """Return what was said of these guests, in its order; of a guest who was erased nothing is told."""
    names = {guest.id: guest.name for guest in guests if guest.name}
    said_by, ended_by = aliased(Account), aliased(Account)
    found = select(Matching, Resident.name, said_by.name, ended_by.name).where(which)
    found = found.join(Resident, Resident.id == Matching.resident_id)
    found = found.outerjoin(said_by, said_by.id == Matching.made_by)
    found = found.outerjoin(ended_by, ended_by.id == Matching.ended_by)
    return [
        Said(row.guest_id, names[row.guest_id], name, row.made_at, by or "–", row.ended_at, taken_by or "–")
        for row, name, by, taken_by in db.session.execute(found.order_by(Matching.made_at, Matching.id))
        if row.guest_id in names
    ]


def name_for(account: Account, event: Event, resident: Resident) -> str:
    """Return what the account may call somebody who is not in the record yet (design §6)."""
    is_known = reach(account.roles, "residents.see").covers(resident.home.path)
    return resident.name if is_known or attendance.known_here(event, [resident.id]) else masked(resident.name)


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
