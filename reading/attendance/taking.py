"""The writing of marks at one event, inside one transaction; plain functions of the actions that call them."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from reading import clock
from reading.attendance import held, matching, queries
from reading.attendance.models import (
    CAME,
    CANCELLED,
    CLOCK,
    OTHER_DAY,
    ROLE_ENDED,
    UNDONE,
    WAITING,
    Attendance,
    Guest,
    Mark,
)
from reading.attendance.rights import Right
from reading.attendance.rules import Made, MarkSent, Standing, contradiction, corrected, offset_kept, standing
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.people import queries as people


def state_of(marks: Iterable[Mark]) -> Standing | None:
    """Return what these marks of one person come to."""
    return standing(map(_made, marks))


def contradiction_of(marks: Iterable[Mark]) -> list[Mark]:
    """Return those of these marks of one person that contradict each other, in the order they were made."""
    known = {mark.id: mark for mark in marks}
    return [known[one] for one in contradiction(map(_made, known.values()))]


def fields_of(status: str, marks: Iterable[Mark]) -> dict[str, Any]:
    """Return what a form that corrects somebody says of what stands (``reading.meanwhile``)."""
    return {"status": status, "contradicted": bool(contradiction_of(marks))}


def _made(mark: Mark) -> Made:
    return Made(mark.id, mark.status, mark.happened_at, frozenset(map(uuid.UUID, mark.seen)))


def _replaced_by(status: str, marks: list[Mark]) -> tuple[uuid.UUID, ...]:
    """Return what a mark replaces that was made in sight of all others: those that say something else."""
    state = state_of(marks)
    statuses = {mark.id: mark.status for mark in marks}
    return tuple(one for one in (state.heads if state else ()) if statuses[one] != status)


def attendance_id(event_id: uuid.UUID, resident_id: uuid.UUID) -> uuid.UUID:
    """Return the id of the one attendance of a resident at an event."""
    return uuid.uuid5(event_id, str(resident_id))


class Taking:
    """What is known of some people at an event, held for writing.

    The event's row is shared with other takers but not with who changes or cancels it; the people's rows are
    held in one order, so that two rosters never wait for each other. Nothing is read twice: what a batch of
    marks costs does not grow with their number.
    """

    def __init__(
        self, event_id: uuid.UUID, residents: Iterable[uuid.UUID], guests: Iterable[uuid.UUID] = ()
    ) -> None:
        self.now = clock.now()
        self.event = held.event(event_id)
        self.on = clock.city_date(self.event.starts_at)
        self.guests = held.guests(guests)
        matched = {one.resident_id for one in self.guests.values() if one.resident_id}
        there = held.residents({*residents, *matched})
        wanted = there.keys()
        # Somebody was merged after the caller had looked up whose record goes on.
        self.outrun = any(there.values())
        self.attendances = queries.attendances(event_id, wanted)
        self.of_residents = queries.marks_of_residents(event_id, wanted)
        self.of_guests = queries.marks_of_guests(self.guests)
        self._lived_in = people.communities_on(wanted - self.attendances.keys(), self.on)
        self.touched: set[uuid.UUID] = set()
        self.touched_guests: set[uuid.UUID] = set()

    def marks_of(self, sent: MarkSent) -> list[Mark]:
        """Return the marks there are of the person a mark is of."""
        guest = self.guests.get(sent.guest_id) if sent.guest_id else None
        if guest is not None and guest.resident_id is not None and guest.status != WAITING:
            return self.of_residents.setdefault(guest.resident_id, [])
        if sent.guest_id is not None:
            return self.of_guests.setdefault(sent.guest_id, [])
        return self.of_residents.setdefault(sent.resident_id, []) if sent.resident_id else []

    def standing_of(self, sent: MarkSent) -> Attendance | Guest | None:
        """Return the row that says what stands of the person a mark is of; None while nothing does."""
        guest = self.guests.get(sent.guest_id) if sent.guest_id else None
        if guest is not None and (guest.resident_id is None or guest.status == WAITING):
            return guest
        resident_id = guest.resident_id if guest else sent.resident_id
        return self.attendances.get(resident_id) if resident_id else None

    def store(
        self, sent: MarkSent, method: str, by: uuid.UUID | None, right: Right | None = None,
        card_id: uuid.UUID | None = None,
    ) -> Mark:  # fmt: skip
        """Add the mark to the history; :meth:`settle` lets the attendance follow."""
        happened_at, clock_was_wrong = self.moment_of(sent)
        guest = self._guest_marked(sent, method, happened_at, by)
        resident_id = guest.resident_id if guest else sent.resident_id
        marks = self.marks_of(sent)
        seen = sent.seen if sent.seen is not None else _replaced_by(sent.status, marks)
        kept = Mark(
            id=sent.id, event_id=self.event.id, resident_id=None if guest else resident_id,
            # The row itself too, so that it is written before the mark that names it.
            guest_id=sent.guest_id, guest=guest,
            card_id=card_id, community_id=self._community_of(None if guest else resident_id),
            status=sent.status, method=method, reason=sent.reason, seen=[str(one) for one in seen],
            flags=self._flags(sent, happened_at, right, clock_was_wrong),
            clock_offset=offset_kept(sent.clock_offset) if clock_was_wrong else 0,
            happened_at=happened_at, arrived_at=self.now, made_by=by,
        )  # fmt: skip
        db.session.add(kept)
        marks.append(kept)
        if guest is not None:
            self.touched_guests.add(guest.id)
            if marks is not self.of_guests.get(guest.id):
                self.of_guests.setdefault(guest.id, []).append(kept)
        if resident_id is not None:
            self.touched.add(resident_id)
        return kept

    def _guest_marked(self, sent: MarkSent, method: str, at: datetime, by: uuid.UUID | None) -> Guest | None:
        """Return the guest a mark is of, new with their first; any mark decides about who was waiting for one."""
        if sent.guest_id is None:
            return None
        guest = self.guests.get(sent.guest_id)
        if guest is None:
            return self.add_guest(sent.guest_id, sent.guest_name, method, at, by, sent.status)
        if guest.status == WAITING:
            guest.status = sent.status
            if sent.status == UNDONE:
                # Who is declined is nobody's record: else the undoing would be the resident's.
                guest.resident_id = None
            elif guest.resident_id is not None:
                matching.begin(guest, self.now, by)
        return guest

    def moment_of(self, sent: MarkSent) -> tuple[datetime, bool]:
        """Return when a mark happened, and whether the phone's clock was wrong.

        Whoever is marked after the end without a time being told came, at the latest, at the end.
        """
        if sent.happened_at is None:
            return (self.now if sent.status == UNDONE else min(self.now, self.event.ends_at)), False
        return corrected(sent.happened_at, sent.clock_offset, self.now)

    def add_guest(
        self, guest_id: uuid.UUID, name: str, method: str, at: datetime, by: uuid.UUID | None, status: str
    ) -> Guest:
        """Add somebody who is known by name only."""
        guest = Guest(
            id=guest_id, event_id=self.event.id, community_id=self.event.community_id, name=name,
            method=method, happened_at=at, arrived_at=self.now, made_by=by, status=status,
        )  # fmt: skip
        db.session.add(guest)
        self.guests[guest_id] = guest
        return guest

    def _community_of(self, resident_id: uuid.UUID | None) -> str:
        if resident_id is None:
            return self.event.community_id
        known = self.attendances.get(resident_id)
        return known.community_id if known else self._lived_in[resident_id]

    def _flags(
        self, sent: MarkSent, happened_at: datetime, right: Right | None, clock_was_wrong: bool
    ) -> list[str]:
        first, last = self.on, clock.city_date(self.event.ends_at)
        raised = {
            ROLE_ENDED: right is not None and not right.holds(self.now),
            OTHER_DAY: sent.status in CAME and not first <= clock.city_date(happened_at) <= last,
            CLOCK: clock_was_wrong,
            CANCELLED: self.event.cancelled_at is not None and sent.status != UNDONE,
        }
        return [flag for flag, is_raised in raised.items() if is_raised]

    def settle(self) -> None:
        """Let guests and attendances follow their marks, and stamps and points follow those whose coming changed."""
        for guest_id in self.touched_guests:
            guest, state = self.guests[guest_id], state_of(self.of_guests.get(guest_id, []))
            if state is not None:
                guest.status = state.status
                if state.status != UNDONE:
                    guest.happened_at = state.since
        moved = [one for one in sorted(self.touched) if self._follow(one)]
        db.session.flush()
        learning_days.settle_all(moved, {self.on})

    def _follow(self, resident_id: uuid.UUID) -> bool:
        """Bring the resident's attendance up to date; tell whether they now count as having come, or no longer."""
        marks = {mark.id: mark for mark in self.of_residents.get(resident_id, [])}
        state, row = state_of(marks.values()), self.attendances.get(resident_id)
        status = state.status if state else UNDONE
        came, comes = row is not None and row.status in CAME, status in CAME
        if row is None and state is not None:
            row = self._first(resident_id, state, marks[state.mark_id])
        if row is None:
            return False
        row.status = status
        if state is not None and status != UNDONE:
            row.happened_at, row.method = state.since, marks[state.mark_id].method
            if comes and not came:
                row.arrived_at = self.now
        return came != comes

    def _first(self, resident_id: uuid.UUID, state: Standing, mark: Mark) -> Attendance:
        row = Attendance(
            id=attendance_id(self.event.id, resident_id), event_id=self.event.id, resident_id=resident_id,
            status=state.status, community_id=self._community_of(resident_id), on=self.on, method=mark.method,
            happened_at=state.since, arrived_at=self.now,
        )  # fmt: skip
        db.session.add(row)
        self.attendances[resident_id] = row
        return row


def take(
    event_id: uuid.UUID, residents: Iterable[uuid.UUID], guests: Iterable[uuid.UUID] = ()
) -> tuple[Taking, dict[uuid.UUID, uuid.UUID]]:
    """Hold these people, each under the record that goes on; return that record of each beside."""
    wanted, known = list(residents), list(guests)
    standing_for = people.standing_for(wanted)
    taking = Taking(event_id, standing_for.values(), known)
    if taking.outrun:
        standing_for = people.standing_for(wanted)
        taking = Taking(event_id, standing_for.values(), known)
    return taking, standing_for


def follow_again(event_id: uuid.UUID, residents: Iterable[uuid.UUID]) -> None:
    """Let the attendances of these residents follow their marks, which were moved by a merge or its undoing.

    Whoever has no mark at all is left as they stand.
    """
    taking = Taking(event_id, residents)
    taking.touched = {one for one, marks in taking.of_residents.items() if marks}
    taking.settle()
