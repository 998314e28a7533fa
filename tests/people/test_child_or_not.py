"""Who turns out by a corrected birth date to be a child, or none: the page offers what it asks for."""

import uuid
from datetime import date
from typing import Any

import pytest

from reading.extensions import db
from reading.people import actions, queries
from reading.people.models import Resident
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Visitor


def fresh(resident: Resident) -> Resident:
    return db.session.get_one(Resident, resident.id, populate_existing=True)


@pytest.fixture
def grown(cast: Cast) -> Resident:
    """A grown-up of the resident's family, shown on boards by the masked name."""
    account_id = cast.account("resident").id
    one = actions.add_child(uuid.uuid4(), account_id, name="张奶奶", born_on=None, relation="other")
    actions.set_shown(one.id, show_as="masked", nickname="", by=account_id)
    return one


def where(resident: Resident) -> str:
    return f"/me/household/{resident.id}"


def test_a_grown_up_who_turns_out_to_be_a_child_becomes_one_on_the_same_page(
    cast: Cast, visitor: Visitor, grown: Resident
) -> None:
    page = visitor.sign_in(cast.resident).get(where(grown))
    refused = visitor.submit(page, 400, born_on="2017-05-01")
    assert "Choose “A child” instead." in refused.errors_of("born_on")
    assert refused.soup.find("input", attrs={"name": "relation", "value": "child"})
    assert "Saved." in visitor.submit(refused, relation="child").text
    one = fresh(grown)
    assert (one.relation, one.show_as, one.account_id) == ("child", "hidden", cast.account("resident").id)
    assert one.child_number is not None
    assert queries.shown_of(one) is None


def test_a_child_who_turns_out_to_be_grown_up_becomes_one_on_the_same_page(
    cast: Cast, visitor: Visitor
) -> None:
    actions.set_shown(cast.child.id, show_as="nickname", nickname="", by=cast.account("resident").id)
    page = visitor.sign_in(cast.resident).get(where(cast.child))
    refused = visitor.submit(page, 400, born_on="1957-05-01")
    assert "Choose “a grown-up of the family” instead." in refused.errors_of("born_on")
    assert "Saved." in visitor.submit(refused, relation="other").text
    one = fresh(cast.child)
    # Others saw a number; nobody agreed to a masked name.
    assert (one.relation, one.born_on, one.show_as) == ("other", date(1957, 5, 1), "hidden")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"relation": "other"}, "Choose “A child” instead."),
        ({"relation": "other", "born_on": ""}, "it tells that this is no child"),
        ({"relation": "other", "born_on": "2009-05-01"}, "Choose “A child” instead."),
        ({"born_on": ""}, "Write the child's date of birth."),
    ],
)
def test_nobody_is_made_a_grown_up_without_being_one(cast, visitor, typed: dict[str, Any], said: str) -> None:
    page = visitor.sign_in(cast.resident).get(where(cast.child))
    assert said in visitor.submit(page, 400, **typed).errors_of("born_on")
    assert fresh(cast.child).relation == "child"


def test_a_grown_up_with_a_known_date_is_not_made_a_child(
    cast: Cast, visitor: Visitor, grown: Resident
) -> None:
    page = visitor.sign_in(cast.resident).get(where(grown))
    visitor.submit(page, born_on="1950-01-01")
    refused = visitor.submit(visitor.get(where(grown)), 400, relation="child")
    assert "A child is under 18." in refused.errors_of("born_on")


def test_a_page_of_before_changes_nothing_of_it(cast: Cast, visitor: Visitor, clock: TestClock) -> None:
    page = visitor.sign_in(cast.resident).get(where(cast.child))
    visitor.submit(page, name="张小华", relation=None)
    assert (fresh(cast.child).name, fresh(cast.child).relation) == ("张小华", "child")
    clock.advance(days=10 * 366)
    page = visitor.get(where(cast.child))
    visitor.submit(page, name="张小朵")
    assert (fresh(cast.child).name, fresh(cast.child).relation) == ("张小朵", "child")


def test_whose_own_account_it_is_is_told_what_to_do_and_where(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    assert not visitor.get(where(cast.resident)).soup.find(attrs={"name": "relation"})
    page = visitor.submit(visitor.get(where(cast.resident)), 400, born_on="2017-05-01")
    assert "takes part with a guardian" in page.errors_of("born_on")
    assert "a guardian adds you on their own phone" in page.text
    assert page.soup.select_one('main .note a[href="/me/leaving"]')
    assert fresh(cast.resident).relation == "self"


@pytest.mark.parametrize("who", ["steward", "librarian", "admin"])
def test_staff_are_led_to_where_a_child_is_enrolled_with_a_guardian(cast: Cast, visitor, who: str) -> None:
    visitor.sign_in(cast.account(who))
    typed = {"name": "吴小小", "community": "410581001001-1-1-1", "born_on": "2017-05-01", "agree": "y"}
    page = visitor.submit(visitor.get("/residents/new"), 400, **typed)
    link = page.soup.find("a", string="Enrol the child with a guardian")
    assert "/households/new" in link["href"]
    assert visitor.get(link["href"]).soup.find(attrs={"name": "born_on_1"})
