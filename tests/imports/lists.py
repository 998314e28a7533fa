"""Lists of residents as staff hand them in, and handing them in."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reading.extensions import db
from reading.imports.models import RosterImport
from reading.people.models import Resident
from tests.pages import Page, Visitor

BUILDING = "410581001001-1-1"
UNIT_1, UNIT_2 = f"{BUILDING}-1", f"{BUILDING}-2"
OTHER_BUILDING = "410581001001-1-2"
NEW = "/residents/imports/new"

HEADS = ["姓名", "电话", "单元", "门牌", "出生日期"]
PEOPLE = [
    ["郑奶奶", "13700000001", "2单元", "201", "1948-03-08"],
    ["冯大爷", "13700000002", "1单元", "102", ""],
]


def csv_list(rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> bytes:
    """Return these rows as CSV."""
    return "".join(",".join(row) + "\r\n" for row in rows).encode(encoding)


def xlsx_list(*sheets: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook with these sheets."""
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


SOUND = csv_list([HEADS, *PEOPLE])


def with_part(content: bytes, name: str, part: bytes | None) -> bytes:
    """Return a workbook in which this part is replaced, added, or (None) left out."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info.filename))
        if part is not None:
            new.writestr(name, part)
    return written.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    """Return this part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def bomb(megabytes: int = 300) -> bytes:
    """Return a workbook of some 300 kB whose sheet unpacks to as many megabytes as asked for."""
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
        + b"A" * (megabytes * 1024 * 1024)
        + b"</t></is></c></row>"
    )
    return with_part(xlsx_list([HEADS]), "xl/worksheets/sheet1.xml", sheet + b"</sheetData></worksheet>")


def send_large(visitor: Visitor, path: str, content: bytes, **typed: str) -> TestResponse:
    """Send a large file as a browser does; the tests' own client would leave a file of its own open."""
    typed["csrf_token"] = visitor.token()
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in typed.items()
    ]
    head = '--B\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
    body = "".join([*parts, head]).encode() + content + b"\r\n--B--\r\n"
    kind = "multipart/form-data; boundary=B"
    return visitor.client.post(path, data=body, content_type=kind, headers=visitor.headers)


def hand_in(
    visitor: Visitor, content: bytes, status: int = 200, *, name: str = "list.csv", **typed: Any
) -> Page:
    """Hand a list in with the form, and return the page that follows."""
    return visitor.submit(visitor.get(NEW), status, file=(io.BytesIO(content), name), **typed)


def confirm(visitor: Visitor, page: Page, status: int = 200) -> Page:
    """Say that everybody agreed, and take the list in."""
    return visitor.submit(page, status, form=page.form(holding="agree"), agree="y")


def counts_on(page: Page) -> list[int]:
    """Return the three figures of the page: to be added, known, not taken."""
    return [int(re.sub(r"\D", "", tag.get_text())) for tag in page.soup.select(".counts .count")]


def number_of_residents() -> int:
    """Return how many residents there are."""
    return db.session.scalar(select(func.count()).select_from(Resident)) or 0


def residents_called(name: str) -> list[Resident]:
    """Return the residents of this name."""
    return list(db.session.scalars(select(Resident).where(Resident.name == name)))


def kept_lists() -> list[RosterImport]:
    """Return the lists that wait."""
    return list(db.session.scalars(select(RosterImport)))
