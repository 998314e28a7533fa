"""The lines of a list as texts, out of a workbook or a CSV file."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from reading.imports.rules import (
    MOST_TITLES,
    NAME,
    PHONE,
    Columns,
    Line,
    cells_of,
    column_of,
    detected,
    starts_list,
    understood,
)
from reading.imports.uploads import BROKEN, MOST_ROWS, NO_LIST, NOT_TEXT, BadUpload, is_workbook
from reading.late import Late
from reading.people.list_rules import Told, holds_several_numbers, is_broken_number
from reading.text import squeezed

if TYPE_CHECKING:
    import openpyxl
else:
    openpyxl = Late("openpyxl")

MOST_LINES = 5000
# Title lines above the heading, and whatever stands below the list.
MOST_BESIDES = 100
MOST_CELLS = 60
LONGEST_CELL = 200
# So much of a line is asked what divides its cells.
LONGEST_HEAD = 2000
MOST_SHEETS = 10
FEW = 5
# The last two are what a Chinese keyboard writes for the first and the third.
DELIMITERS = ",\t;，；"
# Divides a list of one column: no text holds it (``uploads.NOT_TEXT``).
NONE = "\x1f"
# A remark in brackets holds such marks as any text does: 备注（残疾，低保）. One that is not closed was cut in two.
REMARKS = re.compile(r"[（(【\[][^（(【\[）)】\]]*[）)】\]]")
CUT = re.compile(rf"[（(【\[）)】\]{DELIMITERS}]")
TOO_MANY = Told("The list has more than %(most)s lines. Divide it into several.", {"most": MOST_LINES})


@dataclass(frozen=True)
class Handed:
    """A list as it was handed in: what its columns are called (``told``: column to heading), its lines by column.

    ``encoding`` is how a CSV file was read, "" for a workbook. Of columns that are not understood (``unused``)
    only the heading is kept.
    """

    told: dict[str, str]
    unused: list[str]
    lines: list[tuple[int, dict[str, str]]]
    encoding: str


class NotUnderstood(BadUpload):
    """A file without a heading for the names; ``seen`` is how it begins, as it was read with ``encoding``."""

    def __init__(self, seen: Sequence[Line], encoding: str) -> None:
        super().__init__(Told("No line of this file has a heading for the names (姓名 or name)."))
        self.seen = seen[:FEW]
        self.encoding = encoding


def handed_in(content: bytes, encoding: str = "") -> Handed:
    """Return the list that a file holds: of a workbook, that of the first sheet with one.

    ``encoding`` is how a CSV file is to be read; empty: as its bytes say. Raises ``BadUpload``.
    """
    if is_workbook(content):
        lines, encoding = _of_workbook(content), ""
    else:
        encoding = encoding or detected(content)
        lines = _of_csv(_text_of(content, encoding))
    columns = understood(lines)
    if columns is None:
        raise NotUnderstood(lines, encoding)
    below = [(line.number, cells_of(line, columns)) for line in lines if line.number > columns.heading]
    people = [(number, cells) for number, cells in below if any(cells.values())]
    if not people:
        raise BadUpload(Told("Below its headings this list is empty."))
    if len(people) > MOST_LINES:
        raise BadUpload(TOO_MANY)
    return Handed(dict(columns.told), list(columns.unused), people, encoding)


def _text_of(content: bytes, encoding: str) -> str:
    # What cannot be read shows as such, and its line is refused; one bad letter does not spoil the list.
    text = content.decode(encoding, errors="replace")
    if NOT_TEXT.search(text):
        raise BadUpload(NO_LIST)
    return text.removeprefix("\ufeff")


def _of_csv(text: str) -> list[Line]:
    delimiter = _delimiter_of([line[:LONGEST_HEAD] for line in text.splitlines()[:MOST_TITLES]])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    over_lines: dict[int, list[str]] = {}
    undivided: dict[int, str] = {}
    begins = 1
    try:
        for cells in reader:
            _keep(lines, begins, cells)
            if len(cells) == 1:
                undivided[begins] = cells[0]
            if reader.line_num > begins:
                over_lines[begins] = cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _not_csv(begins) from error
    columns = understood(lines)
    for number, cells in over_lines.items():
        if columns and number > columns.heading and _holds_other_lines(cells, columns, delimiter):
            raise _not_csv(number)
    if columns:
        _refuse_other_marks(lines, columns, undivided, delimiter)
    return lines


def _refuse_other_marks(
    lines: Sequence[Line], columns: Columns, undivided: Mapping[int, str], delimiter: str
) -> None:
    """Refuse headings with commas over lines with those of a Chinese keyboard: each line would be one long name."""
    marks = next(len(line.cells) - 1 for line in lines if line.number == columns.heading)
    for number, text in undivided.items():
        other = next((one for one in DELIMITERS if marks and text.count(one) == marks), None)
        if other and number > columns.heading:
            raise BadUpload(
                Told(
                    "Line %(line)s of this file is divided by “%(other)s”, but its headings by “%(mark)s”. "
                    "Divide the headings and all lines by the same mark.",
                    {"line": number, "other": _shown(other), "mark": _shown(delimiter)},
                )
            )


def _shown(delimiter: str) -> str:
    return "Tab" if delimiter == "\t" else delimiter


def _delimiter_of(head: Sequence[str]) -> str:
    """Return what divides the cells: with it a line has the most headings we know, else it stands there most often.

    A heading counts more where nothing else could divide it: ``姓名*,备注`` is none, whatever the cells below hold. Of
    two that find as many it is the one that divides their line; where none does, the list has that one column.
    """

    def fitness(delimiter: str) -> tuple[int, int, int, int]:
        rows = [line.split(delimiter, MOST_CELLS) for line in head]
        begun = [cells for cells in rows if starts_list(cells)]
        known = [[cell for cell in cells if column_of(cell)] for cells in begun]
        whole = [sum(not CUT.search(REMARKS.sub("", cell)) for cell in cells) for cells in known]
        width = max(map(len, begun), default=0)
        # A heading in quotation marks may go on in the next line.
        is_whole = all(cells[0].count('"') % 2 == 0 for cells in begun)
        often = 0 if width == 1 and is_whole else sum(map(len, rows))
        return max(whole, default=0), max(map(len, known), default=0), width, often

    return max(NONE + DELIMITERS, key=fitness)


def _not_csv(line: int) -> BadUpload:
    return BadUpload(
        Told(
            "Line %(line)s of this file is not CSV: a quotation mark is missing there, or one is too many.",
            {"line": line},
        )
    )


def _holds_other_lines(cells: Sequence[str], columns: Columns, delimiter: str) -> bool:
    """Tell whether a stray quotation mark has made lines that follow part of a cell: their people would be lost.

    An address or a remark may be written on two lines, and two phone numbers are, or one that is broken; nobody's name
    is, and other lines have delimiters.
    """
    broken = {number: cell for number, cell in enumerate(cells) if len(cell.strip().splitlines()) > 1}
    name, phone = columns.at.get(NAME), columns.at.get(PHONE)
    return any(
        delimiter in cell or number == name or (number == phone and not _is_of_numbers(cell))
        for number, cell in broken.items()
    )


def _is_of_numbers(cell: str) -> bool:
    return holds_several_numbers(cell) or is_broken_number(cell)


def _of_workbook(content: bytes) -> list[Line]:
    try:
        first: list[Line] = []
        for cells in _sheets(content):
            lines: list[Line] = []
            for number, row in enumerate(cells, start=1):
                _keep(lines, number, row)
            if any(starts_list(line.cells) for line in lines[:MOST_BESIDES]):
                return lines
            first = first or lines
        return first
    except BadUpload:
        raise
    # Whatever a damaged or hostile workbook makes the parser stumble over, it is told as what it is.
    except Exception as error:
        raise BadUpload(BROKEN) from error


def _sheets(content: bytes) -> Iterator[Iterable[list[str]]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in shown[:MOST_SHEETS]:
            # What the sheet says of its size is not believed.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_CELLS, values_only=True)
            yield ([_written(value) for value in row] for row in rows)
    finally:
        book.close()


def _written(value: Any) -> str:
    """Return a cell as a person would have written it: a number without a fraction, a date as 1956-03-08."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _keep(lines: list[Line], number: int, cells: Iterable[str]) -> None:
    kept = [text and _kept(text[:LONGEST_CELL]) for text in cells][:MOST_CELLS]
    if not any(kept):
        return
    if len(lines) >= MOST_LINES + MOST_BESIDES:
        raise BadUpload(TOO_MANY)
    lines.append(Line(number, kept))


def _kept(text: str) -> str:
    """Return a cell as one line; a number that is broken stays so, as it has to be told."""
    if ("\n" in text or "\r" in text) and is_broken_number(text):
        return "\n".join(squeezed(line) for line in text.strip().splitlines())
    return squeezed(text)
