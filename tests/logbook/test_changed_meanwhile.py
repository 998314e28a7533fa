"""A record corrected in two tabs, or by who entered it and its reader: the later form is not written over the newer."""

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from reading.extensions import db
from reading.logbook import actions
from reading.logbook.models import LogEntry
from reading.meanwhile import Changed, opened
from tests.at_once import at_once
from tests.cast import Cast
from tests.logbook.telling import TODAY, books_agree, keep, only_entry, told, write
from tests.pages import Page, Visitor, fields_of

REFUSED = "This was changed since you opened the form, so nothing was saved yet."


@pytest.fixture
def resident(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.resident)


def values(page: Page, *names: str) -> list[str]:
    sent = fields_of(page.form())
    return [sent[name] for name in names]


def said(entry: LogEntry) -> tuple[object, ...]:
    return entry.book.title, entry.pages, entry.minutes, entry.finished, entry.reflection


def test_an_older_tab_takes_back_nothing_of_the_newer_one(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, pages=30)
    older = resident.get(f"/logbook/{entry.id}")
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    resident.submit(resident.get(f"/logbook/{entry.id}"), pages="45", finished="y", read_on=yesterday)
    page = resident.submit(older, 409, reflection="写了很久的一段话")
    assert REFUSED in page.text
    assert "Pages read 45" in page.text
    assert "I have finished the book Yes" in page.text
    assert "On which day? Tuesday 17 November" in page.text
    assert values(page, "pages", "read_on") == ["45", yesterday]
    assert only_entry().reflection == ""
    for _tap in range(2):
        assert "The record was corrected." in resident.submit(page).text
    assert said(only_entry()) == ("红楼梦", 45, None, True, "写了很久的一段话")
    assert only_entry().read_on.isoformat() == yesterday
    assert books_agree()


def test_what_both_tabs_say_of_one_field_stays_as_it_was_typed(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident, pages=30)
    older = resident.get(f"/logbook/{entry.id}")
    resident.submit(resident.get(f"/logbook/{entry.id}"), pages="45")
    page = resident.submit(older, 409, pages="50")
    assert "Pages read 45" in page.text
    assert values(page, "pages") == ["50"]
    assert only_entry().pages == 45
    resident.submit(page)
    assert only_entry().pages == 50
    assert books_agree()


def test_the_same_correction_twice_is_a_quiet_success(resident: Visitor, cast: Cast) -> None:
    form = resident.get(f"/logbook/{keep(cast.resident).id}")
    for _tap in range(2):
        assert "The record was corrected." in resident.submit(form, book="《活着》", pages="31").text
    assert said(only_entry()) == ("活着", 31, None, False, "")


def test_a_book_another_tab_has_chosen_stays_the_book(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident)
    older = resident.get(f"/logbook/{entry.id}")
    resident.submit(resident.get(f"/logbook/{entry.id}"), book="活着")
    page = resident.submit(older, 409, minutes="20")
    assert "Title of the book 活着" in page.text
    book_id = str(only_entry().book_id)
    assert (values(page, "book", "book_id"), book_id in page.text) == (["活着", book_id], False)
    resident.submit(page)
    assert said(only_entry()) == ("活着", 30, 20, False, "")


def test_a_steward_and_the_reader_do_not_write_over_each_other(app: Flask, cast: Cast) -> None:
    steward, reader = Visitor(app).sign_in(cast.steward), Visitor(app).sign_in(cast.resident)
    write(steward, at=f"/logbook/new?resident={cast.resident.id}", pages="20")
    entry = only_entry()
    older, theirs = reader.get(f"/logbook/{entry.id}"), steward.get(f"/logbook/{entry.id}")
    steward.submit(theirs, pages="25")
    page = reader.submit(older, 409, minutes="30")
    assert "Pages read 25" in page.text
    reader.submit(page)
    assert said(only_entry()) == ("红楼梦", 25, 30, False, "")
    # What the reader wrote into it is no business of the steward's any more.
    steward.submit(theirs, 404, pages="40")
    assert only_entry().pages == 25


def test_what_is_unusual_is_asked_on_the_same_page_and_saved_with_one_tap(
    resident: Visitor, cast: Cast
) -> None:
    entry = keep(cast.resident)
    asked = resident.submit(resident.get(f"/logbook/{entry.id}"), 400, pages="500")
    resident.submit(resident.get(f"/logbook/{entry.id}"), reflection="后来写的")
    page = resident.submit(asked, 409)
    assert "500 pages in one go: is this right?" in page.text
    resident.submit(page)
    assert said(only_entry()) == ("红楼梦", 500, None, False, "后来写的")


def test_of_several_at_the_same_moment_one_is_saved_and_the_others_are_told_of_it(
    app: Flask, cast: Cast
) -> None:
    entry, by = keep(cast.resident), cast.account("resident").id
    entry_id, seen = entry.id, opened(entry.fields)["seen"]
    saved, refused = list[str](), list[str]()

    def correct_to(book: str) -> None:
        try:
            actions.correct(entry_id, told(cast.resident, book), by, seen)
            saved.append(book)
        except Changed as other:
            refused.append(other.fields["book"])

    at_once(app, *[partial(correct_to, f"书{number}") for number in range(4)])
    db.session.remove()
    book = only_entry().book.title
    assert (saved, refused) == ([book], [book] * 3)


def test_an_older_form_of_a_record_removed_meanwhile_is_offered_as_a_new_one(
    resident: Visitor, cast: Cast
) -> None:
    entry = keep(cast.resident)
    older = resident.get(f"/logbook/{entry.id}")
    resident.submit(resident.get(f"/logbook/{entry.id}"), pages="45")
    actions.remove(entry.id, cast.account("resident").id)
    page = resident.submit(older, 409, reflection="写了很久的一段话")
    assert "This record was removed" in page.text
    assert "写了很久的一段话" in page.text


def test_a_form_that_says_nothing_of_what_it_saw_is_saved_as_it_is(resident: Visitor, cast: Cast) -> None:
    entry = keep(cast.resident)
    actions.correct(entry.id, told(cast.resident, pages=45), cast.account("resident").id)
    sent: dict[str, Any] = {"book": "红楼梦", "pages": "50", "read_on": TODAY.isoformat()}
    resident.post(f"/logbook/{entry.id}", **sent)
    assert only_entry().pages == 50
    resident.post(f"/logbook/{uuid.uuid4()}", 404, **sent, seen="x:1")
