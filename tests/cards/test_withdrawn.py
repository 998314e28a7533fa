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


def offered(page: Page) -> list[str]:
    """Return what the page offers to do about each lost card."""
    return [one.get_text() for one in page.soup.select("main summary")]


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
    assert offered(page) == ["Lost? Take back the card of 周外人"]
    assert "make a new one" not in page.text
    page = visitor.submit(page, form=page.soup.select_one("form[action$='/loss']"))
    assert "The lost card no longer works. A new one can be made once it is agreed again" in page.text
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
        assert "The consent of 吴大爷 to take part was withdrawn" in page.text
        again = page.soup.find("a", string="Agree again")["href"]
        assert again.startswith(f"/residents/{cast.phoneless.id}/consents?next=")
        assert "Not agreed" in steward.get(again).text
        refused = steward.post("/residents/cards", 409, resident=str(cast.phoneless.id))
        assert "no longer agrees that new records are kept" in refused.text
    else:
        steward.submit(page)
    assert (has_card(cast.phoneless), has_card(cast.resident)) == (False, not alone)


def test_staff_who_may_not_write_a_consent_down_are_led_to_no_page_for_it(app: Flask, cast: Cast) -> None:
    withdraw(cast, cast.neighbour, "neighbour")
    librarian = Visitor(app).sign_in(cast.librarian)
    page = librarian.get(f"/residents/cards?resident={cast.neighbour.id}")
    assert f"The consent of {cast.neighbour.name} to take part was withdrawn" in page.text
    assert page.soup.find("a", string="Agree again") is None


@pytest.mark.parametrize("where", ["/residents/cards?resident={}", "/residents/cards"])
def test_staff_are_offered_no_new_card_for_who_withdrew_and_an_older_page_makes_none(
    app: Flask, cast: Cast, where: str
) -> None:
    actions.issue([cast.phoneless.id, cast.resident.id], cast.steward.id)
    steward, path = Visitor(app).sign_in(cast.steward), where.format(cast.phoneless.id)
    older = steward.get(path)
    assert "Lost? A new card for 吴大爷" in offered(older)
    withdraw(cast, cast.phoneless, "steward")
    page, loss = (
        steward.get(path),
        f"/cards/{queries.standing_cards([cast.phoneless.id])[cast.phoneless.id].id}/loss",
    )
    assert "Lost? Take back the card of 吴大爷" in offered(page)
    assert "Lost? A new card for 吴大爷" not in offered(page)
    others = ["Lost? A new card for 张晓明"] if path == where else []
    assert [one for one in offered(page) if "A new card" in one] == others
    assert "Take the lost card back and make" not in str(page.form(loss))
    for _tap in range(2):
        told = steward.submit(older, form=older.form(loss))
        assert "A new one can be made once it is agreed again to take part." in told.text
    assert (has_card(cast.phoneless), has_card(cast.resident)) == (False, True)


def test_a_card_of_nobody_in_sight_is_neither_made_nor_taken_back(app: Flask, cast: Cast) -> None:
    actions.issue([cast.outsider.id], cast.account("outsider").id)
    withdraw(cast, cast.outsider, "outsider")
    steward = Visitor(app).sign_in(cast.steward)
    steward.post("/residents/cards", 404, resident=str(cast.outsider.id))
    steward.post("/residents/cards", 404, resident="nobody")
    steward.post(f"/cards/{queries.standing_cards([cast.outsider.id])[cast.outsider.id].id}/loss", 404)
    assert has_card(cast.outsider)
