"""Who belongs to which door, and in which order doors stand; pure."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

DIGITS = re.compile(r"[0-9]+", re.ASCII)
DIGITS_SORTED = 6
# How long a move is told on the pages of both homes.
MOVES_TOLD_DAYS = 31


@dataclass(frozen=True)
class Person:
    """A resident as their steward sees them on the page of a building.

    ``home_code`` is the node they live at, ``door`` the number there ("" while unknown). ``has_phone``: they, or
    the account that looks after them, can be called. ``takes_part``: their consent stands.
    """

    id: uuid.UUID
    name: str
    sort_key: str
    home_code: str
    door: str
    account_id: uuid.UUID | None
    guardian_id: uuid.UUID | None
    relation: str
    has_phone: bool
    takes_part: bool

    @property
    def is_child(self) -> bool:
        """Whether somebody else looks after this person as a child."""
        return self.relation == "child"


@dataclass(frozen=True)
class Household:
    """The people behind one door, grown-ups first; ``door`` is "" while nobody has told the number."""

    door: str
    people: tuple[Person, ...]


def households(people: Iterable[Person]) -> list[Household]:
    """Return the households of people at one node: who shares an account, a guardian or a door belongs together.

    Doors come first, 2 before 10, then whose door is unknown, by name.
    """
    group: dict[object, object] = {}
    listed = list(people)

    def top(key: object) -> object:
        while group.setdefault(key, key) != key:
            key = group[key]
        return key

    for one in listed:
        for tie in _ties(one):
            group[top(tie)] = top(one.id)
    found: dict[object, list[Person]] = {}
    for one in sorted(listed, key=lambda one: (one.is_child, one.sort_key, str(one.id))):
        found.setdefault(top(one.id), []).append(one)
    made = [Household(_door_of(members), tuple(members)) for members in found.values()]
    return sorted(made, key=lambda one: (one.door == "", door_key(one.door), one.people[0].sort_key))


def _ties(one: Person) -> list[tuple[str, object]]:
    ties: list[tuple[str, object]] = [("door", one.door)] if one.door else []
    ties += [("account", one.account_id)] if one.account_id else []
    # A guardian and the children are tied by the guardian's own id.
    return [*ties, ("guardian", one.guardian_id or one.id)]


def _door_of(members: Iterable[Person]) -> str:
    return min((one.door for one in members if one.door), key=door_key, default="")


def door_key(door: str) -> str:
    """Return what sorts doors by their numbers: 2 before 10."""
    return DIGITS.sub(lambda found: found[0].zfill(DIGITS_SORTED), door)


@dataclass(frozen=True)
class Counts:
    """How many doors a place has, how many people take part there, and how many of them nobody can call."""

    doors: int
    people: int
    without_phone: int


def counted(found: Iterable[Household]) -> Counts:
    """Return the counts of these households."""
    listed = list(found)
    everyone = [one for household in listed for one in household.people if one.takes_part]
    return Counts(len(listed), len(everyone), sum(not one.has_phone for one in everyone))
