"""Checking in by the event's link, and the hall's screen that shows it."""

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.attendance.models import Attendance, Mark
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from tests.attendance.pressing import a_mark
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor


@pytest.fixture
def event(cast: Cast, clock: TestClock) -> Event:
    found = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    clock.set(at("2026-11-18 18:40"))
    return found


@pytest.fixture
def neighbour(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.neighbour)


def link(event: Event) -> str:
    return f"/check-in/{event.check_in_key}"


def how_many() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_opening_the_link_changes_nothing_and_one_button_checks_in(
    neighbour: Visitor, event: Event, clock: TestClock
) -> None:
    page = neighbour.get(link(event))
    assert how_many() == 0
    page = neighbour.submit(page)
    assert "单田方 is checked in, since 18:40." in page.text
    attendance = db.session.scalars(select(Attendance)).one()
    assert (attendance.status, attendance.method, attendance.happened_at) == ("present", "link", clock())


def test_checked_in_twice_says_since_when_and_keeps_one_record(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.neighbour.id)}
    neighbour.post(link(event), 302, **sent)
    neighbour.post(link(event), 302, **sent)
    clock.advance(minutes=10)
    page = neighbour.post(link(event), 200, follow=True, resident=str(cast.neighbour.id))
    assert "since 18:40" in page.text
    assert (how_many(), db.session.scalar(select(func.count()).select_from(Mark))) == (1, 1)


def test_each_of_the_household_has_a_button(app: Flask, event: Event, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.get(link(event))
    buttons = [one["aria-label"] for one in page.soup.select("main form button")]
    assert buttons == ["Check 张晓明 in", "Check 张小花 in"]
    page = visitor.submit(page)
    assert "张晓明 is checked in" in page.text
    assert "张小花 is checked in" in visitor.submit(page).text


def test_who_is_not_signed_in_comes_back_to_the_link(app: Flask, event: Event) -> None:
    page = Visitor(app).get(link(event), status=302)
    assert page.response.location == f"/sign-in?next={link(event)}"


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        ("2026-11-18 18:29", 409),
        ("2026-11-18 18:30", 302),
        ("2026-11-18 20:30", 302),
        ("2026-11-18 20:31", 409),
    ],
)
def test_check_in_is_open_from_half_an_hour_before_the_start_to_the_end(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock, moment: str, answer: int
) -> None:
    clock.set(at(moment))
    page = neighbour.post(link(event), answer, resident=str(cast.neighbour.id))
    assert how_many() == (1 if answer == 302 else 0)
    assert answer == 302 or "Check-in opens at 18:30." in page.text or "Check-in closed" in page.text


def test_outside_the_window_the_page_says_when_and_shows_no_button(
    neighbour: Visitor, event: Event, clock: TestClock
) -> None:
    clock.set(at("2026-11-17 12:00"))
    page = neighbour.get(link(event))
    assert "Check-in opens at Wednesday 18 November 18:30." in page.text
    assert not page.soup.select("main form")


def test_a_cancelled_event_takes_no_check_in(neighbour: Visitor, event: Event, cast: Cast) -> None:
    events.cancel(event.id, "停电", cast.librarian.id)
    assert "cancelled" in neighbour.get(link(event)).text
    assert "cancelled" in neighbour.post(link(event), 409, resident=str(cast.neighbour.id)).text


def test_nobody_checks_in_a_resident_of_another_household(
    neighbour: Visitor, event: Event, cast: Cast
) -> None:
    for resident in (cast.resident, cast.phoneless):
        neighbour.post(link(event), 404, resident=str(resident.id))
    neighbour.post(link(event), 400, resident="nonsense")
    assert how_many() == 0


def test_who_was_excused_and_came_is_here(app: Flask, neighbour: Visitor, event: Event, cast: Cast) -> None:
    librarian = Visitor(app).sign_in(cast.librarian)
    librarian.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(cast.neighbour, "excused")]})
    neighbour.post(link(event), 302, resident=str(cast.neighbour.id))
    assert db.session.scalars(select(Attendance.status)).all() == ["present"]


def test_who_was_marked_late_stays_late(app: Flask, neighbour: Visitor, event: Event, cast: Cast) -> None:
    librarian = Visitor(app).sign_in(cast.librarian)
    librarian.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(cast.neighbour, "late")]})
    neighbour.post(link(event), 302, resident=str(cast.neighbour.id))
    assert db.session.scalars(select(Attendance.status)).all() == ["late"]


def test_the_same_id_for_another_person_is_shown_and_not_saved(app: Flask, event: Event, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.resident.id)}
    visitor.post(link(event), **sent)
    page = visitor.post(link(event), 409, **{**sent, "resident": str(cast.child.id)})
    assert "张晓明" in page.text
    assert how_many() == 1
    visitor.submit(page)
    assert how_many() == 2


def test_the_same_id_from_another_account_is_refused(
    app: Flask, neighbour: Visitor, event: Event, cast: Cast
) -> None:
    visitor, sent_id = Visitor(app).sign_in(cast.resident), str(uuid.uuid4())
    neighbour.post(link(event), id=sent_id, resident=str(cast.neighbour.id))
    page = visitor.post(link(event), 409, id=sent_id, resident=str(cast.resident.id))
    assert "单田方" not in page.text
    assert how_many() == 1


@pytest.mark.parametrize("key", ["nonsense", "zzzzzzzz", "书香", "%00", "a" * 300])
def test_a_key_of_no_event_is_told_in_words(neighbour: Visitor, event: Event, key: str) -> None:
    page = neighbour.get(f"/check-in/{key}", status=404)
    assert "No event has this code." in page.text
    neighbour.post(f"/check-in/{key}", 404, resident=str(uuid.uuid4()))


def test_the_key_can_be_typed(app: Flask, event: Event, cast: Cast) -> None:
    visitor, key = Visitor(app).sign_in(cast.neighbour), event.check_in_key
    assert "Scan the code" in visitor.get("/check-in").text
    page = visitor.get(f"/check-in?code={key[:4].upper()}%20{key[4:]}", status=302)
    assert page.response.location == link(event)


def test_the_screen_shows_the_code_the_words_and_the_count(app: Flask, event: Event, cast: Cast) -> None:
    librarian = Visitor(app).sign_in(cast.librarian)
    librarian.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(cast.neighbour)]})
    page = librarian.get(f"/events/{event.id}/screen")
    assert page.soup.select_one(".qr svg path")
    assert f"{event.check_in_key[:4]} {event.check_in_key[4:]}" in page.text
    assert "1 person is here" in page.text


def test_staff_without_a_household_are_told_to_ask(app: Flask, event: Event, cast: Cast) -> None:
    assert "no household" in Visitor(app).sign_in(cast.librarian).get(link(event)).text


def test_the_screen_tells_the_day_when_check_in_opens_on_another_one(app: Flask, cast: Cast) -> None:
    coming = planned(cast, starts_at=at("2026-11-20 19:30"), ends_at=at("2026-11-20 21:00"))
    page = Visitor(app).sign_in(cast.librarian).get(f"/events/{coming.id}/screen")
    assert "Check-in opens at Friday 20 November 19:00." in page.text
