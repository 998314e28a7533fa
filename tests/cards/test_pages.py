"""The pages of cards: one's own, and sheets to print for those one may see."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.cards import actions, queries, views
from reading.cards.models import Card
from reading.extensions import db
from reading.people.models import Resident
from tests.cast import Cast, add_resident
from tests.pages import Page, Visitor


def how_many() -> int:
    return db.session.scalar(select(func.count()).select_from(Card)) or 0


def names_on(page: Page) -> list[str]:
    return [name.get_text() for name in page.soup.select(".card-name")]


def card_of(resident: Resident) -> Card:
    return queries.standing_cards([resident.id])[resident.id]


def test_opening_the_page_makes_no_card_and_one_button_makes_the_households(
    visitor: Visitor, cast: Cast
) -> None:
    page = visitor.sign_in(cast.resident).get("/me/card")
    assert "No card yet." in page.text
    assert how_many() == 0
    visitor.submit(page)
    done = visitor.submit(page)
    assert names_on(done) == ["张*明", "张*花"]
    assert how_many() == 2


def test_a_new_child_gets_its_card_beside_the_others(visitor: Visitor, cast: Cast) -> None:
    actions.issue([cast.resident.id], cast.account("resident").id)
    page = visitor.sign_in(cast.resident).get("/me/card")
    assert "No card yet: 张小花" in page.text
    code = card_of(cast.resident).code
    visitor.submit(page, form=page.form("/me/card"))
    assert card_of(cast.resident).code == code


def test_the_face_holds_the_masked_name_and_the_code_in_fours(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.resident).post("/me/card")
    page, code = visitor.get("/me/card"), card_of(cast.resident).code
    face = page.soup.select(".card")[0]
    assert f"{code[:4]} {code[4:]}" in face.get_text(" ")
    assert "张晓明" not in face.get_text()
    assert "13800000001" not in str(page.soup)
    assert "1单元" not in str(page.soup)
    assert face.select_one("svg path") is not None


def test_a_lost_card_is_taken_back_once(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.neighbour).post("/me/card")
    page, lost = visitor.get("/me/card"), card_of(cast.neighbour)
    form = page.form(f"/cards/{lost.id}/loss")
    visitor.submit(page, form=form)
    done = visitor.submit(page, form=form)
    assert "no longer works" in done.text
    new = card_of(cast.neighbour)
    assert new.id != lost.id
    assert queries.scanned(lost.code).trouble == "revoked"
    assert how_many() == 2


def test_nobody_takes_back_a_card_of_others(app: Flask, cast: Cast) -> None:
    actions.issue([cast.neighbour.id, cast.outsider.id], cast.librarian.id)
    for person, owner in (
        ("resident", cast.neighbour),
        ("steward", cast.neighbour),
        ("organizer", cast.outsider),
    ):
        visitor = Visitor(app).sign_in(getattr(cast, person))
        visitor.post(f"/cards/{card_of(owner).id}/loss", 404)
        visitor.post(f"/cards/{uuid.uuid4()}/loss", 404)
    assert {card.revoked_at for card in db.session.scalars(select(Card))} == {None}


def test_who_takes_no_part_is_asked_to(visitor: Visitor, cast: Cast) -> None:
    page = visitor.sign_in(cast.librarian).get("/me/card")
    assert page.soup.find("a", href="/me/taking-part")
    visitor.post("/me/card")
    assert how_many() == 0


def test_a_steward_prints_the_cards_of_the_own_building_only(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.steward)
    page = visitor.get("/residents/cards")
    assert "3 people here have no card yet." in page.text
    assert how_many() == 0
    done = visitor.submit(page)
    assert sorted(names_on(done)) == ["吴*爷", "张*明", "张*花"]
    for place in ("410581001001", "410581001001-1-2", "410581106200", "nowhere", "%00"):
        visitor.get(f"/residents/cards?at={place}", 404)
        visitor.post("/residents/cards", 404, at=place.replace("%00", "\0"))
    visitor.get(f"/residents/cards?resident={cast.neighbour.id}", 404)
    visitor.get("/residents/cards?resident=x", 404)
    assert how_many() == 3


def test_one_residents_card_is_printed_alone(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.steward)
    listed = visitor.get("/residents?q=吴大爷")
    assert listed.soup.find("a", href=f"/residents/cards?resident={cast.phoneless.id}")
    page = visitor.submit(visitor.get(f"/residents/cards?resident={cast.phoneless.id}"))
    assert names_on(page) == ["吴*爷"]
    assert how_many() == 1


def test_a_township_is_printed_place_by_place(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.librarian)
    page = visitor.get("/residents/cards")
    assert names_on(page) == []
    assert page.soup.find("a", href="/residents/cards?at=410581001001")
    visitor.post("/residents/cards", at="410581001")
    assert how_many() == 0


def test_a_large_place_is_turned_over_page_by_page(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SHEET", 2)
    for number in range(2):
        add_resident(f"村民{number}", "410581001001-1-1-2")
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.steward)
    seen: list[str] = []
    for number in (1, 2, 3):
        visitor.submit(visitor.get(f"/residents/cards?page={number}"))
        page = visitor.get(f"/residents/cards?page={number}")
        seen += names_on(page)
        assert bool(page.soup.find("a", rel="next")) == (number < 3)
    assert len(seen) == how_many() == 5
    visitor.get("/residents/cards?page=99999999999999999999")
    visitor.get("/residents/cards?page=x")
