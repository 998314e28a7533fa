"""The page about the account of somebody who holds a role: closing it, opening it again, ending its second step."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from reading.access import ADMIN, LIBRARIAN, STEWARD
from reading.audit.models import AuditLine
from reading.errors import Refused
from reading.extensions import db
from reading.people import role_actions
from reading.people.models import Account
from reading.sign_ins import account_actions
from tests.at_once import at_once
from tests.cast import PASSWORD, Cast, add_staff, secure
from tests.pages import Page, Visitor
from tests.sign_ins.totp import is_taken

DEEDS = ("account.closed", "account.reopened", "second_factor.ended")


def deeds(subject: uuid.UUID) -> list[str]:
    """Return what was done to the account, in the order of the words: the tests' clock stands still meanwhile."""
    found = select(AuditLine.deed).where(AuditLine.subject_id == subject, AuditLine.deed.in_(DEEDS))
    return sorted(db.session.scalars(found))


def press(visitor: Visitor, page: Page, action: str) -> Page:
    return visitor.submit(page, form=page.form(action))


def test_the_page_tells_what_they_hold_and_when_they_were_seen(cast: Cast, visitor: Visitor) -> None:
    Visitor(visitor.app).sign_in(cast.librarian)
    link = visitor.sign_in(cast.admin).get("/roles?q=李馆员").soup.select_one("tbody th a")
    page = visitor.get(link["href"])
    assert page.h1 == "李馆员"
    for told in ("13900000003", "Librarian 开元街道 1 Jan 2025", "Second step at sign-in off"):
        assert told in page.text
    assert "Last seen never" not in page.text


def test_an_account_is_closed_at_once_and_opened_again(cast: Cast, visitor: Visitor) -> None:
    where = f"/accounts/{cast.librarian.id}"
    live = Visitor(visitor.app).sign_in(cast.librarian)
    live.get("/staff")
    closed = press(visitor, visitor.sign_in(cast.admin).get(where), f"{where}/closing")
    assert "The account of 李馆员 is closed." in closed.text
    live.get("/staff", 302)
    assert "account closed" in visitor.get("/roles").text
    opened = press(visitor, closed, f"{where}/closing/ending")
    assert "is open again" in opened.text
    live.get("/staff", 302)
    fresh = Visitor(visitor.app)
    fresh.submit(fresh.get("/sign-in"), phone=cast.librarian.phone, password=PASSWORD)
    fresh.get("/staff")
    assert deeds(cast.librarian.id) == ["account.closed", "account.reopened"]


def test_sent_twice_it_is_closed_once(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.admin)
    for path in ("closing", "closing", "closing/ending", "closing/ending"):
        visitor.post(f"/accounts/{cast.librarian.id}/{path}")
    assert deeds(cast.librarian.id) == ["account.closed", "account.reopened"]


def test_a_lost_second_step_is_ended_by_an_administrator_above(cast: Cast, visitor: Visitor) -> None:
    second = add_staff("何镇长", "13900000077", ADMIN, "410581001")
    db.session.commit()
    where = f"/accounts/{second.id}"
    live = Visitor(visitor.app).sign_in(second)
    live.get("/roles")
    page = press(visitor, visitor.sign_in(cast.admin).get(where), f"{where}/second-factor/ending")
    assert "Second step at sign-in off" in page.text
    assert live.get("/roles", 302).response.location == "/me/second-factor?next=/roles"
    assert not [form for form in page.soup.find_all("form") if "second-factor" in str(form.get("action"))]
    assert deeds(second.id) == ["second_factor.ended"]


@pytest.mark.parametrize("path", ["closing", "closing/ending", "second-factor/ending"])
@pytest.mark.parametrize(("who", "status"), [("steward", 403), ("librarian", 403), ("other_admin", 404)])
def test_nobody_else_does_any_of_it(cast, visitor, who: str, status: int, path: str) -> None:
    visitor.sign_in(cast.account(who)).post(f"/accounts/{cast.organizer.id}/{path}", status)
    assert deeds(cast.organizer.id) == []


@pytest.mark.parametrize("path", ["", "/closing", "/closing/ending", "/second-factor/ending"])
def test_who_holds_no_role_within_reach_has_no_such_page(cast: Cast, visitor: Visitor, path: str) -> None:
    visitor.sign_in(cast.admin)
    for account_id in (cast.account("resident").id, cast.other_admin.id, uuid.uuid4()):
        if path:
            visitor.post(f"/accounts/{account_id}{path}", 404)
        else:
            visitor.get(f"/accounts/{account_id}", 404)


def test_nobody_closes_their_own_account(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.admin).get(f"/accounts/{cast.admin.id}")
    assert not page.soup.select("main form")
    visitor.post(f"/accounts/{cast.admin.id}/closing", 409)
    visitor.get("/roles")


def test_who_holds_a_role_elsewhere_too_is_managed_from_above(cast: Cast, visitor: Visitor) -> None:
    township = add_staff("何镇长", "13900000077", ADMIN, "410581001")
    db.session.commit()
    role_actions.grant_role(cast.librarian.id, LIBRARIAN, "410581106", by=cast.admin)
    page = visitor.sign_in(township).get(f"/accounts/{cast.librarian.id}")
    assert "managed by an administrator above" in page.text
    assert "任村镇" not in page.text
    visitor.post(f"/accounts/{cast.librarian.id}/closing", 409)
    assert deeds(cast.librarian.id) == []


def test_granting_a_role_to_an_outsider_gives_no_hold_on_their_account(cast: Cast, visitor: Visitor) -> None:
    role_actions.grant_role(cast.account("outsider").id, STEWARD, "410500001001", by=cast.other_admin)
    where = f"/accounts/{cast.account('outsider').id}"
    visitor.sign_in(cast.other_admin).get(where)
    visitor.post(f"{where}/closing", 409)
    visitor.get(f"{where}/code", 404)


def test_two_admins_who_close_each_other_at_once_leave_one(app: Flask, cast: Cast) -> None:
    second = add_staff("周主任", "13900000088", ADMIN, "410581")
    db.session.commit()
    refused: list[str] = []

    def close(by: Account, other: Account) -> None:
        try:
            account_actions.close(other.id, by=by)
        except Refused as why:
            refused.append(why.message)

    at_once(app, lambda: close(cast.admin, second), lambda: close(second, cast.admin))
    open_ones = select(Account.id).where(
        Account.id.in_((cast.admin.id, second.id)), Account.disabled_at.is_(None)
    )
    assert len(db.session.scalars(open_ones).all()) == 1
    assert len(refused) == 1


def test_an_administrator_without_a_second_step_does_none_of_it(cast: Cast) -> None:
    bare = add_staff("周主任", "13900000088", LIBRARIAN, "410581")
    db.session.commit()
    role_actions.grant_role(bare.id, ADMIN, "410581", by=cast.admin)
    for act in (account_actions.close, account_actions.reopen, account_actions.end_second_factor):
        with pytest.raises(Refused):
            act(cast.librarian.id, by=db.session.get_one(Account, bare.id))
    secure(db.session.get_one(Account, bare.id))
    db.session.commit()
    account_actions.close(cast.librarian.id, by=db.session.get_one(Account, bare.id))
    assert not is_taken(cast.librarian, "123456")
