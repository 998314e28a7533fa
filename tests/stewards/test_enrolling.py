"""Enrolling a household at the door: one form, several people, nothing half-written."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from reading.extensions import db
from reading.people.models import Resident
from tests.cast import Cast, add_resident
from tests.pages import Page, Visitor
from tests.stewards.conftest import BUILDING, UNIT_1, UNIT_2, Doors

PAGE = f"/buildings/{BUILDING}/households/new"
FAMILY: dict[str, Any] = {
    "home": UNIT_2, "door": "501室", "name_1": "何爷爷", "name_2": "何小妹", "born_on_2": "2018-5-1",
    "agree": "y", "guardian_agrees": "y",
}  # fmt: skip


def enrolled(name: str = "何爷爷") -> list[Resident]:
    return list(db.session.scalars(select(Resident).where(Resident.name == name)))


def send(visitor: Visitor, status: int = 200, at: str = PAGE, **typed: Any) -> Page:
    return visitor.submit(visitor.get(at), status, **{**FAMILY, **typed})


def test_a_household_is_enrolled_with_one_form(cast: Cast, visitor: Visitor) -> None:
    page = send(visitor.sign_in(cast.steward), phone_1="138 0000 0099")
    assert page.path == f"/buildings/{BUILDING}"
    assert "Enrolled: 何爷爷, 何小妹." in page.text
    (grandpa,), (child,) = enrolled(), enrolled("何小妹")
    assert (grandpa.home_code, grandpa.door, grandpa.phone, grandpa.account_id) == (
        UNIT_2, "501", "13800000099", None,
    )  # fmt: skip
    assert (child.relation, child.guardian_id, child.door) == ("child", grandpa.id, "501")
    (door,) = [one for one in page.soup.select(".doors > li") if one.select_one(".door").get_text() == "501"]
    assert [one.get_text() for one in door.select(".folk a")] == ["何爷爷", "何小妹"]


def test_a_number_copied_from_a_list_of_contacts_is_kept_as_its_digits(cast: Cast, visitor: Visitor) -> None:
    send(visitor.sign_in(cast.steward), phone_1="\u202a138 0000 0099\u202c")
    assert [one.phone for one in enrolled()] == ["13800000099"]


def test_at_a_unit_or_a_village_there_is_no_place_to_choose(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.admin)
    for code in (UNIT_1, "410581106210"):
        path = f"/buildings/{code}/households/new"
        assert not visitor.get(path).soup.select("input[type=radio]")
        send(visitor, at=path, home=None, name_1=f"村民{code}", name_2="", born_on_2="")
        assert [one.home_code for one in enrolled(f"村民{code}")] == [code]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"door": ""}, "door", "number on the door"),
        ({"door": "室"}, "door", "number on the door"),
        ({"door": "9" * 21}, "door", "at most 20"),
        ({"home": ""}, "home", "Choose one of these."),
        ({"home": "410581106210"}, "home", "Choose one of these."),
        ({"name_1": ""}, "guardian", "together with a guardian"),
        ({"name_1": "", "phone_1": "13800000099"}, "name_1", "Write the name."),
        ({"name_1": "", "name_2": "", "born_on_2": ""}, "name_1", "Write the name."),
        ({"name_2": ""}, "name_2", "Write the name."),
        ({"name_1": "何\u202e爷爷"}, "name_1", "control character"),
        ({"name_1": "何" * 41}, "name_1", "at most 40"),
        ({"phone_1": "12345"}, "phone_1", "11 digits"),
        ({"phone_1": "1.38E+10"}, "phone_1", "11 digits"),
        ({"born_on_2": "2018-02-30"}, "born_on_2", "There is no such date."),
        ({"born_on_2": "20180501"}, "born_on_2", "There is no such date."),
        ({"born_on_2": "2027-01-01"}, "born_on_2", "Nobody can be born"),
        ({"agree": None}, "agree", "without having agreed"),
        ({"guardian_agrees": None}, "guardian_agrees", "consent of a guardian"),
        ({"guardian": str(uuid.UUID(int=3))}, "guardian", "Choose one of these."),
        ({"guardian": "nobody"}, "guardian", "Choose one of these."),
    ],
)
def test_a_mistake_is_told_keeps_what_was_typed_and_enrols_nobody(
    cast: Cast, visitor: Visitor, typed: dict[str, Any], field: str, said: str
) -> None:
    refused = send(visitor.sign_in(cast.steward), 400, **typed)
    assert said in refused.errors_of(field)
    assert enrolled() == enrolled("何小妹") == []
    sent = {**FAMILY, **typed}
    if sent["name_1"] and "\u202e" not in sent["name_1"]:
        assert refused.soup.find(attrs={"name": "name_1"})["value"] == sent["name_1"]
    assert "A child under 14" not in refused.text or "guardian" in field


def test_it_is_said_in_chinese_too(cast: Cast, visitor: Visitor) -> None:
    chinese = Visitor(visitor.app, "zh").sign_in(cast.steward)
    refused = send(chinese, 400, guardian_agrees=None)
    assert "要监护人同意" in refused.errors_of("guardian_agrees")
    assert "登记这一家" in str(refused.soup)


def test_one_more_line_keeps_what_was_typed_and_enrols_nobody(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get(PAGE)
    assert len(page.soup.select("fieldset.person")) == 3
    for number in range(4, 9):
        page = visitor.submit(page, **{**FAMILY, "more": "1"})
        assert len(page.soup.select("fieldset.person")) == number
        assert page.soup.find(attrs={"name": "name_2"})["value"] == "何小妹"
    assert page.soup.find("button", attrs={"name": "more"}) is None
    assert enrolled() == []
    visitor.submit(page, **FAMILY, name_8="何姑姑")
    assert enrolled()
    assert enrolled("何姑姑")


@pytest.mark.parametrize("rows", ["", "0", "-1", "99999999999999999999", "x", "٣", "1_0"])
def test_a_number_of_lines_that_cannot_be_shows_some(cast: Cast, visitor: Visitor, rows: str) -> None:
    visitor.sign_in(cast.steward)
    page = visitor.post(PAGE, 200, rows=rows, more="1")
    assert 3 <= len(page.soup.select("fieldset.person")) <= 8


def test_the_same_form_sent_twice_adds_nobody_twice(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get(PAGE)
    for _ in range(2):
        visitor.submit(page, **FAMILY)
    assert len(enrolled()) == len(enrolled("何小妹")) == 1
    asked = visitor.submit(page, 409, **{**FAMILY, "name_2": "何小弟"})
    assert "This form already enrolled: 何爷爷, 何小妹." in asked.text
    assert enrolled("何小弟") == []
    again = visitor.submit(asked, 400)
    assert "Is it the same person?" in again.errors_of("another")
    visitor.submit(again, name_1="", guardian=str(enrolled()[0].id))
    assert len(enrolled()) == len(enrolled("何小弟")) == 1


def test_a_namesake_at_the_same_home_is_pointed_out_but_not_blocked(cast: Cast, visitor: Visitor) -> None:
    asked = send(visitor.sign_in(cast.steward), 400, home=UNIT_1, name_1="吴大爷")
    assert "Is it the same person?" in asked.errors_of("another")
    assert len(enrolled("吴大爷")) == 1
    visitor.submit(asked, another="y")
    assert len(enrolled("吴大爷")) == 2


def test_a_child_of_that_name_with_another_birth_date_is_pointed_out_with_the_one_that_stands(
    cast: Cast, visitor: Visitor
) -> None:
    send(visitor.sign_in(cast.steward))
    asked = send(visitor, 400, name_1="何奶奶", born_on_2="2018-05-11")
    assert "Is it the same person?" in asked.errors_of("another")
    assert "何小妹 · born 1 May 2018 · 2单元 · door 501" in asked.text
    assert enrolled("何奶奶") == []
    visitor.submit(asked, another="y")
    assert len(enrolled("何小妹")) == 2


def test_children_of_other_names_ask_nothing(cast: Cast, visitor: Visitor) -> None:
    send(visitor.sign_in(cast.steward))
    send(visitor, name_1="何奶奶", name_2="何小弟")
    assert enrolled("何小弟")


def test_at_a_door_that_is_known_the_guardian_who_lives_there_is_offered(
    doors: Doors, visitor: Visitor
) -> None:
    page = visitor.sign_in(doors.cast.steward).get(f"/buildings/{BUILDING}")
    link = page.soup.find("a", class_="door", string="302")
    form = visitor.get(link["href"])
    assert [one.get_text() for one in form.soup.select("select[name=guardian] option")] == [
        "the first grown-up on this form", "郑奶奶",
    ]  # fmt: skip
    visitor.submit(
        form, name_1="郑小二", born_on_1="2019-09-01", agree="y", guardian_agrees="y", guardian=str(doors.granny.id)
    )  # fmt: skip
    (second,) = enrolled("郑小二")
    assert (second.guardian_id, second.door, second.home_code) == (doors.granny.id, "302", UNIT_1)


def test_a_child_of_an_account_at_that_door_joins_its_household(doors: Doors, visitor: Visitor) -> None:
    sister = doors.sisters[0]
    path = f"{PAGE}?home={UNIT_1}&door=2"
    visitor.sign_in(doors.cast.steward)
    page = visitor.get(path)
    visitor.submit(
        page, name_1="李小", born_on_1="2019-09-01", agree="y", guardian_agrees="y", guardian=str(sister.id)
    )
    assert (
        "李小"
        in Visitor(visitor.app).sign_in(db.session.get_one(Resident, sister.id)).get("/me/household").text
    )


def test_the_own_door_is_left_to_a_colleague(doors: Doors, app: Any) -> None:
    own = Visitor(app).sign_in(doors.neighbourly)
    refused = send(own, 409, door="10")
    assert "In a role nobody writes records of themselves" in refused.text
    assert enrolled() == []
    send(Visitor(app).sign_in(doors.cast.steward), door="10")
    assert enrolled()


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("steward", "410581001001-1-2", 404),
        ("steward", "410581001001-1", 404),
        ("librarian", "410581001", 404),
        ("admin", "410581", 404),
        ("librarian", "410581001001", 200),
        ("organizer", "410581106210", 403),
        ("resident", UNIT_1, 403),
    ],
)
def test_only_in_the_own_reach_and_only_where_people_live(
    cast: Cast, visitor: Visitor, who: str, code: str, status: int
) -> None:
    visitor.sign_in(cast.account(who)).get(f"/buildings/{code}/households/new", status)
    if status != 200:
        visitor.post(f"/buildings/{code}/households/new", status, **FAMILY)
    assert enrolled() == []


def test_a_child_under_14_is_not_enrolled_alone_by_the_form_for_one(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get("/residents/new")
    typed: dict[str, Any] = {"name": "何小妹", "community": UNIT_2, "agree": "y"}
    refused = visitor.submit(page, 400, **typed, born_on="2018-05-01")
    assert "enrolled with their household" in refused.errors_of("born_on")
    visitor.submit(page, **typed, born_on="2012-11-18")
    assert enrolled("何小妹")


def test_extra_fields_change_nothing(cast: Cast, visitor: Visitor) -> None:
    send(
        visitor.sign_in(cast.steward), role="admin", points="999", account_id=str(cast.admin.id), relation="other",
        show_as="masked", created_by=str(cast.admin.id), name_9="第九个",
    )  # fmt: skip
    (one,) = enrolled()
    assert (one.account_id, one.relation, one.show_as, one.created_by) == (
        None, "self", "hidden", cast.steward.id,
    )  # fmt: skip
    assert enrolled("第九个") == []


def test_a_phone_shared_by_a_family_is_allowed(cast: Cast, visitor: Visitor) -> None:
    add_resident("何爸爸", UNIT_2).phone = "13800000099"
    db.session.commit()
    send(visitor.sign_in(cast.steward), phone_1="13800000099", name_3="何奶奶", phone_3="13800000099")
    assert {one.phone for name in ("何爷爷", "何奶奶") for one in enrolled(name)} == {"13800000099"}
