"""Of whom nothing new is recorded: what was typed for them comes back under the notice, whatever else is wrong."""

import uuid
from typing import Any

import pytest
from flask import Flask

from reading.attendance import actions as attendance
from reading.attendance.rules import MarkSent
from reading.people.models import Resident
from reading.rights.consent_actions import decide
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.groups import grouping
from tests.logbook.telling import entries
from tests.pages import Page, Visitor
from tests.records.scene import correct

MINE = "You withdrew your consent to take part, so nothing new is recorded."


def withdraw(cast: Cast, one: Resident, by: str) -> None:
    decide(one.id, "taking_part", False, cast.account(by))


def typed(page: Page, name: str) -> Any:
    """Return what a field of the page says."""
    found = page.soup.select_one(f"#log [name={name}]")
    assert found is not None
    return found.get("value", found.get_text().strip())


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"pages": "many"}, "pages"),
        ({"pages": "9999"}, "pages"),
        ({"isbn": "9787506365430"}, "isbn"),
        ({"read_on": "2026-02-30"}, "read_on"),
    ],
)
def test_a_record_with_a_slip_comes_back_as_it_was_typed(
    app: Flask, cast: Cast, wrong: dict[str, Any], what: str
) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    form = visitor.get("/logbook/new")
    withdraw(cast, cast.resident, "resident")
    page = visitor.submit(form, 400, **{"book": "活着", "reflection": "写了很久的话", **wrong})
    assert MINE in page.text
    assert page.soup.select_one("main a[href^='/me/consents']")
    assert (typed(page, what), typed(page, "reflection")) == (wrong[what], "写了很久的话")
    assert page.errors_of(what)
    assert not entries()


def test_once_agreed_again_what_came_back_is_saved_by_one_tap(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    form = visitor.get("/logbook/new")
    withdraw(cast, cast.resident, "resident")
    page = visitor.submit(form, 400, book="活着", pages="many")
    page = visitor.submit(page, 409, pages="30")
    assert "no longer agrees that new records are kept" in page.text
    decide(cast.resident.id, "taking_part", True, cast.account("resident"))
    visitor.submit(page)
    assert [(one.book.title, one.pages) for one in entries()] == [("活着", 30)]


def test_an_unusual_amount_is_asked_about_under_the_notice(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    form = visitor.get("/logbook/new")
    withdraw(cast, cast.resident, "resident")
    page = visitor.submit(form, 400, book="活着", pages="400")
    assert MINE in page.text
    assert "is this right?" in page.text
    assert typed(page, "pages") == "400"


def test_a_steward_keeps_what_they_typed_for_a_neighbour(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    form = steward.get(f"/logbook/new?resident={cast.phoneless.id}")
    withdraw(cast, cast.phoneless, "steward")
    page = steward.submit(form, 400, book="活着", pages="many")
    assert "The consent of 吴大爷 to take part was withdrawn" in page.text
    assert page.soup.select_one(f"main a[href^='/residents/{cast.phoneless.id}/consents']")
    assert (typed(page, "book"), typed(page, "pages")) == ("活着", "many")


def test_who_is_written_into_a_group_is_still_named_in_the_form(app: Flask, cast: Cast) -> None:
    group = grouping.start(cast)
    leader = Visitor(app).sign_in(cast.neighbour)
    before = leader.get(f"/groups/{group.id}")
    withdraw(cast, cast.phoneless, "steward")
    form = before.form(f"/groups/{group.id}/members/spoken")
    page = leader.submit(before, 409, form=form, name="吴大爷", agree="y")
    assert "no longer agrees that new records are kept" in page.text
    # Who leads a group writes down nobody's consent.
    assert not page.soup.main.select(f"a[href^='/residents/{cast.phoneless.id}/consents']")
    again = page.form(f"/groups/{group.id}/members/spoken")
    assert (again.find(id="name")["value"], again.find(id="agree").has_attr("checked")) == ("吴大爷", True)
    assert again.find_parent("details").has_attr("open")
    decide(cast.phoneless.id, "taking_part", True, cast.account("steward"))
    assert "吴大爷 belongs to the group now." in leader.submit(page, form=again).text


def test_a_correction_of_a_record_of_attendance_keeps_its_reason(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event = planned(cast, starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00"))
    clock.set(at("2026-11-18 14:40"))
    attendance.mark(event.id, [MarkSent(uuid.uuid4(), cast.phoneless.id, "excused")], cast.librarian)
    librarian = Visitor(app).sign_in(cast.librarian)
    form = librarian.get(f"/events/{event.id}/record/{cast.phoneless.id}")
    withdraw(cast, cast.phoneless, "steward")
    page = correct(librarian, form, "present", "他自己说来过", 409)
    assert "no longer agrees that new records are kept" in page.text
    assert page.soup.find(id="reason")["value"] == "他自己说来过"
    assert page.soup.main.select_one(f"a[href^='/residents/{cast.phoneless.id}/consents']")
    decide(cast.phoneless.id, "taking_part", True, cast.account("steward"))
    assert "Stands as: present" in correct(librarian, page, "present", "他自己说来过").text
