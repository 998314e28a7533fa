"""Whatever residents and staff do, the incremental sums are those of a rebuild and of the plain formula."""

import uuid
from collections import defaultdict
from datetime import date, timedelta

import pytest
from flask import Flask, request
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, select

from reading.attendance import actions as attendance
from reading.attendance.models import Attendance
from reading.attendance.rules import MarkSent
from reading.communities.models import Community
from reading.errors import Refused
from reading.extensions import db
from reading.leaderboards.queries import reading_of
from reading.learning_days import actions as learning_days
from reading.learning_days.models import Stamp
from reading.logbook import actions as logbook
from reading.logbook.models import LogEntry
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people import actions as people
from reading.points import ledger, queries, sum_actions, sum_queries
from reading.points.models import DayTotal, PointEntry, Standing
from reading.points.rules import Sums, parse_period, periods_of
from tests.cast import put_on_stage
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.points.counted import counted_once
from tests.points.records import add_book, add_event

# So few that one is finished again and again.
BOOKS = ("红旗渠", "平凡的世界")
# The learning days of two months, and days with several events.
EVENING_DAYS = [date(2026, 11, 10), date(2026, 11, 10), *[date(2026, 11, 16)] * 3, date(2026, 10, 30)]
HOMES = ("410581001001", "410581001001-1-2", "410581106210")

# Mostly one of the two, so that their records meet.
people_of_the_house = st.sampled_from([0, 0, 0, 1])
# Most records fall on few days, so that caps, floors and stamps come into play.
days = st.sampled_from([date(2026, 11, 10), date(2026, 11, 16), date(2026, 11, 17), date(2026, 10, 30)])
amounts = st.builds(
    Amounts,
    pages=st.none() | st.sampled_from([3, 7, 10, 45, 99, 130]),
    minutes=st.none() | st.sampled_from([4, 9, 20, 65]),
    finished=st.sampled_from([True, True, False]),
).filter(lambda told: told.told)


class History(RuleBasedStateMachine):
    """A household that logs, corrects, removes, comes, is unmarked and moves; `clock` lets time pass."""

    clock: TestClock
    entries = Bundle("entries")

    @initialize()
    def set_the_stage(self) -> None:
        db.session.remove()
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(delete(table))
        self.clock.set(PRESENT)
        cast = put_on_stage()
        self.residents = [cast.resident.id, cast.child.id]
        self.account = cast.account("resident").id
        self.admin = cast.admin
        self.books = [add_book(title).id for title in BOOKS]
        self.events = [add_event(f"第{n}场", day).id for n, day in enumerate(EVENING_DAYS)]
        db.session.commit()

    def told(self, who: int, book: int, day: date, told: Amounts) -> Told:
        return Told(self.residents[who], BookAsked(self.books[book]), day, told)

    @rule(
        target=entries,
        who=people_of_the_house,
        book=st.integers(0, 1),
        day=days,
        told=amounts,
        twice=st.booleans(),
    )
    def log(self, who: int, book: int, day: date, told: Amounts, twice: bool) -> tuple[uuid.UUID, int]:
        entry_id, content = uuid.uuid4(), self.told(who, book, day, told)
        for _ in range(1 + twice):
            self.clock.advance(seconds=30)
            logbook.log(entry_id, content, self.account)
        return entry_id, who

    @rule(entry=entries, book=st.integers(0, 1), day=days, told=amounts)
    def correct(self, entry: tuple[uuid.UUID, int], book: int, day: date, told: Amounts) -> None:
        logbook.correct(entry[0], self.told(entry[1], book, day, told), self.account)

    @rule(entry=consumes(entries))
    def remove(self, entry: tuple[uuid.UUID, int]) -> None:
        logbook.remove(entry[0], self.account)

    @rule(
        number=st.integers(0, len(EVENING_DAYS) - 1),
        who=st.sets(people_of_the_house, min_size=1),
        status=st.sampled_from(["present", "late", "excused", "undone"]),
    )
    def mark(self, number: int, who: set[int], status: str) -> None:
        self.clock.advance(seconds=30)
        sent = [MarkSent(uuid.uuid4(), self.residents[one], status) for one in who]
        attendance.mark(self.events[number], sent, self.admin)

    @rule(who=people_of_the_house, home=st.sampled_from(HOMES), back=st.integers(0, 12))
    def move_house(self, who: int, home: str, back: int) -> None:
        try:
            people.move_house(
                self.residents[who], home, self.clock().date() - timedelta(days=back), by=self.account
            )
        except Refused:
            assert back

    @rule()
    def take_in(self) -> None:
        sum_actions.take_in()

    @invariant()
    def everything_agrees(self) -> None:
        assert learning_days.verify() + ledger.verify() == []

    @invariant()
    def the_sums_are_those_of_the_plain_formula(self) -> None:
        for resident_id in getattr(self, "residents", ()):
            due = sums_by_formula(resident_id)
            for period in ("2026-10", "2026-11", "2026", "all"):
                assert queries.period_standing(resident_id, period) == due[period]

    @invariant()
    def the_sums_of_communities_are_those_of_their_standings(self) -> None:
        for key in ("2026-10", "2026-11", "2026", "all"):
            period = parse_period(key)
            assert period is not None
            found = {
                code: figures for code, figures in sum_queries.of_communities(period).items() if any(figures)
            }
            columns = [func.sum(getattr(Standing, name)) for name in ("points", "pages", "books", "days")]
            readers = func.count().filter(Standing.days > 0)
            stood = select(Standing.community_id, readers, *columns).where(Standing.period == key)
            for code, *sums in db.session.execute(stood.group_by(Standing.community_id)):
                assert [found[code][0], *found[code][2:]] == sums

    @invariant()
    def a_place_counts_everybody_once(self) -> None:
        # All of a history is one request, and what a page asks twice is kept for it.
        request.environ.pop("reading.kept", None)
        for code in ("410581", "410581001", HOMES[0]):
            node = db.session.get_one(Community, code)
            for key in ("2026-11", "2026-10", "2026", "all"):
                period = parse_period(key)
                assert period is not None
                assert reading_of(node, period) == counted_once(node.path, period), (code, key)

    def teardown(self) -> None:
        kept = contents()
        for table in (PointEntry, DayTotal, Standing):
            db.session.execute(delete(table))
        db.session.commit()
        assert learning_days.rebuild() == 0
        ledger.rebuild()
        assert contents() == kept
        db.session.remove()


def sums_by_formula(resident_id: uuid.UUID) -> dict[str, Sums]:
    """What a resident's periods are worth, worked out from day sums: no order of arrival, no lines."""
    entries = db.session.scalars(
        select(LogEntry).where(LogEntry.resident_id == resident_id, LogEntry.removed_at.is_(None))
    ).all()
    came = db.session.scalars(
        select(Attendance.on).where(
            Attendance.resident_id == resident_id, Attendance.status.in_(["present", "late"])
        )
    ).all()
    stamped = set(db.session.scalars(select(Stamp.on).where(Stamp.resident_id == resident_id)))
    finished: dict[uuid.UUID, LogEntry] = {}
    for entry in sorted(entries, key=lambda entry: (entry.arrived_at, entry.id)):
        if entry.finished:
            finished.setdefault(entry.book_id, entry)
    sums: dict[str, Sums] = defaultdict(Sums)
    for day in {entry.read_on for entry in entries} | set(came):
        of_day = [entry for entry in entries if entry.read_on == day]
        books = sum(entry.read_on == day for entry in finished.values())
        pages = sum(entry.pages or 0 for entry in of_day)
        minutes = sum(entry.minutes or 0 for entry in of_day)
        timed = sum(entry.minutes or 0 for entry in of_day if entry.pages is None)
        points = (
            min(10, pages // 10)
            + min(6, timed // 10)
            + 5 * min(2, books)
            + 10 * min(2, came.count(day))
            + 10 * (day in stamped)
        )
        for period in periods_of(day):
            sums[period] += Sums(min(40, points), pages, minutes, books, 1, len(of_day) + came.count(day))
    return sums


def contents() -> list[set[tuple]]:
    """All rows of the ledger, the day totals and the standings, without the time they were written."""
    tables = (PointEntry.__table__, DayTotal.__table__, Standing.__table__)
    chosen = [[column for column in table.columns if column.name != "settled_at"] for table in tables]
    return [{tuple(row) for row in db.session.execute(select(*columns))} for columns in chosen]


@pytest.mark.long
def test_after_any_history_the_sums_are_those_of_a_rebuild(app: Flask, clock: TestClock) -> None:
    History.clock = clock
    with app.test_request_context(headers={"Accept-Language": "en"}):
        run_state_machine_as_test(
            History,
            settings=settings(
                max_examples=8,
                stateful_step_count=30,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
