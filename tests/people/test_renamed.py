"""Whoever of a household would be called as another member of it is asked about once, and saved with one more tap."""

from typing import Any

import pytest

from reading.extensions import db
from reading.people.models import Resident
from tests.cast import Cast
from tests.pages import Page, Visitor

OTHER: dict[str, Any] = {"name": "张小果", "born_on": "2019-06-01", "agree": "y"}


def fresh(resident: Resident) -> Resident:
    return db.session.get_one(Resident, resident.id, populate_existing=True)


def where(resident: Resident) -> str:
    return f"/me/household/{resident.id}"


def is_asked(page: Page, name: str) -> bool:
    return f"{name} is in your household already. Is this somebody else?" in page.text


@pytest.fixture
def parent(cast: Cast, visitor: Visitor) -> Visitor:
    """The browser of a parent of two."""
    visitor.sign_in(cast.resident)
    visitor.submit(visitor.get("/me/household/new"), **OTHER)
    return visitor


@pytest.mark.parametrize("name", ["张小果", "张 小果"])
def test_a_name_that_another_child_has_is_asked_about_once(cast: Cast, parent: Visitor, name: str) -> None:
    page = parent.submit(parent.get(where(cast.child)), 409, name=name)
    assert is_asked(page, name)
    assert "张小果 · born 1 Jun 2019" in page.text
    assert fresh(cast.child).name == cast.child.name
    for _tap in range(2):
        assert "Saved." in parent.submit(page).text
    assert fresh(cast.child).name == name


def test_who_has_an_account_is_asked_as_well(cast: Cast, parent: Visitor) -> None:
    page = parent.submit(parent.get(where(cast.resident)), 409, name="张小果")
    assert is_asked(page, "张小果")
    assert "Saved." in parent.submit(page).text


def test_what_else_is_corrected_of_two_of_one_name_asks_nothing(cast: Cast, parent: Visitor) -> None:
    parent.submit(parent.submit(parent.get(where(cast.child)), 409, name="张小果"))
    assert "Saved." in parent.submit(parent.get(where(cast.child)), born_on="2018-05-03").text


def test_a_name_that_nobody_else_has_asks_nothing(cast: Cast, parent: Visitor) -> None:
    assert "Saved." in parent.submit(parent.get(where(cast.child)), name="张小花").text


def test_the_answer_holds_for_that_name_alone(cast: Cast, parent: Visitor) -> None:
    page = parent.submit(parent.get(where(cast.child)), 409, name="张小果")
    assert is_asked(parent.submit(page, 409, name=cast.resident.name), cast.resident.name)
    assert fresh(cast.child).name == cast.child.name


def test_the_answer_outlasts_what_somebody_else_changed_meanwhile(cast: Cast, parent: Visitor) -> None:
    older = parent.get(where(cast.child))
    parent.submit(parent.get(where(cast.child)), born_on="2018-05-02")
    asked = parent.submit(older, 409, name="张小果", born_on="2018-05-03")
    changed = parent.submit(asked, 409)
    assert "This was changed since you opened the form" in changed.text
    assert not is_asked(changed, "张小果")
    assert "Saved." in parent.submit(changed).text


def test_of_another_household_no_name_is_told(cast: Cast, parent: Visitor) -> None:
    neighbour = Visitor(parent.app).sign_in(cast.neighbour)
    assert "Saved." in neighbour.submit(neighbour.get(where(cast.neighbour)), name="张小果").text
