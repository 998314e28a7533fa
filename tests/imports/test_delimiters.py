"""What divides the cells of a CSV file: as a spreadsheet writes it, or as a Chinese keyboard does."""

import pytest

from reading.imports.sheets import handed_in
from reading.imports.uploads import BadUpload
from tests.imports.lists import UNIT_2, confirm, counts_on, hand_in, kept_lists, residents_called
from tests.pages import Visitor


@pytest.mark.parametrize("delimiter", ["\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_commas_in_addresses_are_not_taken_for_what_divides_the_cells(encoding: str, delimiter: str) -> None:
    rows = [["姓名", "住址"], *([["某人", "开元社区,和顺园,1号楼,1单元"]] * 9)]
    handed = handed_in("\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert handed.lines[0][1] == {"name": "某人", "place": "开元社区,和顺园,1号楼,1单元"}


@pytest.mark.parametrize("delimiter", ["，", "；"])
@pytest.mark.parametrize(
    "heads",
    [["姓名", "住址"], ["姓名*", "住址"], ["姓名（必填）", "住址（楼,单元）"], ["姓名：", "备注", "住址"]],
)
def test_marks_of_a_chinese_keyboard_divide_cells_that_hold_commas(delimiter: str, heads: list[str]) -> None:
    home = "开元社区,和顺园,1号楼,1单元"
    row = ["某人", *[""] * (len(heads) - 2), home]
    handed = handed_in("\n".join(delimiter.join(one) for one in [heads, *[row] * 9]).encode())
    assert len(handed.lines) == 9
    assert {"name": "某人", "place": home}.items() <= handed.lines[0][1].items()


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize(
    "heads",
    [
        ["姓名", "备注"], ["姓名*", "备注"], ["姓名（必填）", "备注（残疾，低保；五保）"], ["姓名：", "备注"],
        ["姓名（必填，真名）", "备注"], ["姓名（必填", "备注"],
    ],
)  # fmt: skip
def test_marks_of_a_chinese_keyboard_in_cells_do_not_divide_them(delimiter: str, heads: list[str]) -> None:
    rows = [heads, *([["某人", "残疾，低保，五保；一、二；三；四，五"]] * 9)]
    handed = handed_in("\n".join(delimiter.join(row) for row in rows).encode())
    assert handed.told == {"name": heads[0]}
    assert handed.unused == heads[1:]
    assert handed.lines[0][1] == {"name": "某人"}


@pytest.mark.parametrize("delimiter", ["，", "；"])
def test_a_cell_in_quotation_marks_may_hold_the_mark_that_divides(delimiter: str) -> None:
    text = f'姓名{delimiter}住址\n某人{delimiter}"开元社区{delimiter}1单元"\n'
    assert handed_in(text.encode()).lines[0][1] == {"name": "某人", "place": f"开元社区{delimiter}1单元"}
    with pytest.raises(BadUpload, match=r"^Line 2 of this file is not CSV"):
        handed_in(f'姓名{delimiter}住址\n"某人{delimiter}1单元\n李四{delimiter}2单元\n'.encode())


@pytest.mark.parametrize("text", ["；；；", "，\n；\n", "姓名；电话", "姓名，电话\n，\n", "电话；住址\n1；2"])
def test_a_file_of_such_marks_without_a_list_is_told(text: str) -> None:
    with pytest.raises(BadUpload):
        handed_in(text.encode())


@pytest.mark.parametrize("delimiter", ["，", "；"])
def test_a_list_typed_with_a_chinese_keyboard_is_taken_in(steward: Visitor, delimiter: str) -> None:
    text = "姓名,电话,单元\n郑奶奶,13700000001,2单元\n".replace(",", delimiter)
    page = hand_in(steward, text.encode())
    assert counts_on(page) == [1, 0, 0]
    confirm(steward, page)
    [one] = residents_called("郑奶奶")
    assert (one.phone, one.home_code) == ("13700000001", UNIT_2)


@pytest.mark.parametrize("mark", [",", "\t", ";", "，", "；"])
@pytest.mark.parametrize("heading", ["姓名", "姓名*", "姓名（必填，真名；全名）"])
def test_what_no_heading_holds_does_not_cut_a_list_of_one_column(heading: str, mark: str) -> None:
    handed = handed_in(f"居民名单\n{heading}\n王小明\n李{mark}四\n".encode())
    assert handed.lines == [(3, {"name": "王小明"}), (4, {"name": f"李{mark}四".replace("\t", " ")})]


@pytest.mark.parametrize(
    ("mark", "other"), [(",", "，"), ("，", ","), (";", "；"), ("\t", "，"), ("；", "\t")]
)
def test_lines_divided_by_another_mark_than_the_headings_are_refused(mark: str, other: str) -> None:
    text = f"姓名{mark}电话{mark}住址\n某人{mark}{mark}开元社区\n王小明{other}13912345678{other}开元社区\n"
    shown = [one.replace("\t", "Tab") for one in (other, mark)]
    with pytest.raises(
        BadUpload, match=rf"^Line 3 .* divided by “{shown[0]}”, but its headings by “{shown[1]}”"
    ):
        handed_in(text.encode())


def test_a_line_with_less_of_another_mark_than_the_headings_have_is_a_name_or_a_remark() -> None:
    handed = handed_in("姓名,电话,住址\n李；四\n某人，甲,,开元社区\n".encode())
    assert [cells["name"] for _line, cells in handed.lines] == ["李；四", "某人，甲"]


def test_a_list_with_lines_divided_by_another_mark_is_told_on_the_page_and_nothing_is_kept(
    steward: Visitor,
) -> None:
    page = hand_in(steward, "姓名,电话,住址\n王小明，13912345678，开元社区\n".encode(), 400)
    assert "Divide the headings and all lines by the same mark." in page.errors_of("file")
    assert not kept_lists()
