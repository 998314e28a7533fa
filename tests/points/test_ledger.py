"""The ledger follows its records: added, changed, taken back, moved; within few statements."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from reading import clock
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.logbook.models import LogEntry
from reading.points import ledger, queries
from reading.points.models import DayTotal, PointEntry, PointRule, Standing
from reading.points.rules import Line, Sums
from tests.cast import Cast
from tests.clock import TestClock
from tests.points.records import add_book, add_event, attend, log
from tests.statements import statements, trips

DAY, NEXT = date(2026, 11, 16), date(2026, 11, 17)
HOME, VILLAGE = "410581001001", "410581106210"


@pytest.fixture
def tick(app: Flask, clock: TestClock) -> Callable[[], None]:
    """Lets a minute pass, so that records arrive one after the other."""
    return lambda: clock.advance(minutes=1)


def change(entry: LogEntry, **told) -> None:
    """Let an entry say something else and settle the days it touches."""
    days = {entry.read_on}
    for name, value in told.items():
        setattr(entry, name, value)
    learning_days.settle(entry.resident_id, days | {entry.read_on})
    db.session.commit()


def worth(cast: Cast, day: date) -> list[tuple[str, int]]:
    return [(line.rule, line.points) for line in queries.ledger_of(cast.resident.id, day, day)]


def sound() -> bool:
    """Whether everything agrees, and a rebuild finds nothing to do."""
    assert learning_days.verify() + ledger.verify() == []
    return learning_days.rebuild() + ledger.rebuild() == 0


def test_a_record_stands_in_the_ledger_the_day_and_three_standings(cast: Cast) -> None:
    entry = log(cast.resident, add_book("红旗渠"), DAY, pages=37)
    assert queries.ledger_of(cast.resident.id, DAY, DAY) == [
        Line(DAY, "pages", entry.id, HOME, position=0, told=37, uncapped=3, points=3)
    ]
    sums = Sums(points=3, pages=37, days=1, records=1)
    assert queries.days_of_month(cast.resident.id, "2026-11") == {DAY: sums}
    assert [queries.period_standing(cast.resident.id, key) for key in ("2026-11", "2026", "all")] == [
        sums
    ] * 3
    assert queries.totals(cast.resident.id) == sums
    assert queries.period_standing(cast.resident.id, "2026-10") == Sums()
    assert sound()


def test_what_a_simple_new_record_settles_takes_the_same_few_statements(cast: Cast) -> None:
    # The lock, all that stands, and what is written, table by table; to PostgreSQL all tables' rows go at once.
    few, ways = 5, [1, 3] if db.engine.dialect.name == "postgresql" else []
    book = add_book("红旗渠")
    for back in range(9, 0, -1):
        log(cast.resident, book, NEXT - timedelta(days=back), pages=37)
    log(cast.resident, book, NEXT, pages=12, settled=False)
    resident_id = cast.resident.id
    with statements() as sent, trips() as gone:
        ledger.settle(resident_id, [NEXT])
    assert len(sent) == few, "\n".join(sent)
    assert gone == ways
    db.session.rollback()
    with statements() as sent:
        learning_days.settle(resident_id, [NEXT])
    assert len(sent) == few + 1, "\n".join(sent)


def test_settling_again_writes_nothing(cast: Cast) -> None:
    log(cast.resident, add_book("红旗渠"), DAY, pages=37, finished=True)
    with statements() as sent:
        learning_days.settle(cast.resident.id, [DAY])
    assert [one for one in sent if not one.startswith("SELECT")] == []
    assert sound()


def test_settling_no_day_asks_nothing(cast: Cast) -> None:
    with statements() as sent:
        learning_days.settle(cast.resident.id, [])
    assert sent == []


def test_an_earlier_records_correction_moves_the_floor_of_the_later_ones(cast: Cast, tick) -> None:
    book = add_book("红旗渠")
    first = log(cast.resident, book, DAY, pages=7)
    tick()
    log(cast.resident, book, DAY, pages=7)
    assert worth(cast, DAY) == [("pages", 0), ("pages", 1)]
    change(first, pages=12)
    assert worth(cast, DAY) == [("pages", 1), ("pages", 0)]
    assert sound()


def test_a_record_that_changes_its_day_leaves_nothing_behind(cast: Cast) -> None:
    entry = log(cast.resident, add_book("红旗渠"), date(2026, 10, 30), pages=20)
    change(entry, read_on=DAY)
    assert worth(cast, date(2026, 10, 30)) == []
    assert queries.period_standing(cast.resident.id, "2026-10") == Sums()
    assert db.session.scalar(select(func.count()).select_from(Standing)) == 3
    assert sound()


def test_taking_the_only_record_back_leaves_no_row(cast: Cast) -> None:
    entry = log(cast.resident, add_book("红旗渠"), date(2026, 11, 10), pages=20, finished=True)
    change(entry, removed_at=clock.now())
    for table in (PointEntry, DayTotal, Standing):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert sound()


def test_a_book_finished_twice_counts_where_it_was_told_first(cast: Cast, tick) -> None:
    book = add_book("红旗渠")
    told_first = log(cast.resident, book, NEXT, finished=True)
    tick()
    log(cast.resident, book, DAY, finished=True)
    assert (worth(cast, DAY), worth(cast, NEXT)) == ([("book", 0)], [("book", 5)])
    change(told_first, removed_at=clock.now())
    assert (worth(cast, DAY), worth(cast, NEXT)) == ([("book", 5)], [])
    assert queries.totals(cast.resident.id).books == 1
    assert sound()


def test_an_entry_that_turns_to_another_book_frees_the_first(cast: Cast, tick) -> None:
    book, other = add_book("红旗渠"), add_book("活着")
    first = log(cast.resident, book, DAY, finished=True)
    tick()
    log(cast.resident, book, NEXT, finished=True)
    assert worth(cast, NEXT) == [("book", 0)]
    change(first, book_id=other.id)
    assert (worth(cast, DAY), worth(cast, NEXT)) == ([("book", 5)], [("book", 5)])
    assert sound()


def test_a_finish_that_is_unsaid_frees_the_book_of_several_days(cast: Cast, tick) -> None:
    book = add_book("红旗渠")
    first = log(cast.resident, book, DAY, pages=5, finished=True)
    tick()
    later = [log(cast.resident, book, DAY - timedelta(days=back), finished=True) for back in (3, 9)]
    change(first, finished=False)
    assert worth(cast, DAY) == [("pages", 0)]
    assert sorted(worth(cast, entry.read_on) for entry in later) == [[("book", 0)], [("book", 5)]]
    assert sound()


def test_two_residents_may_finish_the_same_book(cast: Cast) -> None:
    book = add_book("红旗渠")
    for resident in (cast.resident, cast.child):
        log(resident, book, DAY, finished=True)
        assert queries.totals(resident.id).points == 5
    assert sound()


def test_an_attendance_counts_until_it_is_undone(cast: Cast) -> None:
    attendance = attend(cast.resident, add_event("读书分享会", DAY))
    assert worth(cast, DAY) == [("attendance", 10)]
    attendance.status = "late"
    learning_days.settle(cast.resident.id, [DAY])
    db.session.commit()
    assert worth(cast, DAY) == [("attendance", 10)]
    for status in ("excused", "undone"):
        attendance.status = status
        learning_days.settle(cast.resident.id, [DAY])
        db.session.commit()
        assert worth(cast, DAY) == []
    assert sound()


def test_who_moved_house_keeps_the_past_where_it_was(cast: Cast, tick) -> None:
    book = add_book("红旗渠")
    log(cast.resident, book, DAY, pages=100)
    tick()
    cast.resident.community_id = VILLAGE
    log(cast.resident, book, DAY, pages=5)
    log(cast.resident, book, NEXT, pages=20)
    sums = {
        row.community_id: (row.points, row.pages, row.days, row.records)
        for row in db.session.scalars(select(Standing).where(Standing.period == "2026-11"))
    }
    assert sums == {HOME: (10, 100, 1, 1), VILLAGE: (2, 25, 1, 2)}
    assert queries.period_standing(cast.resident.id, "2026-11") == Sums(12, 125, 0, 0, 2, 3)
    assert queries.days_of_month(cast.resident.id, "2026-11")[DAY] == Sums(10, 105, 0, 0, 1, 2)
    assert sound()


def test_a_new_rule_counts_from_its_day_and_leaves_the_past(cast: Cast) -> None:
    book = add_book("红旗渠")
    before = log(cast.resident, book, DAY, pages=50)
    db.session.add(PointRule(rule="pages", since=NEXT, per=5, points=2, daily_cap=30))
    db.session.commit()
    log(cast.resident, book, NEXT, pages=50)
    assert (worth(cast, DAY), worth(cast, NEXT)) == ([("pages", 5)], [("pages", 20)])
    change(before, pages=60)
    assert worth(cast, DAY) == [("pages", 6)]
    assert sound()


@pytest.mark.parametrize(
    "row", [{"per": 0}, {"points": -1}, {"daily_cap": -1}, {"rule": "likes"}], ids=lambda row: next(iter(row))
)
def test_the_database_refuses_a_rule_that_makes_no_sense(app: Flask, row) -> None:
    values = {"rule": "pages", "since": DAY, "per": 10, "points": 1, "daily_cap": 10, **row}
    db.session.add(PointRule(**values))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_database_refuses_a_book_counted_twice(cast: Cast) -> None:
    book = add_book("红旗渠")
    log(cast.resident, book, DAY, finished=True)
    twice = PointEntry(
        resident_id=cast.resident.id, on=NEXT, rule="book", source_id=uuid.uuid4(), community_id=HOME,
        position=0, told=1, uncapped=5, points=5, book_id=book.id,
    )  # fmt: skip
    db.session.add(twice)
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.parametrize("month", ["2026-13", "2026", "all", "november", ""])
def test_what_is_no_month_has_no_days(cast: Cast, month: str) -> None:
    with pytest.raises(ValueError, match="no month"):
        queries.days_of_month(cast.resident.id, month)
