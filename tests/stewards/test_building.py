"""The page of a building: who lives behind which door, within one's reach, and nothing of what they read."""

import re
import uuid
from datetime import date

import pytest
from flask import Flask

from reading.extensions import db
from reading.logbook import actions as logbook
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people import actions, role_actions, settling
from reading.people.household_actions import move_neighbours
from reading.people.models import Resident
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.pages import Page, Visitor
from tests.statements import statements
from tests.stewards.conftest import BUILDING, UNIT_1, UNIT_2, Doors

COMMUNITY, COMPOUND = "410581001001", "410581001001-1"


def shown(page: Page) -> list[tuple[str, str, list[str]]]:
    """Return (unit, door, names) as the page shows them."""
    return [
        (
            unit.h2.get_text(strip=True) if unit.h2 else "",
            door.select_one(".door").get_text(strip=True),
            [one.get_text(strip=True) for one in door.select(".folk a")],
        )
        for unit in page.soup.select("details.stair")
        for door in unit.select(".doors > li")
    ]


def test_a_steward_sees_the_building_unit_by_unit_and_door_by_door(doors: Doors, visitor: Visitor) -> None:
    page = visitor.sign_in(doors.cast.steward).get("/buildings", follow=True)
    assert page.path == f"/buildings/{BUILDING}"
    assert shown(page) == [
        ("1单元", "2", ["李大姐", "李二姐"]),
        ("1单元", "302", ["郑奶奶", "郑小宝"]),
        ("1单元", "door not told", ["吴大爷"]),
        ("1单元", "door not told", ["张晓明", "张小花"]),
        ("2单元", "10", ["吴楼长", "吴太太"]),
    ]
    assert "5 households · 9 people take part · 3 without a phone" in page.text


def test_who_has_no_phone_and_who_is_a_child_is_told_without_a_birth_date(
    doors: Doors, visitor: Visitor
) -> None:
    page = visitor.sign_in(doors.cast.steward).get(f"/buildings/{BUILDING}")
    tags = {
        row.a.get_text(strip=True): [tag.get_text(strip=True) for tag in row.select(".tag")]
        for row in page.soup.select(".folk li")
    }
    assert tags["郑奶奶"] == ["no phone"]
    assert tags["郑小宝"] == ["child", "no phone"]
    assert tags["张小花"] == ["child"]
    assert tags["李大姐"] == []
    for path in (f"/buildings/{BUILDING}", f"/buildings/people/{doors.grandchild.id}"):
        told = visitor.get(path).without_random_ids()
        assert "2017" not in told
        assert "2018" not in told


def test_who_withdrew_the_consent_does_not_take_part(
    doors: Doors, visitor: Visitor, clock: TestClock
) -> None:
    with_consent = Resident(id=uuid.uuid4(), name="新邻居", relation="self")
    settling.settle_in(with_consent, UNIT_2, by=doors.cast.steward.id)
    db.session.commit()
    visitor.sign_in(doors.cast.steward)
    assert "2 households · 3 people take part" in visitor.get(f"/buildings/{UNIT_2}").text
    settling.consent(with_consent, "taking_part", False, None)
    db.session.commit()
    page = visitor.get(f"/buildings/{UNIT_2}")
    assert "2 people take part" in page.text
    assert page.text.count("does not take part") == 1


def test_nothing_of_what_anybody_read_is_on_these_pages(doors: Doors, visitor: Visitor) -> None:
    one, by = doors.sisters[0], doors.cast.steward
    told = Told(
        one.id, BookAsked(title="不给别人看的书"), date(2026, 11, 18), Amounts(777, None, True), "悄悄话"
    )
    logbook.log(uuid.uuid4(), told, by.id)
    visitor.sign_in(by)
    for path in (f"/buildings/{BUILDING}", f"/buildings/people/{one.id}", f"/buildings/{UNIT_1}"):
        page = visitor.get(path)
        words = f"{page.text} {page.soup.title}"
        assert not re.search(
            r"不给别人看的书|悄悄话|777|78|\bpages?\b|points?|books? read|finished|stamp", words
        )
        with statements() as sent:
            visitor.get(path)
        asked = " ".join(sent)
        assert not re.search(r"log_entries|point_entries|standings|stamps|attendance", asked)


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("steward", BUILDING, 200),
        ("steward", UNIT_2, 200),
        ("steward", COMPOUND, 404),
        ("steward", "410581001001-1-2", 404),
        ("librarian", "410581001", 200),
        ("librarian", COMMUNITY, 200),
        ("librarian", "410581106", 404),
        ("admin", "410581", 200),
        ("other_admin", BUILDING, 404),
        ("organizer", BUILDING, 403),
        ("resident", BUILDING, 403),
        ("admin", "no-such-place", 404),
        ("admin", "%00", 404),
    ],
)
def test_a_building_is_seen_from_above_alone(
    doors: Doors, visitor: Visitor, who: str, code: str, status: int
) -> None:
    visitor.sign_in(doors.cast.account(who)).get(f"/buildings/{code}", status)


def test_staff_of_a_larger_place_go_down_the_tree(doors: Doors, visitor: Visitor) -> None:
    page = visitor.sign_in(doors.cast.librarian).get("/buildings", follow=True)
    way = [page.h1]
    while page.soup.select("ul.places a"):
        page = visitor.get(page.soup.select("ul.places a")[0]["href"])
        way.append(page.h1)
    assert way == ["开元街道", "开元街道 开元社区", "开元社区 和顺园", "开元社区 和顺园 1号楼"]
    assert len(shown(page)) == 5
    assert "1号楼 9 people" in visitor.get(f"/buildings/{COMPOUND}").text
    found = visitor.get("/buildings?q=1hl")
    assert found.soup.select("ul.places a")[0]["href"] == f"/buildings/{BUILDING}"
    assert "no such place among yours" in visitor.get("/buildings?q=szc").text
    assert "no such place among yours" in visitor.get("/buildings?q=%00").text


def test_who_holds_two_places_chooses(doors: Doors, visitor: Visitor) -> None:

    steward = doors.cast.steward
    for code in (UNIT_1, "410581106210"):
        role_actions.grant_role(steward.id, "steward", code, by=doors.cast.admin)
    page = visitor.sign_in(steward).get("/buildings")
    assert [one["href"] for one in page.soup.select("ul.places a")] == [
        f"/buildings/{BUILDING}",
        "/buildings/410581106210",
    ]


def test_a_village_without_buildings_is_turned_over(cast: Cast, visitor: Visitor) -> None:
    for number in range(120):
        add_resident(f"村民{number:03}", "410581106210").door = str(number + 1)
    db.session.commit()
    visitor.sign_in(cast.admin)
    first, second = (visitor.get(f"/buildings/410581106210?page={page}") for page in (1, 2))
    assert [len(page.soup.select(".doors > li")) for page in (first, second)] == [100, 21]
    assert "121 households" in first.text
    assert visitor.get("/buildings/410581106210?page=-1").text == first.text
    visitor.get(f"/buildings/410581106210?page={10**30}")


def test_the_page_of_a_large_building_costs_no_more_statements_and_stays_short(
    doors: Doors, visitor: Visitor
) -> None:
    def cost() -> int:
        with statements() as sent:
            visitor.get(f"/buildings/{BUILDING}")
        return len(sent)

    visitor.sign_in(doors.cast.steward)
    visitor.get(f"/buildings/{BUILDING}")
    small = cost()
    for number in range(300):
        add_resident(f"邻居{number}", (UNIT_1, UNIT_2)[number % 2]).door = str(number // 3)
    db.session.commit()
    assert cost() == small <= 16
    page = visitor.get(f"/buildings/{BUILDING}")
    assert not page.soup.select("details.stair[open]")
    opened = visitor.get(f"/buildings/{BUILDING}?unit={UNIT_2}").soup.select("details.stair[open]")
    assert [one.h2.get_text(strip=True) for one in opened] == ["2单元"]


def test_who_left_or_was_merged_stands_behind_no_door(
    doors: Doors, visitor: Visitor, clock: TestClock
) -> None:
    left, merged = (db.session.get_one(Resident, one.id) for one in doors.sisters)
    left.left_at, merged.merged_into_id = clock(), doors.granny.id
    db.session.commit()
    page = visitor.sign_in(doors.cast.steward).get(f"/buildings/{BUILDING}")
    assert "李" not in page.text
    for one in doors.sisters:
        visitor.get(f"/buildings/people/{one.id}", 404)


def test_both_stewards_are_told_of_a_move_for_31_days_and_the_old_one_only_the_community(
    doors: Doors, app: Flask, clock: TestClock
) -> None:
    old, new = Visitor(app).sign_in(doors.cast.steward), Visitor(app).sign_in(doors.cast.admin)
    move_neighbours(
        [doors.granny.id, doors.grandchild.id],
        home_code="410581106210", door="77", since=date(2026, 11, 10), by=doors.cast.steward.id,
    )  # fmt: skip
    page = old.get(f"/buildings/{BUILDING}")
    assert "郑奶奶 moved out to 上庄村 on 10 Nov" in page.text
    assert "77" not in page.text
    assert "郑小宝" in page.text
    there = new.get("/buildings/410581106210")
    assert "郑奶奶 moved in from 开元社区 on 10 Nov" in there.text
    assert "1号楼" not in there.text
    # Whoever was enrolled or joined did not move in.
    assert "周外人 moved" not in there.text
    old.get(f"/buildings/people/{doors.granny.id}", 404)
    clock.advance(days=30)
    assert "moved out" in old.get(f"/buildings/{BUILDING}").text
    clock.advance(days=2)
    assert "moved out" not in old.get(f"/buildings/{BUILDING}").text
    assert "moved in" not in new.get("/buildings/410581106210").text


def test_a_move_within_the_building_is_told_where_it_crosses(doors: Doors, visitor: Visitor) -> None:
    account = doors.sisters[0].account_id
    assert account
    actions.move_household(
        resident_ids=[doors.sisters[0].id], home_code=UNIT_2, since=date(2026, 11, 18), by=account
    )
    visitor.sign_in(doors.cast.steward)
    assert "李大姐 moved" not in visitor.get(f"/buildings/{BUILDING}").text
    assert "李大姐 moved out to 开元社区" in visitor.get(f"/buildings/{UNIT_1}").text
    assert "李大姐 moved in from 开元社区" in visitor.get(f"/buildings/{UNIT_2}").text
