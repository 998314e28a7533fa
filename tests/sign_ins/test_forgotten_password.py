"""A forgotten password: a code given in person, and nothing else, sets a new one."""

import uuid
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading import passwords
from reading.access import LIBRARIAN
from reading.audit.models import AuditLine
from reading.extensions import db
from reading.people.models import Account, Role
from reading.sign_ins import code_actions
from reading.sign_ins.code_actions import WrongCode
from reading.sign_ins.code_rules import MOST_WRONG_OF_ONE
from tests.at_once import at_once
from tests.cast import LONG_AGO, PASSWORD, Cast
from tests.clock import TestClock
from tests.pages import Page, Visitor
from tests.sign_ins.codes import WRONG, code_for, give, typed_on

PHONE, NEW = "13800000001", "渠水哗哗2026"
WHERE = "/sign-in/new-password"
SAID = "Error: This code is not right, or it is over. Look once more, or ask for a new one."


def reset(visitor: Visitor, code: str, status: int = 200, **typed: Any) -> Page:
    sent = {"phone": PHONE, "code": code, "password": NEW, **typed}
    return visitor.submit(visitor.get(WHERE), status, **sent)


def holds(password: str) -> bool:
    kept = select(Account.password_hash).where(Account.phone == PHONE)
    return passwords.matches(db.session.scalar(kept), password)


def close(account_id: uuid.UUID, at: datetime | None) -> None:
    db.session.get_one(Account, account_id).disabled_at = at
    db.session.commit()


def test_a_code_from_the_steward_sets_a_new_password(cast: Cast, visitor: Visitor) -> None:
    assert visitor.get("/sign-in").soup.find("a", href=WHERE)
    page = reset(visitor, give(Visitor(visitor.app).sign_in(cast.steward), cast.resident))
    assert "The password was changed." in page.text
    assert holds(NEW)
    assert not holds(PASSWORD)


def test_every_device_that_was_signed_in_is_signed_out(cast: Cast, visitor: Visitor) -> None:
    old, another = (Visitor(visitor.app).sign_in(cast.resident) for _ in range(2))
    neighbour = Visitor(visitor.app).sign_in(cast.neighbour)
    old.get("/me")
    reset(visitor, code_for(cast.resident, cast.steward))
    assert old.get("/me", 302).response.location.startswith("/sign-in")
    another.get("/me", 302)
    neighbour.get("/me")
    visitor.get("/me")


def test_the_resident_is_told_at_home_until_they_say_so_and_in_their_own_page(cast, visitor: Visitor) -> None:
    neighbour = Visitor(visitor.app).sign_in(cast.neighbour)
    reset(visitor, code_for(cast.resident, cast.steward))
    said = "Your password was reset on 18 Nov 2026 at 14:00 with a code given by 孙楼长."
    home = visitor.get("/")
    assert said in home.text
    assert said in visitor.get("/me").text
    where = home.soup.find("form", action="/me/password-reset/seen")["action"]
    neighbour.post(where)
    assert said in visitor.get("/").text
    visitor.post(where)
    visitor.post(where)
    assert said not in visitor.get("/").text
    assert said in visitor.get("/me").text
    assert said not in neighbour.get("/me").text


def test_staff_without_a_record_are_told_at_home_too(cast: Cast, visitor: Visitor) -> None:
    reset(visitor, code_for(cast.librarian, cast.admin), phone=cast.librarian.phone)
    assert "with a code given by 王主任" in visitor.get("/").text


def test_it_is_written_down(cast: Cast, visitor: Visitor) -> None:
    reset(visitor, code_for(cast.resident, cast.steward))
    line = db.session.scalars(select(AuditLine).where(AuditLine.deed == "password.reset")).one()
    assert line.subject_id == cast.account("resident").id


def for_another(cast: Cast, clock: TestClock) -> str:
    return code_for(cast.neighbour, cast.librarian)


def for_a_record(cast: Cast, clock: TestClock) -> str:
    return code_for(cast.phoneless, cast.librarian)


def over(cast: Cast, clock: TestClock) -> str:
    code = code_for(cast.resident, cast.steward)
    clock.advance(hours=72)
    return code


def replaced(cast: Cast, clock: TestClock) -> str:
    code = code_for(cast.resident, cast.steward)
    code_for(cast.resident, cast.steward)
    return code


def of_who_rose_meanwhile(cast: Cast, clock: TestClock) -> str:
    """The steward gave the code to a resident, who is a librarian now: no steward gets into that account."""
    code = code_for(cast.resident, cast.steward)
    account = cast.account("resident")
    db.session.add(Role(account_id=account.id, name=LIBRARIAN, community_id="410581001", granted_at=LONG_AGO))
    db.session.commit()
    return code


def wrong(cast: Cast, clock: TestClock) -> str:
    return WRONG


@pytest.mark.parametrize("make", [wrong, for_another, for_a_record, over, replaced, of_who_rose_meanwhile])
def test_every_code_that_is_not_good_gets_the_same_answer(cast, visitor, clock: TestClock, make) -> None:
    page = reset(visitor, make(cast, clock), 400)
    assert page.errors_of("code").endswith(SAID)
    assert PHONE in str(page.form())
    assert holds(PASSWORD)


def test_an_unknown_number_gets_the_same_answer(cast: Cast, visitor: Visitor) -> None:
    known, unknown = reset(visitor, WRONG, 400), reset(visitor, WRONG, 400, phone="13799999999")
    assert known.text == unknown.text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"phone": "1"}, "phone", "11 digits"),
        ({"code": "22222"}, "code", "A code has 10 letters and digits."),
        ({"password": "1234567"}, "password", "at least 8"),
        ({"password": "shuxiang2026"}, "password", "easily guessed"),
    ],
)
def test_a_mistake_is_told_and_the_code_stays_good(cast, visitor, typed, field: str, said: str) -> None:
    code = code_for(cast.resident, cast.steward)
    page = reset(visitor, typed.pop("code", code), 400, **typed)
    assert said in page.errors_of(field)
    reset(visitor, code)
    assert holds(NEW)


def test_tapped_twice_it_is_a_success_once_with_another_password_it_is_not(
    cast: Cast, visitor: Visitor
) -> None:
    code = code_for(cast.resident, cast.steward)
    form_id = str(uuid.uuid4())
    data: dict[str, Any] = {"id": form_id, "phone": PHONE, "code": code, "password": NEW}
    for status, other in (
        (302, {}),
        (302, {}),
        (400, {"password": "ein anderes"}),
        (400, {"id": str(uuid.uuid4())}),
    ):
        Visitor(visitor.app).post(WHERE, status, **{**data, **other})
    assert holds(NEW)


def test_a_closed_account_keeps_its_password_and_the_code_stays_good(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.resident, cast.steward)
    close(cast.account("resident").id, LONG_AGO)
    page = reset(visitor, code, 409)
    assert "This account was closed." in page.text
    close(cast.account("resident").id, None)
    assert holds(PASSWORD)
    reset(visitor, code)
    assert holds(NEW)


def test_of_two_phones_with_one_code_at_once_one_sets_the_password(app: Flask, cast: Cast) -> None:
    code, done = "".join(code_for(cast.resident, cast.steward).split()), []

    def set_to(password: str) -> None:
        try:
            code_actions.reset_password(uuid.uuid4(), phone=PHONE, code=code, password=password)
            done.append(password)
        except WrongCode:
            pass

    at_once(app, *[lambda n=n: set_to(f"das Passwort {n}") for n in range(4)])
    assert len(done) == 1
    assert holds(done[0])


def test_wrong_codes_for_one_number_are_stopped(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.resident, cast.steward)
    for _ in range(MOST_WRONG_OF_ONE):
        reset(visitor, WRONG, 400)
    stopped = reset(visitor, code, 429)
    assert stopped.response.headers["Retry-After"] == "600"
    assert typed_on(stopped) == {"code": code, "phone": PHONE}
    assert holds(PASSWORD)


def test_who_is_signed_in_changes_their_password_with_the_present_one(cast: Cast, visitor: Visitor) -> None:
    assert visitor.sign_in(cast.resident).get(WHERE, 302).response.location == "/me/password"
    code = code_for(cast.resident, cast.steward)
    visitor.post(WHERE, 302, phone=PHONE, code=code, password=NEW)
    assert holds(PASSWORD)
