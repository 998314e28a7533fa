"""At 14 a child may hold their own record: it moves with all it holds, and the guardian sees it no more."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from reading.audit.models import AuditLine
from reading.calendars import actions as calendars
from reading.extensions import db
from reading.people.models import Account, Consent, Resident
from reading.people.rules import has_just_grown, may_stand_alone
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.pages import Page, Visitor

TODAY = date(2026, 11, 18)
SOUND: dict[str, Any] = {"phone": "137 0000 0001", "password": "晚上一起读一本书", "agree": "y"}


@pytest.fixture
def teen(cast: Cast) -> Resident:
    """A child of 14 in the household of `resident`, shown on boards by the guardian's word."""
    child = add_resident(
        "张小雨", cast.resident.home_code, guardian=cast.account("resident"), born_on=date(2012, 11, 1)
    )
    child.show_as, child.guardian_id, child.phone = "nickname", cast.resident.id, "13800000001"
    db.session.add(
        Consent(
            resident_id=child.id, kind="boards", notice_version="2026-11", given_at=child.created_at,
            given_by=child.account_id,
        )
    )  # fmt: skip
    db.session.commit()
    return child


@pytest.fixture
def guardian(cast: Cast, visitor: Visitor) -> Visitor:
    """`resident` at the phone."""
    return visitor.sign_in(cast.resident)


def address(child: Resident) -> str:
    return f"/me/household/{child.id}/account"


def handed_over(guardian: Visitor, teen: Resident) -> Page:
    return guardian.submit(guardian.get(address(teen)), **SOUND)


def account_of(teen: Resident) -> Account:
    account_id = db.session.get_one(Resident, teen.id).account_id
    return db.session.get_one(Account, account_id)


def test_the_record_moves_with_all_it_holds_and_the_guardian_sees_it_no_more(
    cast: Cast, guardian: Visitor, teen: Resident
) -> None:
    page = guardian.get(f"/logbook/new?resident={teen.id}")
    guardian.submit(page, book="西游记", pages="12")
    assert "西游记" in guardian.get(f"/logbook?resident={teen.id}").text
    done = handed_over(guardian, teen)
    assert "张小雨 has an account now and signs in alone." in done.text
    assert not [tag for tag in done.soup.select(".list .title") if "张小雨" in tag.get_text()]
    for path in (
        f"/logbook?resident={teen.id}",
        f"/me/household/{teen.id}",
        f"/me/household/{teen.id}/shown",
    ):
        guardian.get(path, 404)
    guardian.get(address(teen), 404)
    own = Visitor(guardian.app)
    own.submit(own.get("/sign-in"), phone="13700000001", password="晚上一起读一本书")
    assert "西游记" in own.get("/logbook").text
    assert "张小雨" in own.get("/me").text


def test_what_the_guardian_agreed_to_ends_and_the_rest_is_theirs_to_choose(
    cast: Cast, guardian: Visitor, teen: Resident
) -> None:
    handed_over(guardian, teen)
    account, resident = account_of(teen), db.session.get_one(Resident, teen.id)
    assert (resident.relation, resident.guardian_id, resident.phone, resident.show_as) == (
        "self", None, None, "hidden",
    )  # fmt: skip
    found = db.session.scalars(select(Consent).where(Consent.resident_id == teen.id)).all()
    standing = [(one.kind, one.given_by) for one in found if one.withdrawn_at is None]
    assert standing == [("taking_part", account.id)]
    line = db.session.scalars(select(AuditLine).where(AuditLine.deed == "account.handed_over")).one()
    assert (line.by_id, line.subject_id) == (cast.resident.account_id, teen.id)
    assert line.detail == {"account": str(account.id)}


def test_the_address_of_the_calendar_that_the_guardian_kept_leads_nowhere(
    cast: Cast, guardian: Visitor, teen: Resident
) -> None:
    made = calendars.make(uuid.uuid4(), teen.id, cast.account("resident").id)
    handed_over(guardian, teen)
    assert db.session.get_one(type(made), made.id).revoked_at is not None


def test_a_second_tap_gives_one_account_and_other_content_is_refused(
    guardian: Visitor, teen: Resident, clock: TestClock
) -> None:
    page = guardian.get(address(teen))
    guardian.submit(page, **SOUND)
    assert "signs in alone" in guardian.submit(page, **SOUND).text
    guardian.submit(page, 409, **{**SOUND, "phone": "13700000002"})
    guardian.submit(page, 409, **{**SOUND, "password": "另外一个好的密码"})
    assert db.session.scalars(select(Account.phone).where(Account.name == "张小雨")).all() == ["13700000001"]
    clock.advance(minutes=11)
    guardian.submit(page, 409, **SOUND)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"phone": ""}, "phone", "Write a mobile number."),
        ({"phone": "12345"}, "phone", "11 digits"),
        ({"phone": "13800000001"}, "phone", "has an account already"),
        ({"password": "1234567"}, "password", "at least 8"),
        ({"password": "12345678"}, "password", "easily guessed"),
        ({"password": "13700000001"}, "password", "easily guessed"),
        ({"agree": None}, "agree", "they decide themselves"),
    ],
)
def test_a_mistake_is_told_and_nothing_moves(
    guardian, teen, typed: dict[str, Any], field: str, said: str
) -> None:
    page = guardian.submit(guardian.get(address(teen)), 400, **{**SOUND, **typed})
    assert said in page.errors_of(field)
    if field != "phone":
        assert page.soup.find(attrs={"name": "phone"})["value"] == SOUND["phone"]
    assert db.session.get_one(Resident, teen.id).relation == "child"


def test_a_child_under_14_gets_no_account(cast: Cast, guardian: Visitor) -> None:
    page = guardian.get(address(cast.child), 409)
    assert "14 or older" in page.text
    guardian.post(address(cast.child), 409, **SOUND)
    assert cast.child.name not in db.session.scalars(select(Account.name)).all()


def test_a_child_of_another_household_is_not_given_away(cast: Cast, visitor: Visitor, teen: Resident) -> None:
    visitor.sign_in(cast.neighbour)
    visitor.get(address(teen), 404)
    visitor.post(address(teen), 404, id=str(cast.resident.account_id), **SOUND)
    visitor.post(f"/me/household/{uuid.uuid4()}/account", 404, **SOUND)
    visitor.post(address(cast.neighbour), 409, **SOUND)


def test_an_id_that_stands_for_another_account_is_refused(
    cast: Cast, guardian: Visitor, teen: Resident
) -> None:
    page = guardian.get(address(teen))
    guardian.submit(page, 409, **SOUND, id=str(cast.neighbour.account_id))
    assert db.session.get_one(Resident, teen.id).account_id == cast.resident.account_id


def test_the_guardian_is_reminded_on_the_home_page_and_in_the_household(
    cast: Cast, guardian: Visitor, teen: Resident, clock: TestClock
) -> None:
    assert "张小雨 is 14 now" in guardian.get("/").text
    assert "张小花 is 14 now" not in guardian.get("/").text
    assert guardian.get("/me/household").soup.find("a", href=address(teen))
    assert guardian.get(f"/me/household/{teen.id}").soup.find("a", href=address(teen))
    assert not guardian.get("/me/household").soup.find("a", href=address(cast.child))
    clock.advance(days=60)
    assert "is 14 now" not in guardian.get("/").text
    assert guardian.get("/me/household").soup.find("a", href=address(teen))


def test_the_guardian_sees_and_removes_all_of_a_child(cast: Cast, guardian: Visitor) -> None:
    child = cast.child
    guardian.submit(guardian.get(f"/logbook/new?resident={child.id}"), book="西游记", pages="12")
    page = guardian.get(f"/me/household/{child.id}")
    links = {tag["href"] for tag in page.soup.select("main .links a")}
    assert {f"/logbook?resident={child.id}", "/me/consents", "/me/leaving"} <= links
    entry = guardian.get(f"/logbook?resident={child.id}").soup.select_one("#records ~ ul a.title")
    removal = guardian.get(entry["href"] + "/removal")
    guardian.submit(removal)
    assert "西游记" not in guardian.get(f"/logbook?resident={child.id}").text
    assert str(child.id) in str(guardian.get("/me/leaving").soup)


def test_one_tap_changes_whom_the_page_is_for(cast: Cast, guardian: Visitor) -> None:
    """Grandparents and children share a phone: a link, without a script, on the home page and in the log."""
    for path, asked in (("/", "reader"), ("/logbook", "resident")):
        tab = guardian.get(path).soup.find("a", string="张小花")
        assert tab["href"] == f"{path}?{asked}={cast.child.id}"
        there = guardian.get(tab["href"])
        assert there.soup.select_one(".tabs [aria-current]").get_text() == "张小花"
        assert there.soup.find("a", href=f"/logbook/new?resident={cast.child.id}") or "张小花" in there.text
        assert there.soup.select_one(".tabs").find("a", string="张晓明")
        guardian.get(f"{path}?{asked}={cast.neighbour.id}", 404)
        guardian.get(f"{path}?{asked}=nonsense", 404)


@pytest.mark.parametrize(
    ("relation", "born_on", "may"),
    [
        ("child", date(2012, 11, 18), True),
        ("child", date(2012, 11, 19), False),
        ("child", None, False),
        ("other", None, True),
        ("other", date(1950, 1, 1), True),
        ("self", date(1950, 1, 1), False),
    ],
)
def test_who_may_stand_alone(relation: str, born_on: date | None, may: bool) -> None:
    assert may_stand_alone(relation, born_on, TODAY) is may


def test_a_reminder_lasts_two_months() -> None:
    birthday = date(2026, 9, 19)
    born_on = birthday.replace(year=2012)
    told = [has_just_grown("child", born_on, birthday + timedelta(days=days)) for days in (-1, 0, 59, 60)]
    assert told == [False, True, True, False]
    assert not has_just_grown("other", born_on, birthday)
