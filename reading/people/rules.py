"""How people are named and reached, what they may choose and grant; pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from reading.text import forbidden_character, match_key, squeezed, with_plain_digits

PHONE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
PREFIX = re.compile(r"(\+|00)86")
FILLING = re.compile(r"[\s\-.()‐-―－]+")
MASK = "*"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
CHILD_UNTIL = 14
OF_AGE = 18
LONGEST_NAME = 40
DATE = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})", re.ASCII)
OLDEST = 125
MOST_IN_HOUSEHOLD = 20
DAYS_BACK = 31
# Which wording of the notice people agree to.
NOTICE_VERSION = "2026-11"


@dataclass(frozen=True)
class Shown:
    """How a person stands on a board: a text, or a child's number within the community (小读者 12)."""

    text: str = ""
    child_number: int | None = None


def shown_name(
    name: str, show_as: str, nickname: str, relation: str, child_number: int | None
) -> Shown | None:
    """Return how a person is shown to others, None when hidden; a child is never shown by name."""
    if show_as == "hidden":
        return None
    if relation == "child":
        if child_number is not None:
            return Shown(child_number=child_number)
        return Shown(nickname) if nickname and not gives_away(nickname, name) else None
    if show_as == "nickname" and nickname:
        return Shown(nickname)
    return Shown(masked(name))


def masked(name: str) -> str:
    """Return a name as a notice board masks it: 张*三, 张*; of 单田方 stay the first and the last character."""
    characters = list(name.replace(" ", ""))
    if len(characters) < 2:
        return MASK
    middle = MASK * max(len(characters) - 2, 1)
    return characters[0] + middle + (characters[-1] if len(characters) > 2 else "")


def gives_away(nickname: str, name: str) -> bool:
    """Tell whether a nickname holds the name it stands in for."""
    return bool(match_key(name)) and match_key(name) in match_key(nickname)


def normal_phone(text: str) -> str | None:
    """Return a mainland mobile number as its eleven digits, or None.

    Takes +86 or 0086 before it, spaces, hyphens, brackets, and full-width digits.
    """
    plain = FILLING.sub("", with_plain_digits(text))
    plain = PREFIX.sub("", plain, count=1) if PREFIX.match(plain) else plain
    if len(plain) == 13 and plain.startswith("86"):
        plain = plain[2:]
    return plain if PHONE.fullmatch(plain) else None


def age_on(born_on: date, day: date) -> int:
    """Return the age in whole years on ``day``; somebody born on 29 February turns on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def is_numbered_child(relation: str, born_on: date | None, today: date) -> bool:
    """Tell whether a person stands on boards by a child's number, whatever nickname they have."""
    return relation == "child" and born_on is not None and age_on(born_on, today) < CHILD_UNTIL


def is_minor(relation: str, born_on: date | None, today: date) -> bool:
    """Tell whether a person's name may stand on no board: a child's, or of whoever is known to be under 18."""
    return relation == "child" or (born_on is not None and age_on(born_on, today) < OF_AGE)


def is_possible_birth(born_on: date, today: date) -> bool:
    """Tell whether somebody alive can be born on this date."""
    return born_on <= today and age_on(born_on, today) <= OLDEST


class HeldRole(Protocol):
    """A role, and the path of the node it was granted at."""

    name: str

    @property
    def path(self) -> str: ...


def may_grant(held: Iterable[HeldRole], role: str, path: str) -> bool:
    """Tell whether who holds ``held`` may grant or end ``role`` at the node with this path (design §6).

    An admin: every role in the own subtree. A steward: stewards below the own node, never beside or above it.
    """
    return any(
        path.startswith(own.path)
        and (own.name == "admin" or (own.name == "steward" and role == "steward" and path != own.path))
        for own in held
    )


@dataclass(frozen=True)
class Listed:
    """A person on a list handed in; what was written and could not be read is kept in ``unread``."""

    line: int
    name: str
    phone: str | None
    home_code: str
    born_on: date | None
    unread: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str | None, date | None]:
        """What makes two lines the same person."""
        return self.name, self.home_code, self.phone, self.born_on


def read_listed(line: int, row: Mapping[str, str]) -> Listed:
    """Return a line of a list (columns name, phone, home_code, born_on; phone and born_on may be empty)."""
    phone = normal_phone(row["phone"])
    born_on = _read_date(row["born_on"])
    unread = [f"{row['phone']!r} is no mobile number"] if row["phone"] and not phone else []
    unread += [f"{row['born_on']!r} is no date such as 1956-03-08"] if row["born_on"] and not born_on else []
    return Listed(line, squeezed(row["name"]), phone, row["home_code"], born_on, tuple(unread))


def _read_date(text: str) -> date | None:
    match = DATE.fullmatch(with_plain_digits(text))
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def listed_problems(rows: Sequence[Listed], today: date) -> list[tuple[int, str]]:
    """Return what is wrong with a list of people by itself, as (line, sentence)."""
    found: list[tuple[int, str]] = []
    first: dict[object, int] = {}
    for row in rows:
        found += [(row.line, text) for text in row.unread]
        if not row.name:
            found.append((row.line, "the name is empty"))
        elif len(row.name) > LONGEST_NAME or forbidden_character(row.name):
            found.append(
                (row.line, f"the name is longer than {LONGEST_NAME} characters or holds control characters")
            )
        if row.born_on and not is_possible_birth(row.born_on, today):
            found.append((row.line, f"nobody alive was born on {row.born_on}"))
        if row.key in first:
            found.append((row.line, f"the same person stands on line {first[row.key]} already"))
        first.setdefault(row.key, row.line)
    return found
