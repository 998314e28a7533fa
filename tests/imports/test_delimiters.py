"""What divides the cells of a CSV file: as a spreadsheet writes it, or as a Chinese keyboard does."""

import pytest

from reading.imports.sheets import handed_in
from reading.imports.uploads import BadUpload
from tests.imports.lists import UNIT_2, confirm, counts_on, hand_in, residents_called
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
