"""A list is handed in, looked at, and taken in; nothing is written before that, and nobody is added twice."""

import io
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.people.models import Consent, Residence, Resident, Role
from tests.cast import Cast, add_staff
from tests.clock import TestClock
from tests.imports.lists import (
    BUILDING,
    HEADS,
    NEW,
    PEOPLE,
    SOUND,
    UNIT_1,
    UNIT_2,
    confirm,
    counts_on,
    csv_list,
    hand_in,
    kept_lists,
    number_of_residents,
    residents_called,
    xlsx_list,
)
from tests.pages import Page, Visitor


def test_a_list_is_shown_first_and_taken_in_when_said_so(cast: Cast, steward: Visitor) -> None:
    before = number_of_residents()
    page = hand_in(steward, SOUND)
    assert page.h1 == "Is this the list?"
    assert counts_on(page) == [2, 0, 0]
    assert "郑奶奶" in page.text
    assert "2单元 · 201" in page.text
    assert number_of_residents() == before
    done = confirm(steward, page)
    assert "2 residents were added." in done.text
    assert number_of_residents() == before + 2
    (person,) = residents_called("郑奶奶")
    assert (person.home_code, person.door, person.phone, str(person.born_on)) == (
        UNIT_2, "201", "13700000001", "1948-03-08",
    )  # fmt: skip
    assert (person.community_id, person.relation, person.account_id) == ("410581001001", "self", None)
    assert (person.created_by, person.show_as) == (cast.steward.id, "hidden")
    lived = db.session.scalars(select(Residence).where(Residence.resident_id == person.id)).one()
    assert (lived.home_code, lived.until) == (UNIT_2, None)


def test_lines_left_out_are_called_so_in_chinese(cast: Cast, steward: Visitor) -> None:
    steward.get("/language/zh", 302)
    page = hand_in(steward, csv_list([HEADS, ["某人", "1.38E+10", "1单元", "", ""]]))
    assert "没有导入的行 1" in [one.get_text(" ", strip=True) for one in page.soup.select("h2")]


def test_the_importer_vouches_once_and_that_is_kept_for_each_person(cast: Cast, steward: Visitor) -> None:
    page = hand_in(steward, SOUND)
    refused = steward.submit(page, 400, form=page.form(holding="agree"))
    assert "without having agreed" in refused.errors_of("agree")
    assert residents_called("郑奶奶") == []
    confirm(steward, refused)
    ids = [residents_called(row[0])[0].id for row in PEOPLE]
    given = db.session.scalars(select(Consent).where(Consent.resident_id.in_(ids))).all()
    assert [(one.kind, one.given_by) for one in given] == [("taking_part", cast.steward.id)] * 2


def test_the_trail_tells_how_many_came_in_and_where(cast: Cast, steward: Visitor) -> None:
    confirm(steward, hand_in(steward, SOUND + csv_list([["吴大爷", "", "1单元"], ["某人", "12", "1单元"]])))
    line = db.session.scalars(select(AuditLine).where(AuditLine.deed == "residents.imported")).one()
    assert (line.by_id, line.community_code) == (cast.steward.id, BUILDING)
    assert line.detail == {"added": 2, "known": 1, "refused": 1}


def test_a_second_tap_and_a_second_upload_add_nobody(cast: Cast, steward: Visitor) -> None:
    page = hand_in(steward, SOUND)
    confirm(steward, page)
    after = number_of_residents()
    again = confirm(steward, page)
    assert "2 residents were added." in again.text
    assert number_of_residents() == after
    page = hand_in(steward, xlsx_list([HEADS, *PEOPLE]))
    assert counts_on(page) == [0, 2, 0]
    assert page.soup.find(attrs={"name": "agree"}) is None
    confirmed = steward.post(f"{page.path}/confirmation", 302, agree="y")
    assert confirmed.status == 302
    assert number_of_residents() == after


def test_two_copies_of_a_list_that_wait_together_add_everybody_once(cast: Cast, steward: Visitor) -> None:
    first, second = hand_in(steward, SOUND), hand_in(steward, SOUND)
    confirm(steward, first)
    after = number_of_residents()
    assert "0 residents were added." in confirm(steward, second).text
    assert number_of_residents() == after


def test_the_same_form_sent_twice_is_one_list_and_with_another_file_is_refused(
    cast: Cast, steward: Visitor
) -> None:
    form = steward.get(NEW)
    for _tap in range(2):
        steward.submit(form, file=(io.BytesIO(SOUND), "a.csv"))
    assert len(kept_lists()) == 1
    other = csv_list([HEADS, ["别人", "", "1单元", "", ""]])
    steward.submit(form, 409, file=(io.BytesIO(other), "a.csv"))
    assert len(kept_lists()) == 1


@pytest.mark.parametrize(
    ("who", "place", "added"),
    [("librarian", "开元社区", 2), ("admin", "开元街道", 2), ("steward", BUILDING, 2)],
)
def test_whoever_enrols_takes_lists_in(cast, visitor, who: str, place: str, added: int) -> None:
    visitor.sign_in(cast.account(who))
    rows = [
        ["姓名", "手机", "住址"],
        ["郑奶奶", "", "和顺园1号楼2单元"],
        ["冯大爷", "", "开元社区和顺园一号楼1单元101室"],
    ]
    page = hand_in(visitor, csv_list(rows), community=place)
    assert counts_on(page) == [added, 0, 0]
    confirm(visitor, page)
    assert {one.home_code for row in rows[1:] for one in residents_called(row[0])} == {UNIT_1, UNIT_2}


@pytest.mark.parametrize(
    "place", ["410581001001-1-2", "410581106210", "410500001001", "410581", "nowhere", ""]
)
def test_a_place_out_of_reach_takes_no_list(cast: Cast, steward: Visitor, place: str) -> None:
    page = hand_in(steward, SOUND, 400, community=place)
    assert page.errors_of("community")
    assert kept_lists() == []


def test_a_township_alone_is_nobodys_home(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.librarian)
    page = hand_in(visitor, csv_list([["姓名"], ["某人"]]), community="开元街道")
    assert counts_on(page) == [0, 0, 1]
    assert "does not say which village or neighbourhood" in page.text


def test_only_who_handed_a_list_in_sees_it(cast: Cast, steward: Visitor) -> None:
    page = hand_in(steward, SOUND)
    other = Visitor(steward.app).sign_in(add_staff("二楼长", "13900000009", "steward", BUILDING))
    db.session.commit()
    for path in (page.path, f"{page.path}/refused.csv"):
        other.get(path, 404)
    for deed in ("confirmation", "removal", "encoding"):
        other.post(f"{page.path}/{deed}", 404, agree="y", encoding="utf-8")
    steward.get(f"/residents/imports/{uuid.uuid4()}", 404)
    assert residents_called("郑奶奶") == []
    assert len(kept_lists()) == 1


def test_whose_role_has_ended_confirms_nothing(cast: Cast, steward: Visitor, clock: TestClock) -> None:
    page = hand_in(steward, SOUND)
    role = db.session.scalars(select(Role).where(Role.account_id == cast.steward.id)).one()
    role.ended_at = clock()
    db.session.commit()
    steward.post(f"{page.path}/confirmation", 403, agree="y")
    add_staff_role(cast, "410581106210")
    steward.post(f"{page.path}/confirmation", 404, agree="y")
    assert residents_called("郑奶奶") == []


def add_staff_role(cast: Cast, code: str) -> None:
    db.session.add(
        Role(
            account_id=cast.steward.id, name="steward", community_id=code, granted_at=cast.steward.created_at
        )
    )
    db.session.commit()


def test_a_list_goes_a_day_after_it_came(cast: Cast, steward: Visitor, clock: TestClock) -> None:
    page = hand_in(steward, SOUND)
    clock.advance(hours=24)
    steward.get(page.path, 404)
    steward.post(f"{page.path}/confirmation", 404, agree="y")
    hand_in(steward, csv_list([HEADS, ["别人", "", "1单元", "", ""]]))
    (left,) = kept_lists()
    assert left.lines[0][1]["name"] == "别人"


def test_what_a_list_said_is_wiped_once_it_is_taken_in(cast: Cast, steward: Visitor) -> None:
    page = hand_in(steward, SOUND)
    done = confirm(steward, page)
    (kept,) = kept_lists()
    assert kept.lines == []
    assert "郑奶奶" not in done.text
    assert "wiped" in done.text
    steward.get(f"{page.path}/refused.csv", 404)


def test_a_list_can_be_put_away(cast: Cast, steward: Visitor) -> None:
    page = hand_in(steward, SOUND)
    away = steward.submit(page, form=page.form(f"{page.path}/removal"))
    assert "Nobody was added" in away.text
    assert kept_lists() == []


def test_columns_that_are_not_needed_are_named_and_not_kept(cast: Cast, steward: Visitor) -> None:
    rows = [["序号", "姓名", "身份证号"], ["1", "郑奶奶", "410581194803080000"]]
    page = hand_in(steward, csv_list(rows))
    assert "Not kept: 序号, 身份证号" in page.text
    (kept,) = kept_lists()
    assert "410581194803080000" not in str(kept.lines)


def test_without_a_file_or_a_heading_the_form_says_so_and_keeps_the_place(
    cast: Cast, visitor: Visitor
) -> None:
    visitor.sign_in(cast.librarian)
    page = visitor.submit(visitor.get(NEW), 400, community=UNIT_2, file=None)
    assert "Choose the file" in page.errors_of("file")
    assert page.soup.find("input", checked=True, attrs={"name": "community"})["value"] == UNIT_2
    page = hand_in(visitor, csv_list([["甲", "乙"], ["丙", "丁"]]), 400, community="开元社区")
    assert "heading for the names" in page.errors_of("file")
    assert "丙" in page.text


def first_name(page: Page) -> Any:
    return page.soup.select_one("tbody th").get_text(strip=True)


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030")]
)
def test_the_characters_of_a_csv_file_are_told_apart_and_can_be_switched(
    cast: Cast, steward: Visitor, encoding: str, shown: str
) -> None:
    rows = [["name", "phone"], ["郑奶奶", "13700000001"], ["𠮷大爷", "13700000002"]]
    page = hand_in(steward, csv_list(rows, encoding))
    assert first_name(page) == "郑奶奶"
    assert page.soup.find("input", checked=True, attrs={"name": "encoding"})["value"] == shown
    other = "gb18030" if shown == "utf-8" else "utf-8"
    wrong = steward.submit(page, form=page.form(f"{page.path}/encoding"), encoding=other)
    assert "郑奶奶" not in wrong.text
    right = steward.submit(wrong, form=wrong.form(f"{page.path}/encoding"), encoding=shown)
    assert first_name(right) == "郑奶奶"
    confirm(steward, right)
    assert residents_called("𠮷大爷")
    steward.post(f"{page.path}/encoding", 400, encoding="utf-7")


def test_a_file_whose_headings_make_no_sense_shows_how_it_was_read(cast: Cast, steward: Visitor) -> None:
    page = hand_in(steward, SOUND, 400, encoding="gb18030")
    assert "Read as GB18030" in page.text
    assert "heading for the names" in page.errors_of("file")
    assert page.soup.find("details").has_attr("open")


def test_formula_and_template_text_is_shown_as_it_stands(cast: Cast, steward: Visitor) -> None:
    name = '"><svg onload=alert(1)>{{7*7}}'
    page = hand_in(steward, xlsx_list([["姓名", "门牌"], [name, "=1+1"]]))
    assert name in page.text
    assert page.soup.find("svg", onload=True) is None


def test_one_resident_is_said_to_be_one(cast: Cast, steward: Visitor) -> None:
    page = hand_in(steward, csv_list([HEADS, PEOPLE[0]]))
    assert page.soup.find("button", form="confirm").get_text() == "Add 1 resident"
    assert "1 resident was added." in confirm(steward, page).text
    assert isinstance(residents_called("郑奶奶")[0], Resident)
