"""Writing down what was read: the way there, and everything that may be wrong on it."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from reading.books import queries as books
from reading.logbook import queries
from tests.books.catalogue import DREAM_13, TO_LIVE, add
from tests.cast import Cast
from tests.clock import TestClock
from tests.logbook.telling import TODAY, books_agree, entries, keep, only_entry, write
from tests.pages import Visitor


@pytest.fixture
def resident(app: Flask, cast: Cast) -> Visitor:
    """The browser of somebody who reads."""
    return Visitor(app).sign_in(cast.resident)


def test_a_new_title_is_saved_as_typed_in_one_step(resident: Visitor, cast: Cast) -> None:
    page = write(resident, book="太行山的路", pages="３０", reflection="很好\n值得读")
    assert page.path == "/logbook"
    assert "Saved: 太行山的路. Today has brought 3 points." in page.text
    entry = only_entry()
    assert (entry.book.title, entry.pages, entry.minutes, entry.finished) == ("太行山的路", 30, None, False)
    assert (entry.read_on, entry.resident_id, entry.entered_by) == (
        TODAY,
        cast.resident.id,
        cast.resident.account_id,
    )
    assert (entry.community_id, entry.flag, entry.reflection) == ("410581001001", None, "很好\n值得读")
    assert books_agree()


def test_a_book_read_before_takes_one_choice_and_one_number(resident: Visitor, cast: Cast) -> None:
    book_id = keep(cast.resident, "红楼梦", TODAY - timedelta(days=1)).book_id
    form = resident.get("/logbook/new")
    assert "Go on with" in form.text
    resident.submit(form, book_id=str(book_id), pages="12")
    assert [entry.book_id for entry in entries()] == [book_id, book_id]


def test_the_books_to_go_on_with_are_those_not_finished_first(cast: Cast) -> None:
    for title, back, done in (
        ("甲", 5, False),
        ("乙", 4, False),
        ("丙", 3, True),
        ("丁", 9, True),
        ("甲", 2, False),
    ):
        keep(cast.resident, title, TODAY - timedelta(days=back), finished=done)
    keep(cast.child, "戊")
    found = queries.reading_now(cast.resident.id)
    assert [one.book.title for one in found] == ["甲", "乙", "丙", "丁"]
    assert (found[0].pages, found[0].last_on, found[0].finished) == (60, TODAY - timedelta(days=2), False)
    assert [one.book.title for one in queries.reading_now(cast.resident.id, limit=1)] == ["甲"]


def test_a_book_page_leads_to_the_form_with_that_book_chosen(resident: Visitor, app: Flask) -> None:
    book_id = add("活着", "余华", isbn=TO_LIVE).id
    page = resident.get(f"/logbook/new?book={book_id}")
    resident.submit(page, minutes="20")
    assert only_entry().book_id == book_id
    assert "One book, 1 reader." in resident.get(f"/books/{book_id}").text


@pytest.mark.parametrize("asked", ["1", "", "0f9619ff-8b86-d011-b42d-00cf4fc964ff"])
def test_a_book_that_is_not_there_leaves_the_form_as_it_is(resident: Visitor, asked: str) -> None:
    page = resident.get(f"/logbook/new?book={asked}")
    assert "Go on with" not in page.text


def test_what_is_typed_counts_more_than_what_was_chosen(resident: Visitor, app: Flask) -> None:
    chosen = add("活着").id
    write(resident, book="红楼梦", book_id=str(chosen))
    assert only_entry().book.title == "红楼梦"


def test_a_number_finds_the_book(resident: Visitor, app: Flask) -> None:
    book_id = add("红楼梦", "曹雪芹", isbn=DREAM_13).id
    write(resident, book="", isbn="７-０２-０００２２０-Ｘ")
    assert only_entry().book_id == book_id


def test_a_number_nobody_knows_asks_for_the_title(resident: Visitor) -> None:
    page = write(resident, status=400, book="", isbn=DREAM_13)
    assert "write its title too" in page.errors_of("book")
    assert not entries()
    resident.submit(page, book="红楼梦", author="曹雪芹")
    assert (only_entry().book.isbn, only_entry().book.author) == (DREAM_13, "曹雪芹")


def test_a_chosen_book_that_is_gone_asks_for_the_title(resident: Visitor) -> None:
    page = write(resident, status=400, book="", book_id=str(uuid.uuid4()))
    assert "title" in page.errors_of("book")
    write(resident, status=400, book="", book_id="1")
    assert not entries()


def test_any_one_amount_is_enough(resident: Visitor) -> None:
    write(resident, pages="", minutes="45")
    write(resident, pages="", finished="y")
    kept = {(entry.pages, entry.minutes, entry.finished) for entry in entries()}
    assert kept == {(None, 45, False), (None, None, True)}
    assert books_agree()


def test_the_day_is_today_unless_told(resident: Visitor, clock: TestClock) -> None:
    assert resident.get("/logbook/new").soup.find(attrs={"name": "read_on"})["value"] == "2026-11-18"
    write(resident, read_on="")
    assert only_entry().read_on == TODAY
    clock.advance(hours=10)
    assert resident.get("/logbook/new").soup.find(attrs={"name": "read_on"})["value"] == "2026-11-19"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-17", date(2026, 11, 17)),
        ("２０２６－１１－１７", date(2026, 11, 17)),
        ("2026-10-18", date(2026, 10, 18)),
    ],
)
def test_a_day_of_the_last_31_may_be_told(resident: Visitor, typed: str, day: date) -> None:
    page = write(resident, read_on=typed)
    assert "That day has brought 3 points." in page.text
    assert only_entry().read_on == day


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("read_on", "2026-11-19", "still to come"),
        ("read_on", "2026-10-17", "Only the last 31 days"),
        ("read_on", "2026-02-30", "There is no such date"),
        ("read_on", "2026-W01-1", "There is no such date"),
        ("read_on", "20261118", "There is no such date"),
        ("read_on", "٢٠٢٦-١١-١٨", "There is no such date"),
        ("read_on", "2026-1_1-18", "There is no such date"),
        ("pages", "0", "at least 1"),
        ("pages", "-1", "in digits"),
        ("pages", "1_0", "in digits"),
        ("pages", "٣", "in digits"),
        ("pages", "3.5", "in digits"),
        ("pages", "1001", "at most 1,000 pages"),
        ("pages", "1000000000", "at most 1,000 pages"),
        ("pages", "9" * 5000, "at most 1,000 pages"),
        ("pages", "", "how many pages or minutes"),
        ("minutes", "0", "at least 1"),
        ("minutes", "961", "at most 960 minutes"),
        ("minutes", "1_0", "in digits"),
        ("book", "", "choose a book or write its title"),
        ("book", " \u3000 ", "choose a book or write its title"),
        ("book", "\u200b", "choose a book or write its title"),
        ("book", "书" * 500, "at most 200 characters"),
        ("book", "书\0", "invisible control character"),
        ("book", "书\u202e名", "invisible control character"),
        ("author", "甲\u2067", "invisible control character"),
        ("author", "甲" * 121, "at most 120 characters"),
        ("reflection", "好\0", "invisible control character"),
        ("reflection", "好\u202b", "invisible control character"),
        ("reflection", "好" * 1001, "at most 1000 characters"),
        ("isbn", "9787020002208", "does not fit the others"),
        ("isbn", "123", "13 digits"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(
    resident: Visitor, field: str, typed: str, said: str
) -> None:
    sent: dict[str, Any] = {"author": "曹雪芹", field: typed}
    page = write(resident, status=400, **sent)
    assert said in page.errors_of(field)
    assert page.soup.find(attrs={"name": "author"})["value"] == ("曹雪芹" if field != "author" else typed)
    assert not entries()
    assert not books.shelf("", 10)


@pytest.mark.parametrize("damaged", ["1", "x" * 36, "00000000000040008000000000000000"])
def test_a_form_whose_id_was_damaged_is_good_as_it_stands_afterwards(resident: Visitor, damaged: str) -> None:
    page = write(resident, status=400, id=damaged, pages="12")
    assert "Look it over and send it again" in page.text
    assert not entries()
    resident.submit(page)
    assert only_entry().pages == 12


@pytest.mark.parametrize(
    "title", ["📚🎉", "𬀩𬱖传", "𠮷", "书" * 200, "<script>alert(1)</script>", "100%_书"]
)
def test_any_title_a_person_writes_is_kept(resident: Visitor, title: str) -> None:
    page = write(resident, book=title, reflection="读得开心 😀𠮷")
    assert f"Saved: {title}." in page.text
    assert (only_entry().book.title, only_entry().reflection) == (title, "读得开心 😀𠮷")


@pytest.mark.parametrize(
    ("field", "amount", "flag"),
    [("pages", "301", "pages"), ("pages", "1000", "pages"), ("minutes", "960", "minutes")],
)
def test_an_unusual_amount_is_asked_about_once_then_saved_and_flagged(
    resident: Visitor, field: str, amount: str, flag: str
) -> None:
    sent: dict[str, Any] = {"pages": "", field: amount}
    asked = write(resident, status=400, **sent)
    assert f"{amount} {field} in one go: is this right?" in asked.text
    assert not entries()
    page = resident.submit(asked)
    assert "Saved" in page.text
    assert only_entry().flag == flag
    assert books_agree()


def test_the_answer_to_one_amount_is_none_to_another(resident: Visitor) -> None:
    asked = write(resident, status=400, pages="400")
    again = resident.submit(asked, 400, pages="900")
    assert "900 pages in one go: is this right?" in again.text
    assert not entries()
    resident.submit(again)
    assert only_entry().pages == 900


def test_a_form_without_a_token_is_not_taken(resident: Visitor) -> None:
    write(resident, status=400, csrf_token=None)
    assert not entries()


def test_who_is_not_signed_in_writes_nothing(app: Flask, visitor: Visitor) -> None:
    assert "/sign-in" in visitor.get("/logbook/new", status=302).response.location
    visitor.post("/logbook/new", status=401, book="红楼梦", pages="1", id=str(uuid.uuid4()))
    assert not entries()


def test_the_least_a_phone_must_send_is_a_book_and_an_amount(resident: Visitor) -> None:
    resident.post("/logbook/new", book="红楼梦", pages="10")
    assert only_entry().pages == 10


def test_chinese_pages_speak_chinese(app: Flask, cast: Cast) -> None:
    page = write(Visitor(app, "zh").sign_in(cast.resident))
    assert "记好了：《红楼梦》。今天一共得了 3 分。" in page.text
