"""What an uploaded file is, told from its bytes before anything is parsed; its name and type are never asked.

A workbook is a ZIP archive: its directory says how large everything in it is, and nothing is unpacked beyond that.
"""

import io
import re
import zipfile
from collections.abc import Iterator

from reading.people.list_rules import Told

MB = 1024 * 1024
MOST_BYTES = 5 * MB
# A list of 5,000 people has about 30 parts and 3 MB of them; a bomb of 297 kB holds 300 MB.
MOST_PARTS = 500
MOST_UNPACKED = 24 * MB
MOST_RATIO = 200
# What openpyxl reads as a whole, and what it reads line by line.
MOST_OF_PART = {"xl/worksheets/": 12 * MB, "xl/sharedstrings.xml": 8 * MB, "": 2 * MB}
MOST_ROWS, MOST_COLUMNS = 20_000, 256
CHUNK, OVERLAP = 64 * 1024, 64

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DIRECTORY_LINE = b"PK\x01\x02"
ENCRYPTED = 0x1
NEEDED = ("[content_types].xml", "xl/workbook.xml")
MACROS = ("vbaproject", "vbadata", "xl/macrosheets/", "xl/activex/", "xl/dialogsheets/")
OUTSIDE = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")
DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
# Each looks only a little ahead, so that no text takes long to search.
DIMENSION = re.compile(
    rb"<(?:\w{1,20}:)?dimension\b[^>]{0,80}\bref=[\"']\$?[A-Z]+\$?\d+:\$?([A-Z]+)\$?(\d+)[\"']"
)
ROW = re.compile(rb"<(?:\w{1,20}:)?row\b(?:[^>]{0,80}?\br=[\"'](\d+)[\"'])?")
NOT_TEXT = re.compile("[\x00\x01-\x08\x0e-\x1f]")

NO_LIST = Told("This is neither an Excel workbook (.xlsx) nor a CSV list.")
BROKEN = Told(
    "This workbook is damaged and cannot be read. Open it in Excel or WPS and save it again as .xlsx."
)


class BadUpload(Exception):
    """A file of which nothing is taken; ``told`` says why."""

    def __init__(self, told: Told) -> None:
        super().__init__(str(told))
        self.told = told


def is_workbook(content: bytes) -> bool:
    """Tell whether a file is a workbook that may be parsed (else it is a text, perhaps CSV).

    Raises :class:`BadUpload` for everything that is neither, or that is not safe to parse.
    """
    if len(content) > MOST_BYTES:
        raise BadUpload(Told("The file is larger than %(most)s MB.", {"most": MOST_BYTES // MB}))
    if not content:
        raise BadUpload(Told("The file is empty."))
    if content.startswith(OLD_OFFICE):
        raise BadUpload(
            Told(
                "This is a workbook of the old kind (.xls), or one with a password. "
                "Save it as .xlsx without a password."
            )
        )
    if content.startswith(ZIP):
        _check_workbook(content)
        return True
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" in content:
        raise BadUpload(NO_LIST)
    return False


def _check_workbook(content: bytes) -> None:
    # Counted before the directory is read: reading one of 100,000 lines costs a second and 50 MB.
    if content.count(DIRECTORY_LINE) > MOST_PARTS:
        raise BadUpload(BROKEN)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(parts, len(content))
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_part(archive, part)
    # NotImplementedError: a kind of compression nobody uses for workbooks; RuntimeError: a password.
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise BadUpload(BROKEN) from error


def _check_directory(parts: list[zipfile.ZipInfo], packed: int) -> None:
    names = [part.filename.lower().lstrip("/") for part in parts]
    if any(part in name for name in names for part in MACROS):
        raise BadUpload(Told("This workbook holds macros. Save it as .xlsx, without macros."))
    if any(name.startswith(OUTSIDE) for name in names):
        raise BadUpload(
            Told("This workbook is linked to other files. Copy the list alone into a new workbook.")
        )
    if any(needed not in names for needed in NEEDED):
        raise BadUpload(NO_LIST)
    if len(set(names)) < len(names) or any(part.flag_bits & ENCRYPTED for part in parts):
        raise BadUpload(BROKEN)
    unpacked = sum(part.file_size for part in parts)
    too_large = any(part.file_size > _most_of(name) for part, name in zip(parts, names, strict=True))
    if too_large or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * packed:
        raise BadUpload(
            Told("Unpacked, this workbook is far too large for a list. Copy the list alone into a new one.")
        )


def _most_of(name: str) -> int:
    if not name.endswith((".xml", ".rels", ".vml")):
        return MOST_UNPACKED
    return next(most for beginning, most in MOST_OF_PART.items() if name.startswith(beginning))


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    is_sheet = part.filename.lower().lstrip("/").startswith("xl/worksheets/")
    rows = 0
    for chunk in _chunks(archive, part):
        # Without the NULs a text in UTF-16 reads like one in UTF-8.
        plain = chunk.replace(b"\0", b"")
        if DOCTYPE.search(plain) or b"macroEnabled" in plain:
            raise BadUpload(
                Told(
                    "This workbook holds what no list needs (macros, or definitions). Save it as a plain .xlsx."
                )
            )
        if is_sheet:
            found = ROW.findall(plain)
            rows = max([rows + len(found), *(int(number[:12]) for number in found if number)])
            _check_size(plain, rows)


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part piece by piece, each after the end of the one before, so that no word is cut in two."""
    end = b""
    with archive.open(part) as unpacked:
        while piece := unpacked.read(CHUNK):
            yield end + piece
            end = piece[-OVERLAP:]


def _check_size(plain: bytes, rows: int) -> None:
    told = DIMENSION.search(plain)
    columns = _column_number(told[1]) if told else 0
    if rows > MOST_ROWS or columns > MOST_COLUMNS or (told and int(told[2][:12]) > MOST_ROWS):
        raise BadUpload(
            Told(
                "The sheet says that it has more than %(rows)s rows or %(columns)s columns. "
                "Copy the list alone into a new workbook.",
                {"rows": MOST_ROWS, "columns": MOST_COLUMNS},
            )
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - ord("A") + 1
    return number
