"""The hall's screen: who may show it, what it shows, and what its script is told."""

import re
import uuid
from typing import Any

import pytest
from flask import Flask

from reading.events import actions as events
from reading.events.models import Event
from reading.people import actions as people
from reading.people.models import Resident
from reading.volunteers import actions as volunteers
from tests.attendance.pressing import a_mark
from tests.cast import Cast
from tests.check_in.codes import link, six_digits
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor


def state_of(visitor: Visitor, event: Event) -> dict[str, object]:
    response = visitor.client.get(f"/events/{event.id}/screen/state", headers=visitor.headers)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return dict(response.get_json())


def come(librarian: Visitor, event: Event, *residents: Resident) -> None:
    for one in residents:
        librarian.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(one)]})


def test_the_screen_shows_the_code_the_digits_and_the_count(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    come(librarian, event, cast.neighbour)
    page = librarian.get(f"/events/{event.id}/screen")
    code = six_digits(event)
    assert page.soup.select_one(".qr svg path")
    assert f"{code[:3]} {code[3:]}" in page.text
    assert "localhost/check-in" in page.text
    assert "1 here" in page.text


def test_the_script_is_told_the_link_its_code_and_for_how_long_they_count(
    librarian: Visitor, event: Event, clock: TestClock
) -> None:
    clock.advance(seconds=7)
    state = state_of(librarian, event)
    assert str(state["link"]).endswith(link(event))
    assert str(state["svg"]).startswith("<svg")
    assert (state["seconds"], state["link_seconds"], state["code_seconds"]) == (3.0, 23.0, 173.0)
    clock.advance(seconds=3)
    assert state_of(librarian, event)["link"] != state["link"]


def test_the_link_of_the_screen_opens_the_page(librarian: Visitor, neighbour: Visitor, event: Event) -> None:
    where = re.sub("^https?://[^/]+", "", str(state_of(librarian, event)["link"]))
    assert "Check 单田方 in" in neighbour.get(where).text


def test_names_are_shown_as_each_chose_and_a_child_never_by_name(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    by = cast.account("resident").id
    people.set_shown(cast.resident.id, show_as="masked", nickname="", by=by)
    people.set_shown(cast.child.id, show_as="nickname", nickname="", by=by)
    for one in (cast.resident, cast.child, cast.neighbour):
        come(librarian, event, one)
        clock.advance(minutes=1)
    state = state_of(librarian, event)
    assert state["count"] == 3
    assert state["names"] == ["18:42 a resident", "18:41 Young reader 1", "18:40 张*明"]
    page = librarian.get(f"/events/{event.id}/screen")
    for name in ("张晓明", "张小花", "单田方"):
        assert name not in page.soup.select_one(".hall").get_text()


def test_only_the_last_names_are_shown_and_walk_ins_are_counted(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    come(librarian, event, cast.neighbour)
    sent: dict[str, Any] = {
        "id": "7c1c1f7e-4d0c-4b1f-8f5e-0f1d6f1f7e11",
        "name": "吴大娘",
        "last_four": "0423",
    }
    Visitor(librarian.app).post(f"{link(event)}/claims", 302, **sent)
    assert state_of(librarian, event)["count"] == 1
    page = librarian.get(f"/events/{event.id}/guests")
    librarian.submit(page)
    state = state_of(librarian, event)
    assert (state["count"], len(state["names"])) == (2, 1)  # type: ignore[arg-type]


def test_who_was_undone_is_neither_counted_nor_named(librarian: Visitor, event: Event, cast: Cast) -> None:
    come(librarian, event, cast.neighbour)
    librarian.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(cast.neighbour, "undone")]})
    state = state_of(librarian, event)
    assert (state["count"], state["names"]) == (0, [])


@pytest.mark.parametrize(
    ("moment", "phase", "said"),
    [
        ("2026-11-18 18:29", "early", "Check-in opens: 18:30."),
        ("2026-11-17 18:29", "early", "Check-in opens: Wednesday 18 November 18:30."),
        ("2026-11-18 20:31", "over", "This event is over."),
    ],
)
def test_outside_the_window_there_is_no_code_to_take_a_photo_of(
    librarian: Visitor, event: Event, clock: TestClock, moment: str, phase: str, said: str
) -> None:
    clock.set(at(moment))
    page = librarian.get(f"/events/{event.id}/screen")
    assert said in page.text
    assert not page.soup.select(".qr, [data-code]")
    state = state_of(librarian, event)
    assert (state["phase"], state["svg"], state["code"], state["link"]) == (phase, "", "", "")


def test_a_cancelled_event_shows_no_code(librarian: Visitor, event: Event, cast: Cast) -> None:
    events.cancel(event.id, "停电", cast.librarian.id)
    assert "cancelled" in librarian.get(f"/events/{event.id}/screen").text
    assert state_of(librarian, event)["phase"] == "cancelled"


def test_only_who_takes_this_attendance_shows_the_screen(app: Flask, event: Event, cast: Cast) -> None:
    for person in (cast.neighbour, cast.organizer, cast.steward, cast.other_admin):
        visitor = Visitor(app).sign_in(person)
        for page in ("screen", "screen/state", "guests"):
            assert visitor.client.get(f"/events/{event.id}/{page}").status_code == 404


def test_a_helper_named_for_the_evening_shows_the_screen_until_the_day_is_over(
    app: Flask, event: Event, cast: Cast, clock: TestClock
) -> None:
    helper_id = uuid.uuid4()
    volunteers.sign_up(event.id, cast.neighbour.id, helper_id, cast.neighbour.account_id)
    helper = Visitor(app).sign_in(cast.neighbour)
    assert helper.client.get(f"/events/{event.id}/screen").status_code == 404
    volunteers.name(event.id, helper_id, cast.librarian.id)
    assert helper.get(f"/events/{event.id}/screen").soup.select_one(".qr svg")
    helper.get(f"/events/{event.id}/guests")
    clock.set(at("2026-11-19 00:01"))
    assert helper.client.get(f"/events/{event.id}/screen").status_code == 404


def test_a_screen_whose_session_ended_is_told_to_sign_in(app: Flask, event: Event) -> None:
    asked = {"Accept": "application/json"}
    assert app.test_client().get(f"/events/{event.id}/screen/state", headers=asked).status_code == 401


def test_without_a_script_the_page_loads_itself_anew(librarian: Visitor, event: Event) -> None:
    page = librarian.get(f"/events/{event.id}/screen")
    assert 'http-equiv="refresh"' in str(page.soup.select_one("head noscript"))


def test_another_event_has_another_code(librarian: Visitor, event: Event, cast: Cast) -> None:
    other = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    assert state_of(librarian, event)["link"] != state_of(librarian, other)["link"]
