"""Of whom nothing new is recorded, nobody makes a card: it would lead nowhere at the door."""

import pytest
from flask import Flask

from reading.cards import actions, queries
from reading.people.models import Resident
from reading.rights.consent_actions import decide
from tests.cast import Cast
from tests.pages import Page, Visitor

MINE = "You withdrew your consent to take part, so nothing new is recorded."


def withdraw(cast: Cast, one: Resident, by: str) -> None:
    decide(one.id, "taking_part", False, cast.account(by))


def has_card(one: Resident) -> bool:
    return one.id in queries.standing_cards([one.id])


def again(page: Page) -> list[str]:
    """Return where the page leads to agree again."""
    found = page.soup.select("main a[href^='/me/consents'], .actions a[href^='/me/consents']")
    return [str(one["href"]) for one in found]


def test_who_lives_alone_is_told_in_place_of_the_button_and_led_back(app: Flask, cast: Cast) -> None:
    withdraw(cast, cast.outsider, "outsider")
    visitor = Visitor(app).sign_in(cast.outsider)
    page = visitor.get("/me/card")
    assert MINE in page.text
    assert "No card yet" not in page.text
    assert again(page) == [f"/me/consents?next=/me/card#of-{cast.outsider.id}"]
    assert not page.soup.select("form[action='/me/card']")
    visitor.post("/me/card")
    assert not has_card(cast.outsider)
    decide(cast.outsider.id, "taking_part", True, cast.account("outsider"))
    page = visitor.get("/me/card")
    visitor.submit(page, form=page.soup.select_one("form[action='/me/card']"))
    assert has_card(cast.outsider)


def test_the_button_of_a_household_makes_cards_for_the_others(app: Flask, cast: Cast) -> None:
    withdraw(cast, cast.child, "resident")
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.get("/me/card")
    assert "The consent of 张小花 to take part was withdrawn" in page.text
    assert again(page) == [f"/me/consents?next=/me/card#of-{cast.child.id}"]
    page = visitor.submit(page, form=page.soup.select_one("form[action='/me/card']"))
    assert (has_card(cast.resident), has_card(cast.child)) == (True, False)
    assert not page.soup.select("form[action='/me/card']")


def test_a_card_of_before_is_shown_and_if_lost_there_is_no_new_one(app: Flask, cast: Cast) -> None:
    actions.issue([cast.outsider.id], cast.account("outsider").id)
    withdraw(cast, cast.outsider, "outsider")
    visitor = Visitor(app).sign_in(cast.outsider)
    page = visitor.get("/me/card")
    assert page.soup.select(".card")
    page = visitor.submit(page, form=page.soup.select_one("form[action$='/loss']"))
    assert "The lost card no longer works." in page.text
    assert "The new one is here." not in page.text
    assert not has_card(cast.outsider)


@pytest.mark.parametrize("alone", [True, False])
def test_staff_make_none_either(app: Flask, cast: Cast, alone: bool) -> None:
    withdraw(cast, cast.phoneless, "steward")
    steward = Visitor(app).sign_in(cast.steward)
    where = f"/residents/cards?resident={cast.phoneless.id}" if alone else "/residents/cards"
    page = steward.get(where)
    if alone:
        assert "has no card yet" not in page.text
        steward.post("/residents/cards", resident=str(cast.phoneless.id))
    else:
        steward.submit(page)
    assert (has_card(cast.phoneless), has_card(cast.resident)) == (False, not alone)
