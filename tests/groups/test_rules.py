"""Who may join a group, and who sees whom in it."""

import pytest

from reading.groups.rules import View, community_path, may_join

COMMUNITY, OTHER = "/410581/410581001/410581001001/", "/410581/410581001/410581001004/"
BUILDING = f"{COMMUNITY}410581001001-1/410581001001-1-1/"


@pytest.mark.parametrize("path", [COMMUNITY, BUILDING, f"{BUILDING}410581001001-1-1-1/"])
def test_a_building_lies_in_its_community(path: str) -> None:
    assert community_path(path) == COMMUNITY


@pytest.mark.parametrize(
    ("home", "group", "may"),
    [
        (COMMUNITY, COMMUNITY, True),
        (BUILDING, COMMUNITY, True),
        (COMMUNITY, BUILDING, True),
        (OTHER, COMMUNITY, False),
        (OTHER, BUILDING, False),
        ("/410581/410581001/4105810010011/", COMMUNITY, False),
    ],
)
def test_people_of_the_community_may_join(home: str, group: str, may: bool) -> None:
    assert may_join(home, group) is may


@pytest.mark.parametrize(
    ("view", "names", "may_run"),
    [
        (View(), "", False),
        (View(belongs=True), "chosen", False),
        (View(belongs=True, leads=True), "full", True),
        (View(is_staff=True), "full", True),
    ],
)
def test_outsiders_see_no_names_and_members_the_chosen_ones(view: View, names: str, may_run: bool) -> None:
    assert (view.names, view.may_run) == (names, may_run)
