"""What is no list, or not safe to parse, is refused before anything is parsed, in a moment and in little memory."""

import io
import re
import struct
import subprocess
import sys
import time
import uuid
import zipfile

import pytest

import config
from reading.imports.sheets import handed_in
from reading.imports.uploads import MOST_BYTES, BadUpload, is_workbook
from tests.cast import Cast
from tests.imports.lists import (
    BUILDING,
    HEADS,
    NEW,
    PEOPLE,
    SOUND,
    bomb,
    counts_on,
    csv_list,
    hand_in,
    kept_lists,
    part_of,
    send_large,
    with_part,
    xlsx_list,
)
from tests.pages import Visitor

GOOD = xlsx_list([HEADS, *PEOPLE])
SHEET, TYPES = "xl/worksheets/sheet1.xml", "[Content_Types].xml"


def sheet_with(old: str, new: str) -> bytes:
    """Return the good workbook with something in its sheet replaced."""
    sheet = part_of(GOOD, SHEET).decode()
    changed = re.sub(old, new, sheet, count=1)
    assert changed != sheet
    return with_part(GOOD, SHEET, changed.encode())


def with_many_parts(number: int) -> bytes:
    """Return a workbook with so many more parts."""
    written = io.BytesIO(GOOD)
    with zipfile.ZipFile(written, "a") as archive:
        for part in range(number):
            archive.writestr(f"xl/media/{part}.bin", b"")
    return written.getvalue()


def encrypted() -> bytes:
    """Return the good workbook with the flag that says its parts are encrypted."""
    content = bytearray(GOOD)
    for found in re.finditer(rb"PK\x01\x02", GOOD):
        content[found.start() + 8] |= 1
    return bytes(content)


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "A"><!ENTITY b "&a;&a;">]><worksheet '
LIES = GOOD.replace(struct.pack("<L", len(part_of(GOOD, SHEET))), struct.pack("<L", 40))
HOSTILE = {
    "a program renamed": (b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 500, "neither an Excel workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither an Excel workbook"),
    "another archive": (with_part(GOOD, "xl/workbook.xml", None), "neither an Excel workbook"),
    "half a workbook": (GOOD[: len(GOOD) // 2], "damaged"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old kind (.xls)"),
    "nothing": (b"", "Choose the file"),
    "a bomb": (bomb(), "far too large"),
    "a bomb in the styles": (with_part(GOOD, "xl/styles.xml", b"<styleSheet>" + b" " * 9_000_000), "far too large"),
    "many parts": (with_many_parts(600), "damaged"),
    "a part twice": (with_many_parts(1)[:0] or GOOD.replace(b"docProps/core.xml", b"docProps/app.xml\0"), "damaged"),
    "encrypted parts": (encrypted(), "damaged"),
    "sizes that lie": (LIES, "damaged"),
    "a definition": (sheet_with("<worksheet ", DOCTYPE), "what no list needs"),
    "a definition in UTF-16": (
        with_part(GOOD, SHEET, (DOCTYPE + "/>").encode("utf-16")), "what no list needs",
    ),
    "a definition of the styles": (
        with_part(GOOD, "xl/styles.xml", b'<!doctype x SYSTEM "file:///etc/passwd"><x/>'), "what no list needs",
    ),
    "macros": (with_part(GOOD, "xl/vbaProject.bin", b"x"), "holds macros"),
    "macros declared": (
        with_part(GOOD, TYPES, part_of(GOOD, TYPES).replace(b"sheet.main", b"sheet.macroEnabled.main")),
        "what no list needs",
    ),
    "links to other files": (with_part(GOOD, "xl/externalLinks/externalLink1.xml", b"<x/>"), "linked to other files"),
    "a connection": (with_part(GOOD, "xl/connections.xml", b"<x/>"), "linked to other files"),
    "absurd dimensions": (sheet_with('ref="[A-Z0-9:]+"', 'ref="A1:XFD1048576"'), "more than 20000 rows"),
    "absurd columns": (sheet_with('ref="[A-Z0-9:]+"', 'ref="A1:XFD9"'), "256 columns"),
    "a row far away": (sheet_with('<row r="3"', '<row r="1048576"'), "more than 20000 rows"),
    "broken XML": (with_part(GOOD, SHEET, b"<worksheet><sheetData><row></sheetData>"), "damaged"),
    "no list in it": (xlsx_list([["甲"]], [["乙"]]), "heading for the names"),
    "no person in it": (xlsx_list([HEADS]), "is empty"),
    "too many people": (csv_list([["姓名"], *([["某人"]] * 5001)]), "more than 5000 lines"),
    "text with NULs": (b"name\0,phone\n", "neither an Excel workbook"),
    "control characters": (b"name,phone\n\x01\x02,\n", "neither an Excel workbook"),
    "a cell without end": (b'name,phone\n"' + b"x" * 200_000, "is not CSV"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_list_is_refused_in_a_moment_with_the_reason(
    cast: Cast, visitor: Visitor, what: str
) -> None:
    content, said = HOSTILE[what]
    visitor.sign_in(cast.steward)
    page = visitor.get(NEW)
    began = time.process_time()
    refused = visitor.submit(page, 400, file=(io.BytesIO(content), "list.xlsx"))
    assert time.process_time() - began < 1
    assert said in refused.errors_of("file")
    assert kept_lists() == []


@pytest.mark.parametrize("what", HOSTILE)
def test_each_reason_is_told_in_chinese_too(cast: Cast, app, what: str) -> None:
    visitor = Visitor(app, "zh").sign_in(cast.steward)
    refused = visitor.submit(visitor.get(NEW), 400, file=(io.BytesIO(HOSTILE[what][0]), "list.xlsx"))
    assert HOSTILE[what][1] not in refused.text
    assert refused.errors_of("file")


def test_six_megabytes_are_refused_before_they_are_read(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.steward)
    began = time.process_time()
    assert send_large(visitor, NEW, b"x" * 6 * 1024 * 1024).status_code == 413
    assert time.process_time() - began < 1
    with pytest.raises(BadUpload, match="larger than 5 MB"):
        is_workbook(b"x" * (MOST_BYTES + 1))


def test_a_large_file_is_taken_where_a_list_is_handed_in_and_nowhere_else(
    cast: Cast, visitor: Visitor
) -> None:
    large = SOUND + b"\r\n" * 1_000_000
    visitor.sign_in(cast.steward)
    taken = send_large(visitor, NEW, large, id=str(uuid.uuid4()), community=BUILDING, encoding="")
    assert taken.status_code == 302
    assert len(kept_lists()[0].lines) == 2
    assert send_large(visitor, "/residents/new", large).status_code == 413


def test_who_may_not_enrol_sends_no_large_file_either(cast: Cast, visitor: Visitor) -> None:
    assert send_large(visitor, NEW, b"x" * 1_000_000).status_code == 413
    visitor.sign_in(cast.resident)
    assert send_large(visitor, NEW, b"x" * 1_000_000).status_code == 413


def test_a_text_where_the_file_should_be_is_no_file(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get(NEW)
    assert "Choose the file" in visitor.submit(page, 400, file="a,b").errors_of("file")


@pytest.mark.parametrize(
    "name",
    ["../../x", "..\\..\\x.xlsx", "CON", "长" * 300 + ".csv", "a.exe", "=cmd|x.csv", "/etc/passwd"],
)
def test_the_name_of_a_file_is_ignored(cast: Cast, visitor: Visitor, name: str) -> None:
    page = hand_in(visitor.sign_in(cast.steward), SOUND, name=name)
    assert counts_on(page) == [2, 0, 0]
    assert name not in page.text
    assert name not in str(kept_lists()[0].__dict__)


def test_a_list_goes_by_what_it_is_and_not_by_its_name(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.steward)
    assert counts_on(hand_in(visitor, GOOD, name="list.csv")) == [2, 0, 0]
    assert counts_on(hand_in(visitor, SOUND, name="list.xlsx")) == [2, 0, 0]


MEASURED = """
import resource, sys, time
from reading.imports.sheets import handed_in
from reading.imports.uploads import BadUpload
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.process_time()
try:
    handed_in(content)
    said = "taken"
except BadUpload as bad:
    said = str(bad)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.process_time() - began, (after - before) / 1024, said)
"""


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "what", ["a bomb", "a bomb in the styles", "many parts", "absurd dimensions", "a definition"]
)
def test_a_hostile_workbook_costs_less_than_a_second_and_fifty_megabytes(what: str) -> None:
    content = HOSTILE[what][0]
    assert len(content) < 400_000
    told = subprocess.run(
        [sys.executable, "-c", MEASURED], input=content, capture_output=True, check=True, cwd=config.ROOT
    )
    seconds, megabytes, said = told.stdout.decode().split(" ", 2)
    assert HOSTILE[what][1] in said
    assert float(seconds) < 1
    assert float(megabytes) < 50


@pytest.mark.sqlite
def test_a_workbook_of_the_largest_size_is_read_without_growing_much() -> None:
    rows = [
        [f"某人{number}", f"138{number:08}", "1单元", str(number), "1956-03-08"] for number in range(5000)
    ]
    assert len(handed_in(xlsx_list([HEADS, *rows])).lines) == 5000
