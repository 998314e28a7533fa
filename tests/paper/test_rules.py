"""What somebody means who types a signed sheet back in; pure."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.paper.rules import (
    LINES_ON_A_PAGE,
    Trouble,
    WalkIn,
    blanks_for,
    guest_id,
    moment_on_paper,
    put_together,
    read_numbers,
    read_walk_ins,
)

LAST = 40
START = datetime(2026, 11, 18, 11, tzinfo=UTC)
END = START + timedelta(minutes=90)


def present(*numbers: int) -> dict[int, str]:
    return dict.fromkeys(numbers, "present")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1-7 9 12l 15x", {**present(1, 2, 3, 4, 5, 6, 7, 9), 12: "late", 15: "excused"}),
        ("１２", present(12)),
        ("１－３，５；７迟、８假", {**present(1, 2, 3, 5), 7: "late", 8: "excused"}),
        ("1 - 3", present(1, 2, 3)),
        ("1–3 5~6 7～8 9至10 11到12", present(1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12)),
        ("3L 4Ｘ 5迟到 6请假", {3: "late", 4: "excused", 5: "late", 6: "excused"}),
        ("4-6x", {4: "excused", 5: "excused", 6: "excused"}),
        ("3 3 1-3", present(1, 2, 3)),
        ("1, 2,\n3,", present(1, 2, 3)),
        ("007", present(7)),
        ("", {}),
        ("  \n ", {}),
    ],
)
def test_numbers_ranges_and_letters_are_read(typed: str, meant: dict[int, str]) -> None:
    assert read_numbers(typed, LAST) == (meant, [])


@pytest.mark.parametrize(
    ("typed", "trouble"),
    [
        ("7-3", Trouble("backwards", "7-3")),
        ("99", Trouble("no_line", "99", 99)),
        ("0", Trouble("no_line", "0", 0)),
        ("35-99999999999", Trouble("no_line", "35-99999999999", 99999999999)),
        ("1,,2", Trouble("gap", "1,,2")),
        ("1、，2", Trouble("gap", "1,,2")),
        ("3 3l", Trouble("twice", "3l", 3)),
        ("1-5 3x", Trouble("twice", "3x", 3)),
        ("l", Trouble("letter_alone", "l")),
        ("12 迟", Trouble("letter_alone", "迟")),
        ("12q", Trouble("unknown_letter", "12q")),
        ("12lx", Trouble("unknown_letter", "12lx")),
        ("1-3-5", Trouble("unreadable", "1-3-5")),
        ("-3", Trouble("unreadable", "-3")),
        ("李四", Trouble("unreadable", "李四")),
        ("1.5", Trouble("unreadable", "1.5")),
        ("\u0661", Trouble("unreadable", "\u0661")),
    ],
)
def test_what_cannot_be_meant_is_told(typed: str, trouble: Trouble) -> None:
    assert read_numbers(typed, LAST)[1] == [trouble]


def test_every_slip_is_told_and_the_first_mark_of_a_line_stands() -> None:
    found, troubles = read_numbers("3 3l 99 7-3", LAST)
    assert found == present(3)
    assert [one.kind for one in troubles] == ["twice", "no_line", "backwards"]


STATUSES = st.dictionaries(
    st.integers(1, LAST), st.sampled_from(["present", "late", "excused"]), max_size=LAST
)
WORDS = {"present": ("",), "late": ("l", "L", "迟", "迟到", "ｌ"), "excused": ("x", "假", "请假", "Ｘ")}
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@given(STATUSES, st.data())
def test_whatever_way_the_lines_are_written_they_are_read_as_meant(
    statuses: dict[int, str], data: st.DataObject
) -> None:
    pieces = [f"{number}{data.draw(st.sampled_from(WORDS[status]))}" for number, status in statuses.items()]
    pieces = [piece.translate(FULL_WIDTH) if data.draw(st.booleans()) else piece for piece in pieces]
    written = "".join(
        piece + data.draw(st.sampled_from((" ", ",", "，", "、", "; ", "\n"))) for piece in pieces
    )
    assert read_numbers(written, LAST) == (statuses, [])


@given(st.text(alphabet="0123456789 ,，、;；-–~至到lx迟假q李\n", max_size=60), st.integers(1, 60))
def test_whatever_is_typed_no_line_outside_the_sheet_is_meant(typed: str, last: int) -> None:
    found, _troubles = read_numbers(typed, last)
    assert all(1 <= line <= last for line in found)
    assert set(found.values()) <= {"present", "late", "excused"}


@given(st.text(max_size=60))
def test_anything_at_all_is_read_or_told(typed: str) -> None:
    found, troubles = read_numbers(typed, LAST)
    walk_ins, _told = read_walk_ins(typed, 30, LAST)
    assert found or troubles or not typed.strip(" \t\r\n,，、;；") or not typed.split()
    assert all(one.key for one in walk_ins)


def test_walk_ins_are_read_with_their_line_or_by_name_alone() -> None:
    typed = "31 李四\n３２迟 王五\n33x 赵六\n34迟志强\n35. 35号楼孙七\n周八\n\n周八\nLi Lei\n"
    found, troubles = read_walk_ins(typed, 30, LAST)
    assert troubles == []
    assert [(one.line, one.name, one.status) for one in found] == [
        (31, "李四", "present"), (32, "王五", "late"), (33, "赵六", "excused"), (34, "迟志强", "present"),
        (35, "35号楼孙七", "present"), (None, "周八", "present"),
        (None, "周八", "present"), (None, "Li Lei", "present"),
    ]  # fmt: skip
    assert len({one.key for one in found}) == len(found)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("7 李四", "named_line"),
        ("99 李四", "no_line"),
        ("31", "no_name"),
        ("31迟", "no_name"),
        ("31 李四\n31 王五", "named_twice"),
    ],
)
def test_a_walk_in_that_cannot_be_meant_is_told(typed: str, kind: str) -> None:
    assert [one.kind for one in read_walk_ins(typed, 30, LAST)[1]] == [kind]


def test_a_blank_line_among_the_numbers_needs_its_name() -> None:
    walk_ins = [WalkIn(31, "李四", "present", "31"), WalkIn(32, "王五", "late", "32")]
    entry, troubles = put_together({**present(1, 2, 32), 31: "late", 33: "present"}, walk_ins, 30)
    assert troubles == [Trouble("blank_line", "33", 33)]
    assert entry.lines == present(1, 2)
    assert [(one.name, one.status) for one in entry.walk_ins] == [("李四", "late"), ("王五", "late")]
    assert put_together({32: "excused"}, walk_ins, 30)[1] == [Trouble("twice", "王五", 32)]


@pytest.mark.parametrize(
    ("named", "asked"), [(0, 0), (0, 30), (1, 0), (25, 10), (30, 0), (30, 1), (500, 120)]
)
def test_a_sheet_consists_of_whole_pages(named: int, asked: int) -> None:
    blanks = blanks_for(named, asked)
    assert blanks >= asked
    assert named + blanks >= 1
    assert (named + blanks) % LINES_ON_A_PAGE == 0
    assert named + blanks - max(named + asked, 1) < LINES_ON_A_PAGE


def test_who_came_stands_with_the_start_and_who_came_late_after_it_and_nobody_in_the_future() -> None:
    after = END + timedelta(days=2)
    assert moment_on_paper("present", START, END, after) == START
    assert moment_on_paper("late", START, END, after) == START + timedelta(minutes=15)
    assert moment_on_paper("late", START, START + timedelta(minutes=10), after) == START + timedelta(
        minutes=5
    )
    early = START - timedelta(minutes=20)
    assert moment_on_paper("late", START, END, early) == early


def test_the_same_line_of_a_sheet_is_the_same_guest_and_of_another_sheet_another() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    walk_in = WalkIn(31, "李四", "present", "31")
    assert guest_id(one, walk_in) == guest_id(one, WalkIn(31, "王五", "late", "31"))
    assert guest_id(one, walk_in) != guest_id(other, walk_in)
