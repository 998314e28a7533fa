"""Records that may be one person are proposed to who reaches both, side by side."""

import uuid
from datetime import date

import pytest
from flask import Flask

from reading.communities.models import Community
from reading.extensions import db
from reading.people.models import Account, Resident
from reading.rights import merge_queries as queries
from reading.rights.merge_models import Merge
from reading.rights.merge_rules import masked_phone, why_namesakes
from tests.attendance.marking import change
from tests.cast import Cast, add_resident
from tests.pages import Page, Visitor
from tests.recorded import TRAIL, Rows, rows

BUILDING = "/410581/410581001/410581001001/410581001001-1/410581001001-1-1/"


@pytest.fixture
def twin(cast: Cast) -> Resident:
    """The resident once more, on paper, in the other unit of the building."""
    made = add_resident("张晓明", "410581001001-1-1-2")
    db.session.commit()
    return made


def proposed(account: Account) -> list[tuple[set[uuid.UUID], tuple[str, ...]]]:
    db.session.rollback()
    found = queries.proposals(db.session.get_one(Account, account.id))
    return [({side.resident.id for side in pair.sides}, pair.why) for pair in found]


VILLAGE = "/410581/410581001/410581001001/"
UNIT_1, UNIT_2 = (f"{BUILDING}410581001001-1-1-{number}/" for number in (1, 2))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((BUILDING, "1"), (UNIT_2, "1"), "name"),
        ((UNIT_1, "1"), (UNIT_2, "1"), "name"),
        ((UNIT_1, "1"), (UNIT_1, "1"), "name"),
        ((UNIT_1, "1"), (f"{VILLAGE}410581001001-1/410581001001-1-2/", "2"), None),
        ((VILLAGE, None), (BUILDING, "1"), "place"),
        ((VILLAGE, None), (UNIT_1, "1"), "place"),
        ((VILLAGE, None), (VILLAGE, None), "place"),
        ((f"{VILLAGE}410581001001-1/", None), (UNIT_1, "1"), "place"),
        ((f"{VILLAGE}410581001001-1/", None), (f"{VILLAGE}410581001001-2/", None), None),
        ((VILLAGE, None), ("/410581/410581001/410581001004/", None), None),
    ],
)
def test_why_two_namesakes_may_be_one_is_told_by_what_their_homes_say(
    one: tuple[str, str | None], other: tuple[str, str | None], expected: str | None
) -> None:
    assert why_namesakes(one, other) == why_namesakes(other, one) == expected


@pytest.mark.parametrize(("hangs_on", "why"), [("c-1", "name"), ("c-2", None)])
def test_a_building_is_one_wherever_in_the_tree_it_stands(cast: Cast, hangs_on: str, why: str | None) -> None:
    village = db.session.get_one(Community, "410581001004")
    tree = [("c-1", "410581001004", "building"), ("c-2", "410581001004", "compound")]
    tree += [("c-3", hangs_on, "unit"), ("c-4", hangs_on, "unit")]
    paths = {village.code: village.path}
    for code, parent, level in tree:
        paths[code] = f"{paths[parent]}{code}/"
        db.session.add(
            Community(
                code=code, parent_code=parent, level=level, path=paths[code], name=code, short_name=code,
                keys=code, sort_key=code,
            )
        )  # fmt: skip
        db.session.flush()
    for home in ("c-3", "c-4"):
        add_resident("赵铁柱", "410581001004").home_code = home
    db.session.commit()
    assert [why for _ids, why in proposed(cast.admin)] == ([(why,)] if why else [])


def test_a_namesake_without_a_building_is_not_said_to_live_in_the_same_one(app: Flask, cast: Cast) -> None:
    other = add_resident("张晓明", "410581001001")
    db.session.commit()
    assert proposed(cast.admin) == [({cast.resident.id, other.id}, ("place",))]
    shown = Visitor(app).sign_in(cast.admin).get("/residents/duplicates").text
    assert "One name in one place; not both say in which building." in shown
    assert "One name in one building." not in shown
    in_chinese = Visitor(app, "zh").sign_in(cast.admin).get("/residents/duplicates").text
    assert "同一栋楼，同名。" not in in_chinese
    assert "同名，住在同一处，但没有都写明是哪栋楼。" in in_chinese


def test_one_name_in_one_building_is_proposed_to_who_reaches_both(cast: Cast, twin: Resident) -> None:
    expected = [({cast.resident.id, twin.id}, ("name",))]
    assert proposed(cast.steward) == proposed(cast.librarian) == proposed(cast.admin) == expected
    assert proposed(cast.other_admin) == []


def test_a_namesake_out_of_reach_or_of_another_building_is_not_proposed(cast: Cast) -> None:
    add_resident("张晓明", "410581001001-1-2")
    add_resident("张晓明", "410581106200")
    db.session.commit()
    assert proposed(cast.librarian) == proposed(cast.steward) == []


def test_one_phone_is_proposed_whatever_the_names(cast: Cast) -> None:
    other = add_resident("张小明", "410581001004")
    other.phone = "13800000001"
    third = add_resident("章晓明", "410581001001-1-1")
    third.phone = "13800000001"
    db.session.commit()
    pairs = [ids for ids, why in proposed(cast.librarian) if why == ("phone",)]
    assert len(pairs) == 3
    assert [ids for ids, _why in proposed(cast.steward)] == [{cast.resident.id, third.id}]


def test_a_guardian_and_children_of_one_phone_are_no_duplicates(cast: Cast) -> None:
    family = [add_resident(name, "410581001001-1-1") for name in ("赵铁柱", "赵小花", "赵小树")]
    for one in family:
        one.phone = "13800000055"
    for child in family[1:]:
        child.relation, child.guardian_id = "child", family[0].id
    db.session.commit()
    assert proposed(cast.librarian) == []


def test_a_child_and_who_else_is_reached_at_its_guardians_phone_are_no_duplicates(cast: Cast) -> None:
    adults = [add_resident(name, "410581001001-1-1") for name in ("赵铁柱", "王秀英")]
    children = [add_resident(name, "410581001001-1-1") for name in ("赵小花", "王小树")]
    for one in (*adults, *children):
        one.phone = "13800000055"
    for child, guardian in zip(children, adults, strict=True):
        child.relation, child.guardian_id = "child", guardian.id
    db.session.commit()
    assert proposed(cast.librarian) == [({one.id for one in adults}, ("phone",))]


def test_a_child_entered_twice_at_one_phone_is_proposed_by_its_name(cast: Cast) -> None:
    guardian, child = add_resident("赵铁柱", "410581001001-1-1"), add_resident("赵小花", "410581001001-1-1")
    again = add_resident("赵小花", "410581001004")
    for one in (guardian, child, again):
        one.phone = "13800000055"
    child.relation, child.guardian_id = "child", guardian.id
    db.session.commit()
    expected = [({guardian.id, again.id}, ("phone",)), ({child.id, again.id}, ("phone",))]
    assert sorted(proposed(cast.librarian), key=str) == sorted(expected, key=str)


def test_a_household_is_no_duplicate_of_itself(cast: Cast) -> None:
    assert proposed(cast.admin) == []


def test_who_was_merged_has_left_or_is_of_ones_own_household_is_not_proposed(
    cast: Cast, twin: Resident
) -> None:
    change(twin, left_at=twin.created_at)
    assert proposed(cast.librarian) == []
    change(twin, left_at=None, merged_into_id=cast.neighbour.id)
    assert proposed(cast.librarian) == []
    change(twin, merged_into_id=None, account_id=cast.librarian.id)
    assert proposed(cast.librarian) == []


def open_pair(staff: Visitor) -> Page:
    page = staff.get("/residents/duplicates")
    (link,) = [one["href"] for one in page.soup.select("main a.btn") if "/duplicates/" in str(one["href"])]
    return staff.get(str(link))


def test_the_two_stand_side_by_side_with_what_tells_them_apart(
    app: Flask, cast: Cast, twin: Resident
) -> None:
    page = open_pair(Visitor(app).sign_in(cast.steward))
    cells = [cell.get_text(" ", strip=True) for cell in page.soup.select("table.twins td")]
    assert "138****0001" in cells
    assert {"own account", "none", "grown-up"} <= set(cells)
    assert "13800000001" not in page.text


def test_a_steward_merges_two_with_one_tap_on_the_page(app: Flask, cast: Cast, twin: Resident) -> None:
    staff = Visitor(app).sign_in(cast.steward)
    page = staff.submit(open_pair(staff), form=open_pair(staff).form("/residents/merges"))
    assert "One record now: 张晓明." in str(page.soup)
    assert db.session.get_one(Resident, twin.id).merged_into_id == cast.resident.id
    assert staff.get("/residents/duplicates").text.count("张晓明") == 0


def test_not_the_same_person_is_remembered_and_not_asked_again(
    app: Flask, cast: Cast, twin: Resident
) -> None:
    staff = Visitor(app).sign_in(cast.steward)
    for _twice in range(2):
        staff.post(
            "/residents/distinctions", id=str(uuid.uuid4()), first=str(twin.id), second=str(cast.resident.id)
        )
    assert proposed(cast.steward) == proposed(cast.librarian) == []
    assert "Nobody seems to be entered twice." in staff.get("/residents/duplicates").text


def test_the_list_of_residents_shows_a_merged_person_once(app: Flask, cast: Cast, twin: Resident) -> None:
    staff = Visitor(app).sign_in(cast.steward)
    staff.submit(open_pair(staff), form=open_pair(staff).form("/residents/merges"))
    assert len(staff.get("/residents?q=张晓明").soup.select("tbody tr")) == 1


def test_an_admin_undoes_a_merge_from_the_list(app: Flask, cast: Cast, twin: Resident) -> None:
    steward, admin = Visitor(app).sign_in(cast.steward), Visitor(app).sign_in(cast.admin)
    steward.submit(open_pair(steward), form=open_pair(steward).form("/residents/merges"))
    assert not steward.get("/residents/merges").soup.select("main form")
    page = admin.submit(admin.get("/residents/merges"))
    assert "undone" in page.text
    assert db.session.get_one(Resident, twin.id).merged_into_id is None
    merged = db.session.query(Merge).one()
    steward.post(f"/residents/merges/{merged.id}/undoing", status=403)


def test_two_accounts_are_shown_side_by_side_but_not_merged(app: Flask, cast: Cast) -> None:
    other = add_resident("张晓明", "410581001001-1-1-2", phone="13800000009")
    db.session.commit()
    staff = Visitor(app).sign_in(cast.librarian)
    page = open_pair(staff)
    assert "Both have an account" in page.text
    assert not page.soup.find("form", action="/residents/merges")
    answer = staff.post(
        "/residents/merges", 409, id=str(uuid.uuid4()), first=str(cast.resident.id), second=str(other.id)
    )
    assert "Both have an account" in answer.text


BAD_PAIRS = ("", "x", "00000000-0000-0000-0000-00000000000Z", "\x00", "１２３")


@pytest.mark.parametrize("bad", BAD_PAIRS)
@pytest.mark.parametrize("path", ["/residents/merges", "/residents/distinctions"])
def test_what_names_no_two_records_is_told_and_changes_nothing(
    app: Flask, cast: Cast, twin: Resident, path: str, bad: str
) -> None:
    staff = Visitor(app).sign_in(cast.librarian)
    before = rows()
    page = staff.post(path, 400, id=str(uuid.uuid4()), first=str(twin.id), second=bad)
    assert "Say which two records are meant." in page.text
    staff.post(path, 400, id=str(uuid.uuid4()), first=str(twin.id), second=str(twin.id))
    assert rows() == before


def besides_the_trail() -> Rows:
    """All rows but the trail's, which tells of a refusal."""
    return {table: found for table, found in rows().items() if table is not TRAIL}


def test_ids_of_elsewhere_or_of_nobody_are_not_found(app: Flask, cast: Cast, twin: Resident) -> None:
    staff, before = Visitor(app).sign_in(cast.librarian), besides_the_trail()
    for other in (cast.outsider.id, uuid.uuid4()):
        staff.get(f"/residents/duplicates/{twin.id}/{other}", 404)
        for path in ("/residents/merges", "/residents/distinctions"):
            staff.post(path, 404, id=str(uuid.uuid4()), first=str(twin.id), second=str(other))
    staff.get(f"/residents/duplicates/{twin.id}/{twin.id}", 404)
    assert besides_the_trail() == before


def test_a_phone_is_masked_but_for_its_ends() -> None:
    assert [masked_phone(one) for one in ("13812345678", "", None)] == ["138****5678", "", ""]


def test_a_child_is_told_as_one(app: Flask, cast: Cast) -> None:
    add_resident("张小花", "410581001001-1-1-1")
    db.session.commit()
    page = open_pair(Visitor(app).sign_in(cast.steward))
    assert {"child", "grown-up", "in a household", "none"} <= {
        cell.get_text(" ", strip=True) for cell in page.soup.select("table.twins td")
    }
    assert date(2018, 5, 1).isoformat() not in page.text
