"""How a list is read: its columns, its cells, its characters, and the places it names."""

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.imports.rules import Homes, Place, column_of, detected, place_written, read_again
from reading.imports.sheets import handed_in
from reading.imports.uploads import BadUpload
from tests.imports.lists import HEADS, PEOPLE, SOUND, csv_list, part_of, with_part, xlsx_list


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("姓名", "name"),
        ("姓 名", "name"),
        ("Name", "name"),
        ("姓名（必填）", "name"),
        ("联系电话(手机)", "phone"),
        ("手机号码", "phone"),
        ("Phone number", "phone"),
        ("出生日期", "born_on"),
        ("born_on", "born_on"),
        ("楼", "building"),
        ("楼栋号", "building"),
        ("单元", "unit"),
        ("门牌号", "door"),
        ("家庭住址", "place"),
        ("home", "place"),
        ("home_code", "home_code"),
        ("身份证号", None),
        ("开元社区居民花名册", None),
        ("", None),
    ],
)
def test_a_column_is_known_by_its_heading(heading: str, column: str | None) -> None:
    assert column_of(heading) == column


def test_columns_may_stand_in_any_order_below_titles_and_empty_lines() -> None:
    rows = [
        ["开元社区居民花名册", ""],
        ["", ""],
        ["门牌", "手机", "姓名"],
        ["", "", ""],
        ["201", "13700000001", "郑奶奶"],
    ]
    handed = handed_in(csv_list(rows))
    assert handed.told == {"door": "门牌", "phone": "手机", "name": "姓名"}
    assert handed.lines == [(5, {"door": "201", "phone": "13700000001", "name": "郑奶奶"})]


def test_merged_titles_of_a_workbook_are_passed_over() -> None:
    rows: list[list[Any]] = [
        ["开元社区居民花名册"],
        ["填表日期：2026年11月", None, "填表人：孙楼长"],
        HEADS,
        PEOPLE[0],
    ]
    assert handed_in(xlsx_list(rows)).lines[0][0] == 4


def test_of_several_sheets_the_one_with_a_list_counts() -> None:
    assert len(handed_in(xlsx_list([["说明"]], [HEADS, *PEOPLE])).lines) == 2


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (13700000001, "13700000001"),
        (13700000001.0, "13700000001"),
        ("13700000001.0", "13700000001.0"),
        (1.38e10, "13800000000"),
        ("1.38E+10", "1.38E+10"),
        (date(1956, 3, 8), "1956-03-08"),
        (datetime(1956, 3, 8), "1956-03-08"),
        (time(8, 30), "08:30:00"),
        (True, "TRUE"),
        (2.5, "2.5"),
    ],
)
def test_a_cell_is_read_as_a_person_would_have_written_it(cell: object, read: str) -> None:
    (line,) = handed_in(xlsx_list([["姓名", "电话"], ["某人", cell]])).lines
    assert line[1]["phone"] == read


def test_a_formula_is_read_as_its_value_and_never_worked_out() -> None:
    (line,) = handed_in(xlsx_list([["姓名", "电话"], ["某人", "=1+1"]])).lines
    assert line[1]["phone"] == ""


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，", "；"])
def test_a_text_is_read_in_the_encoding_its_bytes_tell(encoding: str, told: str, delimiter: str) -> None:
    content = SOUND.decode().replace(",", delimiter).encode(encoding)
    handed = handed_in(content)
    assert (handed.encoding, handed.lines[0][1]["name"]) == (told, "郑奶奶")
    assert detected(content) == told


def test_what_was_read_in_the_wrong_encoding_reads_well_in_the_right_one() -> None:
    mojibake = "张三丰四".encode().decode("gb18030")
    assert read_again(mojibake, "gb18030", "utf-8") == "张三丰四"


@pytest.mark.parametrize("between", ["\n", "\r\n", " /\n"])
def test_two_phones_on_two_lines_of_a_cell_are_of_that_line_alone(between: str) -> None:
    cell = f"13911110001{between}13911110002"
    text = f'姓名,电话\n张三,"{cell}"\n李四,13911110003\n'
    for content in (text.encode(), xlsx_list([["姓名", "电话"], ["张三", cell], ["李四", "13911110003"]])):
        (first, second) = [cells for _line, cells in handed_in(content).lines]
        assert first["phone"].split() == cell.split()
        assert second == {"name": "李四", "phone": "13911110003"}


@pytest.mark.parametrize("between", ["\n", "\r\n"])
def test_a_number_broken_over_two_lines_of_its_cell_is_of_that_line_alone(between: str) -> None:
    cell = f"1380000{between}2017"
    text = f'姓名,电话\n张三,"{cell}"\n李四,13911110003\n'
    for content in (text.encode(), xlsx_list([["姓名", "电话"], ["张三", cell], ["李四", "13911110003"]])):
        phones = [cells["phone"] for _line, cells in handed_in(content).lines]
        assert phones == ["1380000\n2017", "13911110003"]


def test_a_cell_over_two_lines_keeps_the_number_of_the_line_it_begins_on() -> None:
    handed = handed_in('"姓名\n（必填）",住址\n郑奶奶,"和顺园\n1号楼"\n"冯大爷\n",y\n张三,z\n'.encode())
    assert [line for line, _cells in handed.lines] == [3, 5, 7]
    assert handed.lines[0][1] == {"name": "郑奶奶", "place": "和顺园 1号楼"}
    assert handed.lines[1][1]["name"] == "冯大爷"


GOOD = "".join(f"郑奶奶{number},1390000{number:04},1单元\n" for number in range(50))
HEADING = "姓名,电话,住址\n冯大爷,13911110000,1单元\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'{HEADING}"坏引号,13911119999,1单元\n{GOOD}', 3),
        (f'{HEADING}{GOOD}坏引号,13911119999,"1单元\n', 53),
        ('姓名,电话\n"张三,13911110001\n李四,\n', 2),
        (f'{HEADING}"坏引号,13911119999,1单元\n{GOOD}"又一个,13911119998,1单元\n', 3),
        (f'{HEADING}"坏引号,13911119999,1单元\n{GOOD}又一个",13911119998,1单元\n', 3),
        (f'{HEADING}坏引号,"13911119999,1单元\n{GOOD}又一个,13911119998",1单元\n', 3),
        (f'{HEADING}坏引号,13911119999,"1单元\n{GOOD}又一个,13911119998,1单元"\n', 3),
        ('姓名\n"张三\n李四"\n', 2),
        (f'{HEADING}张三,"13911110001\n李四",1单元\n', 3),
        (f'{HEADING}张三,"13911110001\n13911110002,1单元\n李四,13911110003",1单元\n', 3),
    ],
)
def test_a_stray_quotation_mark_is_told_with_its_line_and_nothing_is_taken(text: str, line: int) -> None:
    with pytest.raises(BadUpload, match=f"^Line {line} of this file is not CSV"):
        handed_in(text.encode())


def test_a_workbook_that_says_nothing_or_too_little_of_its_size_is_read_whole() -> None:
    good = xlsx_list([HEADS, *PEOPLE])
    sheet = part_of(good, "xl/worksheets/sheet1.xml")
    for said in (b"", b'<dimension ref="A1"/>'):
        start, end = sheet.index(b"<dimension"), sheet.index(b"/>", sheet.index(b"<dimension")) + 2
        changed = with_part(good, "xl/worksheets/sheet1.xml", sheet[:start] + said + sheet[end:])
        assert len(handed_in(changed).lines) == 2


def places(*told: tuple[str, str, str]) -> list[Place]:
    """Return nodes of a tree told as (code, level, names from the township down)."""
    return [Place(code, level, "", names.split()) for code, level, names in told]


TREE = places(
    ("v", "community", "开元街道 开元社区"),
    ("c", "building", "开元街道 开元社区 12号楼"),
    ("c5", "unit", "开元街道 开元社区 12号楼 5单元"),
    ("p", "compound", "开元街道 开元社区 和顺园"),
    ("p1", "building", "开元街道 开元社区 和顺园 1号楼"),
    ("p11", "unit", "开元街道 开元社区 和顺园 1号楼 1单元"),
    ("p12", "unit", "开元街道 开元社区 和顺园 1号楼 2单元"),
    ("p2", "building", "开元街道 开元社区 和顺园 2号楼"),
    ("q", "compound", "开元街道 开元社区 怡园"),
    ("q1", "building", "开元街道 开元社区 怡园 1号楼"),
)


def meant(base: str, text: str, door: str = "") -> tuple[list[str], str]:
    found, behind = Homes(next(one for one in TREE if one.code == base), TREE).meant(text, door)
    return [place.code for place in found], behind


@pytest.mark.parametrize(
    ("base", "text", "door", "home", "behind"),
    [
        ("p1", "1单元", "101", "p11", "101"),
        ("p1", "01单元", "", "p11", ""),
        ("p1", "一单元", "", "p11", ""),
        ("p1", "1号楼2单元", "", "p12", ""),
        ("p1", "1栋2单元301", "", "p12", "301"),
        ("p1", "1#楼 2单元 301室", "", "p12", "301室"),
        ("p1", "开元社区和顺园一号楼2单元", "", "p12", ""),
        ("p1", "和顺园 1号楼", "", "p1", ""),
        ("p1", "p12", "", "p12", ""),
        ("p1", "", "", "p1", ""),
        ("p1", "", "101", "p1", "101"),
        ("p1", "", "2-301", "p12", "301"),
        ("p1", "1-2-301", "", "p12", "301"),
        ("p11", "1-301", "", "p11", "301"),
        ("p", "1-2", "", "p12", ""),
        ("p", "2号楼", "", "p2", ""),
        ("v", "怡园1幢", "", "q1", ""),
        ("v", "12号", "", "v", "12号"),
        ("v", "十二号楼五单元", "101", "c5", "101"),
        ("v", "一二栋 五号单元", "", "c5", ""),
        ("v", "十二#楼", "", "c", ""),
    ],
)
def test_a_place_is_found_as_people_write_it(base: str, text: str, door: str, home: str, behind: str) -> None:
    assert meant(base, text, door) == ([home], behind)


@pytest.mark.parametrize(
    ("base", "text"),
    [("p1", "9单元"), ("v", "和顺园3号楼"), ("v", "和顺园9号"), ("p1", "没有这里"), ("p1", "3-301")]
    + [("v", text) for text in ("和顺园十二三单元", "七十二三栋", "二三十号楼", "十十栋", "一二三四单元")],
)
def test_a_place_that_is_not_there_is_not_guessed(base: str, text: str) -> None:
    assert meant(base, text)[0] == []


@pytest.mark.parametrize("unit", ["5", "五", "5单元", "五单元", "五号", "五号单元", "５", "05", "5.0"])
@pytest.mark.parametrize(
    "building", ["12", "十二", "12号", "十二号", "十二号楼", "１２栋", "12#", "十二幢", "一二"]
)
def test_parts_in_columns_of_their_own_mean_one_place_in_either_numbers(building: str, unit: str) -> None:
    text, door = place_written({"community": "开元社区", "building": building, "unit": unit, "door": "101"})
    assert meant("v", text, door) == (["c5"], "101")


NUMBERS = st.text("〇零一二三九十两百0123９号楼院栋幢座单元室#-/. 园期²㊂Ⅷ", max_size=12)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_whatever_number_is_written_a_place_is_found_or_not(
    place: str, building: str, unit: str, door: str
) -> None:
    meant("p", *place_written({"place": place, "building": building, "unit": unit, "door": door}))


def test_a_name_that_several_places_bear_means_them_all() -> None:
    assert meant("v", "1号楼")[0] == ["p1", "q1"]
