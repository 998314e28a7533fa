"""A device that signs in is a row: listed, ended from anywhere, dead on the next request."""

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading import clock as clocks
from reading.audit.models import AuditLine
from reading.extensions import db
from reading.people.models import Account, PlainAccount
from reading.sign_ins import account_actions, actions
from reading.sign_ins.models import SignIn
from reading.sign_ins.rules import hash_of_token
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.pages import Visitor
from tests.sign_ins.conftest import Enter
from tests.statements import statements


def rows() -> list[SignIn]:
    db.session.expire_all()
    return list(db.session.scalars(select(SignIn).order_by(SignIn.made_at, SignIn.id)))


def sid(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("sid")
    return cookie.value if cookie else ""


def deeds() -> list[str]:
    return list(db.session.scalars(select(AuditLine.deed).order_by(AuditLine.at, AuditLine.deed)))


def is_in(visitor: Visitor) -> bool:
    return visitor.client.get("/me").status_code == 200


def test_the_token_is_long_and_only_its_hash_is_kept(cast: Cast, enter: Enter) -> None:
    tokens = [sid(enter(cast.resident)) for _number in range(2)]
    assert tokens[0] != tokens[1]
    assert all(len(token) >= 43 for token in tokens)  # 256 bits
    assert {one.token_hash for one in rows()} == {hash_of_token(token) for token in tokens}
    kept = str([vars(one) for one in rows()])
    assert not any(token in kept for token in tokens)


def test_signing_in_takes_no_token_that_somebody_planted(cast: Cast, app: Flask, enter: Enter) -> None:
    planted = Visitor(app)
    planted.client.set_cookie("sid", "p" * 43)
    visitor = enter(cast.resident, into=planted)
    assert sid(visitor) != "p" * 43
    assert is_in(visitor)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "书", "'; DROP TABLE sign_ins; --", "\x00"])
def test_what_is_no_token_signs_nobody_in(cast: Cast, app: Flask, token: str) -> None:
    visitor = Visitor(app)
    assert visitor.client.get("/me", headers={"Cookie": f"sid={token}"}).status_code == 302


def test_who_signs_in_costs_one_statement(cast: Cast, enter: Enter) -> None:
    for person in (cast.resident, cast.librarian):
        visitor = enter(person)
        with statements() as sent:
            visitor.get("/me/password")
        assert len(sent) == 1, sent


def test_signing_out_ends_the_row_and_the_old_cookie_is_nobodys(cast: Cast, app: Flask, enter: Enter) -> None:
    visitor = enter(cast.librarian)
    kept = sid(visitor)
    visitor.submit(visitor.get("/me"), form=visitor.get("/me").form("/sign-out"))
    assert sid(visitor) == ""
    assert [one.why for one in rows()] == ["out"]
    replayed = Visitor(app)
    replayed.client.set_cookie("sid", kept)
    assert replayed.get("/me", 302).response.location.startswith("/sign-in?next=")
    assert replayed.client.get("/me", headers={"Accept": "application/json"}).status_code == 401
    assert deeds() == ["sign_in", "sign_out"]


def test_one_sees_where_one_is_signed_in(cast: Cast, enter: Enter, clock: TestClock) -> None:
    enter(cast.resident, browser="Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36")
    clock.advance(days=1, hours=2)
    page = enter(cast.resident).get("/me/devices")
    listed = [" ".join(one.get_text(" ").split()) for one in page.soup.select("main .list li")]
    assert listed == [
        "Android · WeChat this device Signed in 19 Nov 16:00",
        "Windows computer · Chrome Last seen 18 Nov · 127.0.0.1 Signed in 18 Nov 14:00 Sign out",
    ]


def test_ending_one_device_leaves_the_others(cast: Cast, enter: Enter) -> None:
    lost, kept, here = (enter(cast.resident) for _number in range(3))
    first = next(one for one in rows() if one.token_hash == hash_of_token(sid(lost)))
    where = f"/me/devices/{first.id}/ending"
    page = here.get("/me/devices")
    assert "That device is signed out." in here.submit(page, form=page.form(where)).text
    here.post(where, 302)
    assert [is_in(one) for one in (lost, kept, here)] == [False, True, True]
    assert deeds().count("sign_in.ended") == 1


def test_ending_all_others_leaves_this_one(cast: Cast, enter: Enter) -> None:
    others, here = [enter(cast.resident) for _number in range(2)], enter(cast.resident)
    somebody_else = enter(cast.neighbour)
    page = here.get("/me/devices")
    told = here.submit(page, form=page.form("/me/devices/others/ending"))
    assert "2 other devices are signed out." in told.text
    assert [is_in(one) for one in (*others, here, somebody_else)] == [False, False, True, True]
    assert "No other device was signed in." in here.post("/me/devices/others/ending", 200, follow=True).text


def test_nobody_ends_anothers_sign_in(cast: Cast, enter: Enter) -> None:
    theirs, mine = enter(cast.resident), enter(cast.librarian)
    found = next(one for one in rows() if one.token_hash == hash_of_token(sid(theirs)))
    mine.post(f"/me/devices/{found.id}/ending", 404)
    mine.post(f"/me/devices/{uuid.uuid4()}/ending", 404)
    assert is_in(theirs)


def test_signing_in_again_on_the_same_device_replaces_what_stood_there(
    cast: Cast, app: Flask, enter: Enter
) -> None:
    visitor = enter(cast.resident)
    old = sid(visitor)
    visitor.client.delete_cookie("sid")
    enter(cast.resident, into=visitor)
    assert [one.why for one in rows()].count("again") == 1
    replayed = Visitor(app)
    replayed.client.set_cookie("sid", old)
    assert not is_in(replayed)
    assert is_in(visitor)


def test_another_password_ends_all_other_devices(cast: Cast, enter: Enter) -> None:
    other, here = enter(cast.resident), enter(cast.resident)
    told = here.submit(here.get("/me/password"), present=PASSWORD, password="新密码新密码新密码")
    assert "Your other devices are signed out." in told.text
    assert [is_in(one) for one in (other, here)] == [False, True]
    assert "password.changed" in deeds()


def test_a_password_set_for_somebody_ends_every_device(cast: Cast, enter: Enter) -> None:
    devices = [enter(cast.resident) for _number in range(2)]
    actions.set_password(cast.account("resident").id, "三个字 and 7 more", by=cast.librarian.id)
    assert not any(is_in(one) for one in devices)
    assert is_in(enter(cast.resident, password="三个字 and 7 more"))


def test_a_closed_account_is_out_at_once_and_stays_out(cast: Cast, app: Flask, enter: Enter) -> None:
    devices = [enter(cast.librarian) for _number in range(2)]
    account_actions.close(cast.librarian.id, by=cast.admin)
    account_actions.close(cast.librarian.id, by=cast.admin)
    assert not any(is_in(one) for one in devices)
    refused = Visitor(app).post("/sign-in", 409, phone=cast.librarian.phone, password=PASSWORD)
    assert "This account was closed." in refused.text
    wrong = Visitor(app).post("/sign-in", 400, phone=cast.librarian.phone, password="wrong password")
    assert "closed" not in wrong.text
    assert deeds().count("account.closed") == 1
    account_actions.reopen(cast.librarian.id, by=cast.admin)
    assert not any(is_in(one) for one in devices)
    assert is_in(enter(cast.librarian))


def test_a_closed_account_is_out_even_where_a_row_still_stands(cast: Cast, enter: Enter) -> None:
    visitor = enter(cast.resident)
    db.session.get_one(Account, cast.account("resident").id).disabled_at = clocks.now()
    db.session.commit()
    assert not is_in(visitor)


def test_a_password_changed_between_proof_and_entry_lets_nobody_in(
    cast: Cast, app: Flask, monkeypatch
) -> None:
    prove = actions.proven

    def overtaken(tried: PlainAccount | None, password: str) -> object:
        account = prove(tried, password)
        assert account is not None
        actions.set_password(account.id, "another one, just now", by=account.id)
        return account

    monkeypatch.setattr(actions, "proven", overtaken)
    Visitor(app).post("/sign-in", 400, phone=cast.account("resident").phone, password=PASSWORD)
    assert rows() == []


def test_joining_signs_the_device_in_as_a_row(cast: Cast, visitor: Visitor) -> None:
    told: dict[str, Any] = {
        "name": "小满",
        "phone": "13912345678",
        "password": "短 pass❤词",
        "community": "410581001001",
        "agree": "y",
    }
    visitor.submit(visitor.get("/join"), **told)
    assert [one.token_hash for one in rows()] == [hash_of_token(sid(visitor))]
