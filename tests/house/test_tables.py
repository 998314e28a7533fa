"""Files for spreadsheets: what people typed stays text, moments are the city's, Excel reads the characters."""

import io
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.http import parse_options_header

from reading.tables import Table, csv_file, download, xlsx

EVIL = ("=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "＝1+1", "＋86", "－2", "＠A1", "张=三")


@pytest.fixture
def table(app: Flask) -> Table:
    moment = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)
    rows = [[name, 3, 1.5, date(2026, 11, 10), moment, None] for name in EVIL]
    return Table("登记表 [1/2]", ["姓名", "=次", "学时", "日期", "时间", ""], rows, notes=["=制表"])


def test_a_workbook_keeps_names_as_text_and_holds_no_formula(table: Table) -> None:
    sheet = load_workbook(io.BytesIO(xlsx(table))).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == list(EVIL)
    assert [cell.value for cell in sheet[3]][1:5] == [3, 1.5, "2026-11-10", "2026-11-19 00:30"]


def test_a_csv_begins_with_a_byte_order_mark_and_defuses_formulas(table: Table) -> None:
    written = csv_file(table)
    assert written.startswith(b"\xef\xbb\xbf")
    lines = written.decode("utf-8-sig").splitlines()
    assert lines[0] == "'=制表"
    assert lines[1].startswith("姓名,'=次")
    firsts = [line.split(",")[0] for line in lines[2:]]
    assert firsts == [*(f"'{evil}" for evil in EVIL[:-1]), "张=三"]
    assert "2026-11-19 00:30" in lines[2]


def test_a_workbook_can_be_opened_whatever_stands_in_a_name(app: Flask) -> None:
    table = Table("一", ["姓名\x0b"], [["张\uffff三"], ["\ufffe李\x00四"]], notes=["\ud800制表"])
    sheet = load_workbook(io.BytesIO(xlsx(table))).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows()] == ["制表", "姓名", "张三", "李四"]


def test_a_file_called_in_chinese_keeps_its_name_in_a_plain_header(app: Flask) -> None:
    with app.test_request_context():
        told = download(b"", '花椒 "种植"/管护\\;%\r\nX: 1', "xlsx").headers["Content-Disposition"]
        plain = download(b"", "record-2026-11-10", "csv").headers["Content-Disposition"]
    assert told.isascii()
    _kind, options = parse_options_header(told)
    assert options["filename"] == "花椒 -种植--管护-;%--X- 1.xlsx"
    assert plain == "attachment; filename=record-2026-11-10.csv"
