"""What stands on a list of people handed in: read, mended where that is safe, and told where it is not; pure."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from reading.people.rules import (
    CHILD_UNTIL,
    FILLING,
    LONGEST_NAME,
    OF_AGE,
    age_on,
    is_possible_birth,
    normal_phone,
    plain_door,
    seen_of_phone,
)
from reading.text import forbidden_character, squeezed, with_plain_digits

LONGEST_DOOR = 20
LONGEST_SHOWN = 40
# A number of a spreadsheet saved as text: 13800000000.0
NO_FRACTION = re.compile(r"(?<=[0-9])\.0+$")
# A phone number, of a landline too; mobile numbers one after the other.
NUMBER = re.compile(r"[0-9]{7,}", re.ASCII)
MOBILES = re.compile(r"(?:(?:86)?1[3-9][0-9]{9}){2,}", re.ASCII)
MOBILE = re.compile(r"(?:(?:00)?86)?(1[3-9][0-9]{9})", re.ASCII)
# What people write where there is no number, and around or after one: "138…", 138…、
NO_NUMBER = re.compile(r"无|没有|/+|[-‐-―]+")
AROUND_NUMBER = re.compile(r"^[\s\"'‘’“”＂`]+|[\s\"'‘’“”＂`、，,]+$")
# A number that goes on in the next line of its cell.
BROKEN_NUMBER = re.compile(r"[0-9\s\-+.()‐-―]+", re.ASCII)
# What a spreadsheet makes of a long number in a narrow column: 1.38E+10
SHORTENED = re.compile(r"([0-9])(?:\.([0-9]+))?[eE]\+?([0-9]{1,2})", re.ASCII)
DATES = (
    re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?: 0?0:00(?::00)?)?", re.ASCII),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号]?", re.ASCII),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII),
)
# Days since this date are how a spreadsheet keeps dates; it shows them so where a cell is set to "number".
SPREADSHEET_BEGAN = date(1899, 12, 30)
SERIAL = re.compile(r"[0-9]{4,5}", re.ASCII)
FIRST_SERIAL = 3654  # in 1910: what is less is a year
# What a spreadsheet makes of the door 2-301 or the staircase 1-2.
TURNED_INTO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}-[A-Za-z]{3}")
BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
MARKS_OF_TEXT = "'‘’`"


@dataclass(frozen=True)
class Told:
    """A sentence about a line, in English with places for ``values``; whoever shows it translates it first."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


@dataclass(frozen=True)
class Listed:
    """A person on a list handed in; what was written and could not be read is told in ``unread``."""

    line: int
    name: str
    phone: str | None
    home_code: str
    born_on: date | None
    door: str = ""
    unread: tuple[Told, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str | None, date | None]:
        """What makes two lines the same person."""
        return self.name, self.home_code, self.door, self.phone, self.born_on

    def at(self, home_code: str) -> "Listed":
        """Return the person as living at this node."""
        return replace(self, home_code=home_code)

    def but(self, trouble: Told) -> "Listed":
        """Return the person with one more thing that is wrong."""
        return replace(self, unread=(*self.unread, trouble))

    def needs_guardian(self, today: date) -> bool:
        """Tell whether the person is too young to agree alone."""
        return self.born_on is not None and age_on(self.born_on, today) < CHILD_UNTIL


NO_GUARDIAN = Told(
    "under 14 a guardian must agree: give this line the guardian's phone, "
    "and list the guardian too, with the same phone and home"
)


def guardians_among(rows: Sequence[Listed], today: date) -> dict[int, int]:
    """Return, by the line of somebody under 18, that of the first grown-up at the same home with the same phone."""
    grown: dict[tuple[str, str], int] = {}
    for row in rows:
        is_grown = row.born_on is None or age_on(row.born_on, today) >= OF_AGE
        if is_grown and row.phone:
            grown.setdefault((row.home_code, row.phone), row.line)
    return {
        row.line: grown[row.home_code, row.phone]
        for row in rows
        if row.born_on and age_on(row.born_on, today) < OF_AGE
        if row.phone and (row.home_code, row.phone) in grown
    }


def read_listed(line: int, row: Mapping[str, str]) -> Listed:
    """Return a line of a list (columns name, phone, home_code, born_on, door; all but the name may be empty)."""
    cells = {column: as_typed(text) for column, text in row.items()}
    phone, phone_trouble = _read_phone(cells.get("phone", ""))
    born_on, date_trouble = _read_born_on(cells.get("born_on", ""))
    door, door_trouble = _read_door(cells.get("door", ""))
    troubles = tuple(told for told in (phone_trouble, date_trouble, door_trouble) if told)
    name = BETWEEN_HAN.sub("", squeezed(cells["name"]))
    return Listed(line, name, phone, cells.get("home_code", ""), born_on, door, troubles)


def as_typed(text: str) -> str:
    """Return a cell without the mark that makes a spreadsheet take it as text (``'+86 138…``)."""
    return text[1:].strip() if text[:1] in MARKS_OF_TEXT and len(text) > 1 else text


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def _read_phone(written: str) -> tuple[str | None, Told | None]:
    text = seen_of_phone(written)
    plain = NO_FRACTION.sub("", AROUND_NUMBER.sub("", with_plain_digits(text)))
    if not plain or NO_NUMBER.fullmatch(plain):
        return None, None
    if is_broken_number(plain):
        return None, Told(
            "'%(shown)s' stands on several lines of its cell; write the number on one",
            {"shown": _shown(squeezed(text))},
        )
    shortened = SHORTENED.fullmatch(plain.replace(" ", ""))
    if shortened:
        first, rest, exponent = shortened[1], shortened[2] or "", int(shortened[3])
        if len(rest) < exponent:
            return None, Told(
                "'%(shown)s' is a number that Excel has shortened, its last digits are lost; "
                "set the column to Text and write the number again",
                {"shown": _shown(plain)},
            )
        plain = first + rest
    phone = normal_phone(plain) or _written_twice(plain)
    if phone:
        return phone, None
    if holds_several_numbers(plain):
        return None, Told("'%(shown)s' are several phone numbers; leave one of them", {"shown": _shown(text)})
    return None, Told("'%(shown)s' is no mobile number of 11 digits", {"shown": _shown(text)})


def holds_several_numbers(text: str) -> bool:
    """Tell whether a cell holds more than one phone number, whatever stands between them: 138…/139…, 138…、0372-…"""
    words = [FILLING.sub("", word) for word in with_plain_digits(text).split()]
    return len(NUMBER.findall(" ".join(words))) > 1 or MOBILES.fullmatch("".join(words)) is not None


def is_broken_number(text: str) -> bool:
    """Tell whether a cell holds one number, and nothing else, that is broken over several lines.

    Whether its parts belong together is not guessed.
    """
    plain = with_plain_digits(seen_of_phone(text)).strip()
    return (
        len(plain.splitlines()) > 1
        and BROKEN_NUMBER.fullmatch(plain) is not None
        and not holds_several_numbers(plain)
    )


def _written_twice(plain: str) -> str | None:
    """Return the mobile number that a cell holds several times, and no other beside it."""
    digits = re.sub(r"[^0-9]", "", plain)
    found = MOBILE.findall(digits)
    is_one = len(found) > 1 and len(set(found)) == 1 and not MOBILE.sub("", digits)
    return found[0] if is_one else None


def _read_born_on(text: str) -> tuple[date | None, Told | None]:
    plain = NO_FRACTION.sub("", with_plain_digits(text).strip())
    found = _date_in(plain)
    if found or not plain:
        return found, None
    return None, Told("'%(shown)s' is no date such as 1956-03-08", {"shown": _shown(text)})


def _date_in(plain: str) -> date | None:
    if SERIAL.fullmatch(plain) and int(plain) >= FIRST_SERIAL:
        return SPREADSHEET_BEGAN + timedelta(days=int(plain))
    for pattern in DATES:
        match = pattern.fullmatch(plain)
        try:
            if match:
                return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    return None


def _read_door(text: str) -> tuple[str, Told | None]:
    door = plain_door(NO_FRACTION.sub("", squeezed(with_plain_digits(text))))
    if len(door) > LONGEST_DOOR or forbidden_character(door):
        return "", Told("the door '%(shown)s' is too long", {"shown": _shown(door)})
    return door, None


def turned_into_date(text: str) -> Told | None:
    """Return what to tell when a spreadsheet has made a date of a place such as 2-301."""
    if not TURNED_INTO_DATE.fullmatch(text.strip()):
        return None
    return Told(
        "Excel has turned the place into the date '%(shown)s'; set the column to Text and write it again",
        {"shown": _shown(text)},
    )


def listed_problems(rows: Sequence[Listed], today: date) -> list[tuple[int, Told]]:
    """Return what is wrong with a list of people by itself, as (line, sentence), in the order of the lines."""
    found: list[tuple[int, Told]] = []
    first: dict[object, int] = {}
    for row in rows:
        found += [(row.line, told) for told in (*row.unread, *_own_problems(row, today))]
        if row.name and row.key in first:
            told = Told("the same person stands on line %(line)s already", {"line": first[row.key]})
            found.append((row.line, told))
        first.setdefault(row.key, row.line)
    return found


def _own_problems(row: Listed, today: date) -> list[Told]:
    found = []
    if not row.name:
        found.append(Told("the name is empty"))
    elif len(row.name) > LONGEST_NAME or forbidden_character(row.name):
        found.append(
            Told(
                "the name is longer than %(most)s characters or holds control characters",
                {"most": LONGEST_NAME},
            )
        )
    if row.born_on and not is_possible_birth(row.born_on, today):
        found.append(Told("nobody alive was born on %(day)s", {"day": row.born_on.isoformat()}))
    return found


@dataclass(frozen=True)
class KnownPerson:
    """What a list is compared with: somebody who has a record; ``path`` is that of their home in the tree."""

    id: uuid.UUID
    phone: str | None
    born_on: date | None
    door: str
    path: str


def is_same_person(listed: Listed, path: str, known: KnownPerson) -> bool:
    """Tell whether somebody listed at the node with this path is the known person of the same name.

    Neither phone nor birth date may speak against it. With the same phone it is enough that one home lies in the
    other (who joined alone said only the village); without, home and door must agree.
    """
    if listed.phone and known.phone and listed.phone != known.phone:
        return False
    if listed.born_on and known.born_on and listed.born_on != known.born_on:
        return False
    if listed.phone and listed.phone == known.phone:
        return path.startswith(known.path) or known.path.startswith(path)
    return path == known.path and not (listed.door and known.door and listed.door != known.door)
