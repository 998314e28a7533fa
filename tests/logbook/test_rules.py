"""What a log entry may say, and the month card's weeks."""

import uuid
from dataclasses import replace
from datetime import date

import pytest

from reading.books.rules import Number
from reading.logbook.rules import Amounts, BookAsked, Told, days_offered, earliest_day, month_cells


@pytest.mark.parametrize(
    ("amounts", "unusual"),
    [
        (Amounts(300, None, False), None),
        (Amounts(301, None, False), "pages"),
        (Amounts(None, 480, True), None),
        (Amounts(None, 481, False), "minutes"),
        (Amounts(301, 481, False), "pages"),
        (Amounts(None, None, True), None),
    ],
)
def test_more_than_people_read_in_a_day_is_unusual(amounts: Amounts, unusual: str | None) -> None:
    assert amounts.unusual == unusual


def test_an_entry_says_something_with_pages_minutes_or_finished() -> None:
    assert Amounts(1, None, False).told
    assert Amounts(None, 1, False).told
    assert Amounts(None, None, True).told
    assert not Amounts(None, None, False).told


def test_a_change_of_anything_changes_the_digest() -> None:
    told = Told(uuid.UUID(int=1), BookAsked(), date(2026, 11, 18), Amounts(1, None, False))
    others = [
        replace(told, resident_id=uuid.UUID(int=2)),
        replace(told, book=BookAsked(book_id=uuid.UUID(int=3))),
        replace(told, book=BookAsked(title="家")),
        replace(told, book=BookAsked(author="巴金")),
        replace(told, book=BookAsked(number=Number(isbn="9787020002207"))),
        replace(told, book=BookAsked(number=Number(unified_number="10019·1"))),
        replace(told, read_on=date(2026, 11, 17)),
        replace(told, amounts=Amounts(None, 1, False)),
        replace(told, amounts=Amounts(1, None, True)),
        replace(told, reflection="好"),
    ]
    assert len({told.digest, *(other.digest for other in others)}) == 1 + len(others)
    assert replace(told).digest == told.digest


def test_days_can_be_written_down_for_31_days() -> None:
    assert earliest_day(date(2026, 11, 18)) == date(2026, 10, 18)
    assert days_offered(date(2026, 3, 1)) == [date(2026, 3, 1), date(2026, 2, 28), date(2026, 2, 27)]


def test_the_month_card_has_whole_weeks_from_monday() -> None:
    read, kept = date(2026, 11, 9), date(2026, 11, 10)
    weeks = month_cells(
        date(2026, 11, 1), today=date(2026, 11, 18), records={read: 2, kept: 1}, learning_days=[kept],
        stamped=[kept], urls={read: "/there"},
    )  # fmt: skip
    assert [len(week) for week in weeks] == [7] * 6
    days = {(day["state"], day["day"]): day for week in weeks for day in week}
    assert days["out", 26]["state"] == "out"
    assert (days["", 9]["records"], days["", 9]["url"]) == (2, "/there")
    assert (days["", 10]["stamped"], days["", 10]["is_learning_day"]) == (True, True)
    assert [key for key, day in days.items() if day["is_today"]] == [("", 18)]
