"""Unusual entries are saved, count, and are flagged; a correction is judged anew."""

from datetime import timedelta

import pytest
from flask import Flask

from reading.extensions import db
from reading.logbook import actions, queries, review_actions
from tests.cast import Cast
from tests.clock import TestClock
from tests.logbook.reviewing import put_aside, sent
from tests.logbook.telling import TODAY, books_agree, entries, keep, only_entry, told, write
from tests.pages import Visitor
from tests.statements import statements


@pytest.fixture
def resident(app: Flask, cast: Cast) -> Visitor:
    """The browser of somebody who reads."""
    return Visitor(app).sign_in(cast.resident)


def test_a_gibberish_title_is_saved_counted_and_flagged(resident: Visitor) -> None:
    page = write(resident, book="asdfgh")
    assert "Saved: asdfgh. Today has brought 3 points." in page.text
    assert "A librarian of your community will look at this record. It counts meanwhile." in page.text
    assert "30 pages · a librarian will look at it" in page.text
    assert (only_entry().flag, only_entry().review) == ("title", "waiting")


def test_a_usual_entry_is_not_flagged_and_says_nothing_of_it(resident: Visitor) -> None:
    page = write(resident)
    assert "librarian" not in page.text
    assert (only_entry().flag, only_entry().review, only_entry().standing) == (None, None, "")


def test_the_entry_that_makes_a_day_improbable_is_flagged(cast: Cast) -> None:
    for title in ("甲书", "乙书", "丙书"):
        keep(cast.resident, title, pages=250)
    assert [entry.flag for entry in sorted(entries(), key=lambda one: one.flag or "")] == [None, None, "day"]
    keep(cast.resident, "丁书", TODAY - timedelta(days=1), pages=250)
    keep(cast.neighbour, "甲书", pages=250)
    assert [entry.flag for entry in entries()].count("day") == 1


def test_more_pages_than_a_book_has_are_flagged(cast: Cast) -> None:
    first = keep(cast.resident, "小书", pages=200)
    first.book.pages = 210
    db.session.commit()
    keep(cast.resident, "小书", TODAY - timedelta(days=1), pages=115)
    assert {entry.flag for entry in entries()} == {None}
    keep(cast.resident, "小书", TODAY - timedelta(days=2), pages=1)
    assert [entry.flag for entry in entries() if entry.pages == 1] == ["book"]


def test_the_same_book_finished_day_after_day_is_flagged_until_a_librarian_keeps_it(cast: Cast) -> None:
    for back in range(4):
        keep(cast.resident, "晚安，月亮", TODAY - timedelta(days=back), pages=None, finished=True)
    flagged = next(entry for entry in entries() if entry.flag)
    assert (flagged.flag, flagged.read_on) == ("again", TODAY - timedelta(days=3))
    review_actions.keep(sent(flagged, cast.librarian))
    assert (
        keep(cast.resident, "晚安，月亮", TODAY - timedelta(days=4), pages=None, finished=True).flag is None
    )
    assert keep(cast.neighbour, "晚安，月亮", pages=None, finished=True).flag is None


def test_what_was_removed_or_set_aside_makes_nothing_improbable(cast: Cast) -> None:
    by = cast.account("resident").id
    actions.remove(keep(cast.resident, "甲书", pages=300).id, by)
    put_aside(keep(cast.resident, "乙书", pages=400), cast.librarian)
    assert keep(cast.resident, "丙书", pages=300).flag is None


def test_a_correction_is_judged_anew(cast: Cast) -> None:
    by = cast.account("resident").id
    entry = keep(cast.resident, "asdfgh")
    actions.correct(entry.id, told(cast.resident, "红楼梦"), by)
    assert (only_entry().flag, only_entry().review) == (None, None)
    actions.correct(entry.id, told(cast.resident, "啊啊啊啊"), by)
    assert (only_entry().flag, only_entry().review) == ("title", "waiting")
    actions.correct(entry.id, told(cast.resident, "啊啊啊啊", pages=301), by)
    assert only_entry().flag == "pages"


def test_what_a_librarian_kept_stays_kept_while_its_measure_stays(cast: Cast) -> None:
    by = cast.account("resident").id
    entry = keep(cast.resident, pages=400)
    review_actions.keep(sent(entry, cast.librarian))
    actions.correct(entry.id, told(cast.resident, pages=400, reflection="真好"), by)
    assert (only_entry().review, only_entry().reflection) == ("kept", "真好")
    actions.correct(entry.id, told(cast.resident, pages=500), by)
    assert only_entry().review == "waiting"


def test_judging_costs_one_more_statement_however_much_was_read(cast: Cast, clock: TestClock) -> None:
    def cost() -> int:
        with statements() as sent_now:
            keep(cast.resident, "甲书", pages=5)
        return len([one for one in sent_now if "log_entries" in one and "SELECT" in one])

    keep(cast.resident, "甲书", pages=5)
    clock.advance(minutes=2)
    few = cost()
    for back in range(20):
        clock.advance(minutes=2)
        keep(cast.resident, "甲书", TODAY - timedelta(days=back), pages=5)
    clock.advance(minutes=2)
    assert cost() == few
    assert queries.points_on(cast.resident.id, TODAY) > 0
    assert books_agree()
