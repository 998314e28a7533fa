"""Somebody who may be in the household already is asked about once, and added with one more tap."""

from datetime import date
from typing import Any

import pytest

from reading.people import queries
from tests.cast import Cast
from tests.pages import Page, Visitor

ADD = "/me/household/new"
CHILD: dict[str, Any] = {"name": "张小果", "born_on": "2019-06-01", "agree": "y"}
ASKED = "张小果 is in your household already. Is this somebody else?"


def names(cast: Cast) -> list[str]:
    return [one.name for one in queries.household(cast.account("resident").id)]


def added(visitor: Visitor, status: int = 200, **typed: Any) -> Page:
    """Open the form anew and send it."""
    return visitor.submit(visitor.get(ADD), status, **{**CHILD, **typed})


def test_a_child_added_on_two_forms_is_asked_about_once_and_nothing_typed_is_lost(
    cast: Cast, visitor: Visitor
) -> None:
    added(visitor.sign_in(cast.resident))
    page = added(visitor, 409)
    assert ASKED in page.text
    assert "张小果 · born 1 Jun 2019" in page.text
    assert [page.soup.find(id=one)["value"] for one in ("name", "born_on")] == ["张小果", "2019-06-01"]
    assert page.soup.find(id="agree").has_attr("checked")
    assert names(cast).count("张小果") == 1
    assert "张小果 was added." in visitor.submit(page).text
    assert names(cast).count("张小果") == 2
    # Its last tap sent twice is the same person.
    visitor.submit(page)
    assert names(cast).count("张小果") == 2


def test_the_answer_holds_for_the_person_asked_about_alone(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    added(visitor)
    added(visitor, name="张小豆", born_on="2020-01-01")
    page = added(visitor, 409)
    again = visitor.submit(page, 409, name="张小豆", born_on="2020-01-01")
    assert "张小豆 is in your household already." in again.text
    assert len(names(cast)) == 4


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ({}, {"born_on": "2019-06-02"}, 409),
        ({}, {"name": "张小豆"}, 200),
        ({}, {"name": "张 小果"}, 409),
        ({"relation": "other", "born_on": ""}, {"relation": "other", "born_on": ""}, 409),
        ({"relation": "other", "born_on": ""}, {"relation": "other", "born_on": "1950-01-01"}, 409),
    ],
)
def test_the_same_name_is_asked_about_whatever_the_birth_dates_say_and_another_name_never(
    cast, visitor, first: dict[str, Any], second: dict[str, Any], status: int
) -> None:
    visitor.sign_in(cast.resident)
    added(visitor, **first)
    added(visitor, status, **second)
    assert len(names(cast)) == (4 if status == 200 else 3)


def test_a_mistyped_birth_date_is_seen_beside_the_one_that_stands(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    added(visitor)
    page = added(visitor, 409, born_on="2019-06-10")
    assert ASKED in page.text
    assert "张小果 · born 1 Jun 2019" in page.text
    assert "where a wrong date of birth can be corrected" in page.text
    assert names(cast).count("张小果") == 1
    assert "张小果 was added." in visitor.submit(page).text


def test_a_form_sent_again_with_a_second_child_of_that_name_is_shown_and_then_added(
    cast: Cast, visitor: Visitor
) -> None:
    first = visitor.sign_in(cast.resident).get(ADD)
    visitor.submit(first, **CHILD)
    before = visitor.submit(first, 409, **{**CHILD, "born_on": "2019-06-02"})
    assert before.h1 == "Was this one more person?"
    asked = visitor.submit(before, 409)
    assert ASKED in asked.text
    assert "张小果 was added." in visitor.submit(asked).text
    assert names(cast).count("张小果") == 2


def test_of_another_household_nothing_is_told(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.neighbour)
    told: dict[str, Any] = {"name": cast.child.name, "born_on": cast.child.born_on or date(2018, 1, 1)}
    assert f"{cast.child.name} was added." in added(visitor, **told).text
