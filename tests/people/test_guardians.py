"""A household without an account: a child, its guardian, and what was said at the door."""

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from reading.audit.models import AuditLine
from reading.errors import Refused
from reading.extensions import db
from reading.people import household_queries as households
from reading.people import queries, settling
from reading.people.actions import add_child
from reading.people.household_actions import HouseholdSentBefore, enrol_household, set_door
from reading.people.models import Consent, Resident
from reading.people.rules import Newcomer
from tests.cast import Cast, add_account, add_resident, add_staff
from tests.clock import TestClock
from tests.pages import Visitor

UNIT = "410581001001-1-1-1"
GRANNY, GRANDCHILD = Newcomer(1, "郑奶奶"), Newcomer(2, "郑小宝", born_on=date(2017, 6, 1))


def enrol(cast: Cast, *people: Newcomer, form: uuid.UUID | None = None, **told: Any) -> list[Resident]:
    where = {"home_code": UNIT, "door": "302", "guardian_id": None, "by": cast.steward.id}
    return enrol_household(form or uuid.uuid4(), people, **{**where, **told})


def consents_of(resident: Resident) -> list[Consent]:
    return list(db.session.scalars(select(Consent).where(Consent.resident_id == resident.id)))


def test_a_grandmother_and_a_grandchild_need_no_account(cast: Cast) -> None:
    granny, child = enrol(cast, GRANNY, GRANDCHILD)
    assert (granny.account_id, granny.relation, granny.guardian_id) == (None, "self", None)
    assert (child.account_id, child.relation, child.guardian_id) == (None, "child", granny.id)
    assert {granny.door, child.door} == {"302"}
    assert child.child_number == 2  # after the cast's own child
    assert households.wards(granny.id) == [child]


def test_the_consent_says_who_gave_it_and_who_wrote_it_down(cast: Cast) -> None:
    granny, child = enrol(cast, GRANDCHILD, GRANNY)
    (own,), (for_child,) = consents_of(granny), consents_of(child)
    assert (granny.name, child.name) == ("郑奶奶", "郑小宝")
    assert (own.given_by, own.guardian_id) == (cast.steward.id, None)
    assert (for_child.given_by, for_child.guardian_id) == (cast.steward.id, granny.id)
    lines = db.session.scalars(select(AuditLine).where(AuditLine.deed == "consent.written_down")).all()
    assert {(one.subject_id, one.by_id, one.detail["guardian"]) for one in lines} == {
        (granny.id, cast.steward.id, None), (child.id, cast.steward.id, str(granny.id)),
    }  # fmt: skip


def test_a_child_under_14_is_not_enrolled_without_a_guardian_and_nothing_is_half_written(cast: Cast) -> None:
    cousin = Newcomer(3, "郑小丫", born_on=date(2019, 1, 1))
    before = db.session.scalars(select(Resident.id)).all()
    with pytest.raises(Refused, match="监护人同意"):
        enrol(cast, GRANDCHILD, cousin)
    assert db.session.scalars(select(Resident.id)).all() == before
    teenager = Newcomer(1, "郑大宝", born_on=date(2012, 11, 18))  # fourteen today
    (alone,) = enrol(cast, teenager)
    assert (alone.relation, alone.guardian_id) == ("self", None)


def test_who_is_fourteen_tomorrow_is_under_fourteen_today(cast: Cast, clock: TestClock) -> None:
    nearly = Newcomer(1, "郑大宝", born_on=date(2012, 11, 19))
    with pytest.raises(Refused):
        enrol(cast, nearly)
    clock.advance(days=1)
    assert enrol(cast, nearly)


def test_a_guardian_who_lives_there_already_is_taken(cast: Cast) -> None:
    (child,) = enrol(cast, GRANDCHILD, guardian_id=cast.phoneless.id)
    assert (child.guardian_id, child.account_id) == (cast.phoneless.id, None)


def test_the_list_of_residents_says_whose_child_without_an_account_it_is(
    cast: Cast, visitor: Visitor
) -> None:
    enrol(cast, GRANDCHILD, guardian_id=cast.phoneless.id)
    page = visitor.sign_in(cast.steward).get("/residents")
    row = next(one for one in page.soup.select("tbody tr") if GRANDCHILD.name in one.get_text())
    assert "with 吴大爷" in row.select("td")[2].get_text()


def test_a_child_of_somebody_with_an_account_joins_that_household(cast: Cast) -> None:
    (child,) = enrol(cast, GRANDCHILD, guardian_id=cast.resident.id)
    assert (child.guardian_id, child.account_id) == (cast.resident.id, cast.resident.account_id)
    assert cast.resident.account_id
    assert child in queries.household(cast.resident.account_id)
    (consent,) = consents_of(child)
    assert (consent.given_by, consent.guardian_id) == (cast.steward.id, cast.resident.id)


@pytest.mark.parametrize("who", ["neighbour", "outsider", "child"])
def test_a_guardian_is_a_grown_up_of_the_same_home(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="住在这里的监护人"):
        enrol(cast, GRANDCHILD, guardian_id=getattr(cast, who).id)


def test_who_takes_part_no_more_is_nobodys_guardian(cast: Cast, clock: TestClock) -> None:
    db.session.get_one(Resident, cast.phoneless.id).left_at = clock()
    db.session.commit()
    with pytest.raises(Refused, match="住在这里的监护人"):
        enrol(cast, GRANDCHILD, guardian_id=cast.phoneless.id)


def test_the_same_form_sent_twice_enrols_nobody_twice(cast: Cast) -> None:
    form = uuid.uuid4()
    first = enrol(cast, GRANNY, GRANDCHILD, form=form)
    again = enrol(cast, GRANNY, GRANDCHILD, form=form)
    assert [one.id for one in again] == [one.id for one in first]
    assert len(consents_of(first[1])) == 1
    with pytest.raises(HouseholdSentBefore) as refused:
        enrol(cast, GRANNY, form=form)
    assert {one.name for one in refused.value.standing} == {"郑奶奶", "郑小宝"}


def test_a_form_of_another_steward_is_refused(cast: Cast) -> None:
    form = uuid.uuid4()
    enrol(cast, GRANNY, form=form)
    with pytest.raises(Refused, match="已经用过"):
        enrol(cast, GRANNY, form=form, by=cast.librarian.id)


def test_an_account_given_to_a_guardian_looks_after_the_children_too(cast: Cast) -> None:
    granny, child = enrol(cast, GRANNY, GRANDCHILD)
    account = add_account("郑奶奶", "13800000077")
    settling.give_account(granny, account.id)
    db.session.commit()
    assert queries.household(account.id) == [granny, child]


@pytest.mark.parametrize(
    "wrong",
    [
        {"relation": "child"},
        {"relation": "other"},
        {"relation": "self", "guardian_id": "granny"},
        {"relation": "child", "guardian_id": "own"},
    ],
)
def test_the_database_keeps_a_child_with_somebody_who_looks_after_it(cast: Cast, wrong: Any) -> None:
    (granny,) = enrol(cast, GRANNY)
    child = Resident(
        id=uuid.uuid4(), name="孤儿", keys="", sort_key="", home_code=UNIT, community_id="410581001001",
        relation=wrong["relation"], created_at=granny.created_at,
    )  # fmt: skip
    child.guardian_id = {"granny": granny.id, "own": child.id}.get(wrong.get("guardian_id", ""))
    db.session.add(child)
    with pytest.raises(IntegrityError, match=r"looked_after|guarded_"):
        db.session.commit()
    db.session.rollback()


def test_a_child_added_by_the_guardian_lives_behind_the_same_door(cast: Cast) -> None:
    set_door([cast.resident.id], "101", cast.steward.id)
    assert cast.resident.account_id
    added = add_child(uuid.uuid4(), cast.resident.account_id, name="张小弟", born_on=date(2020, 1, 1))
    assert added.door == "101"


def test_nobody_enrols_or_changes_the_own_household_in_a_role(cast: Cast) -> None:
    wu = add_staff("吴楼长", "13900000008", "steward", "410581001001-1-1")
    own = add_resident("吴楼长", UNIT)
    own.account_id, own.door = wu.id, "302"
    spouse = add_resident("吴太太", UNIT, phone="13800000088")
    spouse.door = "302"
    db.session.commit()
    with pytest.raises(Refused, match="担任职务时"):
        enrol(cast, GRANNY, by=wu.id)
    with pytest.raises(Refused, match="担任职务时"):
        enrol(cast, GRANDCHILD, door="501", guardian_id=spouse.id, by=wu.id)
    for one in (own, spouse):
        with pytest.raises(Refused, match="担任职务时"):
            set_door([one.id], "999", wu.id)
    assert households.resident_to_write_for(wu, own.id) == own
    with pytest.raises(Refused, match="担任职务时"):
        households.resident_to_write_for(wu, spouse.id)
    assert households.resident_to_write_for(wu, cast.phoneless.id) == cast.phoneless
    assert enrol(cast, GRANNY, by=cast.steward.id)
