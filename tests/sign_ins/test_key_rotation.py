"""Another key signs from now on: nobody is signed out, and what the key before it signed is still believed."""

import uuid

import pytest
from flask import Flask

from reading.account_tag import account_tag
from reading.cards import actions as cards
from reading.cards import queries
from reading.cards.rules import qr_text
from reading.sign_ins import code_actions
from reading.sign_ins.keyed import digest, digests
from tests.cast import Cast
from tests.pages import Visitor
from tests.sign_ins.conftest import Enter

NEW = "another secret that only the tests know, 40"
PASSWORD = "三个字 and 7 more"


def rotate(app: Flask) -> None:
    app.config.update(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[app.config["SECRET_KEY"]])


def drop(app: Flask) -> None:
    app.config["SECRET_KEY_FALLBACKS"] = []


def test_nobody_is_signed_out_and_no_form_is_lost(cast: Cast, app: Flask, enter: Enter) -> None:
    visitor = enter(cast.resident)
    page = visitor.get("/me/password")
    rotate(app)
    assert "easily guessed" in visitor.submit(page, 400, present="x", password="12345678").text
    drop(app)
    assert visitor.get("/me").h1 == "张晓明"


def test_a_phone_keeps_its_tag_and_what_waits_under_it(cast: Cast, app: Flask) -> None:
    visitor = Visitor(app).sign_in(cast.librarian)
    before = account_tag(cast.librarian.id)
    visitor.get("/")
    rotate(app)
    assert account_tag(cast.librarian.id) == before
    assert "account=" not in str(visitor.get("/").response.headers.getlist("Set-Cookie"))


def test_a_printed_card_is_good_until_its_key_is_taken_away(cast: Cast, app: Flask) -> None:
    cards.issue([cast.phoneless.id], cast.steward.id)
    card = queries.standing_cards([cast.phoneless.id])[cast.phoneless.id]
    printed = qr_text(card.id, queries.signing_key())
    rotate(app)
    assert queries.scanned(printed).card == card
    assert queries.scanned(qr_text(card.id, queries.signing_key())).card == card
    drop(app)
    assert queries.scanned(printed).card is None


def test_a_digest_made_before_is_found_and_new_ones_are_made_with_the_new_key(app: Flask) -> None:
    before = digest("given code", "abc")
    rotate(app)
    now = digest("given code", "abc")
    assert now != before
    assert digests("given code", "abc") == [now, before]
    drop(app)
    assert digests("given code", "abc") == [now]


@pytest.mark.parametrize("changed", [False, True])
def test_what_no_key_of_ours_signed_is_believed_by_none(cast: Cast, app: Flask, changed: bool) -> None:
    if changed:
        rotate(app)
    assert queries.scanned(qr_text(uuid.uuid4(), b"a stranger's key")).card is None
    with pytest.raises(code_actions.WrongCode):
        code_actions.reset_password(uuid.uuid4(), phone="13800000001", code="abcdefghjk", password=PASSWORD)
