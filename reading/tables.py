"""Tables as files for a spreadsheet: XLSX, and CSV that Excel reads as UTF-8; nobody's name becomes a formula."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Response, make_response
from flask_babel import gettext as _

from reading import clock
from reading.late import Late

if TYPE_CHECKING:
    import openpyxl
else:
    openpyxl = Late("openpyxl")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection); a Chinese one takes the
# full-width signs too.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What Windows takes in no file name; a line break would begin another header.
NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
# What XML, and with it a workbook, cannot hold; one such character would make all of it unreadable.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Row = Sequence[Any]


@dataclass(frozen=True)
class Table:
    """One sheet: what it is called, lines that say what it is, when and by whom it was made, heads and rows.

    Cells are texts, numbers, dates, and aware moments (written on the city's clock).
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    widths: Sequence[int] = field(default=())


def xlsx(*tables: Table) -> bytes:
    """Return a workbook with one sheet a table; texts are kept as texts, whatever they begin with."""
    book = openpyxl.Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(_sheet_name(table.title))
        for number, _head in enumerate(table.heads):
            width = table.widths[number] if number < len(table.widths) else 14
            sheet.column_dimensions[openpyxl.utils.get_column_letter(number + 1)].width = width
        for note in table.notes:
            sheet.append([_cell(sheet, note)])
        sheet.append([_cell(sheet, head, bold=True) for head in table.heads])
        for row in table.rows:
            sheet.append([_cell(sheet, value) for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def csv_file(table: Table) -> bytes:
    """Return the table as CSV in UTF-8 with a byte order mark; what looks like a formula gets a ' before it."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerows([[_defused(note)] for note in table.notes])
    lines.writerow([_defused(head) for head in table.heads])
    lines.writerows([[_defused(_plain(value)) for value in row] for row in table.rows])
    return written.getvalue().encode("utf-8-sig")


def download(content: bytes, name: str, kind: str) -> Response:
    """Answer with a file to keep; ``kind`` is "xlsx" or "csv". A name in Chinese is written as RFC 6266 says."""
    answer = make_response(content)
    answer.headers["Content-Type"] = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    shown = f"{NOT_IN_FILE_NAMES.sub('-', name)}.{kind}"
    plain = shown if shown.isascii() else f"table.{kind}"
    answer.headers.set("Content-Disposition", "attachment", filename=plain)
    if plain != shown:
        # A header holds no other letters; Excel and old browsers fall back to the plain name.
        answer.headers["Content-Disposition"] += f"; filename*=UTF-8''{quote(shown, safe='')}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def made_note(by: str) -> str:
    """Return the line that says when, on the city's clock, and by whom a file was made."""
    return _("Made at %(time)s by %(name)s.", time=_plain(clock.now()), name=by)


def _sheet_name(title: str) -> str:
    kept = "".join("-" if character in r"[]:*?/\'" else character for character in title)
    return kept[:31] or "-"


def _plain(value: Any) -> Any:
    """Return a cell as it is written: moments on the city's clock, without the zone a spreadsheet cannot hold."""
    if isinstance(value, datetime):
        return clock.city_time(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> "openpyxl.cell.WriteOnlyCell":
    plain = _plain(value)
    cell = openpyxl.cell.WriteOnlyCell(
        sheet, value=NOT_IN_XML.sub("", plain) if isinstance(plain, str) else plain
    )
    if isinstance(cell.value, str):
        # Otherwise openpyxl takes a text that begins with = for a formula.
        cell.data_type = "s"
    if bold:
        cell.font = openpyxl.styles.Font(bold=True)
    return cell


def _defused(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
