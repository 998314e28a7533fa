"""Who claims a record for a new account where somebody signed in meanwhile is told whose account is open there."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.extensions import db
from reading.people import queries
from reading.people.models import Account, Resident
from tests.cast import PASSWORD, Cast
from tests.pages import Page, Visitor, fields_of
from tests.sign_ins.codes import CLAIMED, CLAIMER, WRONG, code_for
from tests.sign_ins.tabs import PHONE, WORDS, at_home, sent, sign_in_on

CLAIM = "/claim"


@pytest.fixture
def form(app: Flask, cast: Cast, visitor: Visitor) -> dict[str, Any]:
    """A form for a new account, filled in before somebody else signed in in another tab."""
    code = code_for(cast.phoneless, cast.steward)
    filled = {**fields_of(at_home(visitor).get(CLAIM).form()), **CLAIMED, "code": code}
    visitor.post("/sign-in", 302, phone=PHONE, password=PASSWORD)
    return filled


def holder(cast: Cast) -> Account | None:
    return db.session.get_one(Resident, cast.phoneless.id, populate_existing=True).account


def test_nothing_is_done_and_the_account_is_named(cast: Cast, visitor: Visitor, form: dict[str, Any]) -> None:
    page = sent(visitor, form, 409, CLAIM)
    assert "张晓明 is signed in on this device. Nothing was saved yet." in page.text
    kept = fields_of(page.form(holding="phone"))
    assert (kept["code"], kept["phone"], kept["password"]) == (form["code"], CLAIMER, "")
    assert CLAIMED["password"] not in page.response.get_data(as_text=True)
    assert holder(cast) is None


def test_for_somebody_new_the_other_is_signed_out_and_the_account_is_made(
    cast: Cast, visitor: Visitor, form: dict[str, Any]
) -> None:
    page = sent(visitor, form, 409, CLAIM)
    again = page.form(holding="phone")
    wrong = visitor.submit(page, 400, form=again, code=WRONG, password=CLAIMED["password"])
    assert "张晓明 is signed in on this device." in wrong.text
    done = visitor.submit(
        wrong, form=wrong.form(holding="phone"), code=form["code"], password=CLAIMED["password"]
    )
    assert "This is your record now." in done.text
    made = queries.account_by_phone(CLAIMER)
    assert made is not None
    assert holder(cast) == made
    assert visitor.get("/me").h1 == "吴大爷"


def test_who_is_signed_in_takes_it_over_with_nothing_asked_again(
    cast: Cast, visitor: Visitor, form: dict[str, Any]
) -> None:
    page = sent(visitor, form, 409, CLAIM)
    into = next(one for one in page.soup.main.find_all("form") if "account of 张晓明" in one.get_text())
    assert set(fields_of(into)) == {"csrf_token", "id", "code", "agree"}
    done = visitor.submit(page, form=into)
    assert "The record of 吴大爷 is in your account now." in done.text
    assert holder(cast) == queries.account_by_phone(PHONE)
    assert queries.account_by_phone(CLAIMER) is None
    visitor.get(CLAIM)


def test_with_another_s_form_waiting_one_thing_is_said_of_it(
    cast: Cast, reader: Visitor, waiting: Page
) -> None:
    page = reader.submit(waiting, form=waiting.form(CLAIM))
    form = {**fields_of(page.form(holding="code")), **CLAIMED, "code": WRONG}
    reader.post("/sign-in", 302, phone=cast.account("neighbour").phone, password=PASSWORD)
    page = sent(reader, form, 409, CLAIM)
    assert "It was not sent." not in page.text
    assert "Send it once more" not in page.text
    assert page.text.count("What you wrote is kept") == 1
    assert len(page.soup.main.select(".note")) == 2
    assert WORDS not in str(page.soup)
    # Its writer signs in from there.
    page = reader.submit(page, form=page.form("/sign-in"))
    assert WORDS in sign_in_on(page, reader).text


def test_no_account_is_made_for_who_only_looked(cast: Cast, visitor: Visitor, form: dict[str, Any]) -> None:
    sent(visitor, form, 409, CLAIM)
    visitor.get("/me")
    assert db.session.scalar(select(func.count()).where(Account.phone == CLAIMER)) == 0
