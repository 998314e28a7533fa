"""Somebody of the same name is asked about once at the door, and the answer holds for whom the page showed."""

from typing import Any

import pytest
from sqlalchemy import func, select

from reading.extensions import db
from reading.people import settling
from reading.people.models import Account, Resident
from tests.cast import add_resident, add_staff
from tests.pages import Page, Visitor
from tests.statements import statements
from tests.stewards.conftest import BUILDING, UNIT_1, UNIT_2, Doors

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


def test_a_neighbour_written_down_at_the_wrong_unit_is_asked_about(steward: Visitor) -> None:
    for home, name in ((UNIT_2, "郑奶奶"), (BUILDING, "郑奶奶"), (UNIT_1, "吴太太")):
        asked = send(steward, 400, home=home, name_1=name)
        assert asked_about(asked) == [name]
        told = "1单元 · door 302" if name == "郑奶奶" else "2单元 · door 10 · 13800000040"
        assert f"{name} · {told}" in asked.text
        assert number(name) == 1


def test_who_lives_in_the_building_and_at_no_unit_is_asked_about(steward: Visitor) -> None:
    add_resident("江一熙", BUILDING)
    db.session.commit()
    assert "江一熙 · 1号楼" in send(steward, 400, name_1="江一熙").text


def test_the_same_name_in_another_building_asks_nothing(steward: Visitor) -> None:
    send(steward, name_1="单田方")
    assert number("单田方") == 2


def test_where_there_is_no_building_only_the_very_place_is_asked(doors: Doors, visitor: Visitor) -> None:
    visitor.sign_in(doors.cast.admin)
    for village, status in (("410581001001", 200), ("410581106210", 400)):
        page = visitor.get(f"/buildings/{village}/households/new")
        name = "郑奶奶" if status == 200 else "周外人"
        visitor.submit(page, status, door="1", name_1=name, agree="y")
        assert number(name) == (2 if status == 200 else 1)


def test_the_steward_of_a_unit_is_told_of_nobody_in_the_next_one(doors: Doors, visitor: Visitor) -> None:
    visitor.sign_in(add_staff("单元长", "13900000077", "steward", UNIT_1))
    page = visitor.get(f"/buildings/{UNIT_1}/households/new")
    visitor.submit(page, door="501", name_1="吴太太", agree="y")
    assert number("吴太太") == 2


def test_who_has_left_is_not_asked_about(doors: Doors, steward: Visitor) -> None:
    doors.cast.phoneless.left_at = doors.cast.phoneless.created_at
    db.session.commit()
    send(steward, name_1="吴大爷")
    assert number("吴大爷") == 2


def test_asking_about_many_costs_what_asking_about_one_costs(steward: Visitor) -> None:
    costs = []
    for written in ({}, {"name_2": "吴太太", "name_3": "李大姐", "name_4": "李二姐"}):
        page, typed = steward.get(PAGE), {**FAMILY, "name_1": "郑奶奶", **written}
        db.session.remove()
        with statements() as sent:
            steward.submit(page, 400, **typed)
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_of_who_withdrew_the_consent_it_is_said_that_they_do_not_take_part(steward: Visitor) -> None:
    send(steward, name_1="江一熙")
    (one,) = db.session.scalars(select(Resident).where(Resident.name == "江一熙"))
    assert "does not take part" not in send(steward, 400, name_1="江一熙").text
    settling.consent(one, "taking_part", False, None)
    db.session.commit()
    assert "江一熙 · 1单元 · door 501 does not take part" in send(steward, 400, name_1="江一熙").text
    chinese = Visitor(steward.app, "zh").sign_in(db.session.get_one(Account, one.created_by))
    assert "不参加" in send(chinese, 400, name_1="江一熙").text
