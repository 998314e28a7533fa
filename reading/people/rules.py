"""How people are named and reached, what they may choose and grant; pure."""

import re
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from reading.text import match_key, with_plain_digits

PHONE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
PREFIX = re.compile(r"(\+|00)86")
FILLING = re.compile(r"[\s\-.()‐-―－]+")
# What people write after the number on a door.
DOOR_WORD = re.compile(r"\s*[室户号]+$")
MASK = "*"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
CHILD_UNTIL = 14
OF_AGE = 18
DAYS_REMINDED = 60
LONGEST_NAME = 40
OLDEST = 125
MOST_IN_HOUSEHOLD = 20
DAYS_BACK = 31
# So many people can be written on one form at the door; their ids follow from the form's.
MOST_ON_FORM = 8
# What is learned of who lived where in a past period later than this no longer changes its figures.
FROZEN_AFTER_DAYS = 31
# The wordings of the notice, each on a page of its own; people agree to the last.
NOTICES = ("2026-11",)
NOTICE_VERSION = NOTICES[-1]


class Shown(NamedTuple):
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

    Takes +86 or 0086 before it, spaces, hyphens, brackets, and full-width digits, and what ``seen_of_phone`` drops.
    """
    plain = FILLING.sub("", with_plain_digits(seen_of_phone(text)))
    plain = PREFIX.sub("", plain, count=1) if PREFIX.match(plain) else plain
    if len(plain) == 13 and plain.startswith("86"):
        plain = plain[2:]
    return plain if PHONE.fullmatch(plain) else None


def seen_of_phone(text: str) -> str:
    """Return what was written of a number without the marks that a list of contacts puts around it.

    They say in which direction it runs and show nothing, so nobody could take them out again.
    """
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def plain_door(text: str) -> str:
    """Return the number on a door without the word for it, so that 302室, ３０２ and 302 are one door."""
    return DOOR_WORD.sub("", with_plain_digits(text))


def age_on(born_on: date, day: date) -> int:
    """Return the age in whole years on ``day``; somebody born on 29 February turns on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def is_numbered_child(relation: str, born_on: date | None, today: date) -> bool:
    """Tell whether a person stands on boards by a child's number, whatever nickname they have."""
    return relation == "child" and born_on is not None and age_on(born_on, today) < CHILD_UNTIL


def is_minor(relation: str, born_on: date | None, today: date) -> bool:
    """Tell whether a person's name may stand on no board: a child's, or of whoever is known to be under 18."""
    return relation == "child" or (born_on is not None and age_on(born_on, today) < OF_AGE)


def frozen_from(end: date) -> date:
    """Return the day from which on nothing that is learned changes who was registered on ``end``."""
    return end + timedelta(days=FROZEN_AFTER_DAYS + 1)


def counts_from(on: date, known_on: date) -> date:
    """Return the first day whose figures count what happened on a day and was learned of on another."""
    return max(on, known_on - timedelta(days=FROZEN_AFTER_DAYS))


def may_stand_alone(relation: str, born_on: date | None, today: date) -> bool:
    """Tell whether a member of a household may have an account of their own: from 14 on."""
    if relation == "self":
        return False
    return age_on(born_on, today) >= CHILD_UNTIL if born_on else relation == "other"


def has_just_grown(relation: str, born_on: date | None, today: date) -> bool:
    """Tell whether a child of the household turned 14 within the last ``DAYS_REMINDED`` days."""
    if relation != "child" or born_on is None or age_on(born_on, today) != CHILD_UNTIL:
        return False
    return age_on(born_on, today - timedelta(days=DAYS_REMINDED)) < CHILD_UNTIL


def is_possible_birth(born_on: date, today: date) -> bool:
    """Tell whether somebody alive can be born on this date."""
    return born_on <= today and age_on(born_on, today) <= OLDEST


class HeldRole(Protocol):
    """A role, the path of the node it was granted at, and whether it counts now."""

    name: str

    @property
    def is_in_force(self) -> bool: ...

    @property
    def path(self) -> str: ...


def may_grant(held: Iterable[HeldRole], role: str, path: str) -> bool:
    """Tell whether who holds ``held`` may grant or end ``role`` at the node with this path (design §6).

    An admin: every role in the own subtree. A steward: stewards below the own node, never beside or above it.
    """
    return any(
        own.is_in_force
        and path.startswith(own.path)
        and (own.name == "admin" or (own.name == "steward" and role == "steward" and path != own.path))
        for own in held
    )


@dataclass(frozen=True)
class Newcomer:
    """A person on a form at the door: the number of the line, and what was told. ``phone`` is normalised."""

    number: int
    name: str
    phone: str | None = None
    born_on: date | None = None


@dataclass(frozen=True)
class Namesake:
    """Somebody of the same name as who is being enrolled; ``where`` is their home as people there say it.

    ``phone`` is their own number or that of their account; ``takes_part``: their consent was not withdrawn.
    """

    id: uuid.UUID
    name: str
    born_on: date | None
    where: str
    door: str
    phone: str | None
    takes_part: bool
