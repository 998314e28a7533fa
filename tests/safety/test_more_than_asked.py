"""A form takes the fields it shows and no others (ASVS 15.3.1, 15.3.3), and none of what it is sent breaks it."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from reading.extensions import db
from reading.people.models import Account, Resident, Role
from reading.points.ledger import verify
from tests.cast import Cast
from tests.pages import fields_of
from tests.safety.crawl import forms_of, stops, visitors
from tests.stage import populate


def extras(cast: Cast) -> dict[str, str]:
    """Return fields nobody was asked for, by the names columns and careless code would have."""
    other = str(cast.outsider.id)
    return {
        "points": "999", "role_name": "admin", "is_staff": "1", "is_admin": "1", "verified": "1", "user_id": "2",
        "account_id": str(cast.outsider.account_id), "resident_id": other, "community_id": "410500", "by": other,
        "entered_by": other, "made_by": other, "password_hash": "x", "left_at": "2026-01-01", "merged_into_id": other,
        "created_at": "2000-01-01", "relation_id": "self", "granted_by": other, "state": "seated", "flag": "",
        "removed_at": "2026-01-01", "sent_digest": "x",
    }  # fmt: skip


@pytest.mark.long
def test_what_no_form_shows_changes_nothing(app: Flask, cast: Cast) -> None:
    stage = populate(cast)
    roles = {role.id: role.name for role in db.session.scalars(select(Role))}
    owners = {one.id: one.account_id for one in db.session.scalars(select(Resident))}
    hashes = {one.id: one.password_hash for one in db.session.scalars(select(Account))}
    there, sent = visitors(app, stage, "en"), 0
    for who, path in stops(stage):
        page = there[who].get(path, status=there[who].client.get(path).status_code)
        for form in forms_of(page):
            action = str(form.get("action") or page.path)
            if "sign-out" in action:
                continue
            data = {**extras(cast), **fields_of(form)}
            data = {name: value for name, value in data.items() if not name.startswith("password")} | {
                "password_hash": "x"
            }
            answer = there[who].client.post(action, data=data)
            assert answer.status_code < 500, f"{who} {action}: {answer.status_code}"
            sent += 1
    db.session.expire_all()
    assert sent > 50
    assert {one.name for one in db.session.scalars(select(Role)) if one.id not in roles} <= {"steward"}
    for one in db.session.scalars(select(Resident)):
        assert one.account_id == owners.get(one.id, one.account_id)
        assert one.id in owners or one.account_id != cast.outsider.account_id
    for account in db.session.scalars(select(Account)):
        assert account.password_hash == hashes.get(account.id, account.password_hash)
        assert account.password_hash != "x"
    assert verify() == []


def test_a_role_sent_along_when_joining_is_not_given(app: Flask, cast: Cast, visitor) -> None:
    joined = visitor.submit(
        visitor.get("/join"), name="新人", phone="13911112222", password="一个够长的密码哦", community="410581001001",
        agree="y", role="admin", at="410581", points="999", account_id=str(uuid.uuid4()), relation="child",
    )  # fmt: skip
    assert joined.status == 200
    account = db.session.scalar(select(Account).where(Account.phone == "13911112222"))
    assert account is not None
    assert account.roles == []
