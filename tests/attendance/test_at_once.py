"""Several phones at the same moment: every mark is kept once, nobody waits for ever, and the points agree."""

import uuid
from collections import Counter
from contextlib import suppress
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.attendance import actions, queries
from reading.attendance.models import Attempt, Attendance, Guest, Mark
from reading.attendance.rules import MarkSent
from reading.errors import Refused
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.logbook import actions as logbook
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people.models import Account
from tests.at_once import at_once
from tests.attendance.marking import disagreements, sent
from tests.attendance.walking_in import claimed, how_many
from tests.cast import Cast, add_resident
from tests.points.records import add_book

ROUNDS = range(3)


@pytest.fixture
def villagers(evening: Event, cast: Cast) -> list[uuid.UUID]:
    found = [add_resident(f"村民{number}", "410581001001").id for number in range(12)]
    db.session.commit()
    return found


class Phones:
    """Phones that send at the same moment and remember what they were answered."""

    def __init__(self, app: Flask, event: Event) -> None:
        self.app, self.event_id = app, event.id
        self.told: Counter[tuple[str, str]] = Counter()

    def send(self, *batches: tuple[Account, list[MarkSent]]) -> None:
        """Send each of these batches from a phone of its own."""
        ids = [(by.id, marks) for by, marks in batches]
        db.session.remove()
        at_once(self.app, *(self._sending(by, marks) for by, marks in ids))
        db.session.rollback()

    def _sending(self, by_id: uuid.UUID, marks: list[MarkSent]):
        def send() -> None:
            by = db.session.get_one(Account, by_id)
            for one in actions.mark(self.event_id, marks, by):
                self.told[one.id, one.code or one.answer] += 1

        return send


@pytest.fixture
def phones(app: Flask, evening: Event) -> Phones:
    return Phones(app, evening)


def shuffled(marks: list[MarkSent], seed: int) -> list[MarkSent]:
    return Random(seed).sample(marks, len(marks))


@pytest.mark.parametrize("number", ROUNDS)
def test_the_same_batch_sent_twice_at_once_is_kept_once(
    phones: Phones, villagers: list[uuid.UUID], cast: Cast, number: int
) -> None:
    marks = [sent(resident_id=one) for one in villagers]
    phones.send(*((cast.librarian, shuffled(marks, number * 3 + one)) for one in range(3)))
    assert phones.told == {
        (str(one.id), answer): times for one in marks for answer, times in (("stored", 1), ("duplicate", 2))
    }
    assert (how_many(Mark), how_many(Attendance)) == (12, 12)
    assert disagreements() == []


@pytest.mark.parametrize("number", ROUNDS)
def test_two_phones_that_know_the_same_walk_ins_make_each_once(
    phones: Phones, cast: Cast, number: int
) -> None:
    guests = [uuid.uuid4() for _one in range(6)]
    for_each = [
        [sent(guest_id=one, guest_name=f"来客{place}") for place, one in enumerate(guests)] for _phone in "12"
    ]
    phones.send(
        (cast.librarian, for_each[0] + for_each[0]), (cast.admin, shuffled(for_each[1], number)),
    )  # fmt: skip
    assert (how_many(Guest), how_many(Mark)) == (6, 12)
    assert {answer for _id, answer in phones.told} == {"stored", "duplicate"}
    assert set(db.session.scalars(select(Guest.status))) == {"present"}


@pytest.mark.parametrize("number", ROUNDS)
def test_the_same_refused_batch_sent_twice_at_once_is_kept_once(
    phones: Phones, cast: Cast, number: int
) -> None:
    marks = [sent(resident_id=uuid.uuid4()) for _one in range(8)]
    phones.send((cast.librarian, marks), (cast.librarian, shuffled(marks, number)))
    assert how_many(Attempt) == 8
    assert {answer for _id, answer in phones.told} == {"not_here"}


@pytest.mark.parametrize("number", ROUNDS)
def test_who_is_confirmed_and_declined_at_once_is_one_of_both(
    app: Flask, evening: Event, cast: Cast, number: int
) -> None:
    waiting, resident_id = claimed(evening, cast.neighbour), cast.neighbour.id
    librarian_id, admin_id = cast.librarian.id, cast.admin.id
    db.session.remove()

    def confirm() -> None:
        actions.confirm_guest(waiting, uuid.uuid4(), db.session.get_one(Account, librarian_id), resident_id)

    def decline() -> None:
        actions.decline_guest(waiting, uuid.uuid4(), db.session.get_one(Account, admin_id), "不在")

    at_once(app, confirm, decline, confirm, decline)
    db.session.rollback()
    mark, guest = db.session.scalars(select(Mark)).one(), db.session.get_one(Guest, waiting)
    assert guest.status == mark.status
    assert (guest.resident_id == resident_id) is (mark.status == "present")
    assert disagreements() == []


@pytest.mark.parametrize("number", ROUNDS)
def test_marks_matches_logs_and_a_cancellation_at_once_leave_everything_right(
    app: Flask, evening: Event, cast: Cast, villagers: list[uuid.UUID], number: int
) -> None:
    event_id, librarian_id, admin_id = evening.id, cast.librarian.id, cast.admin.id
    marks = [sent(guest_id=uuid.uuid4(), guest_name="老赵") for _one in villagers]
    actions.mark(event_id, marks, db.session.get_one(Account, librarian_id))
    guests = [one.guest_id for one in marks if one.guest_id]
    book, read = BookAsked(add_book("红旗渠").id), Amounts(pages=20, minutes=None, finished=True)
    told = [Told(one, book, evening.starts_at.date(), read) for one in villagers]
    db.session.commit()
    db.session.remove()

    def mark() -> None:
        batch = [sent(resident_id=one) for one in villagers[::-1]]
        actions.mark(event_id, batch, db.session.get_one(Account, admin_id))

    def match() -> None:
        for guest_id, resident_id in zip(guests, villagers, strict=True):
            # Once it is cancelled no guest is anybody new.
            with suppress(Refused):
                actions.match_guest(guest_id, resident_id, db.session.get_one(Account, librarian_id))

    def log() -> None:
        for one in told:
            logbook.log(uuid.uuid4(), one, librarian_id)

    def cancel() -> None:
        events.cancel(event_id, "停电", admin_id)

    at_once(app, mark, match, log, cancel)
    db.session.rollback()
    came = select(func.count()).where(Attendance.status == "present")
    assert db.session.scalar(came) == len(queries.marks_of_residents(event_id, villagers))
    assert disagreements() == []
