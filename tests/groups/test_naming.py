"""Whom staff may name as a leader: by name those of the own people, anybody else by the phone number they told."""

import pytest
from flask import Flask
from sqlalchemy import select

from reading.extensions import db
from reading.groups import queries
from reading.groups.models import StudyGroup
from reading.people import actions as people
from reading.people.models import Resident
from tests.cast import Cast, add_resident
from tests.groups.grouping import HOME, join
from tests.groups.stewarding import NEXT_DOOR, OWN, grant
from tests.groups.test_starting import begin
from tests.pages import Page, Visitor


@pytest.fixture
def steward(app: Flask, cast: Cast) -> Visitor:
    """The browser of the steward of 1号楼."""
    return Visitor(app).sign_in(cast.steward)


def living_at(home: str, name: str, phone: str) -> Resident:
    """Return a new resident with an account of their own."""
    made = add_resident(name, home, phone=phone)
    db.session.commit()
    db.session.refresh(made)
    return made


def led_by() -> list[str]:
    """Return the names of who leads the groups there are."""
    led = [queries.leader(one) for one in db.session.scalars(select(StudyGroup.id))]
    return [one.resident.name for one in led if one is not None]


def offered(page: Page) -> list[str]:
    """Return whom the page offers to choose among."""
    return [radio.parent.get_text(strip=True) for radio in page.soup.select("input[name=leader_id]")]


@pytest.mark.parametrize("text", ["单", "s", "stf", "tianfang", "单田方", "0002"])
def test_a_steward_finds_nobody_of_another_building_by_name_initials_or_last_digits(
    steward: Visitor, cast: Cast, text: str
) -> None:
    living_at(HOME, "单丽丽", "13800010002")
    living_at(NEXT_DOOR, "单大勇", "13800020002")
    page = begin(steward, 400, community=OWN, leader=text)
    assert "named by the whole phone number" in page.errors_of("leader")
    assert offered(page) == []
    for kept_back in ("单丽丽", "单大勇", "单田方" if text != "单田方" else "13800000002"):
        assert kept_back not in page.text
    assert led_by() == []


def test_a_steward_chooses_among_the_own_buildings_people_alone(steward: Visitor, cast: Cast) -> None:
    living_at(OWN, "张大山", "13800010001")
    living_at(NEXT_DOOR, "张秘密", "13800010002")
    page = begin(steward, 400, community=OWN, leader="z")
    assert [one.split(" ")[0] for one in offered(page)] == ["张大山", "张晓明"]
    assert "张秘密" not in page.text


def test_an_id_of_somebody_outside_names_nobody(steward: Visitor, cast: Cast) -> None:
    page = steward.get("/groups/new")
    page = steward.submit(
        page, 400, form=page.form(holding="leader"), name="晨读小组", community=OWN, leader="单",
        leader_id=str(cast.neighbour.id),
    )  # fmt: skip
    assert offered(page) == []
    assert led_by() == []


def test_who_lives_elsewhere_is_named_by_the_whole_phone_number_and_called_as_others_see_them(
    steward: Visitor, librarian: Visitor, cast: Cast
) -> None:
    page = begin(steward, community=OWN, leader="138 0000 0002")
    assert "Led by 单*方" in page.text
    assert led_by() == ["单田方"]
    (group,) = db.session.scalars(select(StudyGroup))
    join(group, cast.resident)
    for path in (f"/groups/{group.id}", f"/groups/{group.id}/edit"):
        page = steward.get(path)
        assert "单田方" not in page.text
        assert "2号楼" not in page.text
    assert "张晓明" in steward.get(f"/groups/{group.id}/edit").text
    assert "Led by 单田方" in librarian.get(f"/groups/{group.id}").text


def test_a_nickname_that_was_chosen_is_told_instead_of_the_masked_name(steward: Visitor, cast: Cast) -> None:
    by = cast.neighbour.account_id
    assert by is not None
    people.set_shown(cast.neighbour.id, show_as="nickname", nickname="田园书虫", by=by)
    assert "Led by 田园书虫" in begin(steward, community=OWN, leader="13800000002").text


def test_a_former_leader_is_not_told_by_name_to_a_steward_who_leads_the_group_now(
    app: Flask, steward: Visitor, cast: Cast
) -> None:
    grant(cast.resident, "steward", OWN)
    own = Visitor(app).sign_in(cast.resident)
    begin(own, community=OWN, leader="13800000002")
    (group,) = db.session.scalars(select(StudyGroup))
    join(group, cast.resident)
    own.post(f"/groups/{group.id}/leader", resident=str(cast.resident.id))
    page = own.get(f"/groups/{group.id}")
    assert "Led by 张晓明" in page.text
    assert "单田方" not in page.text


def test_a_leader_named_so_sees_their_own_name_and_who_joined_is_known_to_the_steward(
    app: Flask, steward: Visitor, cast: Cast
) -> None:
    begin(steward, community=OWN, leader="13800000002")
    (group,) = db.session.scalars(select(StudyGroup))
    join(group, living_at(NEXT_DOOR, "王自愿", "13800010003"))
    assert "Led by 单田方" in Visitor(app).sign_in(cast.neighbour).get(f"/groups/{group.id}").text
    assert "王自愿" in steward.get(f"/groups/{group.id}").text


def test_a_librarian_whose_reach_is_the_whole_community_is_told_of_no_phone_number(
    librarian: Visitor,
) -> None:
    page = begin(librarian, 400, leader="谁也不是")
    assert "whole phone number" not in page.errors_of("leader")
