"""Whatever people did before, an erasure leaves no trace of them, changes no sum, and is no work for a rebuild."""

import uuid
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from reading.attendance import actions as attendance
from reading.attendance.rules import MarkSent
from reading.errors import Refused
from reading.events import actions as events
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.logbook import actions as logbook
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people import actions as people
from reading.people.models import Account, Resident
from reading.points import ledger
from reading.rights import actions, erasing, erasures
from reading.rights.rules import LATER, NOW
from tests.cast import put_on_stage
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.recorded import empty, put_back, rows
from tests.rights.traces import totals, traces
from tests.stage import populate

CROWD = 7
HOMES = ("410581001001", "410581001001-1-2", "410581106210", "410581001004")
DAYS = (date(2026, 11, 10), date(2026, 11, 16), date(2026, 11, 18), date(2026, 10, 30), date(2026, 9, 10))
anybody = st.integers(0, CROWD - 1)


class History(RuleBasedStateMachine):
    """Seven people of the stage who read, come, move, wish to leave, take it back and are erased."""

    clock: TestClock

    @initialize()
    def set_the_stage(self) -> None:
        empty()
        erasures.path().unlink(missing_ok=True)
        self.clock.set(PRESENT)
        stage = populate(put_on_stage())
        cast = stage.cast
        crowd = [cast.resident, cast.child, cast.neighbour, *stage.readers[:4]]
        self.ids = [one.id for one in crowd]
        self.accounts = [one.account_id or cast.steward.id for one in crowd]
        phones = {one.id: one.phone for one in db.session.scalars(select(Account))}
        self.words = [[one.name, *([one.nickname] if one.nickname else [])] for one in crowd]
        for number, one in enumerate(crowd):
            if one.relation == "self":
                self.words[number].append(phones[self.accounts[number]])
        self.books, self.events, self.admin_id = (
            [one.id for one in stage.books],
            [stage.past.id, stage.soon.id],
            cast.admin.id,
        )
        self.wishes: dict[int, uuid.UUID] = {}
        self.gone: set[int] = set()

    def admin(self) -> Account:
        return db.session.get_one(Account, self.admin_id)

    def here(self, who: int) -> bool:
        return who not in self.gone and who not in self.wishes

    @rule(
        who=anybody,
        book=st.integers(0, 3),
        day=st.sampled_from(DAYS),
        pages=st.integers(1, 120),
        finished=st.booleans(),
    )
    def log(self, who: int, book: int, day: date, pages: int, finished: bool) -> None:
        told = Told(
            self.ids[who],
            BookAsked(self.books[book]),
            day,
            Amounts(pages, None, finished),
            f"{self.words[who][0]}说好",
        )
        self.clock.advance(seconds=40)
        if self.here(who):
            logbook.log(uuid.uuid4(), told, self.accounts[who])

    @rule(
        who=anybody,
        number=st.integers(0, 1),
        status=st.sampled_from(["present", "late", "excused", "undone"]),
    )
    def mark(self, who: int, number: int, status: str) -> None:
        self.clock.advance(seconds=30)
        sent = MarkSent(uuid.uuid4(), self.ids[who], status, reason="记错了")
        answer = attendance.mark(self.events[number], [sent], self.admin())[0]
        assert self.here(who) or answer.answer == "refused"

    @rule(who=anybody, number=st.integers(0, 1))
    def walk_in_and_match(self, who: int, number: int) -> None:
        self.clock.advance(seconds=30)
        if self.here(who):
            guest = MarkSent(
                uuid.uuid4(), None, "present", guest_id=uuid.uuid4(), guest_name=self.words[who][0]
            )
            if attendance.mark(self.events[number], [guest], self.admin())[0].kept_safe and guest.guest_id:
                attendance.match_guest(guest.guest_id, self.ids[who], self.admin())

    @rule(who=anybody, home=st.sampled_from(HOMES), back=st.integers(0, 12))
    def move_house(self, who: int, home: str, back: int) -> None:
        if self.here(who):
            try:
                people.move_house(
                    self.ids[who], home, self.clock().date() - timedelta(days=back), by=self.accounts[who]
                )
            except Refused:
                assert back

    @rule(who=anybody)
    def sign_up(self, who: int) -> None:
        try:
            events.sign_up(self.events[1], self.ids[who], uuid.uuid4(), self.accounts[who])
        except Refused:
            assert not self.here(who)
        except LookupError:
            assert who in self.gone

    @rule(who=anybody, when=st.sampled_from([LATER, NOW]))
    def wish_to_leave(self, who: int, when: str) -> None:
        if who not in self.gone:
            self.wishes[who] = actions.leave(uuid.uuid4(), self.ids[who], when, self.accounts[who]).id

    @rule(who=anybody)
    def take_back(self, who: int) -> None:
        if who in self.wishes:
            actions.take_back(self.wishes.pop(who), self.accounts[who])
            assert db.session.get_one(Resident, self.ids[who]).name == self.words[who][0]

    @rule(who=anybody)
    def erase(self, who: int) -> None:
        if who in self.wishes:
            before = totals()
            assert erasing.erase_wished(self.wishes.pop(who))
            self.gone.add(who)
            assert totals() == before

    @rule(who=anybody)
    def put_a_backup_back(self, who: int) -> None:
        """The state before somebody was erased comes back; the list erases them again."""
        if who in self.wishes:
            kept = rows()
            assert erasing.erase_wished(self.wishes.pop(who))
            self.gone.add(who)
            after = totals()
            db.session.remove()
            put_back(kept)
            assert erasing.erase_again() == 1
            assert totals() == after

    @invariant()
    def nothing_names_who_was_erased(self) -> None:
        words = [word for who in getattr(self, "gone", ()) for word in self.words[who]]
        assert not words or traces(*words) == []

    def teardown(self) -> None:
        assert learning_days.verify() + ledger.verify() == []
        assert learning_days.rebuild() + ledger.rebuild() == 0
        db.session.remove()


@pytest.mark.long
def test_after_any_history_an_erasure_leaves_no_trace_and_every_sum(app: Flask, clock: TestClock) -> None:
    History.clock = clock
    with app.test_request_context(headers={"Accept-Language": "en"}):
        run_state_machine_as_test(
            History,
            settings=settings(
                max_examples=8,
                stateful_step_count=30,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
