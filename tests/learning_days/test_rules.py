"""When the learning day is, and how long a run of months is."""

from datetime import date

import pytest

from reading.learning_days.rules import (
    days_held,
    is_learning_day,
    learning_day_of,
    month_after,
    month_before,
    next_learning_day,
    run_of_months,
)

TENTH, LAST, SATURDAYS = "FREQ=MONTHLY;BYMONTHDAY=10", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=WEEKLY;BYDAY=SA"


@pytest.mark.parametrize(
    ("rule", "month", "days"),
    [
        (TENTH, "2026-11", [10]),
        (TENTH, "2028-02", [10]),
        (LAST, "2026-10", [31]),
        (LAST, "2026-11", []),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2028-02", [29]),
        ("FREQ=MONTHLY;BYMONTHDAY=10,25", "2026-11", [10, 25]),
        ("FREQ=MONTHLY;BYDAY=2SA", "2026-11", [14]),
        ("FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1", "2026-11", [1]),
        (SATURDAYS, "2026-11", [7, 14, 21, 28]),
        ("FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=23", "2026-04", [23]),
        ("FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=23", "2026-11", []),
        ("FREQ=DAILY", "2026-02", list(range(1, 29))),
    ],
)
def test_a_rule_is_read_month_by_month(rule: str, month: str, days: list[int]) -> None:
    found = learning_day_of(rule, month)
    assert [day.day for day in found] == days
    assert all(day.strftime("%Y-%m") == month for day in found)
    assert all(is_learning_day(rule, day) for day in found)


def test_no_other_day_is_a_learning_day() -> None:
    assert not is_learning_day(TENTH, date(2026, 11, 9))
    assert not is_learning_day(TENTH, date(2026, 11, 11))


@pytest.mark.parametrize("month", ["2026-13", "2026", "all", "", "november"])
def test_what_is_no_month_has_no_learning_day(month: str) -> None:
    with pytest.raises(ValueError, match="no month"):
        learning_day_of(TENTH, month)


@pytest.mark.parametrize(
    ("rule", "today", "coming"),
    [
        (TENTH, date(2026, 11, 9), date(2026, 11, 10)),
        (TENTH, date(2026, 11, 10), date(2026, 11, 10)),
        (TENTH, date(2026, 11, 11), date(2026, 12, 10)),
        (TENTH, date(2026, 12, 11), date(2027, 1, 10)),
        (LAST, date(2026, 11, 1), date(2026, 12, 31)),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29", date(2096, 3, 1), date(2104, 2, 29)),
    ],
)
def test_the_coming_learning_day_is_today_or_later(rule: str, today: date, coming: date) -> None:
    assert next_learning_day(rule, today) == coming


def test_a_rule_that_names_no_day_has_no_coming_one() -> None:
    with pytest.raises(ValueError, match="names no day"):
        next_learning_day("FREQ=MONTHLY;BYMONTHDAY=10;UNTIL=20250101", date(2026, 11, 18))


def days(*numbers: int) -> list[date]:
    return [date(2026, 11, number) for number in numbers]


@pytest.mark.parametrize(
    ("by_rule", "named", "held"),
    [
        ([10], [], [10]),
        ([10], [10], [10]),
        ([10, 25], [25], [10, 25]),
        ([15], [10], [10]),
        ([15], [10, 15], [10, 15]),
        ([], [30], [30]),
        ([], [], []),
    ],
)
def test_a_month_keeps_the_days_its_stamps_name(by_rule, named, held) -> None:
    assert days_held(days(*by_rule), days(*named)) == days(*held)


@pytest.mark.parametrize(
    ("months", "length"),
    [
        ([], 0),
        (["2026-11"], 1),
        (["2026-10"], 1),
        (["2026-09"], 0),
        (["2026-11", "2026-10", "2026-09"], 3),
        (["2026-11", "2026-09"], 1),
        (["2026-10", "2026-09", "2026-07"], 2),
        (["2026-11", "2026-10", "2025-12"], 2),
    ],
)
def test_a_run_counts_the_months_in_a_row_and_this_one_breaks_nothing(months, length) -> None:
    assert run_of_months(months, "2026-11") == length


def test_a_run_goes_over_the_new_year() -> None:
    assert run_of_months(["2026-12", "2027-01"], "2027-02") == 2


def test_a_month_without_a_learning_day_breaks_no_run() -> None:
    kept = ["2026-07", "2026-08", "2026-10"]
    assert run_of_months(kept, "2026-11", LAST) == 3
    assert run_of_months(kept, "2026-11", TENTH) == 1


def test_months_follow_each_other_over_the_new_year() -> None:
    assert (month_before("2026-01"), month_after("2026-12")) == ("2025-12", "2027-01")
    assert (month_before("2026-11"), month_after("2026-09")) == ("2026-10", "2026-10")
