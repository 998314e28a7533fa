"""The code at sign-in sent twice by one browser signs it in once, and leads where the first led; nobody else's does."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.people.models import Account
from reading.sign_ins import totp_queries
from reading.sign_ins.keyed import digest
from reading.sign_ins.models import SignIn
from reading.sign_ins.totp_models import RecoveryCode
from tests.at_once import at_once
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.pages import Page, Visitor, fields_of
from tests.sign_ins.conftest import Enter
from tests.sign_ins.tabs import at_home, end_elsewhere, sent, sign_in_on
from tests.sign_ins.totp import phone_shows, wrong_digits

WHERE = "/sign-in/second-step"


def half_in(visitor: Visitor, account: Account) -> dict[str, Any]:
    """Sign in with the password alone; return the form that asks for the code."""
    start = at_home(visitor).get("/sign-in?next=/roles")
    asked = visitor.submit(start, phone=account.phone, password=PASSWORD)
    return {**fields_of(asked.form()), "code": phone_shows(account)}


def second_tap(visitor: Visitor) -> Visitor:
    """The same browser before it has an answer to the first tap."""
    again = at_home(Visitor(visitor.app))
    for name in ("reading", "device"):
        held = visitor.client.get_cookie(name)
        if held:
            again.client.set_cookie(name, held.value)
    return again


def shown(visitor: Visitor) -> list[str]:
    """What the browser shows from now on."""
    held = [visitor.client.get_cookie(name) for name in ("sid", "device")]
    return [one.value for one in held if one]


def stand() -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).where(SignIn.ended_at.is_(None))) or 0


def lines(deed: str) -> int:
    return db.session.scalar(select(func.count()).where(AuditLine.deed == deed)) or 0


def test_sent_twice_at_once_it_signs_in_once_and_leads_on_twice(cast: Cast, visitor: Visitor) -> None:
    form = half_in(visitor, cast.admin)
    again = second_tap(visitor)
    for one in (visitor, again):
        assert sent(one, form, 302, WHERE).response.location == "/roles"
        one.get("/roles")
    # Whichever answer reaches the browser last, it is signed in.
    assert shown(visitor) == shown(again)
    assert (stand(), lines("sign_in"), lines("second_factor.refused")) == (1, 1, 0)


def test_of_several_taps_at_the_same_moment_all_lead_on(app: Flask, cast: Cast, visitor: Visitor) -> None:
    form = half_in(visitor, cast.admin)
    taps = [second_tap(visitor) for _tap in range(4)]
    answers: list[Page] = []
    at_once(app, *[lambda one=one: answers.append(sent(one, form, 302, WHERE)) for one in taps])
    assert [one.response.location for one in answers] == ["/roles"] * 4
    assert stand() == 1
    assert len({tuple(shown(one)) for one in taps}) == 1


def test_a_device_that_is_known_keeps_its_name(cast: Cast, enter: Enter) -> None:
    visitor = enter(cast.admin)
    device = shown(visitor)[1]
    visitor.app.extensions["clock"].advance(minutes=1)
    visitor.client.delete_cookie("sid")
    form = half_in(visitor, cast.admin)
    again = second_tap(visitor)
    for one in (visitor, again):
        sent(one, form, 302, WHERE)
        assert shown(one)[1] == device
    assert stand() == 1


def test_a_recovery_code_sent_twice_is_used_once(cast: Cast, visitor: Visitor) -> None:
    factor = totp_queries.standing(cast.admin.id)
    assert factor is not None
    code = totp_queries.recovery_codes(factor)[0]
    db.session.add(RecoveryCode(factor_id=factor.id, digest=digest("recovery", code)))
    db.session.commit()
    form = {**half_in(visitor, cast.admin), "code": code}
    for one in (second_tap(visitor), visitor):
        assert sent(one, form, 302, WHERE).response.location == "/roles"
    assert (stand(), lines("second_factor.recovered")) == (1, 1)


def test_a_tap_that_comes_after_the_answer_leads_on_as_well(cast: Cast, visitor: Visitor) -> None:
    form = half_in(visitor, cast.admin)
    for _tap in range(2):
        assert sent(visitor, form, 302, WHERE).response.location == "/roles"
    assert stand() == 1


def test_a_form_that_waited_is_there_after_either_tap(cast: Cast, enter: Enter, clock: TestClock) -> None:
    staff = at_home(enter(cast.admin))
    waits = {**fields_of(staff.get("/events/new").form()), "title": "留着"}
    end_elsewhere(cast.admin)
    clock.advance(minutes=5)
    step = sign_in_on(sent(staff, waits, 401, "/events/new"), staff, phone=cast.admin.phone)
    again = second_tap(staff)
    for one in (staff, again, staff):
        page = one.submit(step, code=phone_shows(cast.admin))
        assert fields_of(page.form("/events/new"))["title"] == "留着"


def test_the_same_code_in_another_browser_is_refused_before_and_after(cast: Cast, visitor: Visitor) -> None:
    other = Visitor(visitor.app)
    form, theirs = half_in(visitor, cast.admin), half_in(other, cast.admin)
    sent(visitor, form, 302, WHERE)
    for _try in range(2):
        refused = sent(other, theirs, 400, WHERE)
        assert "was used before" in refused.errors_of("code")
    # Nor does it help to have the form of the first.
    sent(other, {**form, "csrf_token": theirs["csrf_token"]}, 400, WHERE)
    assert stand() == 1


def test_another_code_of_the_same_browser_is_no_form_sent_again(
    cast: Cast, visitor: Visitor, clock: TestClock
) -> None:
    form = half_in(visitor, cast.admin)
    again = second_tap(visitor)
    sent(visitor, form, 302, WHERE)
    sent(again, {**form, "code": wrong_digits(cast.admin)}, 400, WHERE)
    sent(again, {**form, "code": phone_shows(cast.admin, later=-1)}, 400, WHERE)
    assert stand() == 1


def test_once_it_is_signed_out_the_same_form_signs_in_no_more(cast: Cast, visitor: Visitor) -> None:
    form = half_in(visitor, cast.admin)
    again = second_tap(visitor)
    sent(visitor, form, 302, WHERE)
    visitor.post("/sign-out", 302)
    assert "was used before" in sent(again, form, 400, WHERE).errors_of("code")
    assert stand() == 0


def test_a_password_proven_to_a_worker_of_before_is_good_for_one_code(cast: Cast, visitor: Visitor) -> None:
    form = half_in(visitor, cast.admin)
    with visitor.client.session_transaction() as held:
        held.pop("half_drawn")
    again = second_tap(visitor)
    sent(visitor, form, 302, WHERE)
    sent(again, form, 400, WHERE)
    assert stand() == 1


@pytest.mark.parametrize("origin", ["http://evil.example", None])
def test_from_no_other_site_is_a_code_taken(cast: Cast, visitor: Visitor, origin: str | None) -> None:
    form = half_in(visitor, cast.admin)
    visitor.headers = {"Accept-Language": "en", **({"Origin": origin} if origin else {})}
    sent(visitor, {**form, "csrf_token": Visitor(visitor.app).token()}, 400, WHERE)
    assert stand() == 0
