"""Changing one's password with a form that is sent twice, and what that gives to who only guesses."""

from typing import Any

import pytest
from sqlalchemy import func, select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.sign_ins.models import WrongPassword
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.pages import Visitor, fields_of
from tests.sign_ins.conftest import Enter

NEW, OTHER = "新密码新密码新密码", "另一个密码另一个密码"
CHANGED = "The password was changed."
SAME = "The new password is the same as the present one. Choose another one."


def filled(visitor: Visitor, **typed: str) -> dict[str, Any]:
    """Return what the form would send now."""
    return {**fields_of(visitor.get("/me/password").form()), "present": PASSWORD, "password": NEW, **typed}


def tries() -> int:
    return db.session.scalar(select(func.count()).select_from(WrongPassword)) or 0


def changes() -> int:
    return db.session.scalar(select(func.count()).where(AuditLine.deed == "password.changed")) or 0


def test_sent_twice_a_new_password_is_set_once_and_told_twice(cast: Cast, visitor: Visitor) -> None:
    form = filled(visitor.sign_in(cast.resident))
    for _time in range(2):
        assert CHANGED in visitor.post("/me/password", 200, follow=True, **form).text
    assert (changes(), tries()) == (1, 0)
    Visitor(visitor.app).post("/sign-in", 302, phone="13800000001", password=NEW)


def test_the_same_form_with_another_new_password_is_no_change_sent_again(
    cast: Cast, visitor: Visitor
) -> None:
    form = filled(visitor.sign_in(cast.resident))
    visitor.post("/me/password", 302, **form)
    page = visitor.post("/me/password", 400, **{**form, "password": OTHER})
    assert "not your present password" in page.errors_of("present")
    # The page that comes back is one of now.
    assert CHANGED in visitor.submit(page, present=NEW, password=OTHER).text


def test_a_new_form_with_a_wrong_present_password_is_wrong_whatever_the_new_one_is(
    cast: Cast, visitor: Visitor
) -> None:
    form = filled(visitor.sign_in(cast.resident), present="wrong password", password=PASSWORD)
    visitor.post("/me/password", 400, **form)
    assert (changes(), tries()) == (0, 1)


def test_who_makes_a_form_old_tries_no_more_passwords_for_it(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    visitor = enter(cast.resident)
    guess: dict[str, Any] = {"present": "wrong password", "password": OTHER, "opened_on": "0" * 64}
    for number in (2, 4):
        visitor.post("/me/password", 400, **guess)
        assert tries() == number
    visitor.post("/me/password", 429, **guess)
    assert tries() == 5
    # The right one is no longer looked at either.
    visitor.post("/me/password", 429, **{**guess, "password": PASSWORD})
    clock.advance(minutes=1)
    visitor.post("/me/password", 429, **{**guess, "password": PASSWORD})


def test_who_changed_it_elsewhere_meanwhile_gives_the_one_that_holds_now(
    cast: Cast, visitor: Visitor
) -> None:
    form = filled(visitor.sign_in(cast.resident))
    visitor.post("/me/password", 302, **filled(visitor, password=OTHER))
    page = visitor.post("/me/password", 400, **form)
    assert "not your present password" in page.errors_of("present")
    assert CHANGED in visitor.post("/me/password", 200, follow=True, **{**form, "present": OTHER}).text


@pytest.mark.parametrize("typed", [PASSWORD, OTHER])
def test_the_present_password_is_no_new_one_and_that_tells_nothing_of_it(
    cast: Cast, visitor: Visitor, typed: str
) -> None:
    kept = cast.account("resident").password_hash
    form = filled(visitor.sign_in(cast.resident), present=typed, password=typed)
    page = visitor.post("/me/password", 400, **form)
    assert SAME in page.errors_of("password")
    assert not page.errors_of("present")
    assert typed not in str(page.soup)
    assert (changes(), tries(), cast.account("resident").password_hash) == (0, 0, kept)
    # The page that comes back is as good as a new one.
    assert CHANGED in visitor.submit(page, present=PASSWORD, password=NEW).text


def test_a_form_sent_again_with_the_password_it_set_before_is_refused_as_well(
    cast: Cast, visitor: Visitor
) -> None:
    form = filled(visitor.sign_in(cast.resident))
    visitor.post("/me/password", 302, **form)
    page = visitor.post("/me/password", 400, **{**form, "present": NEW})
    assert SAME in page.errors_of("password")
    assert changes() == 1


def test_too_short_and_the_same_is_told_as_too_short(cast: Cast, visitor: Visitor) -> None:
    form = filled(visitor.sign_in(cast.resident), present="short", password="short")
    said = visitor.post("/me/password", 400, **form).errors_of("password")
    assert "at least 8 characters" in said
    assert "the same" not in said


def test_the_form_tells_nothing_of_the_password(cast: Cast, visitor: Visitor) -> None:
    account = cast.account("resident")
    told = fields_of(visitor.sign_in(cast.resident).get("/me/password").form())["opened_on"]
    assert len(told) == 64
    assert told not in account.password_hash
