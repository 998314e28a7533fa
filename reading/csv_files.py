"""CSV files as people hand them over: read whole or refused whole, with the lines that are wrong."""

import csv
import io
from collections.abc import Sequence

MOST_BYTES = 64 * 1024 * 1024
MOST_SHOWN = 20
Problem = tuple[int, str]


class BadFile(Exception):
    """A file of which nothing is taken; ``problems`` says why, as (line, sentence), line 0 for the whole file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        shown = [f"line {line}: {text}" if line else text for line, text in self.problems[:MOST_SHOWN]]
        more = len(self.problems) - len(shown)
        super().__init__("\n".join([*shown, f"and {more} more"] if more > 0 else shown))


def read_rows(content: bytes, header: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a UTF-8 CSV file (with or without a byte order mark), with the line each begins on.

    Values are trimmed; empty lines are left out. Raises :class:`BadFile` when the file is not UTF-8, its
    header is not exactly ``header``, or a row has too few or too many columns.
    """
    if len(content) > MOST_BYTES:
        raise BadFile([(0, f"the file is larger than {MOST_BYTES // 1024 // 1024} MB")])
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    begins = 1
    try:
        for number, cells in enumerate(reader):
            values = [cell.strip() for cell in cells]
            if number == 0:
                if values != list(header):
                    wanted, there = ",".join(header), ",".join(values)[:200]
                    raise BadFile([(1, f"the header must be {wanted}; it is {there!r}")])
            elif any(values):
                if len(values) != len(header):
                    problems.append((begins, f"{len(values)} columns instead of {len(header)}"))
                else:
                    rows.append((begins, dict(zip(header, values, strict=True))))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadFile([*problems, (begins, f"this is not CSV: {error}")]) from None
    if problems:
        raise BadFile(problems)
    if not text.strip():
        raise BadFile([(0, "the file is empty")])
    return rows


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    # Read as GBK without being asked, a damaged UTF-8 file would turn into other characters, not fail.
    looks = ""
    try:
        content.decode("gb18030")
        looks = "; it looks like GBK: in Excel choose “CSV UTF-8” when saving"
    except UnicodeDecodeError:
        pass
    raise BadFile([(line, f"this is not UTF-8{looks}")])
