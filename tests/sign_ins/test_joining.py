"""Joining, signing in and out, passwords."""

import contextvars
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from reading.extensions import db
from reading.people import actions, queries
from reading.people.models import Account, Consent, Resident
from reading.sign_ins.rules import RESIDENT_LONGEST
from tests.cast import PASSWORD, Cast
from tests.pages import Visitor, fields_of

SOUND: dict[str, Any] = {
    "name": "𠮷小满", "phone": "＋86 １３９-1234 5678", "password": "短 pass❤词", "community": "410581001001",
    "agree": "y",
}  # fmt: skip


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_one_form_makes_an_account_a_resident_and_consents_and_signs_in(cast: Cast, visitor: Visitor) -> None:
    done = visitor.submit(visitor.get("/join"), **SOUND)
    assert "Welcome! You have joined." in done.text
    account = queries.account_by_phone("13912345678")
    assert account is not None
    (own,) = queries.household(account.id)
    assert (own.name, own.relation, own.community_id, own.show_as) == (
        "𠮷小满",
        "self",
        "410581001001",
        "hidden",
    )
    kinds = db.session.scalars(select(Consent.kind).where(Consent.resident_id == own.id)).all()
    assert kinds == ["taking_part"]
    assert visitor.get("/me").h1 == "𠮷小满"


@pytest.mark.parametrize("marks", ["\u202a{}\u202c", "\u200e\u2068{}\u2069", "{}\u200b\u2060\ufeff"])
def test_a_number_copied_from_a_list_of_contacts_joins_and_signs_in(
    cast: Cast, visitor: Visitor, marks: str
) -> None:
    copied = marks.format("139 1234 5678")
    visitor.submit(visitor.get("/join"), **{**SOUND, "phone": copied})
    assert queries.account_by_phone("13912345678") is not None
    other = Visitor(visitor.app)
    other.submit(other.get("/sign-in"), phone=copied, password=SOUND["password"])
    assert other.get("/me").h1 == "𠮷小满"


def test_choosing_to_be_shown_is_recorded_as_consent(cast: Cast, visitor: Visitor) -> None:
    visitor.submit(visitor.get("/join"), **SOUND, show_as="nickname", nickname="书虫")
    kinds = db.session.scalars(select(Consent.kind).where(Consent.given_by.is_not(None))).all()
    assert sorted(kinds) == ["boards", "taking_part"]


@pytest.mark.parametrize("typed", ["任村镇 上庄村", "上庄", "szc", "shangzhuang", "任村镇上庄村"])
def test_a_community_may_be_typed_in_many_ways(cast: Cast, visitor: Visitor, typed: str) -> None:
    visitor.submit(visitor.get("/join"), **{**SOUND, "community": typed})
    assert db.session.scalar(select(Resident.community_id).where(Resident.name == "𠮷小满")) == "410581106210"


def test_a_name_several_places_share_comes_back_as_a_choice(cast: Cast, visitor: Visitor) -> None:
    asked = visitor.submit(visitor.get("/join"), 400, **{**SOUND, "community": "社区"})
    assert "Several places have this name." in asked.errors_of("community")
    form = asked.form()
    options = {tag["value"] for tag in form.find_all("input", type="radio", attrs={"name": "community"})}
    assert options == {"410581001001", "410581001004", "410500001001"}
    assert fields_of(form)["name"] == "𠮷小满"
    visitor.submit(asked, password=SOUND["password"], community="410500001001")
    assert db.session.scalar(select(Resident.community_id).where(Resident.name == "𠮷小满")) == "410500001001"


def test_the_last_filled_line_counts_when_a_choice_is_typed_over(cast: Cast, visitor: Visitor) -> None:
    visitor.submit(visitor.get("/join"), **{**SOUND, "community": ["", "410581001004", "  "]})
    assert db.session.scalar(select(Resident.community_id).where(Resident.name == "𠮷小满")) == "410581001004"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "Write your name."),
        ({"name": "\u200b\ufeff"}, "name", "Write your name."),
        ({"name": "\u3164"}, "name", "Write your name."),
        ({"name": "满" * 41}, "name", "at most 40"),
        ({"name": "满\0"}, "name", "control character"),
        ({"name": "满\u202e"}, "name", "control character"),
        ({"phone": ""}, "phone", "Write your mobile number."),
        ({"phone": "12345678901"}, "phone", "11 digits"),
        ({"phone": "١٣٨٠٠٠٠٠٠٠١"}, "phone", "11 digits"),
        ({"phone": "1" * 31}, "phone", "at most 30"),
        ({"phone": "\u202a\u200b"}, "phone", "Write your mobile number."),
        ({"phone": "1380000000\x001"}, "phone", "control character"),
        ({"phone": "13800000001"}, "phone", "has joined already"),
        ({"password": "1234567"}, "password", "at least 8"),
        ({"password": ""}, "password", "at least 8"),
        ({"password": "x" * 129}, "password", "at most 128"),
        ({"password": "12345678"}, "password", "easily guessed"),
        ({"password": "yuedu123"}, "password", "easily guessed"),
        ({"password": "13912345678"}, "password", "easily guessed"),
        ({"password": "１２３４５６７８"}, "password", "easily guessed"),
        ({"name": "王小满", "password": "wangxiaoman88"}, "password", "easily guessed"),
        ({"community": "410581999"}, "community", "There is no such place."),
        ({"community": "410581001"}, "community", "There is no such place."),
        ({"community": "\0"}, "community", "control character"),
        ({"community": "村" * 61}, "community", "at most 60"),
        ({"show_as": "everything"}, "show_as", "Choose one of these."),
        ({"show_as": "nickname", "nickname": ""}, "nickname", "Write the nickname"),
        ({"show_as": "nickname", "nickname": "虫" * 21}, "nickname", "at most 20"),
        ({"agree": None}, "agree", "Without this consent"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nobody_joins(cast, visitor, typed, field, said) -> None:
    before = count(Account), count(Resident)
    refused = visitor.submit(visitor.get("/join"), 400, **{**SOUND, **typed})
    assert said in refused.errors_of(field)
    assert (count(Account), count(Resident)) == before
    assert str(SOUND["password"]) not in str(refused.soup)


def test_a_double_tap_joins_once(cast: Cast, app: Flask) -> None:
    first, second, identity = Visitor(app), Visitor(app), str(uuid.uuid4())
    for browser in (first, second):
        browser.submit(browser.get("/join"), **SOUND, id=identity)
        assert browser.get("/me").h1 == "𠮷小满"
    assert db.session.scalar(select(func.count()).where(Account.phone == "13912345678")) == 1


def test_taps_at_the_same_moment_join_once(cast: Cast, app: Flask) -> None:
    told = {"name": "𠮷小满", "phone": "13912345678", "password": "12345678", "home_code": "410581001001"}
    identity = uuid.uuid4()

    def tap(_: int) -> uuid.UUID:
        with app.app_context():
            return actions.join(identity, **told, show_as="hidden", nickname="").id

    with ThreadPoolExecutor(4) as pool:
        joined = list(pool.map(lambda number: contextvars.Context().run(tap, number), range(4)))
    assert joined == [identity] * 4
    assert db.session.scalar(select(func.count()).where(Resident.name == "𠮷小满")) == 1


def test_an_id_that_was_used_opens_nobodys_account(cast: Cast, visitor: Visitor) -> None:
    taken = str(cast.account("resident").id)
    refused = visitor.submit(visitor.get("/join"), 409, **SOUND, id=taken)
    assert "张晓明" not in str(refused.soup)
    same_phone = {**SOUND, "phone": "13800000001"}
    visitor.submit(visitor.get("/join"), 409, **same_phone, id=taken)
    assert visitor.get("/me", 302).response.location.startswith("/sign-in")


@pytest.mark.parametrize("typed", ["13800000001", "+86 138 0000 0001", "１３８０００００００１"])
def test_signing_in_leads_on_to_the_page_asked_for(cast: Cast, visitor: Visitor, typed: str) -> None:
    page = visitor.get("/me/household", follow=True)
    assert page.path == "/sign-in"
    assert visitor.submit(page, phone=typed, password=PASSWORD).path == "/me/household"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil"],
)
def test_signing_in_never_leads_to_another_host(cast: Cast, visitor: Visitor, target: str) -> None:
    page = visitor.get("/sign-in")
    done = visitor.submit(page, 302, follow=False, next=target, phone="13800000001", password=PASSWORD)
    assert done.response.location == "/"


def test_an_unknown_phone_and_a_wrong_password_are_answered_alike(cast: Cast, visitor, monkeypatch) -> None:
    checked = []
    verify = PasswordHasher.verify

    def counted(*args: Any) -> bool:
        checked.append(1)
        return verify(*args)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    texts = set()
    for phone in ("13800000001", "13899999999", "not a phone"):
        refused = visitor.submit(visitor.get("/sign-in"), 400, phone=phone, password="wrong password")
        texts.add(refused.errors_of("password"))
        assert refused.errors_of("phone") == ""
    assert texts == {"Error: The phone number or the password is not right."}
    assert len(checked) == 3


def test_the_session_is_renewed_at_sign_in_and_the_sign_in_lasts(cast: Cast, visitor: Visitor) -> None:
    page = visitor.get("/sign-in")
    with visitor.client.session_transaction() as before:
        before["planted"] = "by somebody else"
        token = before["csrf_token"]
    visitor.submit(page, 302, follow=False, phone="13800000001", password=PASSWORD)
    with visitor.client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != token
    held = visitor.client.get_cookie(visitor.app.config["SIGN_IN_COOKIE_NAME"])
    assert held is not None
    assert held.max_age == RESIDENT_LONGEST.total_seconds()


def test_signing_out_takes_a_form_and_forgets(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    visitor.get("/sign-out", 405)
    visitor.client.post("/sign-out")
    visitor.get("/me")
    visitor.submit(visitor.get("/me"), form=visitor.get("/me").form("/sign-out"))
    visitor.get("/me", 302)


def test_who_is_signed_in_needs_neither_page(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    assert visitor.get("/join", 302).response.location == "/me"
    assert visitor.get("/sign-in?next=/me/home", 302).response.location == "/me/home"


@pytest.mark.parametrize("path", ["/join", "/sign-in", "/sign-out"])
def test_a_form_without_its_token_is_refused(cast: Cast, client, path: str) -> None:
    assert client.post(path, data={**SOUND}).status_code == 400
    assert count(Account) == 8


def test_an_old_hash_is_made_anew_at_sign_in(cast: Cast, app: Flask, visitor: Visitor) -> None:
    old = cast.account("resident").password_hash
    app.config["PASSWORD_HASH_MEMORY_KIB"] = 16
    visitor.submit(visitor.get("/sign-in"), phone="13800000001", password=PASSWORD)
    new = queries.account_by_phone("13800000001")
    assert new is not None
    assert new.password_hash != old
    assert new.password_hash.startswith("$argon2id$v=19$m=16,t=1,p=1$")


def test_a_password_is_changed_with_the_present_one(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    wrong = visitor.submit(
        visitor.get("/me/password"), 400, present="wrong one", password="新密码新密码新密码"
    )
    assert "not your present password" in wrong.errors_of("present")
    short = visitor.submit(visitor.get("/me/password"), 400, present=PASSWORD, password="短")
    assert "at least 8" in short.errors_of("password")
    visitor.submit(visitor.get("/me/password"), present=PASSWORD, password="新密码新密码新密码")
    visitor.submit(visitor.get("/me"), form=visitor.get("/me").form("/sign-out"))
    visitor.submit(visitor.get("/sign-in"), 400, phone="13800000001", password=PASSWORD)
    visitor.submit(visitor.get("/sign-in"), phone="13800000001", password="新密码新密码新密码")


@pytest.mark.parametrize(
    "chosen",
    [
        "book" * 16,
        "读书使人充实，讨论使人机智，笔记使人准确。",
        "three blue kettles",
        " leading and trailing ",
        "天地玄黄宇宙洪荒" * 16,
    ],
)
def test_any_other_password_of_8_to_128_characters_is_taken_whole(
    cast: Cast, app: Flask, chosen: str
) -> None:
    browser = Visitor(app)
    browser.submit(browser.get("/join"), **{**SOUND, "password": chosen})
    assert browser.get("/me").h1 == "𠮷小满"
    for cut in (chosen[:-1], chosen.strip() if chosen != chosen.strip() else chosen[:64] + "x"):
        Visitor(app).post("/sign-in", 400, phone="13912345678", password=cut)
    Visitor(app).post("/sign-in", 302, phone="13912345678", password=chosen)


@pytest.mark.parametrize(
    "chosen", ["12345678", "shuxiang2026", "13800000001", "zhangxiaoming1", "张晓明20260101"]
)
def test_a_guessable_password_is_not_taken_in_place_of_ones_own(
    cast: Cast, visitor: Visitor, chosen: str
) -> None:
    visitor.sign_in(cast.resident)
    refused = visitor.submit(visitor.get("/me/password"), 400, present=PASSWORD, password=chosen)
    assert "easily guessed" in refused.errors_of("password")
    Visitor(visitor.app).post("/sign-in", 302, phone="13800000001", password=PASSWORD)


def test_what_is_wrong_is_told_in_the_order_of_the_page(cast: Cast, visitor: Visitor) -> None:
    page = visitor.submit(visitor.get("/join"), 400)
    wrong = [str(field["id"]) for field in page.soup.select("main form [aria-invalid=true]")]
    told = [str(link["href"]).removeprefix("#") for link in page.soup.select("main [role=alert] a")]
    assert told == wrong
    assert len(wrong) == 5
