"""Where nothing new was recorded one is led to the own consents, and once agreed again back to what was typed."""

import uuid
from typing import Any

import pytest
from flask import Flask

from reading.people.models import Resident
from reading.rights.consent_actions import decide
from tests.cast import Cast
from tests.events.planned import at, planned
from tests.logbook.telling import entries
from tests.pages import Page, Visitor
from tests.rights.test_consents import button, standing

NOTED = "Agreed. Thank you."


def withdraw(cast: Cast, one: Resident, by: str) -> None:
    decide(one.id, "taking_part", False, cast.account(by))


def follow(visitor: Visitor, page: Page) -> Page:
    """Go where the page leads to agree again."""
    again = page.soup.select_one("main a[href*='/consents'], .actions a[href*='/consents']")
    assert again is not None
    return visitor.get(str(again["href"]))


def agree(visitor: Visitor, page: Page, one: Resident, kind: str = "taking_part") -> Page:
    form = button(page, one, kind, "yes")
    assert form is not None
    return visitor.submit(page, form=form)


def reader_of(page: Page) -> str:
    return str(page.form(holding="resident").find(attrs={"name": "resident"})["value"])


@pytest.mark.parametrize(("status", "pages"), [(409, "30"), (400, "many")])
def test_a_guardian_comes_back_to_the_form_of_the_child(
    app: Flask, cast: Cast, status: int, pages: str
) -> None:
    visitor, child = Visitor(app).sign_in(cast.resident), cast.child
    form = visitor.get(f"/logbook/new?resident={child.id}")
    withdraw(cast, child, "resident")
    page = visitor.submit(form, status, book="活着", pages=pages)
    page = agree(visitor, follow(visitor, page), child)
    assert (page.path, reader_of(page)) == ("/logbook/new", str(child.id))
    assert NOTED in page.text
    visitor.submit(page, book="活着", pages="30")
    assert [one.resident_id for one in entries()] == [child.id]


def test_staff_come_back_to_the_form_of_the_neighbour_and_from_there_to_the_building(
    app: Flask, cast: Cast
) -> None:
    steward, of_them = Visitor(app).sign_in(cast.steward), f"/buildings/people/{cast.phoneless.id}"
    form = steward.get(f"/logbook/new?resident={cast.phoneless.id}&next={of_them}")
    withdraw(cast, cast.phoneless, "steward")
    page = agree(
        steward,
        follow(steward, steward.submit(form, 409, book="活着", pages="30")),
        cast.phoneless,
    )
    assert (page.path, reader_of(page)) == ("/logbook/new", str(cast.phoneless.id))
    assert steward.submit(page, book="活着", pages="30").path == of_them


@pytest.mark.parametrize("path", ["/", "/logbook?month=2026-11", "/logbook/new", "/check-in"])
def test_from_wherever_it_was_told_one_comes_back_there(app: Flask, cast: Cast, path: str) -> None:
    withdraw(cast, cast.neighbour, "neighbour")
    visitor = Visitor(app).sign_in(cast.neighbour)
    page = agree(visitor, follow(visitor, visitor.get(path)), cast.neighbour)
    assert page.response.request.full_path.rstrip("?") == path
    assert NOTED in page.text


def test_a_refused_button_leads_back_to_its_page(app: Flask, cast: Cast) -> None:
    event = planned(cast, starts_at=at("2026-11-28 19:00"), ends_at=at("2026-11-28 20:30"))
    visitor, where = Visitor(app).sign_in(cast.neighbour), f"/events/{event.id}"
    before = visitor.get(where)
    withdraw(cast, cast.neighbour, "neighbour")
    visitor.headers["Referer"] = f"http://localhost{where}"
    page = visitor.submit(before, 409, form=before.form(f"{where}/signup"))
    assert agree(visitor, follow(visitor, page), cast.neighbour).path == where


def test_what_came_from_nowhere_leads_back_nowhere(app: Flask, cast: Cast) -> None:
    event = planned(cast, starts_at=at("2026-11-28 19:00"), ends_at=at("2026-11-28 20:30"))
    withdraw(cast, cast.neighbour, "neighbour")
    for came in ("", "https://elsewhere.example/events", f"http://localhost/events/{event.id}/signup"):
        visitor = Visitor(app).sign_in(cast.neighbour)
        visitor.headers["Referer"] = came
        form: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.neighbour.id)}
        page = visitor.post(f"/events/{event.id}/signup", 409, **form)
        again = page.soup.select_one(".actions a[href^='/me/consents']")
        assert again is not None
        assert again["href"] == f"/me/consents#of-{cast.neighbour.id}"


@pytest.mark.parametrize("bad", ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example"])
def test_nobody_is_led_to_another_site(app: Flask, cast: Cast, bad: str) -> None:
    withdraw(cast, cast.neighbour, "neighbour")
    visitor = Visitor(app).sign_in(cast.neighbour)
    page = agree(visitor, visitor.get(f"/me/consents?next={bad}"), cast.neighbour)
    assert page.path == "/me/consents"


def test_the_other_consents_are_decided_on_the_page_itself(app: Flask, cast: Cast) -> None:
    withdraw(cast, cast.neighbour, "neighbour")
    visitor = Visitor(app).sign_in(cast.neighbour)
    page = follow(visitor, visitor.get("/logbook/new"))
    page = agree(visitor, page, cast.neighbour, "reflections")
    assert (page.path, standing(cast.neighbour)) == ("/me/consents", {"reflections"})
    assert agree(visitor, page, cast.neighbour).path == "/logbook/new"


def test_each_of_a_household_has_a_part_of_the_page_that_links_lead_to(app: Flask, cast: Cast) -> None:
    withdraw(cast, cast.child, "resident")
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.get(f"/logbook?resident={cast.child.id}")
    again = page.soup.select_one(".actions a[href^='/me/consents']")
    assert again is not None
    path, part = str(again["href"]).split("#")
    of_child = visitor.get(path).soup.find(id=part)
    assert of_child.find("h2").get_text() == cast.child.name
    assert {one["value"] for one in of_child.select("[name=resident]")} == {str(cast.child.id)}
