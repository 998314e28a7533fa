"""Of whom nothing new is recorded: the household's pages say so, and lead back, where they else offer to record."""

import uuid
from datetime import date

import pytest
from bs4 import Tag
from flask import Flask

from reading.extensions import db
from reading.people.models import Resident
from reading.rights.consent_actions import decide
from tests.cast import Cast
from tests.check_in.codes import link
from tests.clock import TestClock
from tests.events.planned import at, planned, started
from tests.groups import grouping
from tests.logbook.telling import keep
from tests.pages import Page, Visitor

MINE = "You withdrew your consent to take part, so nothing new is recorded."
CHILDS = "The consent of 张小花 to take part was withdrawn, so nothing new is recorded."
AGAIN = 'main a[href^="/me/consents"], .actions a[href^="/me/consents"]'


def withdraw(resident: Resident) -> None:
    """Let a household withdraw the consent to take part of one of it."""
    db.session.rollback()
    one = db.session.get_one(Resident, resident.id)
    assert one.account is not None
    decide(one.id, "taking_part", False, one.account)


def offers(page: Page) -> list[str]:
    """Return where the page's own part leads to log a book."""
    links = page.soup.select("main a[href^='/logbook/new'], .actions a[href^='/logbook/new']")
    return [str(one["href"]) for one in links]


@pytest.fixture
def reader(app: Flask, cast: Cast) -> Visitor:
    """The resident, who read something and then withdrew."""
    keep(cast.resident, "活着", date(2026, 11, 17))
    visitor = Visitor(app).sign_in(cast.resident)
    assert offers(visitor.get("/"))
    withdraw(cast.resident)
    return visitor


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/logbook",
        "/logbook?month=2025-01",
        "/logbook/new",
        "/logbook/new?day=2026-11-17",
        "/learning-days",
        "/learning-days/2026-12",
    ],
)
def test_in_place_of_the_offer_stands_what_is_so_and_the_way_back(reader: Visitor, path: str) -> None:
    page = reader.get(path)
    assert MINE in page.text
    assert page.soup.select_one(AGAIN)
    assert [one for one in offers(page) if "resident=" not in one] == []
    assert not page.soup.select("form#log")
    # Its script looks for the form.
    assert "logbook.js" not in str(page.soup)


def test_what_was_recorded_is_still_shown(reader: Visitor) -> None:
    assert "活着" in reader.get("/logbook").text
    assert "a day with a record" in reader.get("/").text


def test_who_agrees_again_is_offered_it_again(reader: Visitor, cast: Cast) -> None:
    decide(cast.resident.id, "taking_part", True, cast.account("resident"))
    for path in ("/", "/logbook", "/logbook/new", "/learning-days"):
        page = reader.get(path)
        assert MINE not in page.text
        assert offers(page) or page.soup.select_one("form#log")


def test_of_a_household_each_is_told_apart(app: Flask, cast: Cast) -> None:
    withdraw(cast.child)
    visitor, child = Visitor(app).sign_in(cast.resident), cast.child.id
    for path in (f"/?reader={child}", f"/logbook?resident={child}", f"/logbook/new?resident={child}"):
        assert CHILDS in visitor.get(path).text
    assert visitor.get("/logbook/new").soup.select_one("form#log")
    assert MINE not in visitor.get("/").text


def test_what_was_written_in_a_form_opened_before_is_kept(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    form = visitor.get("/logbook/new")
    withdraw(cast.resident)
    page = visitor.submit(form, 409, book="活着", pages="30")
    assert page.soup.find(id="book")["value"] == "活着"
    assert page.soup.select_one(AGAIN)


def test_the_check_in_page_offers_only_whom_it_can_check_in(app: Flask, cast: Cast, clock: TestClock) -> None:
    event = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    clock.set(at("2026-11-18 18:40"))
    visitor, where = Visitor(app).sign_in(cast.resident), link(event)
    withdraw(cast.child)
    page = visitor.get(where)
    assert CHILDS in page.text
    assert {one["value"] for one in page.soup.select("input[name=resident]")} == {str(cast.resident.id)}
    withdraw(cast.resident)
    page = visitor.get(where)
    assert MINE in page.text
    assert not page.soup.select("input[name=resident]")
    visitor.post(where, 409, id=str(uuid.uuid4()), resident=str(cast.resident.id))


@pytest.mark.parametrize(
    ("language", "again", "back"), [("en", "Agree again", "Go back"), ("zh", "重新同意", "返回")]
)
def test_who_is_refused_is_led_to_where_they_can_agree_again_and_back(
    app: Flask, cast: Cast, language: str, again: str, back: str
) -> None:
    event = planned(cast, starts_at=at("2026-11-28 19:00"), ends_at=at("2026-11-28 20:30"))
    visitor, where = Visitor(app, language).sign_in(cast.resident), f"/events/{event.id}"
    visitor.headers["Referer"] = f"http://localhost{where}"
    withdraw(cast.resident)
    page = visitor.post(f"{where}/signup", 409, id=str(uuid.uuid4()), resident=str(cast.resident.id))
    links = {one["href"]: one.get_text() for one in page.soup.select("main a, .actions a")}
    own = f"/me/consents?next={where}#of-{cast.resident.id}"
    assert links == {own: again, f"http://localhost{where}": back}


def test_staff_are_led_to_the_consents_of_who_has_no_account_and_of_nobody_else(
    app: Flask, cast: Cast
) -> None:
    event = planned(cast, starts_at=at("2026-11-28 19:00"), ends_at=at("2026-11-28 20:30"))
    steward, where = Visitor(app).sign_in(cast.steward), f"/events/{event.id}/signup"
    decide(cast.phoneless.id, "taking_part", False, cast.account("steward"))
    withdraw(cast.resident)
    page = steward.post(where, 409, id=str(uuid.uuid4()), resident=str(cast.phoneless.id))
    consents = f"/residents/{cast.phoneless.id}/consents"
    assert page.soup.find("a", string="Consents")["href"].startswith(consents)
    page = steward.post(where, 409, id=str(uuid.uuid4()), resident=str(cast.resident.id))
    assert "Agree again" not in page.soup.get_text()
    assert "/consents" not in str(page.soup.select("main, .actions"))


@pytest.fixture(params=["event", "helpers", "group", "course"])
def offering(request: pytest.FixtureRequest, cast: Cast) -> str:
    """Return the address of a page on which a household decides to take part in something."""
    if request.param == "group":
        return f"/groups/{grouping.start(cast).id}"
    if request.param == "course":
        return f"/courses/{started(cast).id}"
    event = planned(cast, starts_at=at("2026-11-28 19:00"), ends_at=at("2026-11-28 20:30"))
    return f"/events/{event.id}" if request.param == "event" else f"/events/{event.id}/helpers"


def offered(page: Page) -> set[str]:
    """Return for whom the page offers to take part."""
    forms = page.soup.select("main form, .actions form")
    return {
        str(form.find(attrs={"name": "resident"})["value"])
        for form in forms
        if form.find(attrs={"name": "resident"}) and form.find(attrs={"name": "id"})
    }


def test_who_alone_is_looked_after_and_withdrew_is_told_in_place_of_the_offer(
    app: Flask, cast: Cast, offering: str
) -> None:
    visitor = Visitor(app).sign_in(cast.outsider)
    assert offered(visitor.get(offering)) == {str(cast.outsider.id)}
    withdraw(cast.outsider)
    page = visitor.get(offering)
    assert MINE in page.text
    assert page.soup.select_one(AGAIN)
    assert not offered(page)
    decide(cast.outsider.id, "taking_part", True, cast.account("outsider"))
    page = visitor.get(offering)
    assert (MINE in page.text, offered(page)) == (False, {str(cast.outsider.id)})


def test_of_a_household_the_others_are_offered_it_still(app: Flask, cast: Cast, offering: str) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    children = set() if offering.endswith("/helpers") else {str(cast.child.id)}
    assert offered(visitor.get(offering)) == {str(cast.resident.id), *children}
    withdraw(cast.resident)
    page = visitor.get(offering)
    assert MINE in page.text
    assert page.soup.select_one(AGAIN)
    assert offered(page) == children


def own_form(page: Page, cast: Cast) -> Tag:
    """Return the page's form about the resident; the only one where it names nobody."""
    forms = page.soup.select("main form[method=post], .actions form[method=post]")
    return next((form for form in forms if form.find(attrs={"value": str(cast.resident.id)})), forms[0])


def test_who_was_in_already_is_in_no_more_and_a_member_of_a_group_can_leave(
    app: Flask, cast: Cast, offering: str
) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.get(offering)
    visitor.submit(page, form=own_form(page, cast))
    withdraw(cast.resident)
    page = visitor.get(offering)
    if "/groups/" in offering:
        assert MINE not in page.text
        visitor.submit(page, form=own_form(page, cast))
    assert MINE in visitor.get(offering).text
