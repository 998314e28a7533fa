"""Claiming a record: several phones at once, the same form again, and codes tried one after another."""

import uuid
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.people.actions import PhoneTaken
from reading.people.models import Account, Resident
from reading.sign_ins import code_actions
from reading.sign_ins.code_actions import WrongCode
from reading.sign_ins.code_models import GivenCode, WrongAnswer
from reading.sign_ins.code_rules import MOST_WRONG_OF_ADDRESS, MOST_WRONG_OF_ONE
from tests.at_once import at_once
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.pages import Visitor, fields_of
from tests.sign_ins.codes import CLAIMED, CLAIMER, WRONG, claimed, code_for, typed_on
from tests.sign_ins.tabs import at_home, sent

SOUND: dict[str, Any] = CLAIMED
PHONE, PASSWORD = CLAIMER, CLAIMED["password"]


def fresh(cast: Cast) -> Resident:
    return db.session.get_one(Resident, cast.phoneless.id, populate_existing=True)


def accounts() -> int:
    return db.session.scalar(select(func.count()).select_from(Account)) or 0


def two_codes(cast: Cast) -> list[str]:
    another = add_resident("郑奶奶", "410581001001")
    db.session.commit()
    return [code_for(one, cast.admin) for one in (cast.phoneless, another)]


def test_tapped_twice_a_record_is_claimed_once(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    page, other = visitor.get("/claim"), Visitor(visitor.app)
    visitor.submit(page, code=code, **SOUND)
    data = {"id": page.soup.find("input", attrs={"name": "id"})["value"], "code": code, **SOUND}
    assert "Welcome!" in other.post("/claim", 200, follow=True, **data).text
    Visitor(visitor.app).post("/claim", 400, **{**data, "password": "nicht das Passwort"})
    assert db.session.scalar(select(func.count()).where(Account.phone == PHONE)) == 1


def test_signed_in_a_code_typed_a_second_time_is_a_quiet_success(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    visitor.sign_in(cast.neighbour)
    for _time in range(2):
        page = visitor.submit(visitor.get("/claim"), code=code, agree="y")
        assert "The record of 吴大爷 is in your account now." in page.text
    assert db.session.scalar(select(func.count()).where(AuditLine.deed == "record.claimed")) == 1
    assert db.session.scalar(select(func.count()).select_from(WrongAnswer)) == 0


def test_for_anybody_else_a_used_code_is_as_wrong_as_any(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    visitor.sign_in(cast.neighbour)
    visitor.submit(visitor.get("/claim"), code=code, agree="y")
    for who in (cast.resident, cast.organizer):
        other = Visitor(visitor.app).sign_in(who)
        told = [other.submit(other.get("/claim"), 400, code=one, agree="y") for one in (code, WRONG)]
        assert told[0].errors_of("code") == told[1].errors_of("code")
    assert db.session.scalar(select(func.count()).select_from(WrongAnswer)) == 2 * 2 * 2
    assert fresh(cast).account_id == cast.neighbour.account_id


def test_who_is_signed_in_by_claiming_may_send_that_form_again(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    form = {**fields_of(at_home(visitor).get("/claim").form()), "code": code, **SOUND}
    sent(visitor, form, 302, "/claim")
    again = sent(visitor, form, 302, "/claim")
    assert again.response.location == "/me"
    assert "The record of 吴大爷 is in your account now." in visitor.get("/me").text
    assert db.session.scalar(select(func.count()).where(Account.phone == PHONE)) == 1


def test_a_visitors_form_is_not_taken_for_one_of_whoever_signed_in_meanwhile(
    cast: Cast, visitor: Visitor
) -> None:
    code = code_for(cast.phoneless, cast.steward)
    form = {**fields_of(at_home(visitor).get("/claim").form()), "code": code, **SOUND}
    visitor.sign_in(cast.neighbour)
    assert "单田方 is signed in on this device." in sent(visitor, form, 409, "/claim").text
    assert fresh(cast).account_id is None


def test_of_two_phones_with_one_code_at_once_one_gets_the_record(app: Flask, cast: Cast) -> None:
    code, made, refused = "".join(code_for(cast.phoneless, cast.steward).split()), [], []

    def claim(number: int) -> None:
        try:
            told = {"code": code, "phone": f"1370000010{number}", "password": PASSWORD}
            made.append(code_actions.claim(uuid.uuid4(), **told).id)
        except WrongCode:
            refused.append(number)

    at_once(app, *[lambda number=number: claim(number) for number in range(4)])
    assert (len(made), len(refused)) == (1, 3)
    assert fresh(cast).account_id == made[0]
    assert accounts() == 5 + 3 + 1
    assert db.session.scalars(select(GivenCode)).one().used_at is not None


def test_of_one_phone_tapping_twice_at_once_both_are_let_in(app: Flask, cast: Cast) -> None:
    code, form_id, made = "".join(code_for(cast.phoneless, cast.steward).split()), uuid.uuid4(), []
    told = {"code": code, "phone": PHONE, "password": PASSWORD}
    at_once(app, *[lambda: made.append(code_actions.claim(form_id, **told).id)] * 4)
    assert made == [form_id] * 4


def test_two_codes_for_one_number_at_once_make_one_account(app: Flask, cast: Cast) -> None:
    codes = two_codes(cast)
    done: list[str] = []

    def claim(code: str) -> None:
        try:
            code_actions.claim(uuid.uuid4(), code="".join(code.split()), phone=PHONE, password=PASSWORD)
            done.append("made")
        except PhoneTaken:
            done.append("taken")

    at_once(app, *[lambda code=code: claim(code) for code in codes])
    assert sorted(done) == ["made", "taken"]


def test_one_household_claims_one_record_as_its_own_at_once(app: Flask, cast: Cast) -> None:
    codes = two_codes(cast)
    plain = ["".join(code.split()) for code in codes]
    at_once(app, *[lambda c=c: code_actions.claim_into(cast.organizer.id, uuid.uuid4(), c) for c in plain])
    found = select(Resident.relation).where(Resident.account_id == cast.organizer.id)
    assert sorted(db.session.scalars(found)) == ["other", "self"]


def test_wrong_codes_for_one_number_are_stopped_for_ten_minutes(cast, visitor, clock: TestClock) -> None:
    code = code_for(cast.phoneless, cast.steward)
    for _ in range(MOST_WRONG_OF_ONE):
        claimed(visitor, WRONG, 400)
    stopped = claimed(visitor, code, 429)
    assert "Too many wrong codes." in stopped.text
    assert stopped.response.headers["Retry-After"] == "600"
    assert typed_on(stopped) == {"code": code, "phone": CLAIMED["phone"]}
    claimed(Visitor(visitor.app), WRONG, 400, phone="13700000055")
    clock.advance(minutes=10)
    claimed(visitor, code)
    assert fresh(cast).account_id


def test_signed_in_too_what_was_typed_stands_while_wrong_codes_are_stopped(
    cast: Cast, visitor: Visitor
) -> None:
    code = code_for(cast.phoneless, cast.steward)
    visitor.sign_in(cast.neighbour)
    for _ in range(MOST_WRONG_OF_ONE):
        visitor.submit(visitor.get("/claim"), 400, code=WRONG, agree="y")
    stopped = visitor.submit(visitor.get("/claim"), 429, code=code, agree="y")
    assert typed_on(stopped) == {"code": code}
    assert fresh(cast).account_id is None


def test_wrong_codes_from_one_address_are_stopped(cast: Cast, visitor: Visitor) -> None:
    page = visitor.get("/claim")
    claimed(visitor, WRONG, 400)
    (by_address,) = db.session.scalars(select(WrongAnswer.typed_by).distinct().limit(1)).all()
    rows = db.session.scalars(select(WrongAnswer)).all()
    assert len(rows) == 2
    for one in rows:
        db.session.add_all(
            WrongAnswer(typed_by=one.typed_by, at=one.at) for _ in range(MOST_WRONG_OF_ADDRESS)
        )
    db.session.commit()
    visitor.submit(page, 429, code=WRONG, **{**SOUND, "phone": "13700000054"})
    assert "127.0.0.1" not in by_address


def test_no_wrong_code_is_kept_with_a_phone_or_an_address(cast: Cast, visitor: Visitor) -> None:
    claimed(visitor, WRONG, 400)
    kept = [str(vars(one)) for one in db.session.scalars(select(WrongAnswer))]
    assert not [one for one in kept if PHONE in one or "127.0.0.1" in one]


def test_old_wrong_codes_are_forgotten(cast: Cast, visitor: Visitor, clock: TestClock) -> None:
    claimed(visitor, WRONG, 400)
    clock.advance(minutes=11)
    claimed(visitor, WRONG, 400)
    assert db.session.scalar(select(func.count()).select_from(WrongAnswer)) == 2
