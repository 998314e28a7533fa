"""Two phones without a network, a hall full of people, and whatever can go wrong: one record comes of it.

Each phone has a clock of its own, sees only what it downloaded and what was marked on it, and sends its queue in
any order, as often as it likes, hearing only some of the answers. Meanwhile residents check in by themselves,
tell their names, guests turn out to be residents, and the event may be cancelled.
"""

import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from reading.attendance import actions, phone, queries
from reading.attendance.models import Attendance, Guest, Headcount, Mark
from reading.attendance.rules import MarkSent
from reading.events import actions as events
from reading.events import queries as event_queries
from reading.extensions import db
from reading.people.models import Account
from tests.attendance.evening_model import COMING, Evening, Kept, Phone, matched, person_of
from tests.attendance.marking import disagreements
from tests.cast import add_staff, put_on_stage
from tests.clock import TestClock
from tests.events.planned import at, planned

LEARNING_DAY_EVENING = at("2026-11-10 19:00"), at("2026-11-10 21:00")
# By how many minutes each phone's clock is ahead of the server's.
AHEAD = (180, -2000)

phones = st.integers(0, 1)
anybody = st.integers(0, 5)
statuses = st.sampled_from(["present", "present", "late", "excused", "undone"])


class Hall(RuleBasedStateMachine):
    """One evening; ``clock`` lets time pass."""

    clock: TestClock

    @initialize()
    def open_the_doors(self) -> None:
        db.session.remove()
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(delete(table))
        db.session.commit()
        self.clock.set(at("2026-11-09 12:00"))
        cast = put_on_stage()
        self.chief = add_staff("孙主任", "13900000009", "librarian", "410581001").id
        db.session.commit()
        self.people = [cast.neighbour.id, cast.phoneless.id, cast.outsider.id, cast.child.id]
        self.own_account = cast.account("neighbour").id
        accounts = [cast.librarian.id, cast.admin.id]
        starts_at, ends_at = LEARNING_DAY_EVENING
        self.event = planned(cast, starts_at=starts_at, ends_at=ends_at).id
        for one in self.people:
            events.sign_up(self.event, one, uuid.uuid4(), None)
        self.clock.set(starts_at - timedelta(minutes=30))
        self.model = Evening()
        self.made_at: dict[uuid.UUID, datetime] = {}
        self.cancelled_at: datetime | None = None
        self.heads_counted: list[tuple[datetime, datetime, int]] = []
        self.phones = [
            Phone(account, timedelta(minutes=ahead), self.clock())
            for account, ahead in zip(accounts, AHEAD, strict=True)
        ]

    def account(self, account_id: uuid.UUID) -> Account:
        return db.session.get_one(Account, account_id)

    # What happens on a phone, with or without a network

    @rule(minutes=st.integers(1, 12))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule(which=phones)
    def download(self, which: int) -> None:
        mine, event = self.phones[which], event_queries.event(self.event)
        assert event is not None
        told = phone.roster(event, self.account(mine.account))
        mine.heads = {
            uuid.UUID(one["id"]): [uuid.UUID(head) for head in one["heads"]]
            for one in (*told["people"], *told["guests"])
        }
        mine.guests = {uuid.UUID(one["id"]): one["name"] for one in told["guests"]}
        mine.downloaded_at = self.clock()
        for mark in mine.queue:
            # What waits to be sent stands before what the server knows.
            mine.heads[person_of(mark)] = [mark.id]
            if mark.guest_id:
                mine.guests[mark.guest_id] = mark.guest_name

    def made(self, mine: Phone, person: uuid.UUID, status: str, name: str) -> None:
        self.clock.advance(minutes=1)
        mark = MarkSent(
            uuid.uuid4(), None if name else person, status, self.clock() + mine.ahead,
            guest_id=person if name else None, guest_name=name, seen=tuple(mine.heads.get(person, ())),
            reason="看错了", clock_offset=-int(mine.ahead.total_seconds()), downloaded_at=mine.downloaded_at,
        )  # fmt: skip
        self.made_at[mark.id] = self.clock()
        mine.heads[person] = [mark.id]
        mine.queue.append(mark)
        mine.made.append(mark)

    @rule(which=phones, who=st.integers(0, 3), status=statuses)
    def mark(self, which: int, who: int, status: str) -> None:
        self.made(self.phones[which], self.people[who], status, "")

    @rule(which=phones)
    def walk_in(self, which: int) -> None:
        guest_id = uuid.uuid4()
        self.phones[which].guests[guest_id] = "老赵"
        self.made(self.phones[which], guest_id, "present", "老赵")

    @rule(which=phones, who=anybody, status=statuses)
    def mark_a_guest(self, which: int, who: int, status: str) -> None:
        mine = self.phones[which]
        if mine.guests:
            guest_id = sorted(mine.guests)[who % len(mine.guests)]
            self.made(mine, guest_id, status, mine.guests[guest_id])

    @rule(which=phones, number=st.integers(0, 60))
    def count_heads(self, which: int, number: int) -> None:
        self.phones[which].counts.append((uuid.uuid4(), number, self.clock()))

    # What reaches the server

    @rule(which=phones, seed=st.integers(0, 99), heard=st.booleans(), again=st.booleans())
    def send(self, which: int, seed: int, heard: bool, again: bool) -> None:
        """Send some of the queue in any order (``again``: also what was sent before); the answer may be lost."""
        mine, chance = self.phones[which], Random(seed)
        batch = chance.sample(mine.queue, chance.randint(0, len(mine.queue)))
        if again:
            batch += chance.sample(mine.made, chance.randint(0, len(mine.made)))
        told = actions.mark(self.event, batch, self.account(mine.account))
        for mark, answer in zip(batch, told, strict=True):
            assert (answer.code or answer.answer) == self.due(mark, mine)
        if heard:
            # What was refused is shown to a person, who puts it away.
            answered = {one.id for one in batch}
            mine.queue = [one for one in mine.queue if one.id not in answered]
        self.send_counts(mine)

    def due(self, mark: MarkSent, mine: Phone) -> str:
        """Return the answer a mark must get, and let the model keep it."""
        if mark.id in self.model.marks:
            return "duplicate"
        if self.knew_of_cancellation(mark.downloaded_at) and mark.status != "undone":
            return "cancelled"
        person = person_of(mark)
        if mark.guest_id:
            self.model.matched.setdefault(mark.guest_id, None)
            if mark.guest_id in self.model.waiting:
                self.model.waiting.remove(mark.guest_id)
                if mark.status == "undone":
                    self.model.matched[mark.guest_id] = None
        seen = frozenset(mark.seen or ())
        self.model.keep(Kept(mark.id, person, mark.status, self.made_at[mark.id], seen))
        return "stored"

    def knew_of_cancellation(self, downloaded_at: datetime | None) -> bool:
        return (
            self.cancelled_at is not None and downloaded_at is not None and downloaded_at >= self.cancelled_at
        )

    def send_counts(self, mine: Phone) -> None:
        for count_id, number, counted_at in mine.counts:
            if not self.knew_of_cancellation(mine.downloaded_at):
                told: dict[str, Any] = {
                    "clock_offset": -int(mine.ahead.total_seconds()),
                    "downloaded_at": mine.downloaded_at,
                }
                for _time in range(2):
                    actions.count_heads(
                        self.event, count_id, number, counted_at + mine.ahead, self.account(mine.account), **told
                    )  # fmt: skip
                self.heads_counted.append((counted_at, self.clock(), number))
        mine.counts = []

    # What others do meanwhile, with a network

    def kept_by_the_server(self, mark_id: uuid.UUID, person: uuid.UUID) -> None:
        """Let the model keep a mark made at the server, where all others are in sight."""
        found = db.session.get(Mark, mark_id)
        if found is not None:
            seen = frozenset(map(uuid.UUID, found.seen))
            self.model.keep(Kept(mark_id, person, found.status, found.happened_at, seen))

    @precondition(lambda self: self.cancelled_at is None and self.clock() < LEARNING_DAY_EVENING[1])
    @rule()
    def check_in(self) -> None:
        person, mark_id = self.people[0], uuid.uuid4()
        by = self.own_account
        came = self.model.of_person(person)[0] in COMING
        actions.check_in(self.event, person, mark_id, by, method="screen")
        self.kept_by_the_server(mark_id, person)
        assert came != (mark_id in self.model.marks)

    @rule(who=st.integers(0, 3))
    def claim(self, who: int) -> None:
        guest = actions.claim(
            self.event, uuid.uuid4(), "老钱", why="late_code", by=None, resident_id=self.people[who]
        )
        self.model.matched[guest.id] = self.people[who]
        self.model.waiting.add(guest.id)

    @precondition(lambda self: self.model.waiting and self.cancelled_at is None)
    @rule(which=anybody, comes=st.booleans())
    def decide(self, which: int, comes: bool) -> None:
        guest_id, mark_id = sorted(self.model.waiting)[which % len(self.model.waiting)], uuid.uuid4()
        chief, claimed = self.account(self.chief), self.model.matched[guest_id]
        if comes:
            actions.confirm_guest(guest_id, mark_id, chief, claimed)
        else:
            actions.decline_guest(guest_id, mark_id, chief, "不在")
            self.model.matched[guest_id] = None
        self.model.waiting.remove(guest_id)
        self.kept_by_the_server(mark_id, guest_id)

    @rule(which=anybody, who=st.none() | st.integers(0, 3))
    def match(self, which: int, who: int | None) -> None:
        known = sorted(one for one in self.model.matched if one not in self.model.waiting)
        if known:
            guest_id, person = known[which % len(known)], None if who is None else self.people[who]
            is_new = person not in (None, self.model.matched[guest_id])
            refuses = self.cancelled_at is not None and is_new
            if matched(guest_id, person, self.account(self.chief), refuses=refuses):
                self.model.matched[guest_id] = person

    @precondition(lambda self: self.cancelled_at is None and self.clock() < LEARNING_DAY_EVENING[1])
    @rule(really=st.sampled_from([False, False, False, True]))
    def cancel(self, really: bool) -> None:
        if really:
            events.cancel(self.event, "停电", self.chief)
            self.cancelled_at = self.clock()

    # What must be so

    @invariant()
    def the_records_are_those_of_the_model(self) -> None:
        db.session.rollback()
        rows = {one.resident_id: one for one in db.session.scalars(select(Attendance))}
        for person in self.people:
            status, since = self.model.of_person(person)
            row = rows.get(person)
            assert (row.status if row else "undone") == status
            assert row is None or since is None or row.happened_at == since
        guests = dict(db.session.execute(select(Guest.id, Guest.status)).all())
        assert guests == {one: self.model.of_guest(one) for one in self.model.matched}
        assert set(db.session.scalars(select(Mark.id))) == set(self.model.marks)

    def teardown(self) -> None:
        for mine in self.phones:
            for _time in range(2):
                told = actions.mark(self.event, mine.queue, self.account(mine.account))
                due = [self.due(mark, mine) for mark in mine.queue]
                assert [one.code or one.answer for one in told] == due
            self.send_counts(mine)
        self.the_records_are_those_of_the_model()
        self.the_heads_are_those_counted_last()
        assert disagreements() == []
        db.session.remove()

    def the_heads_are_those_counted_last(self) -> None:
        assert len(db.session.scalars(select(Headcount)).all()) == len(self.heads_counted)
        stands: Any = queries.headcount(self.event)
        last = max(self.heads_counted, default=None)
        numbers = {
            number for made, arrived, number in self.heads_counted if last and (made, arrived) == last[:2]
        }
        assert (stands is None) == (last is None)
        assert stands is None or stands.number in numbers


def test_whatever_two_phones_send_and_however_one_record_comes_of_it(app: Flask, clock: TestClock) -> None:
    Hall.clock = clock
    with app.test_request_context(headers={"Accept-Language": "en"}):
        run_state_machine_as_test(
            Hall,
            settings=settings(
                max_examples=10,
                stateful_step_count=30,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
