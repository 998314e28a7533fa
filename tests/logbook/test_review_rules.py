"""Which entries come before a librarian, and which do not."""

import pytest

from reading.logbook.review_rules import Around, judge
from reading.logbook.rules import Amounts

USUAL = Amounts(30, None, finished=False)
FINISHED = Amounts(30, None, finished=True)


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [
        (Amounts(300, None, finished=False), None),
        (Amounts(301, None, finished=False), "pages"),
        (Amounts(None, 480, finished=False), None),
        (Amounts(None, 481, finished=False), "minutes"),
        (Amounts(None, None, finished=True), None),
    ],
)
def test_an_entry_is_judged_by_its_own_amounts(amounts: Amounts, reason: str | None) -> None:
    assert judge("活着", None, amounts, Around(300, 480, 300, 1)) == reason


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        (Around(day_pages=600, day_minutes=720), None),
        (Around(day_pages=601), "day"),
        (Around(day_minutes=721), "day"),
        (Around(day_pages=601, confirmed=True), "day"),
    ],
)
def test_a_day_is_judged_as_a_whole(around: Around, reason: str | None) -> None:
    assert judge("活着", None, USUAL, around) == reason


@pytest.mark.parametrize(
    ("length", "told", "reason"),
    [
        (400, 600, None),
        (400, 601, "book"),
        (32, 300, None),  # a picture book read aloud nine evenings
        (32, 301, "book"),
        (None, 1500, None),
        (None, 1501, "book"),
    ],
)
def test_a_book_is_judged_by_how_many_pages_it_has(length: int | None, told: int, reason: str | None) -> None:
    assert judge("活着", length, USUAL, Around(book_pages=told)) == reason
    assert judge("活着", length, Amounts(None, 30, finished=False), Around(book_pages=told)) is None


def test_a_book_finished_again_and_again_is_looked_at_once() -> None:
    assert judge("活着", None, FINISHED, Around(finishes=3)) is None
    assert judge("活着", None, FINISHED, Around(finishes=4)) == "again"
    assert judge("活着", None, USUAL, Around(finishes=4)) is None
    assert judge("活着", None, FINISHED, Around(finishes=4, confirmed=True)) is None
    assert judge("活着", 100, USUAL, Around(book_pages=900, confirmed=True)) is None


def test_a_title_a_librarian_has_kept_is_not_doubted_again() -> None:
    assert judge("asdfgh", None, USUAL, Around()) == "title"
    assert judge("asdfgh", None, USUAL, Around(confirmed=True)) is None
