"""Claiming the record that was kept for somebody without an account, with a code given in person."""

import uuid
from datetime import date

import pytest
from sqlalchemy import func, select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.people.models import Account, Consent, Resident, Role
from reading.sign_ins import code_actions
from tests.cast import LONG_AGO, Cast, add_resident
from tests.clock import TestClock
from tests.pages import Visitor
from tests.sign_ins.codes import CLAIMED, CLAIMER, WRONG, claimed, code_for, give
from tests.stage import populate

PHONE, PASSWORD = CLAIMER, CLAIMED["password"]
SAID = "Error: This code is not right, or it is over. Look once more, or ask for a new one."


def fresh(cast: Cast) -> Resident:
    return db.session.get_one(Resident, cast.phoneless.id, populate_existing=True)


def accounts() -> int:
    return db.session.scalar(select(func.count()).select_from(Account)) or 0


def test_a_record_is_claimed_with_the_code_and_what_was_logged_before_stays(
    cast: Cast, visitor: Visitor
) -> None:
    entered = populate(cast).entered
    code = give(Visitor(visitor.app).sign_in(cast.steward), cast.phoneless)
    for start in ("/join", "/sign-in"):
        assert visitor.get(start).soup.find("a", href="/claim")
    page = claimed(visitor, code)
    assert "Welcome! This is your record now." in page.text
    one = fresh(cast)
    assert one.account is not None
    assert (one.account.phone, one.account.name, one.phone) == (PHONE, "吴大爷", None)
    assert (one.relation, one.show_as) == ("self", "hidden")
    entry = db.session.get_one(LogEntry, entered.id)
    assert entry.resident_id == one.id
    assert "红旗渠" in visitor.get("/logbook").text
    again = Visitor(visitor.app)
    assert "吴大爷" in again.submit(again.get("/sign-in"), phone=PHONE, password=PASSWORD).text


def test_the_consent_is_then_the_persons_own(cast: Cast, visitor: Visitor) -> None:
    claimed(visitor, code_for(cast.phoneless, cast.steward))
    standing = select(Consent).where(Consent.resident_id == cast.phoneless.id, Consent.withdrawn_at.is_(None))
    (consent,) = db.session.scalars(standing)
    assert (consent.kind, consent.given_by) == ("taking_part", fresh(cast).account_id)


def test_it_is_written_down_who_claimed_what(cast: Cast, visitor: Visitor) -> None:
    claimed(visitor, code_for(cast.phoneless, cast.steward))
    line = db.session.scalars(select(AuditLine).where(AuditLine.deed == "record.claimed")).one()
    assert (line.by_id, line.subject_id) == (fresh(cast).account_id, cast.phoneless.id)


def over(cast: Cast, clock: TestClock) -> str:
    code = code_for(cast.phoneless, cast.steward)
    clock.advance(hours=72)
    return code


def replaced(cast: Cast, clock: TestClock) -> str:
    code = code_for(cast.phoneless, cast.steward)
    code_for(cast.phoneless, cast.librarian)
    return code


def used(cast: Cast, clock: TestClock) -> str:
    code = code_for(cast.phoneless, cast.steward)
    code_actions.claim(uuid.uuid4(), code="".join(code.split()), phone="13700000001", password=PASSWORD)
    return code


def for_a_password(cast: Cast, clock: TestClock) -> str:
    return code_for(cast.resident, cast.steward)


def of_a_steward_no_more(cast: Cast, clock: TestClock) -> str:
    code = code_for(cast.phoneless, cast.steward)
    db.session.scalars(select(Role).where(Role.account_id == cast.steward.id)).one().ended_at = clock()
    db.session.commit()
    return code


def of_who_moved_away(cast: Cast, clock: TestClock) -> str:
    code = code_for(cast.phoneless, cast.steward)
    fresh(cast).home_code = "410581001001-1-2"
    db.session.commit()
    return code


def of_who_left(cast: Cast, clock: TestClock) -> str:
    code = code_for(cast.phoneless, cast.steward)
    fresh(cast).left_at = clock()
    db.session.commit()
    return code


def wrong(cast: Cast, clock: TestClock) -> str:
    return WRONG


@pytest.mark.parametrize(
    "make",
    [wrong, over, replaced, used, for_a_password, of_a_steward_no_more, of_who_moved_away, of_who_left],
)
def test_every_code_that_is_not_good_gets_the_same_answer(cast, visitor, clock: TestClock, make) -> None:
    code = make(cast, clock)
    before = accounts()
    page = claimed(visitor, code, 400)
    assert page.errors_of("code").endswith(SAID)
    assert PHONE in str(page.form())
    assert PASSWORD not in str(page.soup)
    assert accounts() == before


def test_a_code_holds_for_72_hours(cast: Cast, visitor: Visitor, clock: TestClock) -> None:
    code = code_for(cast.phoneless, cast.steward)
    clock.advance(hours=71, minutes=59)
    claimed(visitor, code)
    assert fresh(cast).account_id


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"code": ""}, "code", "Write the code you were given."),
        ({"code": "abc"}, "code", "A code has 10 letters and digits."),
        ({"code": "x" * 5000}, "code", "may be at most"),
        ({"code": "\x00"}, "code", "control character"),
        ({"code": "٢٢٢٢٢٢٢٢٢٢"}, "code", "A code has 10 letters and digits."),
        ({"phone": "12345"}, "phone", "11 digits"),
        ({"phone": ""}, "phone", "Write your mobile number."),
        ({"password": "short"}, "password", "at least 8"),
        ({"password": "yuedu123"}, "password", "easily guessed"),
        ({"password": "x" * 129}, "password", "at most 128"),
        ({"agree": None}, "agree", "Without this consent"),
        ({"id": "x"}, "id", ""),
    ],
)
def test_a_mistake_is_told_and_the_code_stays_good(cast, visitor, typed, field: str, said: str) -> None:
    code = code_for(cast.phoneless, cast.steward)
    page = claimed(visitor, typed.get("code", code), 400, **{k: v for k, v in typed.items() if k != "code"})
    assert said in page.errors_of(field)
    claimed(visitor, code)
    assert fresh(cast).account_id


def test_a_number_with_an_account_is_told_so_and_shown_the_way_in(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    page = claimed(visitor, code, phone="13800000002")
    assert "This number has an account already, so the code was not used." in page.text
    assert fresh(cast).account_id is None
    assert page.soup.find("a", class_="btn", href="/sign-in?next=/claim")
    visitor.sign_in(cast.neighbour)
    visitor.submit(visitor.get("/claim"), code=code, agree="y")
    assert fresh(cast).account_id == cast.neighbour.account_id


def test_that_a_number_has_an_account_is_told_only_to_who_has_a_good_code(
    cast: Cast, visitor: Visitor
) -> None:
    known, unknown = (claimed(visitor, WRONG, 400, phone=phone) for phone in ("13800000002", "13700000077"))
    assert known.text == unknown.text


def test_signed_in_a_record_comes_into_the_household(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    visitor.sign_in(cast.neighbour)
    page = visitor.submit(visitor.get("/claim"), code=code, agree="y")
    assert "The record of 吴大爷 is in your account now." in page.text
    one = fresh(cast)
    assert (one.account_id, one.relation) == (cast.neighbour.account_id, "other")


def test_the_record_of_a_child_is_claimed_by_the_guardian_alone(cast: Cast, visitor: Visitor) -> None:
    fresh(cast).born_on = date(2016, 5, 1)
    db.session.commit()
    code = code_for(cast.phoneless, cast.steward)
    refused = claimed(visitor, code, 409)
    assert "child under 14" in refused.text
    assert fresh(cast).account_id is None
    visitor.sign_in(cast.neighbour)
    visitor.submit(visitor.get("/claim"), code=code, agree="y")
    one = fresh(cast)
    assert (one.relation, one.account_id) == ("child", cast.neighbour.account_id)
    assert one.child_number == 2


def test_children_a_person_is_the_guardian_of_come_along(cast: Cast, visitor: Visitor) -> None:
    child = add_resident("吴小小", "410581001001-1-1-1", born_on=date(2017, 3, 1))
    child.relation, child.guardian_id = "child", cast.phoneless.id
    db.session.commit()
    child_id = child.id
    claimed(visitor, code_for(cast.phoneless, cast.steward))
    child = db.session.get_one(Resident, child_id)
    assert (child.account_id, child.guardian_id) == (fresh(cast).account_id, cast.phoneless.id)
    assert "吴小小" in visitor.get("/me").text


def test_a_guarded_child_of_fourteen_can_claim_the_own_record(cast: Cast, visitor: Visitor) -> None:
    child = add_resident("吴少年", "410581001001-1-1-1", born_on=date(2012, 3, 1))
    child.relation, child.guardian_id = "child", cast.phoneless.id
    db.session.commit()
    child_id, code = child.id, code_for(child, cast.steward)
    claimed(visitor, code)
    child = db.session.get_one(Resident, child_id)
    assert (child.relation, child.guardian_id, child.account_id is None) == ("self", None, False)


def test_for_staff_without_a_record_it_becomes_their_own(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    visitor.sign_in(cast.organizer)
    page = visitor.get("/claim")
    assert "becomes your own" in page.text
    visitor.submit(page, code=code, agree="y")
    one = fresh(cast)
    assert (one.account_id, one.relation) == (cast.organizer.id, "self")


def test_who_gave_a_code_cannot_take_the_record_themselves(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    visitor.sign_in(cast.steward)
    refused = visitor.submit(visitor.get("/claim"), 409, code=code, agree="y")
    assert "You gave this code yourself" in refused.text
    assert fresh(cast).account_id is None


def test_a_full_household_takes_nobody_in(cast: Cast, visitor: Visitor) -> None:
    for number in range(19):
        add_resident(f"孩子{number:02}", "410581001001-1-2", guardian=cast.neighbour.account)
    db.session.commit()
    code = code_for(cast.phoneless, cast.steward)
    visitor.sign_in(cast.neighbour)
    refused = visitor.submit(visitor.get("/claim"), 409, code=code, agree="y")
    assert "A household can hold 20 people." in refused.text
    assert fresh(cast).account_id is None


def test_signed_in_a_mistake_is_told_too(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.neighbour)
    page = visitor.submit(visitor.get("/claim"), 400, code=WRONG, agree="y")
    assert "This code is not right" in page.errors_of("code")
    code = code_for(cast.phoneless, cast.steward)
    page = visitor.submit(visitor.get("/claim"), 400, code=code)
    assert "Without this consent" in page.errors_of("agree")


def test_no_field_but_those_of_the_page_counts(cast: Cast, visitor: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    claimed(
        visitor, code, role="admin", resident_id=str(cast.neighbour.id), show_as="masked", relation="child"
    )
    one = fresh(cast)
    assert (one.show_as, one.relation) == ("hidden", "self")
    assert (
        db.session.scalar(select(func.count()).select_from(Role).where(Role.account_id == one.account_id))
        == 0
    )
    assert db.session.get_one(Resident, cast.neighbour.id).account_id == cast.neighbour.account_id
    assert db.session.get_one(Account, one.account_id).created_at > LONG_AGO
