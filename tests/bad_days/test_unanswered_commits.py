"""A commit that was done and not answered, of what has no id of its own in a form: the second run finds the first."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading import database
from reading.audit import actions as audit
from reading.audit.models import AuditLine
from reading.check_in import actions as check_in
from reading.check_in.models import WrongCode
from reading.events import actions as events
from reading.events.models import Notice
from reading.extensions import db
from reading.people import role_actions
from reading.sign_ins import code_actions, throttle_actions, totp_queries
from reading.sign_ins.code_models import WrongAnswer
from reading.sign_ins.keyed import digest
from reading.sign_ins.models import SignIn, WrongPassword
from reading.sign_ins.totp_models import RecoveryCode, SecondFactor
from tests import lost_commits
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.events.planned import planned
from tests.pages import Visitor
from tests.sign_ins.totp import is_taken, phone_shows


@pytest.fixture
def losing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lose the first answer of each action from when it is called."""

    def lose() -> None:
        monkeypatch.setattr(database, "commit", lost_commits.commit_and_lose)
        monkeypatch.setattr(database._Again, "__init__", lost_commits.begin_again)

    return lose


def number(kind: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_signing_in_makes_one_sign_in(app: Flask, cast: Cast, losing: Callable[[], None]) -> None:
    visitor = Visitor(app)
    losing()
    visitor.post("/sign-in", 302, phone="13800000001", password=PASSWORD)
    assert (number(SignIn), number(WrongPassword)) == (1, 0)
    assert visitor.get("/me").h1 == "张晓明"
    assert db.session.scalars(select(AuditLine.deed)).all().count("sign_in") == 1


def test_five_wrong_passwords_are_five(app: Flask, cast: Cast, losing: Callable[[], None]) -> None:
    losing()
    for _try in range(5):
        Visitor(app).post("/sign-in", 400, phone="13800000001", password="wrong password")
    assert number(WrongPassword) == 5
    assert throttle_actions.count_try("b" * 64, "a" * 64, False) is None


def test_wrong_codes_and_lines_of_the_trail_are_written_once(
    app: Flask, cast: Cast, clock: TestClock, losing: Callable[[], None]
) -> None:
    event = planned(cast)
    lines = number(AuditLine)
    losing()
    check_in.note_wrong_code(event.id, "somebody", clock())
    code_actions.note_wrong(("address", "phone"))
    audit.write_down("sign_in.refused", by=None)
    assert (number(WrongCode), number(WrongAnswer), number(AuditLine)) == (1, 2, lines + 1)


def test_a_recovery_code_is_known_though_its_use_was_not_answered(
    cast: Cast, losing: Callable[[], None]
) -> None:
    factor = db.session.scalars(select(SecondFactor).where(SecondFactor.account_id == cast.admin.id)).one()
    code = totp_queries.recovery_codes(factor)[0]
    for_later = RecoveryCode(factor_id=factor.id, digest=digest("recovery", code))
    db.session.add(for_later)
    db.session.commit()
    losing()
    assert is_taken(cast.admin, code)
    assert not is_taken(cast.admin, code)


def test_a_code_whose_use_was_not_answered_signs_in_once(
    app: Flask, cast: Cast, losing: Callable[[], None]
) -> None:
    visitor = Visitor(app)
    visitor.post("/sign-in", 302, phone=cast.admin.phone, password=PASSWORD)
    losing()
    assert visitor.post("/sign-in/second-step", 302, code=phone_shows(cast.admin)).response.location == "/"
    assert number(SignIn) == 1
    visitor.get("/roles")


def test_a_cancelled_event_is_cancelled_quietly_and_everybody_told_once(
    cast: Cast, losing: Callable[[], None]
) -> None:
    event = planned(cast)
    events.sign_up(event.id, cast.neighbour.id, cast.neighbour.id, cast.neighbour.account_id)
    losing()
    assert events.cancel(event.id, "下雨了", cast.librarian.id).cancel_reason == "下雨了"
    assert number(Notice) == 1


def test_a_device_whose_new_token_was_not_acknowledged_holds_it_all_the_same(
    app: Flask, cast: Cast, losing: Callable[[], None], clock: TestClock
) -> None:
    visitor = Visitor(app)
    visitor.post("/sign-in", 302, phone="13800000001", password=PASSWORD)
    before = visitor.client.get_cookie("sid")
    role_actions.grant_role(cast.account("resident").id, "librarian", "410581001", by=cast.admin)
    losing()
    visitor.get("/staff")
    after = visitor.client.get_cookie("sid")
    assert before is not None
    assert after is not None
    assert after.value != before.value
    clock.advance(minutes=2)
    visitor.get("/staff")
