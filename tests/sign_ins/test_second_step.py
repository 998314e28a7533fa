"""The second step at sign-in: asked for after the password, and nothing is open before it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.people.models import Account
from reading.sign_ins.code_rules import MOST_WRONG_OF_ONE
from reading.sign_ins.models import SignIn
from reading.sign_ins.totp_models import SecondFactor
from tests.at_once import at_once
from tests.cast import PASSWORD, Cast, add_staff
from tests.clock import TestClock
from tests.pages import KEY, Page, Visitor
from tests.sign_ins.codes import code_for
from tests.sign_ins.totp import is_taken, phone_shows, wrong_digits

WHERE = "/sign-in/second-step"


def half_in(visitor: Visitor, account: Account, next_page: str = "") -> Page:
    """Sign in with the password alone."""
    start = visitor.get("/sign-in" + (f"?next={next_page}" if next_page else ""))
    return visitor.submit(start, phone=account.phone, password=PASSWORD)


def sign_ins() -> int:
    return db.session.scalar(select(func.count()).where(SignIn.ended_at.is_(None))) or 0


def test_after_the_password_an_admin_is_asked_for_the_code_and_then_let_in(
    cast: Cast, visitor: Visitor
) -> None:
    asked = half_in(visitor, cast.admin, "/roles")
    assert asked.path == WHERE
    assert "authenticator app" in asked.text
    page = visitor.submit(asked, code=phone_shows(cast.admin))
    assert page.path == "/roles"


@pytest.mark.parametrize(
    "path", ["/me", "/staff", "/roles", "/residents", "/me/second-factor", "/me/password"]
)
def test_half_signed_in_opens_nothing_else(cast: Cast, visitor: Visitor, path: str) -> None:
    half_in(visitor, cast.admin)
    assert sign_ins() == 0
    assert visitor.get(path, 302).response.location.startswith("/sign-in?next=")
    visitor.post("/roles/new", 401)
    assert "Sign out" not in visitor.get("/").text


def test_half_signed_in_is_over_after_ten_minutes(cast: Cast, visitor: Visitor, clock: TestClock) -> None:
    asked = half_in(visitor, cast.admin, "/roles")
    clock.advance(minutes=9, seconds=59)
    visitor.get(WHERE)
    clock.advance(seconds=1)
    page = visitor.submit(asked, code=phone_shows(cast.admin))
    assert page.path == "/sign-in"
    assert "The password is asked for once more." in page.text
    assert page.soup.find("input", attrs={"name": "next"})["value"] == "/roles"


def test_half_signed_in_is_over_once_the_password_is_another(cast: Cast, visitor: Visitor) -> None:
    asked = half_in(visitor, cast.admin)
    db.session.get_one(Account, cast.admin.id).password_hash = "another"
    db.session.commit()
    assert visitor.submit(asked, code=phone_shows(cast.admin)).path == "/sign-in"
    assert sign_ins() == 0


def test_a_hash_that_is_made_anew_at_another_cost_is_of_the_same_password(
    cast: Cast, visitor: Visitor
) -> None:
    visitor.app.config["PASSWORD_HASH_MEMORY_KIB"] = 16
    kept = cast.admin.password_hash
    asked = half_in(visitor, cast.admin, "/roles")
    assert asked.path == WHERE
    assert db.session.get_one(Account, cast.admin.id, populate_existing=True).password_hash != kept
    assert visitor.submit(asked, code=phone_shows(cast.admin)).path == "/roles"


def test_nobody_reaches_the_second_step_without_the_first(cast: Cast, visitor: Visitor) -> None:
    assert visitor.get(WHERE, 302).response.location == "/sign-in"
    visitor.post(WHERE, 302, code=phone_shows(cast.admin))
    assert sign_ins() == 0
    with visitor.client.session_transaction() as cookie:
        cookie["half_signed_in"] = [str(uuid.uuid4()), 2**40, ""]
    visitor.get(WHERE, 302)


@pytest.mark.parametrize("typed", ["", "{wrong}", "12345", "x" * 41, "\x00", "{wide}", "aaaaa aaaaa", "-1"])
def test_a_wrong_code_is_told_and_lets_nobody_in(cast: Cast, visitor: Visitor, typed: str) -> None:
    wrong = wrong_digits(cast.admin)
    wide = wrong.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    page = visitor.submit(half_in(visitor, cast.admin), 400, code=typed.format(wrong=wrong, wide=wide))
    assert page.errors_of("code")
    assert sign_ins() == 0


def test_a_code_is_taken_once(cast: Cast, visitor: Visitor, clock: TestClock) -> None:
    code = phone_shows(cast.admin)
    visitor.submit(half_in(visitor, cast.admin), code=code)
    other = Visitor(visitor.app)
    refused = other.submit(half_in(other, cast.admin), 400, code=code)
    assert "was used before" in refused.errors_of("code")
    clock.advance(seconds=30)
    other.submit(refused, code=phone_shows(cast.admin))
    assert sign_ins() == 2


def test_of_two_phones_with_one_code_at_once_one_is_let_in(app: Flask, cast: Cast) -> None:
    code, answers = phone_shows(cast.admin), []
    at_once(app, *[lambda: answers.append(is_taken(cast.admin, code))] * 4)
    assert sorted(answers) == [False, False, False, True]


def test_a_code_of_another_account_is_wrong(cast: Cast, visitor: Visitor) -> None:
    visitor.submit(half_in(visitor, cast.admin), 400, code=phone_shows(cast.other_admin))


@pytest.mark.parametrize(("seconds", "status"), [(-61, 400), (-30, 200), (30, 200), (61, 400)])
def test_a_phone_may_be_half_a_minute_off(cast, visitor, clock: TestClock, seconds: int, status: int) -> None:
    asked = half_in(visitor, cast.admin)
    clock.advance(seconds=seconds)
    code = phone_shows(cast.admin)
    clock.advance(seconds=-seconds)
    visitor.submit(asked, status, code=code)


def test_wrong_codes_are_stopped_for_ten_minutes(cast: Cast, visitor: Visitor, clock: TestClock) -> None:
    asked = half_in(visitor, cast.admin)
    for _ in range(MOST_WRONG_OF_ONE):
        visitor.submit(asked, 400, code=wrong_digits(cast.admin))
    stopped = visitor.submit(asked, 429, code=phone_shows(cast.admin))
    assert stopped.response.headers["Retry-After"] == "600"
    clock.advance(minutes=10)
    visitor.submit(half_in(visitor, cast.admin), code=phone_shows(cast.admin))


def test_who_is_let_in_has_a_session_that_holds_nothing_of_the_half_one(cast: Cast, visitor: Visitor) -> None:
    visitor.submit(half_in(visitor, cast.admin), code=phone_shows(cast.admin))
    with visitor.client.session_transaction() as cookie:
        assert "half_signed_in" not in cookie


def test_a_reset_password_leaves_the_second_step(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.admin, made_admin(cast))
    told: dict[str, Any] = {"phone": cast.admin.phone, "code": code, "password": "neues Kennwort"}
    asked = visitor.submit(visitor.get("/sign-in/new-password"), **told)
    assert asked.path == WHERE
    assert sign_ins() == 0
    visitor.submit(asked, code=phone_shows(cast.admin))
    assert sign_ins() == 1


def made_admin(cast: Cast) -> Account:
    made = add_staff("周主任", "13900000088", "admin", "410581")
    db.session.commit()
    return made


def test_a_closed_account_is_not_let_in_by_the_second_step(
    cast: Cast, visitor: Visitor, clock: TestClock
) -> None:
    asked = half_in(visitor, cast.admin)
    db.session.get_one(Account, cast.admin.id).disabled_at = clock() - timedelta(minutes=1)
    db.session.commit()
    assert "This account was closed." in visitor.submit(asked, 409, code=phone_shows(cast.admin)).text
    assert sign_ins() == 0


def test_no_code_and_no_secret_is_written_down(cast: Cast, visitor: Visitor) -> None:
    code = phone_shows(cast.admin)
    visitor.submit(half_in(visitor, cast.admin), code=code)
    # Without the keys that chance writes into a line: six digits stand in one now and then.
    columns = [column.name for column in AuditLine.__table__.columns if column.name != "request_id"]
    found = db.session.scalars(select(AuditLine))
    lines = [KEY.sub("", str([getattr(one, name) for name in columns])) for one in found]
    assert lines
    assert not [one for one in lines if code in one]
    assert db.session.scalars(
        select(SecondFactor.last_step).where(SecondFactor.account_id == cast.admin.id)
    ).one()
