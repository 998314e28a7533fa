"""Whose household holds somebody of the same name is asked once before a record comes into it with a code."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.people import queries
from reading.people.models import Resident
from reading.sign_ins.code_models import GivenCode
from reading.sign_ins.code_rules import MOST_WRONG_OF_ONE
from tests.cast import Cast, add_resident
from tests.pages import Page, Visitor
from tests.sign_ins.codes import WRONG, code_for

UNIT = "410581001001-1-1-1"
ASKED = "吴大爷 is in your household already. Is this somebody else?"


@pytest.fixture
def holder(cast: Cast, visitor: Visitor) -> Visitor:
    """The browser of the neighbour, who has added 吴大爷 by hand."""
    add_resident("吴大爷", UNIT, born_on=date(1948, 2, 3), guardian=cast.neighbour.account)
    db.session.commit()
    return visitor.sign_in(cast.neighbour)


def typed(visitor: Visitor, code: str, status: int = 200, **other: Any) -> Page:
    return visitor.submit(visitor.get("/claim"), status, **{"code": code, "agree": "y", **other})


def names(cast: Cast) -> list[str]:
    return [one.name for one in queries.household(cast.account("neighbour").id)]


def test_it_is_asked_once_and_the_code_is_not_used_up(cast: Cast, holder: Visitor) -> None:
    page = typed(holder, code_for(cast.phoneless, cast.steward), 409)
    assert ASKED in page.text
    assert "吴大爷 · born 3 Feb 1948" in page.text
    assert page.soup.find(id="agree").has_attr("checked")
    assert names(cast).count("吴大爷") == 1
    assert db.session.scalars(select(GivenCode)).one().used_at is None
    # The last tap sent twice is one record taken over.
    for _tap in range(2):
        assert "The record of 吴大爷 is in your account now." in holder.submit(page).text
    assert names(cast).count("吴大爷") == 2
    assert db.session.scalar(select(func.count()).where(AuditLine.deed == "record.claimed")) == 1


def test_the_newcomer_is_told_by_year_and_community_and_may_wait(cast: Cast, holder: Visitor) -> None:
    newcomer = db.session.get_one(Resident, cast.phoneless.id)
    newcomer.born_on, place = date(1951, 7, 9), newcomer.community.short_name
    db.session.commit()
    page = typed(holder, code_for(cast.phoneless, cast.steward), 409)
    assert f"The code is for: 吴大爷 · born in 1951 · {place}" in page.text
    # The day is the staff's to know, and whose code it is.
    assert "9 Jul" not in page.text
    assert page.soup.select_one(".actions a.btn[href='/me']").get_text() == "Not now"
    assert page.soup.select_one(".actions button.btn-main")


def test_who_opens_the_page_has_nothing_to_put_off(cast: Cast, holder: Visitor) -> None:
    assert "Not now" not in holder.get("/claim").text


def test_a_blank_in_the_name_makes_it_no_other(cast: Cast, holder: Visitor) -> None:
    db.session.get_one(Resident, cast.phoneless.id).name = "吴 大爷"
    db.session.commit()
    assert "Is this somebody else?" in typed(holder, code_for(cast.phoneless, cast.steward), 409).text


def test_the_answer_holds_for_the_record_asked_about_alone(cast: Cast, holder: Visitor) -> None:
    another = add_resident("吴大爷", UNIT)
    db.session.commit()
    codes = [code_for(one, cast.steward) for one in (cast.phoneless, another)]
    asked = typed(holder, codes[0], 409)
    assert ASKED in holder.submit(asked, 409, code=codes[1]).text
    assert names(cast).count("吴大爷") == 1


def test_it_does_not_hold_for_who_came_into_the_household_meanwhile(cast: Cast, holder: Visitor) -> None:
    asked = typed(holder, code_for(cast.phoneless, cast.steward), 409)
    add_resident("吴大爷", UNIT, guardian=cast.neighbour.account)
    db.session.commit()
    again = holder.submit(asked, 409)
    assert ASKED in again.text
    holder.submit(again)
    assert names(cast).count("吴大爷") == 3


@pytest.mark.parametrize("sure", ["吴大爷 1948-02-03", "y", "\t\t", "x" * 5000, "\0"])
def test_no_answer_but_that_of_the_page_counts(cast: Cast, holder: Visitor, sure: str) -> None:
    page = typed(holder, code_for(cast.phoneless, cast.steward), 409, sure=sure)
    assert ASKED in page.text
    assert names(cast).count("吴大爷") == 1


def test_another_name_is_not_asked_about(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.neighbour)
    assert "is in your account now." in typed(visitor, code_for(cast.phoneless, cast.steward)).text


def test_children_who_come_along_are_asked_about_too(cast: Cast, visitor: Visitor) -> None:
    child = add_resident("吴小小", UNIT, born_on=date(2017, 3, 1))
    child.relation, child.guardian_id = "child", cast.phoneless.id
    add_resident("吴小小", UNIT, born_on=date(2017, 1, 3), guardian=cast.neighbour.account)
    db.session.commit()
    code = code_for(cast.phoneless, cast.steward)
    page = typed(visitor.sign_in(cast.neighbour), code, 409)
    assert "吴小小 is in your household already." in page.text
    assert "吴小小 · born 3 Jan 2017" in page.text
    assert "吴大爷 is in your household" not in page.text
    visitor.submit(page)
    assert sorted(names(cast))[-3:] == ["吴大爷", "吴小小", "吴小小"]


def test_a_code_that_is_not_good_tells_nothing_of_names(cast: Cast, holder: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    code_for(cast.phoneless, cast.steward)
    page = typed(holder, code, 400)
    assert "This code is not right" in page.errors_of("code")
    assert ASKED not in page.text


def test_after_too_many_wrong_codes_a_good_one_tells_nothing_either(cast: Cast, holder: Visitor) -> None:
    code = code_for(cast.phoneless, cast.steward)
    for _try in range(MOST_WRONG_OF_ONE):
        typed(holder, WRONG, 400)
    page = typed(holder, code, 429)
    assert ASKED not in page.text


def test_who_gave_the_code_is_refused_and_not_asked(cast: Cast, visitor: Visitor) -> None:
    add_resident("吴大爷", UNIT, guardian=cast.steward)
    db.session.commit()
    code = code_for(cast.phoneless, cast.steward)
    refused = typed(visitor.sign_in(cast.steward), code, 409)
    assert "You gave this code yourself" in refused.text
    assert ASKED not in refused.text
