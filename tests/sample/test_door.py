"""Attendance in the sample city: true to the rules of the door, and something of everything."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest

from reading.attendance.models import CAME, STATUSES, Attendance, Guest, Headcount, Mark
from reading.attendance.rules import Made, marking_window, standing
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Resident
from reading.sample.actions import SignIn
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.sample.drawn import MIDNIGHT, all_of


@pytest.fixture(autouse=True)
def drawn(sign_ins: list[SignIn], clock: TestClock) -> Iterator[None]:
    clock.set(PRESENT)
    yield
    db.session.rollback()


def test_attendance_is_taken_when_rosters_are_open_and_by_somebody_else() -> None:
    events = {one.id: one for one in all_of(Event)}
    people = {one.id: one for one in all_of(Resident)}
    attendance = {one.id: one for one in all_of(Attendance)}
    marks = [one for one in all_of(Mark) if one.resident_id]
    assert {one.status for one in attendance.values()} <= set(STATUSES)
    assert {one.method for one in marks} == {"roster", "screen", "paper"}
    for one in marks:
        event = events[one.event_id]
        opens, closes = marking_window(event.starts_at, event.ends_at)
        assert opens <= one.arrived_at <= min(closes, MIDNIGHT)
        assert event.cancelled_at is None
        assert (one.made_by == people[one.resident_id].account_id) == (one.method == "screen")
    assert {one.id for one in marks} >= set(attendance)


def test_what_stands_is_what_the_marks_come_to() -> None:
    made = defaultdict(list)
    for one in all_of(Mark):
        seen = frozenset(map(uuid.UUID, one.seen))
        made[one.event_id, one.resident_id].append(Made(one.id, one.status, one.happened_at, seen))
    for row in all_of(Attendance):
        state = standing(made[row.event_id, row.resident_id])
        assert state is not None
        assert state.status == row.status
    assert any(row.status == "undone" for row in all_of(Attendance))


def test_guests_by_name_and_headcounts_stand_beside_those_with_a_record() -> None:
    events = {one.id: one for one in all_of(Event)}
    guests, marks = all_of(Guest), {one.guest_id: one for one in all_of(Mark) if one.guest_id}
    assert guests
    assert set(marks) == {one.id for one in guests}
    came = Counter(one.event_id for one in all_of(Attendance) if one.status in CAME)
    by_name = Counter(one.event_id for one in guests)
    for guest in guests:
        event = events[guest.event_id]
        assert event.starts_at - timedelta(minutes=30) <= guest.happened_at <= guest.arrived_at <= MIDNIGHT
        assert marks[guest.id].happened_at == guest.happened_at
    counts = all_of(Headcount)
    assert counts
    assert all(one.number >= came[one.event_id] + by_name[one.event_id] for one in counts)
    assert all(events[one.event_id].starts_at < one.counted_at < MIDNIGHT for one in counts)
