"""What becomes of each line: added, known already, or left out with the reason; families stay together."""

import csv
import io

import pytest
from sqlalchemy import select

from reading.extensions import db
from reading.people.models import Consent
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.imports.lists import (
    HEADS,
    PEOPLE,
    SOUND,
    confirm,
    counts_on,
    csv_list,
    hand_in,
    number_of_residents,
    residents_called,
)
from tests.pages import Visitor


def test_who_is_known_already_is_shown_and_not_added(cast: Cast, steward: Visitor) -> None:
    rows = [
        ["吴大爷", "", "1单元", "", ""],
        ["张晓明", "138 0000 0001", "", "", ""],
        ["郑奶奶", "", "2单元", "", ""],
    ]
    page = hand_in(steward, csv_list([HEADS, *rows]))
    assert counts_on(page) == [1, 2, 0]
    known = page.soup.find_all("table")[-1].get_text(" ")
    assert "吴大爷" in known
    assert "张晓明" in known
    confirm(steward, page)
    assert len(residents_called("张晓明")) == len(residents_called("吴大爷")) == 1


def test_a_door_written_with_its_word_is_the_door_of_the_form(cast: Cast, steward: Visitor) -> None:
    confirm(steward, hand_in(steward, csv_list([HEADS, ["郑奶奶", "", "2单元", "201室", ""]])))
    assert [one.door for one in residents_called("郑奶奶")] == ["201"]
    assert counts_on(hand_in(steward, csv_list([HEADS, ["郑奶奶", "", "2单元", "201", ""]]))) == [0, 1, 0]


@pytest.mark.parametrize("written", ["无", "没有", "/", "-", "—"])
def test_where_it_is_said_that_there_is_no_number_the_person_is_taken_without(
    cast: Cast, steward: Visitor, written: str
) -> None:
    confirm(steward, hand_in(steward, csv_list([HEADS, ["郑奶奶", written, "2单元", "", ""]])))
    assert [one.phone for one in residents_called("郑奶奶")] == [None]


def test_a_number_copied_from_a_list_of_contacts_is_taken(cast: Cast, steward: Visitor) -> None:
    row = ["郑奶奶", "\u202a13800002032\u202c", "2单元", "", ""]
    confirm(steward, hand_in(steward, csv_list([HEADS, row])))
    assert [one.phone for one in residents_called("郑奶奶")] == ["13800002032"]


def test_who_left_is_not_enrolled_again_by_a_list(cast: Cast, steward: Visitor, clock: TestClock) -> None:
    cast.phoneless.left_at = clock()
    db.session.commit()
    assert counts_on(hand_in(steward, csv_list([HEADS, ["吴大爷", "", "1单元", "", ""]]))) == [0, 1, 0]


def test_who_joined_alone_and_named_only_the_neighbourhood_is_known_by_phone(
    cast: Cast, steward: Visitor
) -> None:
    add_resident("郑奶奶", "410581001001", phone="13700000001")
    add_resident("冯大爷", "410581001001", phone="13700000009")
    db.session.commit()
    assert counts_on(hand_in(steward, SOUND)) == [1, 1, 0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["某人", "1.38E+10", "1单元", "", ""], "Excel has shortened"),
        (["某人", "12345", "1单元", "", ""], "no mobile number of 11 digits"),
        (
            ["某人", "13800000001/13800000002", "1单元", "", ""],
            "'13800000001/13800000002' are several phone numbers; leave one of them",
        ),
        (["某人", '"1380000\n2017"', "1单元", "", ""], "'1380000 2017' stands on several lines of its cell"),
        (["某人", "", "2号楼1单元", "", ""], "no place '2号楼1单元' in 开元社区 和顺园 1号楼"),
        (["某人", "", "9单元", "", ""], "no place '9单元'"),
        (["某人", "", "十二三单元", "", ""], "no place '十二三单元'"),
        (["某人", "", "1单元", "", "1956-02-30"], "no date such as"),
        (["某人", "", "1单元", "", "2050-01-01"], "nobody alive was born"),
        (["", "13700000009", "1单元", "", ""], "the name is empty"),
        (["某" * 41, "", "1单元", "", ""], "longer than 40 characters"),
        (["合计", "32人", "", "", ""], "no name of a person"),
        (["郑奶奶", "13700000001", "2单元", "201", "1948年3月8日"], "stands on line 2 already"),
        (["小明", "", "1单元", "", "2020-01-01"], "under 14 a guardian must agree"),
        (["某人", "", "2026-01-02", "", ""], "turned the place into the date"),
        (["某人\u202e", "", "1单元", "", ""], "control characters"),
    ],
)
def test_a_wrong_line_is_told_with_its_number_and_left_out(cast, steward, row: list[str], said: str) -> None:
    page = hand_in(steward, csv_list([HEADS, *PEOPLE, row]))
    assert counts_on(page) == [2, 0, 1]
    assert "Line 4" in page.text
    assert said in page.text
    before = number_of_residents()
    confirm(steward, page)
    assert number_of_residents() == before + 2


TWICE = ["两个号码", "13800000001、13800000002", "1单元", "", ""]


def test_a_wrong_line_is_told_in_chinese_too(cast: Cast, app) -> None:
    visitor = Visitor(app, "zh").sign_in(cast.steward)
    page = hand_in(visitor, csv_list([HEADS, *PEOPLE, ["某人", "1.38E+10", "9单元", "", ""], TWICE]))
    assert "第 4 行" in page.text
    assert "“13800000001、13800000002”里不止一个号码，请只留一个手机号" in page.text
    assert "Excel" in page.text
    assert "后几位已经丢了" in page.text
    assert "开元社区 和顺园 1号楼" in page.text
    assert "9单元" in page.text


def test_of_many_wrong_lines_twenty_are_shown_and_all_can_be_downloaded(cast: Cast, steward: Visitor) -> None:
    wrong = [[f"=某人{number}", "12", "1单元", "@1", ""] for number in range(30)]
    page = hand_in(steward, csv_list([HEADS, *PEOPLE, *wrong]))
    assert page.text.count("no mobile number") == 20
    assert "and 10 more" in page.text
    answer = steward.client.get(f"{page.path}/refused.csv", headers=steward.headers)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["Line", "Why", *HEADS]
    assert len(rows) == 31
    assert rows[1][0] == "4"
    assert rows[1][2] == "'=某人0"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_refused_lines_that_were_mended_can_be_handed_in_as_they_were_downloaded(
    cast: Cast, steward: Visitor
) -> None:
    page = hand_in(steward, csv_list([HEADS, ["某人", "+86 137 0000", "1单元", "102", ""]]))
    file = steward.client.get(f"{page.path}/refused.csv", headers=steward.headers).data.decode("utf-8-sig")
    again = hand_in(steward, file.replace("'+86 137 0000", "'+86 137 0000 0007").encode())
    assert counts_on(again) == [1, 0, 0]
    assert "13700000007" in again.text


def test_a_family_shares_a_phone_and_the_grown_up_is_the_guardian(cast: Cast, steward: Visitor) -> None:
    rows = [
        ["小明", "13700000003", "1单元", "101", "2018-06-01"],
        ["小红", "13700000003", "1单元", "101", "2011-06-01"],
        ["冯大爷", "13700000003", "1单元", "101", "1950-01-01"],
        ["冯奶奶", "13700000003", "1单元", "101", ""],
    ]
    page = hand_in(steward, csv_list([HEADS, *rows]))
    assert counts_on(page) == [4, 0, 0]
    assert "For each child under 14" in page.text
    assert "line 4 agreed" in page.text
    confirm(steward, page)
    (child,), (teen,), (guardian,), (wife,) = (residents_called(row[0]) for row in rows)
    assert (child.relation, child.guardian_id) == ("child", guardian.id)
    assert (teen.relation, teen.guardian_id) == ("child", guardian.id)
    assert child.child_number is not None
    assert teen.child_number is None
    assert (wife.relation, wife.guardian_id) == ("self", None)
    consent = db.session.scalars(select(Consent).where(Consent.resident_id == child.id)).one()
    assert (consent.given_by, consent.guardian_id) == (cast.steward.id, guardian.id)


def test_a_child_is_added_to_a_guardian_who_is_known_already(cast: Cast, steward: Visitor) -> None:
    rows = [
        ["张晓明", "13800000001", "1单元", "", ""],
        ["张小兰", "13800000001", "1单元", "", "2019-06-01"],
    ]
    confirm(steward, hand_in(steward, csv_list([HEADS, *rows])))
    (child,) = residents_called("张小兰")
    assert (child.relation, child.guardian_id) == ("child", cast.resident.id)
    assert child.account_id == cast.resident.account_id


def test_letters_that_cannot_be_read_spoil_their_line_alone(cast: Cast, steward: Visitor) -> None:
    page = hand_in(steward, SOUND + b"\xff\xfe\xe4,,\r\n", encoding="utf-8")
    assert counts_on(page) == [2, 0, 1]
    assert "letters that cannot be read" in page.text
