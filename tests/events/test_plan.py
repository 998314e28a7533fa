"""Planning, changing and cancelling events, by the pages."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.events.models import Event
from reading.extensions import db
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import RENCUN, at, fields, planned
from tests.pages import Visitor


def number_of_events() -> int:
    return db.session.scalar(select(func.count()).select_from(Event)) or 0


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.librarian)


def test_a_planned_event_stands_on_its_page_in_city_time(librarian: Visitor, app: Flask) -> None:
    page = librarian.submit(librarian.get("/events/new"), **fields(book="活着", capacity="１２"))
    assert page.h1 == "《活着》读书分享会"
    assert "19:30–21:00" in page.text
    event = db.session.scalars(select(Event)).one()
    assert (event.starts_at, event.capacity) == (at("2026-11-20 19:30"), 12)
    assert event.book is not None
    assert event.book.title == "活着"
    assert "社区图书室" in Visitor(app).get("/events").text


def test_the_form_begins_with_what_was_planned_last(librarian: Visitor, cast: Cast) -> None:
    planned(cast, venue="二楼会议室", host="王老师", community="410581001004")
    form = librarian.get("/events/new").form()
    assert form.find(id="venue")["value"] == "二楼会议室"
    assert form.find("option", selected=True)["value"] == "410581001004"


def test_again_like_last_time_is_the_same_weekday_and_time_in_the_coming_week(
    librarian: Visitor, cast: Cast
) -> None:
    last = planned(cast, starts_at=at("2026-10-30 19:30"), ends_at=at("2026-10-30 21:00"), capacity=20)
    form = librarian.get(f"/events/new?like={last.id}").form()
    assert form.find(id="starts_at")["value"] == "2026-11-20T19:30"
    assert form.find(id="ends_at")["value"] == "2026-11-20T21:00"
    assert form.find(id="capacity")["value"] == "20"


@pytest.mark.parametrize("like", ["nonsense", str(uuid.UUID(int=7))])
def test_again_like_an_event_that_is_not_there_is_not_found(librarian: Visitor, like: str) -> None:
    librarian.get(f"/events/new?like={like}", status=404)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "Say what it is called."),
        ("title", "好" * 101, "at most 100 characters"),
        ("title", "读\u202e书", "invisible"),
        ("title", "读\0书", "invisible"),
        ("venue", "", "Say where it is held."),
        ("kind", "meeting", "Choose what kind"),
        ("kind", "party", "Choose what kind"),
        ("community", "999999", "Choose a place"),
        ("community", RENCUN, "Choose a place"),
        ("community", "410581", "Choose a place"),
        ("starts_at", "", "Say when it starts."),
        ("starts_at", "2026-02-30T19:30", "no such time"),
        ("starts_at", "2026-W01-1T10:00", "no such time"),
        ("starts_at", "0001-01-01T00:00", "Check the year."),
        ("starts_at", "9999-12-31T23:59", "Check the year."),
        ("starts_at", "2026-10-17T19:30", "24 hours"),
        ("ends_at", "2026-11-20T19:30", "after the start"),
        ("ends_at", "2026-11-20T18:00", "after the start"),
        ("ends_at", "2026-11-21T19:31", "24 hours"),
        ("capacity", "0", "at least 1"),
        ("capacity", "-3", "whole number"),
        ("capacity", "1_0", "whole number"),
        ("capacity", "١٢", "whole number"),
        ("capacity", "1000000000", "at most 10000"),
        ("id", "not-an-id", "damaged"),
    ],
)
def test_a_field_that_cannot_be_is_told_and_what_was_typed_is_kept(
    librarian: Visitor, field: str, value: str, says: str
) -> None:
    page = librarian.post("/events/new", 400, **fields(**{"host": "赵老师", field: value}))
    assert says in page.text
    assert "赵老师" in str(page.soup)
    assert number_of_events() == 0


def test_an_event_of_32_days_ago_can_no_longer_be_recorded(librarian: Visitor) -> None:
    sent = fields(starts_at="2026-10-17T19:30", ends_at="2026-10-17T21:00")
    assert "31 days ago" in librarian.post("/events/new", 400, **sent).errors_of("starts_at")
    librarian.post("/events/new", **fields(starts_at="2026-10-19T19:30", ends_at="2026-10-19T21:00"))


def test_rare_characters_and_emoji_are_kept(librarian: Visitor) -> None:
    page = librarian.submit(librarian.get("/events/new"), **fields(title="𠮷𫠆的书 📚"))
    assert page.h1 == "𠮷𫠆的书 📚"


def test_planned_twice_with_one_id_is_one_event_and_a_normal_answer(librarian: Visitor) -> None:
    sent = fields()
    first = librarian.post("/events/new", **sent)
    again = librarian.post("/events/new", **sent)
    assert first.response.location == again.response.location
    assert number_of_events() == 1


def test_the_same_id_with_other_content_shows_both_and_can_be_saved_as_a_new_one(librarian: Visitor) -> None:
    sent = fields()
    librarian.post("/events/new", **sent)
    page = librarian.post("/events/new", 409, **{**sent, "title": "另一场"})
    assert "《活着》读书分享会" in page.text
    assert "另一场" in page.text
    assert number_of_events() == 1
    assert librarian.submit(page).h1 == "另一场"
    assert number_of_events() == 2


def test_an_id_of_somebody_elses_event_is_refused_and_nothing_leaks(
    librarian: Visitor, app: Flask, cast: Cast
) -> None:
    sent = fields(title="内部读书会")
    librarian.post("/events/new", **sent)
    page = Visitor(app).sign_in(cast.admin).post("/events/new", 409, **{**sent, "title": "别的"})
    assert "内部读书会" not in page.text


def test_a_change_of_the_plan_stands_on_the_page(librarian: Visitor, cast: Cast) -> None:
    event = planned(cast)
    page = librarian.submit(librarian.get(f"/events/{event.id}/edit"), venue="文化广场", capacity="30")
    assert "文化广场" in page.text
    assert db.session.get_one(Event, event.id).starts_at == event.starts_at


def test_an_event_cannot_be_moved_into_the_past(librarian: Visitor, cast: Cast) -> None:
    event = planned(cast)
    sent = fields(starts_at="2026-11-17T19:30", ends_at="2026-11-17T21:00")
    assert "has passed" in librarian.post(f"/events/{event.id}", 400, **sent).errors_of("starts_at")


def test_an_event_that_has_begun_keeps_its_day(librarian: Visitor, cast: Cast, clock: TestClock) -> None:
    event = planned(cast)
    clock.set(at("2026-11-20 18:45"))
    tomorrow = fields(starts_at="2026-11-21T19:30", ends_at="2026-11-21T21:00")
    assert "the day can no longer" in librarian.post(f"/events/{event.id}", 400, **tomorrow).errors_of(
        "starts_at"
    )
    librarian.post(f"/events/{event.id}", **fields(starts_at="2026-11-20T20:00"))


def test_words_of_an_old_event_can_still_be_corrected(
    librarian: Visitor, cast: Cast, clock: TestClock
) -> None:
    event = planned(cast)
    clock.advance(days=60)
    librarian.post(f"/events/{event.id}", **fields(title="《活着》分享会"))
    assert db.session.get_one(Event, event.id).title == "《活着》分享会"


def test_an_event_of_another_librarians_subtree_cannot_be_touched(
    app: Flask, cast: Cast, librarian: Visitor
) -> None:
    event = planned(cast)
    stranger = Visitor(app).sign_in(cast.organizer)
    for path in ("edit", "cancellation", "roster", "screen"):
        stranger.get(f"/events/{event.id}/{path}", status=404)
    stranger.post(f"/events/{event.id}", 404, **fields())
    stranger.post(f"/events/{event.id}/cancellation", 404, reason="")
    stranger.post_json(f"/events/{event.id}/attendance", {"marks": []}, 404)
    assert stranger.get(f"/events/{event.id}").h1 == event.title


def test_a_resident_may_plan_nothing(app: Flask, cast: Cast) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    for path in ("/events/new", "/courses/new"):
        resident.get(path, status=403)
        resident.post(path, 403, **fields())
    assert number_of_events() == 0


def test_a_cancelled_event_says_why_and_leaves_the_list(librarian: Visitor, cast: Cast, app: Flask) -> None:
    event = planned(cast)
    page = librarian.submit(librarian.get(f"/events/{event.id}/cancellation"), reason="停电")
    assert "停电" in page.text
    assert "活着" not in Visitor(app).get("/events").text


def test_cancelling_twice_is_told_where_the_second_says_something_else(
    librarian: Visitor, cast: Cast
) -> None:
    event = planned(cast)
    librarian.post(f"/events/{event.id}/cancellation", reason="停电")
    librarian.post(f"/events/{event.id}/cancellation", reason="停电")
    page = librarian.post(f"/events/{event.id}/cancellation", 409, reason="下雨")
    assert "cancelled already" in page.text
    assert db.session.get_one(Event, event.id).cancel_reason == "停电"


def test_a_study_groups_meeting_stays_one_when_it_is_changed(librarian: Visitor, cast: Cast) -> None:
    event = planned(cast, kind="meeting")
    page = librarian.submit(librarian.get(f"/events/{event.id}/edit"), venue="1号楼门厅")
    assert (page.path, "1号楼门厅" in page.text) == (f"/events/{event.id}", True)
    assert "Study-group meeting" in page.text


def test_a_cancelled_event_cannot_be_changed(librarian: Visitor, cast: Cast) -> None:
    event = planned(cast)
    librarian.post(f"/events/{event.id}/cancellation", reason="")
    librarian.post(f"/events/{event.id}", 409, **fields())


def test_an_event_that_is_over_cannot_be_cancelled(librarian: Visitor, cast: Cast, clock: TestClock) -> None:
    event = planned(cast)
    clock.set(at("2026-11-20 21:00"))
    assert "over" in librarian.post(f"/events/{event.id}/cancellation", 409, reason="").text


def test_where_there_is_nothing_to_cancel_the_page_says_so_as_the_form_does(
    librarian: Visitor, cast: Cast, clock: TestClock
) -> None:
    over, cancelled = planned(cast), planned(cast)
    librarian.post(f"/events/{cancelled.id}/cancellation", reason="停电")
    clock.set(at("2026-11-20 21:00"))
    sentences = {over.id: "it can no longer be cancelled", cancelled.id: "has been cancelled already"}
    for event_id, sentence in sentences.items():
        path = f"/events/{event_id}/cancellation"
        answers = [librarian.get(path, 409)]
        answers += [librarian.post(path, 409, reason=reason) for reason in ("下雨", "长" * 201)]
        for page in answers:
            assert sentence in page.text
            assert not page.soup.select("main form")
            assert page.soup.find("a", href=f"/events/{event_id}")


def test_a_form_without_its_token_is_not_taken(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.librarian)
    assert visitor.client.post("/events/new", data=fields()).status_code == 400
    assert number_of_events() == 0
