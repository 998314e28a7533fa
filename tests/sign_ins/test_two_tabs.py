"""Two tabs of one browser: signing out and in again in both ends where somebody wanted to be."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading.extensions import db
from reading.people import queries
from reading.sign_ins.models import SignIn
from tests.cast import PASSWORD, Cast
from tests.check_in.codes import six_digits
from tests.clock import TestClock
from tests.events.planned import planned
from tests.pages import Visitor, fields_of
from tests.sign_ins.tabs import EVIL, OTHER_PHONE, PHONE, at_home, from_site, sent
from tests.sign_ins.totp import phone_shows

NEW_PHONE, NEW_PASSWORD = "13912345678", "短 pass❤词"


def test_signing_out_twice_ends_at_home(cast: Cast, reader: Visitor) -> None:
    form = {"csrf_token": reader.token()}
    for _tab in range(2):
        answer = sent(reader, form, 302, "/sign-out")
        assert answer.response.location == "/"
    assert reader.get("/me", 302).response.location.startswith("/sign-in")


def test_another_site_signs_nobody_out(cast: Cast, reader: Visitor) -> None:
    # What comes from there comes without the cookies.
    for visitor in (reader, Visitor(reader.app)):
        page = sent(from_site(visitor, EVIL), {"csrf_token": "x"}, 400, "/sign-out")
        assert page.response.headers.getlist("Set-Cookie") == []
    reader.get("/me")


def two_forms(app: Flask) -> tuple[Visitor, dict[str, Any]]:
    """Return a visitor's browser and the sign-in form of a second tab, opened before somebody signs in."""
    visitor = at_home(Visitor(app))
    form = fields_of(visitor.get("/sign-in?next=/books").form())
    return visitor, {**form, "phone": PHONE, "password": PASSWORD}


def test_a_sign_in_form_sent_by_who_is_signed_in_leads_on(app: Flask, cast: Cast) -> None:
    visitor, form = two_forms(app)
    for _tab in range(2):
        assert sent(visitor, form, 302, "/sign-in").response.location == "/books"
    assert visitor.get("/me").h1 == "张晓明"
    assert stand() == [cast.account("resident").id]


def test_who_signs_in_as_somebody_else_replaces_who_was_there(app: Flask, cast: Cast) -> None:
    visitor, form = two_forms(app)
    sent(visitor, form, 302, "/sign-in")
    sent(visitor, {**form, "phone": OTHER_PHONE}, 302, "/sign-in")
    assert stand() == [cast.account("neighbour").id]
    assert visitor.get("/me").h1 == cast.account("neighbour").name
    wrong = sent(visitor, {**form, "password": "wrong password"}, 400, "/sign-in")
    assert "is not right" in wrong.text
    assert stand() == [cast.account("neighbour").id]


def test_who_signs_in_as_somebody_with_a_second_step_is_out_before_it(app: Flask, cast: Cast) -> None:
    visitor, form = two_forms(app)
    sent(visitor, form, 302, "/sign-in")
    code = phone_shows(cast.admin)
    sent(visitor, {**form, "phone": cast.admin.phone}, 302, "/sign-in")
    assert stand() == []
    visitor.post("/sign-in/second-step", 302, code=code)
    assert stand() == [cast.admin.id]


def stand() -> list[uuid.UUID]:
    return list(db.session.scalars(select(SignIn.account_id).where(SignIn.ended_at.is_(None))))


def test_another_site_signs_nobody_in(app: Flask, cast: Cast) -> None:
    visitor, form = two_forms(app)
    sent(visitor, form, 302, "/sign-in")
    for origin in (EVIL, "null", None):
        sent(from_site(visitor, origin), {**form, "phone": OTHER_PHONE}, 400, "/sign-in")
    sent(at_home(visitor), {**form, "phone": OTHER_PHONE, "csrf_token": "x"}, 400, "/sign-in")
    assert stand() == [cast.account("resident").id]


def test_digits_typed_before_signing_in_are_taken_after_it(app: Flask, cast: Cast, clock: TestClock) -> None:
    event = planned(cast, starts_at=clock() - timedelta(minutes=5), ends_at=clock() + timedelta(hours=1))
    visitor = at_home(Visitor(app))
    form = fields_of(visitor.get(f"/check-in?event={event.id}").form(holding="code"))
    visitor.post("/sign-in", 302, phone=PHONE, password=PASSWORD)
    answer = sent(visitor, {**form, "code": six_digits(event)}, 302, "/check-in")
    assert answer.response.location.startswith("/check-in/")


def joining(app: Flask, language: str = "en") -> tuple[Visitor, dict[str, Any]]:
    """Return a visitor's browser and a form to join, filled in before somebody signs in in another tab."""
    visitor = at_home(Visitor(app))
    visitor.headers["Accept-Language"] = language
    told = {"name": "王小满", "phone": NEW_PHONE, "password": NEW_PASSWORD, "community": "410581001001"}
    return visitor, {**fields_of(visitor.get("/join?next=/books").form()), **told, "agree": "y"}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "张晓明 is signed in on this device. Nothing was saved yet."),
        ("zh", "这台设备上登录的是张晓明，还没有保存。"),
    ],
)
def test_who_joins_where_somebody_signed_in_meanwhile_is_told_so_and_joins_instead(
    app: Flask, cast: Cast, language: str, said: str
) -> None:
    visitor, form = joining(app, language)
    visitor.post("/sign-in", 302, phone=PHONE, password=PASSWORD)
    page = sent(visitor, form, 409, "/join?next=/books")
    assert said in page.text
    assert page.soup.main.find("a", href="/books")
    assert fields_of(page.form())["name"] == "王小满"
    assert NEW_PASSWORD not in page.response.get_data(as_text=True)
    assert stand() == [cast.account("resident").id]
    wrong = visitor.submit(page, 400)
    assert said in wrong.text
    assert wrong.errors_of("password")
    visitor.submit(wrong, password=NEW_PASSWORD)
    joined = queries.account_by_phone(NEW_PHONE)
    assert joined is not None
    assert stand() == [joined.id]


def test_a_second_tap_of_the_form_one_joined_with_leads_on(app: Flask, cast: Cast) -> None:
    visitor, form = joining(app)
    for _tap in range(2):
        assert sent(visitor, form, 302, "/join?next=/books").response.location == "/books"
    assert visitor.get("/me").h1 == "王小满"
