"""A form that was opened before somebody else changed the same thing is never saved over it without a word."""

from functools import partial
from typing import Any

import pytest
from flask import Flask

from reading.events import actions
from reading.events.models import Course, Event
from reading.extensions import db
from reading.meanwhile import Changed, opened
from tests.at_once import at_once
from tests.cast import Cast
from tests.events.planned import a_plan, at, fields, planned
from tests.pages import Page, Visitor, fields_of

REFUSED = "This was changed since you opened the form, so nothing was saved yet."


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.librarian)


@pytest.fixture
def colleague(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.admin)


def standing(event: Event) -> Event:
    return db.session.get_one(Event, event.id)


def values(page: Page, *names: str) -> list[str]:
    sent = fields_of(page.form())
    return [sent[name] for name in names]


def test_an_older_form_with_another_end_takes_no_newer_title_and_venue_back(
    librarian: Visitor, colleague: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    older = librarian.get(f"/events/{event.id}/edit")
    colleague.submit(colleague.get(f"/events/{event.id}/edit"), title="新标题", venue="文化广场")
    page = librarian.submit(older, 409, ends_at="2026-11-20T21:30")
    assert REFUSED in page.text
    assert "It says now: What it is called 新标题 Where 文化广场" in page.text
    assert values(page, "title", "venue", "ends_at") == ["新标题", "文化广场", "2026-11-20T21:30"]
    assert (standing(event).title, standing(event).ends_at) == ("新标题", at("2026-11-20 21:00"))
    assert "Save it nevertheless" in page.text
    for _tap in range(2):
        librarian.submit(page)
    kept = standing(event)
    assert (kept.title, kept.venue, kept.ends_at) == ("新标题", "文化广场", at("2026-11-20 21:30"))


def test_a_field_that_both_wrote_keeps_what_was_typed_and_tells_what_stands(
    librarian: Visitor, colleague: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    older = librarian.get(f"/events/{event.id}/edit")
    colleague.submit(colleague.get(f"/events/{event.id}/edit"), title="同事的", starts_at="2026-11-20T19:00")
    page = librarian.submit(older, 409, title="我的", about="写了很久")
    assert "What it is called 同事的" in page.text
    assert "Starts Friday 20 November 19:00" in page.text
    assert values(page, "title", "starts_at") == ["我的", "2026-11-20T19:00"]
    assert "写了很久" in str(page.form())
    librarian.submit(page)
    kept = standing(event)
    assert (kept.title, kept.about, kept.starts_at) == ("我的", "写了很久", at("2026-11-20 19:00"))


def test_a_form_that_is_stale_once_more_is_refused_once_more(
    librarian: Visitor, colleague: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    older = librarian.get(f"/events/{event.id}/edit")
    for venue in ("二楼", "三楼"):
        colleague.submit(colleague.get(f"/events/{event.id}/edit"), venue=venue)
        older = librarian.submit(older, 409, title="我的")
        assert f"Where {venue}" in older.text
    librarian.submit(older)
    assert (standing(event).title, standing(event).venue) == ("我的", "三楼")


def test_kind_place_seats_and_book_are_told_in_words(
    librarian: Visitor, colleague: Visitor, cast: Cast
) -> None:
    event = planned(cast, capacity=20)
    older = librarian.get(f"/events/{event.id}/edit")
    sent: dict[str, Any] = {
        "kind": "exchange",
        "community": "410581001004",
        "capacity": "",
        "book": "《活着》",
    }
    colleague.submit(colleague.get(f"/events/{event.id}/edit"), **sent)
    page = librarian.submit(older, 409, host="王老师")
    for words in ("What kind Reading exchange", "Book 活着", "Seats nothing"):
        assert words in page.text
    assert "410581001004" not in page.text
    librarian.submit(page)
    kept = standing(event)
    assert (kept.kind, kept.community_id, kept.capacity, kept.host) == (
        "exchange", "410581001004", None, "王老师",
    )  # fmt: skip


def test_the_same_form_twice_is_a_quiet_success_also_where_its_book_is_kept_in_other_words(
    librarian: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    form = librarian.get(f"/events/{event.id}/edit")
    for _tap in range(2):
        page = librarian.submit(form, venue="文化广场", book="《活着》")
        assert "Changed." in page.text


def test_what_a_colleague_wrote_alike_is_no_change_of_anybody_else(
    librarian: Visitor, colleague: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    forms = [visitor.get(f"/events/{event.id}/edit") for visitor in (librarian, colleague)]
    for visitor, form in zip((librarian, colleague), forms, strict=True):
        visitor.submit(form, venue="文化广场")
    assert standing(event).venue == "文化广场"


def test_sending_again_what_somebody_changed_since_is_told(
    librarian: Visitor, colleague: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    form = librarian.get(f"/events/{event.id}/edit")
    librarian.submit(form, venue="文化广场")
    colleague.submit(colleague.get(f"/events/{event.id}/edit"), venue="体育馆")
    assert "体育馆" in librarian.submit(form, 409, venue="文化广场").text
    assert standing(event).venue == "体育馆"


def test_a_change_taken_back_meanwhile_is_none(librarian: Visitor, colleague: Visitor, cast: Cast) -> None:
    event = planned(cast)
    older = librarian.get(f"/events/{event.id}/edit")
    for venue in ("文化广场", event.venue):
        colleague.submit(colleague.get(f"/events/{event.id}/edit"), venue=venue)
    librarian.submit(older, title="新标题")
    assert standing(event).title == "新标题"


def test_an_event_called_off_meanwhile_stays_so(librarian: Visitor, cast: Cast) -> None:
    event = planned(cast)
    older = librarian.get(f"/events/{event.id}/edit")
    actions.cancel(event.id, "停电", cast.admin.id)
    assert "cancelled already" in librarian.submit(older, 409, title="新标题").text
    assert standing(event).title == event.title


@pytest.mark.parametrize("seen", ["", " ", "nothing:01234567 " * 50])
def test_a_form_that_says_nothing_of_what_it_saw_is_saved_as_it_is(
    librarian: Visitor, cast: Cast, seen: str
) -> None:
    event = planned(cast)
    librarian.post(f"/events/{event.id}", **fields(title="新标题", seen=seen))
    librarian.post(f"/events/{event.id}", **fields(title="别的标题"))
    assert standing(event).title == "别的标题"


@pytest.mark.parametrize("seen", ["title", "title:", "title:\0", "x", ":", "nothing:0 " * 50, "\u202e:1"])
def test_a_form_damaged_on_its_way_is_looked_at_again(librarian: Visitor, cast: Cast, seen: str) -> None:
    event = planned(cast)
    page = librarian.post(f"/events/{event.id}", 409, **fields(title="新标题", seen=seen))
    assert values(page, "title") == ["新标题"]
    librarian.submit(page)
    assert standing(event).title == "新标题"


def test_what_is_wrong_with_an_older_form_is_told_first_and_it_stays_an_older_one(
    librarian: Visitor, colleague: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    older = librarian.get(f"/events/{event.id}/edit")
    colleague.submit(colleague.get(f"/events/{event.id}/edit"), venue="文化广场")
    wrong = librarian.submit(older, 400, title="")
    assert wrong.errors_of("title")
    assert "Where 文化广场" in librarian.submit(wrong, 409, title="新标题").text


def test_it_is_told_in_chinese(app: Flask, colleague: Visitor, cast: Cast) -> None:
    event, reader = planned(cast), Visitor(app, "zh").sign_in(cast.librarian)
    older = reader.get(f"/events/{event.id}/edit")
    colleague.submit(colleague.get(f"/events/{event.id}/edit"), capacity="30")
    page = reader.submit(older, 409, title="新标题")
    assert "您打开这一页之后，内容已有改动，所以还没有保存。" in page.text
    assert "仍然保存" in page.text


def test_the_row_is_compared_where_it_is_changed(cast: Cast) -> None:
    event = planned(cast)
    seen = opened(event.fields)["seen"]
    actions.change(event.id, a_plan(venue="文化广场"), cast.admin.id, seen)
    with pytest.raises(Changed):
        actions.change(event.id, a_plan(title="新标题", book="没有过的书"), cast.librarian.id, seen)
    assert (standing(event).venue, standing(event).book) == ("文化广场", None)


def test_of_several_at_the_same_moment_one_is_saved_and_the_others_are_told_of_it(
    app: Flask, cast: Cast
) -> None:
    event, by = planned(cast), cast.librarian.id
    seen, saved, told = opened(event.fields)["seen"], list[str](), list[str]()

    def change_to(book: str) -> None:
        try:
            actions.change(event.id, a_plan(book=book), by, seen)
            saved.append(book)
        except Changed as other:
            told.append(other.fields["book"])

    at_once(app, *[partial(change_to, f"书{number}") for number in range(4)])
    db.session.remove()
    book = standing(event).book
    assert book is not None
    assert (saved, told) == ([book.title], [book.title] * 3)


def test_an_older_form_of_another_date_takes_no_newer_place_back(
    librarian: Visitor, colleague: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    older = librarian.get(f"/events/{event.id}/new-date")
    colleague.submit(colleague.get(f"/events/{event.id}/edit"), title="新标题", venue="文化广场")
    page = librarian.submit(older, 409, starts_at="2026-11-20T20:00", reason="下雨")
    assert "It says now: Where 文化广场" in page.text
    assert values(page, "venue", "reason") == ["文化广场", "下雨"]
    for _tap in range(2):
        librarian.submit(page)
    kept = standing(event)
    assert (kept.venue, kept.starts_at, kept.title) == ("文化广场", at("2026-11-20 20:00"), "新标题")


def test_another_date_minds_nothing_but_its_own_fields(
    librarian: Visitor, colleague: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    older = librarian.get(f"/events/{event.id}/new-date")
    colleague.submit(colleague.get(f"/events/{event.id}/edit"), title="新标题")
    librarian.submit(older, venue="文化广场")
    assert (standing(event).title, standing(event).venue) == ("新标题", "文化广场")


def test_an_older_form_of_a_course_takes_no_newer_hours_back(
    app: Flask, organizer: Visitor, course: Course, cast: Cast
) -> None:
    older, colleague = organizer.get(f"/courses/{course.id}/edit"), Visitor(app).sign_in(cast.admin)
    colleague.submit(colleague.get(f"/courses/{course.id}/edit"), required_hours="4", term="2026年秋季")
    page = organizer.submit(older, 409, title="果树修剪入门")
    assert "Term 2026年秋季" in page.text
    for _tap in range(2):
        organizer.submit(page)
    kept = db.session.get_one(Course, course.id)
    assert (kept.title, kept.required_hours, kept.term) == ("果树修剪入门", 4, "2026年秋季")
