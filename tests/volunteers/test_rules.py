"""Hours as people write them, months, and the evening of a named helper."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.volunteers.rules import (
    evening,
    hours_words,
    minutes_in,
    month_span,
    trouble_with_writing_in,
    usual_minutes,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "minutes"), [("0", 0), ("2", 120), ("1.5", 90), ("0.1", 6), ("24", 1440), ("00.5", 30)]
)
def test_hours_are_read_to_the_tenth(typed: str, minutes: int) -> None:
    assert minutes_in(typed) == minutes


@pytest.mark.parametrize(
    "typed", ["", " ", "1.", ".5", "1.25", "1,5", "+1", "-1", "1e1", "100", "\u0661", "½", "一"]
)
def test_anything_else_are_no_hours(typed: str) -> None:
    assert minutes_in(typed) is None


@given(st.integers(min_value=0, max_value=240))
def test_every_tenth_of_an_hour_is_read_as_it_is_shown(tenths: int) -> None:
    assert minutes_in(hours_words(tenths * 6)) == tenths * 6


@given(st.integers(min_value=1, max_value=24 * 60))
def test_the_usual_length_can_always_be_shown_and_is_within_three_minutes(minutes: int) -> None:
    usual = usual_minutes(NOON, NOON + timedelta(minutes=minutes))
    assert abs(usual - minutes) <= 3
    assert usual % 6 == 0
    assert usual <= 24 * 60


@pytest.mark.parametrize(
    ("since", "until", "span"),
    [
        ("2026-11", "2026-11", (date(2026, 11, 1), date(2026, 12, 1))),
        ("2026-12", "2026-12", (date(2026, 12, 1), date(2027, 1, 1))),
        ("2026-11", "2027-02", (date(2026, 11, 1), date(2027, 3, 1))),
        ("2025-01", "2026-12", (date(2025, 1, 1), date(2027, 1, 1))),
        ("2025-01", "2027-01", None),
        ("2026-12", "2026-11", None),
        ("2026-00", "2026-11", None),
        ("1999-01", "1999-02", None),
        ("2026-1", "2026-11", None),
        ("", "", None),
    ],
)
def test_a_span_of_months_holds_both_ends(since: str, until: str, span: tuple[date, date] | None) -> None:
    assert month_span(since, until) == span


def test_the_evening_is_the_day_stretched_to_an_event_around_midnight() -> None:
    day = datetime(2026, 11, 20, tzinfo=UTC)
    usual = evening(NOON, NOON + timedelta(hours=2), day, day + timedelta(days=1))
    assert usual == (day, day + timedelta(days=1))
    early = evening(day + timedelta(minutes=30), day + timedelta(hours=2), day, day + timedelta(days=1))
    assert early[0] == day - timedelta(minutes=30)
    late = evening(NOON, day + timedelta(hours=23, minutes=30), day, day + timedelta(days=1))
    assert late[1] == day + timedelta(days=1, minutes=30)


def test_staff_write_down_who_helped_until_31_days_after_the_end() -> None:
    for days in (-1, 0, 31):
        assert trouble_with_writing_in(NOON, None, NOON + timedelta(days)) is None
    assert trouble_with_writing_in(NOON, None, NOON + timedelta(days=31, seconds=1)) == "over"
    assert trouble_with_writing_in(NOON, NOON, NOON + timedelta(days=1)) == "cancelled"
