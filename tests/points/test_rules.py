"""What records are worth: every rule, every cap, the order of arrival, and periods."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from reading.points.rules import (
    ALL_TIME,
    Line,
    Record,
    Rule,
    RuleBook,
    StampGiven,
    Sums,
    claims,
    held_back,
    lines_of_day,
    parse_period,
    periods_of,
    totals_of_day,
)

DAY = date(2026, 11, 12)
MORNING = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
HOME, ELSEWHERE = "410581001001", "410581106210"
RULES = RuleBook().on(DAY)
BOOKS = [uuid.UUID(int=900 + number) for number in range(9)]


def record(number: int = 1, /, **told) -> Record:
    """The ``number``-th record to arrive that day."""
    arrived_at = MORNING + timedelta(minutes=number)
    values = {"kind": "log", "community_id": HOME, "on": DAY, "arrived_at": arrived_at, **told}
    return Record(source_id=uuid.UUID(int=number), **values)


def came(number: int) -> Record:
    return record(number, kind="attendance")


def stamp(at: str = HOME) -> StampGiven:
    return StampGiven(uuid.UUID(int=500), at, DAY)


def day(
    records: Iterable[Record], stamps: Iterable[StampGiven] = (), rules: Mapping[str, Rule] = RULES
) -> list[Line]:
    records = list(records)
    return lines_of_day(records, stamps, rules, claims(records))


def points(lines: Iterable[Line]) -> list[int]:
    return [line.points for line in lines]


@pytest.mark.parametrize(
    ("pages", "worth"), [(1, 0), (9, 0), (10, 1), (19, 1), (20, 2), (99, 9), (100, 10), (101, 10), (1000, 10)]
)
def test_ten_pages_are_a_point_and_a_day_of_pages_is_at_most_ten(pages: int, worth: int) -> None:
    (line,) = day([record(pages=pages)])
    assert (line.rule, line.told, line.uncapped, line.points) == ("pages", pages, pages // 10, worth)


@pytest.mark.parametrize(("minutes", "worth"), [(1, 0), (9, 0), (10, 1), (59, 5), (60, 6), (70, 6), (960, 6)])
def test_ten_minutes_are_a_point_and_a_day_of_minutes_is_at_most_six(minutes: int, worth: int) -> None:
    (line,) = day([record(minutes=minutes)])
    assert (line.rule, line.told, line.uncapped, line.points) == ("minutes", minutes, minutes // 10, worth)


def test_minutes_give_nothing_where_pages_were_told() -> None:
    lines = day([record(pages=5, minutes=600)])
    assert [(line.rule, line.points) for line in lines] == [("pages", 0)]


def test_pages_and_minutes_of_two_records_have_a_cap_each() -> None:
    assert points(day([record(1, pages=300), record(2, minutes=300)])) == [10, 6]


def test_pages_are_summed_over_the_day_before_they_are_floored() -> None:
    assert points(day([record(1, pages=7), record(2, pages=7), record(3, pages=7)])) == [0, 1, 1]


def test_minutes_of_an_entry_with_pages_do_not_fill_up_another_entrys_minutes() -> None:
    assert points(day([record(1, pages=1, minutes=9), record(2, minutes=9)])) == [0, 0]


def test_who_arrives_first_is_counted_first_whatever_the_order_given() -> None:
    early, late = record(1, pages=95), record(2, pages=95)
    assert day([late, early]) == day([early, late])
    assert [(line.source_id, line.points) for line in day([late, early])] == [
        (early.source_id, 9),
        (late.source_id, 1),
    ]


def test_records_of_one_instant_are_ordered_by_their_ids() -> None:
    one, two = record(1, pages=5, arrived_at=MORNING), record(2, pages=5, arrived_at=MORNING)
    assert [line.source_id for line in day([two, one])] == [one.source_id, two.source_id]


def test_a_book_finished_is_five_points_after_its_pages() -> None:
    lines = day([record(pages=20, finished=True, book_id=BOOKS[0])])
    assert [(line.rule, line.told, line.points, line.position) for line in lines] == [
        ("pages", 20, 2, 0),
        ("book", 1, 5, 1),
    ]
    assert [line.book_id for line in lines] == [None, BOOKS[0]]


def test_finished_alone_is_a_record_of_its_own() -> None:
    assert [(line.rule, line.points) for line in day([record(finished=True, book_id=BOOKS[0])])] == [
        ("book", 5)
    ]


def test_two_books_a_day_count() -> None:
    lines = day(record(n, finished=True, book_id=BOOKS[n]) for n in range(3))
    assert [(line.uncapped, line.points) for line in lines] == [(5, 5), (5, 5), (5, 0)]


def test_a_book_counts_once_and_the_second_line_says_so() -> None:
    first, again = (record(n, finished=True, book_id=BOOKS[0]) for n in (1, 2))
    assert [(line.told, line.uncapped, line.points) for line in day([first, again])] == [(1, 5, 5), (1, 0, 0)]


def test_the_finish_that_arrived_first_claims_the_book_even_when_it_was_read_later() -> None:
    told_first = record(1, finished=True, book_id=BOOKS[0], on=DAY)
    back_dated = record(2, finished=True, book_id=BOOKS[0], on=DAY - timedelta(days=9))
    assert claims([back_dated, told_first]) == {told_first.source_id}


def test_a_claim_stands_even_when_the_cap_held_it_back() -> None:
    capped = [record(n, finished=True, book_id=BOOKS[n]) for n in range(3)]
    again = record(9, finished=True, book_id=BOOKS[2], on=DAY + timedelta(days=1))
    assert again.source_id not in claims([*capped, again])


def test_the_books_of_who_told_no_finish_are_not_claimed() -> None:
    assert claims([record(1, pages=3, book_id=BOOKS[0]), came(2)]) == frozenset()


def test_an_attendance_is_ten_points_two_a_day() -> None:
    lines = day([came(1), came(2), came(3)])
    assert [(line.rule, line.uncapped, line.points) for line in lines] == [
        ("attendance", 10, 10),
        ("attendance", 10, 10),
        ("attendance", 10, 0),
    ]


def test_the_stamp_comes_right_after_the_days_first_record() -> None:
    lines = day([record(1, pages=30, finished=True, book_id=BOOKS[0]), came(2)], [stamp()])
    assert [(line.rule, line.points) for line in lines] == [
        ("pages", 3),
        ("book", 5),
        ("stamp", 10),
        ("attendance", 10),
    ]


def test_a_stamp_whose_record_is_gone_still_has_its_line_until_it_is_taken_back() -> None:
    assert [(line.rule, line.points) for line in day([], [stamp()])] == [("stamp", 10)]


@pytest.mark.parametrize(("pages", "last"), [(99, 1), (100, 0)])
def test_a_day_is_worth_at_most_forty(pages: int, last: int) -> None:
    lines = day([came(1), came(2), record(3, pages=pages), record(4, minutes=600)], [stamp()])
    assert points(lines) == [10, 10, 10, pages // 10, last]
    assert sum(points(lines)) == 40
    assert lines[-1].uncapped == 60


def test_the_days_cap_is_told_apart_from_the_rules_cap() -> None:
    rules = RULES
    lines = day([came(1), came(2), came(3), record(4, pages=90), record(5, minutes=600)], [stamp()])
    assert held_back(lines, rules) == ["", "", "", "attendance", "", "total"]


def test_a_cap_reached_exactly_holds_nothing_back() -> None:
    assert held_back(day([record(pages=100)]), RULES) == [""]
    assert held_back(day([record(pages=110)]), RULES) == ["pages"]


def test_a_day_adds_up_raw_what_was_told_and_capped_what_it_is_worth() -> None:
    records = [
        record(1, pages=300, minutes=30),
        record(2, minutes=40, finished=True, book_id=BOOKS[0]),
        came(3),
    ]
    totals = totals_of_day(records, day(records), claims(records))
    assert totals == {HOME: Sums(points=10 + 4 + 5 + 10, pages=300, minutes=70, books=1, days=1, records=3)}


def test_books_are_counted_once_and_uncapped() -> None:
    records = [record(n, finished=True, book_id=BOOKS[n % 3]) for n in range(4)]
    totals = totals_of_day(records, day(records), claims(records))
    assert (totals[HOME].books, totals[HOME].points) == (3, 10)


def test_a_day_in_two_communities_is_one_day_in_the_first_records() -> None:
    records = [record(1, pages=10, community_id=ELSEWHERE), record(2, pages=10)]
    totals = totals_of_day(records, day(records), claims(records))
    assert totals == {
        ELSEWHERE: Sums(points=1, pages=10, days=1, records=1),
        HOME: Sums(points=1, pages=10, days=0, records=1),
    }


def test_a_day_without_anything_has_no_totals() -> None:
    assert totals_of_day([], [], frozenset()) == {}


def test_a_new_rule_holds_from_its_day_and_not_before() -> None:
    rules = RuleBook([Rule("pages", DAY, per=5, points=2, daily_cap=20), Rule("total", DAY, 1, 0, 15)])
    before = rules.on(DAY - timedelta(days=1))
    assert points(day([record(pages=50)], rules=before)) == [5]
    assert points(day([record(pages=50)], rules=rules.on(DAY))) == [15]
    assert rules.on(DAY)["book"] == before["book"]


def test_of_two_rows_of_a_rule_the_later_holds() -> None:
    rules = RuleBook([Rule("book", DAY, 1, 9, 9), Rule("book", DAY - timedelta(days=3), 1, 7, 7)])
    assert [rules.on(DAY - timedelta(days=back))["book"].points for back in (0, 1, 3, 4)] == [9, 7, 7, 5]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("all", date.min, date.max),
    ],
)
def test_a_period_knows_its_first_and_last_day(text: str, first: date, last: date) -> None:
    period = parse_period(text)
    assert period
    assert (period.key, period.first, period.last) == (text, first, last)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-13", "2026-00", "2026-1", "26-01", "2026-W01", "2026-11-01", "0000", "0001-01",
        "1899", "2200-01", "9999-12", "20261", "ALL",
        "2026-11\n", " 2026", "２０２６", "٢٠٢٦", "2_26", "-2026", "2026-", "all ", "password",
    ],
)  # fmt: skip
def test_what_is_no_period_is_none(text: str) -> None:
    assert parse_period(text) is None


def test_a_day_counts_in_its_month_its_year_and_all_time() -> None:
    assert periods_of(date(2026, 3, 9)) == ("2026-03", "2026", ALL_TIME)
