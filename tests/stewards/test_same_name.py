"""Somebody of the same name is asked about once at the door, and the answer holds for whom the page showed."""

from typing import Any

import pytest
from sqlalchemy import func, select

from reading.extensions import db
from reading.people.models import Resident
from tests.pages import Page, Visitor
from tests.stewards.conftest import BUILDING, UNIT_1, Doors

PAGE = f"/buildings/{BUILDING}/households/new"
FAMILY: dict[str, Any] = {"home": UNIT_1, "door": "501", "agree": "y", "guardian_agrees": "y"}


@pytest.fixture
def steward(doors: Doors, visitor: Visitor) -> Visitor:
    """A visitor who is the building's steward."""
    return visitor.sign_in(doors.cast.steward)


def send(visitor: Visitor, status: int = 200, **typed: Any) -> Page:
    return visitor.submit(visitor.get(PAGE), status, **{**FAMILY, **typed})


def number(name: str) -> int:
    return db.session.scalar(select(func.count()).where(Resident.name == name)) or 0


def asked_about(page: Page) -> list[str]:
    return [one.get_text(" ", strip=True).split(" · ")[0] for one in page.soup.select("#same-name li")]


def test_who_is_added_beside_a_tick_is_asked_about_too(steward: Visitor) -> None:
    asked = send(steward, 400, name_1="吴大爷")
    assert asked_about(asked) == ["吴大爷"]
    again = steward.submit(asked, 400, another="y", name_2="郑奶奶")
    assert asked_about(again) == ["郑奶奶"]
    assert not again.soup.find(id="another").has_attr("checked")
    assert (number("吴大爷"), number("郑奶奶")) == (1, 1)
    steward.submit(again, another="y")
    assert (number("吴大爷"), number("郑奶奶")) == (2, 2)


@pytest.mark.parametrize("other", [{"name_1": "郑奶奶"}, {"born_on_1": "1950-01-01"}])
def test_whoever_a_ticked_name_is_changed_to_is_asked_about(steward: Visitor, other: dict[str, Any]) -> None:
    asked = send(steward, 400, name_1="吴大爷")
    again = steward.submit(asked, 400, another="y", **other)
    assert asked_about(again) == [other.get("name_1", "吴大爷")]
    assert (number("吴大爷"), number("郑奶奶")) == (1, 1)


def test_a_tick_that_was_shown_beside_nobody_says_nothing(steward: Visitor) -> None:
    assert asked_about(send(steward, 400, name_1="吴大爷", another="y")) == ["吴大爷"]


def test_who_is_no_longer_written_down_is_not_asked_about(steward: Visitor) -> None:
    asked = send(steward, 400, name_1="吴大爷", name_2="郑奶奶")
    assert asked_about(asked) == ["吴大爷", "郑奶奶"]
    steward.submit(asked, another="y", name_2="")
    assert (number("吴大爷"), number("郑奶奶")) == (2, 1)


def test_without_the_tick_everybody_is_asked_about_again(steward: Visitor) -> None:
    asked = send(steward, 400, name_1="吴大爷")
    assert asked_about(steward.submit(asked, 400, name_2="郑奶奶")) == ["吴大爷", "郑奶奶"]


def test_who_was_enrolled_meanwhile_is_asked_about(steward: Visitor) -> None:
    asked = send(steward, 400, name_1="吴大爷")
    steward.submit(send(steward, 400, name_1="吴大爷", door="502"), another="y")
    again = steward.submit(asked, 400, another="y")
    assert "502" in again.soup.select_one("#same-name li").get_text()
    assert number("吴大爷") == 2


def test_an_answered_form_sent_twice_adds_nobody_twice(steward: Visitor) -> None:
    asked = send(steward, 400, name_1="吴大爷")
    for _ in range(2):
        steward.submit(asked, another="y")
    assert number("吴大爷") == 2


def test_the_same_name_twice_on_one_form_is_asked_about_once(steward: Visitor) -> None:
    asked = send(steward, 400, name_1="冯甲", name_2="冯乙", name_3="冯 甲")
    assert asked.errors_of("another") == "冯甲 stands on this form more than once. Is it the same person?"
    assert number("冯甲") == 0
    assert "Enrolled" in steward.submit(asked, another="y").text
    assert (number("冯甲"), number("冯 甲")) == (1, 1)


def test_who_stands_on_the_form_twice_by_mistake_is_taken_off_it_and_asked_nothing(steward: Visitor) -> None:
    asked = send(steward, 400, name_1="冯甲", name_2="冯甲")
    steward.submit(asked, name_2="")
    assert number("冯甲") == 1


def test_a_third_of_the_name_is_asked_about_too(steward: Visitor) -> None:
    asked = send(steward, 400, name_1="冯甲", name_2="冯甲")
    again = steward.submit(asked, 400, another="y", name_3="冯甲")
    steward.submit(again, another="y")
    assert number("冯甲") == 3


def test_of_a_name_that_stands_there_and_twice_on_the_form_both_are_asked(steward: Visitor) -> None:
    asked = send(steward, 400, name_1="吴大爷", name_2="吴大爷")
    assert asked_about(asked) == ["吴大爷"]
    assert asked.errors_of("another").count("Is it the same person?") == 2
    steward.submit(asked, another="y")
    assert number("吴大爷") == 3
