"""How many of the people shown have how much: from it follows everybody's place.

Statements over one index: boards are looked at more than anything else, and a place counts all who are ahead.
"""

import uuid
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select, text

from reading.access import span
from reading.communities.models import Community
from reading.extensions import db
from reading.kept import LONGEST, kept
from reading.leaderboards.nodes import BELOW, TREE
from reading.leaderboards.rules import BOARD_LENGTH, MEASURES
from reading.plain import Plain, numbered, told
from reading.points.models import IS_ALL_TIME, Standing

KEPT = Standing.__table__.c
IS_SHOWN = text("is_shown")  # As the index says it: SQLite would not know `is_shown = 1` for the same.
# The first of a whole city and some more: of those who withdraw meanwhile the next ones take the place.
CANDIDATES = 3 * BOARD_LENGTH
# To read all values of a community takes as long as to count some times how many are ahead of somebody in it.
COUNTS = 5
First = tuple[uuid.UUID, int]


@dataclass(frozen=True)
class Ranks:
    """The values that people have, each once and the least first, and how many people have more than each.

    ``first`` are the first of them, the best first, by id among equals.
    """

    values: "array[int]"
    above: "array[int]"
    shown: int
    first: list[First]

    def ahead_of(self, values: Iterable[int]) -> dict[int, int]:
        """Return how many people have more than each of ``values``."""
        return {value: self._ahead(value) for value in values}

    def _ahead(self, value: int) -> int:
        at = bisect_left(self.values, value)
        if at == len(self.values):
            return 0
        return self.above[at] if self.values[at] == value else self.above[at - 1] if at else self.shown


class Counted:
    """As :class:`Ranks`, of a community: counted for those who ask, since few do before it is out of date.

    How many are ahead is remembered by value; after some counts all values are read, and nothing is counted more.
    """

    def __init__(self, code: str, period: str, measure: str) -> None:
        self._key, self._measure = {"code": code, "period": period}, measure
        self._above: dict[int, int] = {}
        self._counts = 0
        self._all: Ranks | None = None

    @property
    def first(self) -> list[First]:
        """The first people as they are now, the best first, by id among equals."""
        return [(one, value) for one, value in FIRST[self._measure].look(self._key)]

    @property
    def shown(self) -> int:
        """How many people have anything."""
        return self.ahead_of([0])[0]

    def ahead_of(self, values: Collection[int]) -> Mapping[int, int]:
        """Return how many people have more than each of ``values``."""
        new = {0, *values} - self._above.keys()
        if new and self._all is None:
            self._ask(sorted(new, reverse=True))
        return self._all.ahead_of(values) if self._all else self._above

    def _ask(self, values: list[int]) -> None:
        self._counts += 1
        if self._counts > COUNTS:
            people = VALUES[self._measure].look(self._key)
            self._all = of([(value, count) for value, count in people], [])
            return
        asked = {**self._key, **numbered("value", values)}
        found = AHEAD[self._measure].look(asked, len(values))
        self._above.update(zip(values, accumulate(found[0]), strict=True))


def ranks(node: Any, period: str, measure: str) -> Ranks | Counted:
    """Return how the people shown on a board stand; of a community some seconds old, above it up to a minute."""
    key = ("boards ranks", node.code, period, measure)
    if node.level == "community":
        return kept(key, lambda: Counted(node.code, period, measure))
    return kept(key, lambda: _above(node.path, period, measure), LONGEST)


def of(people: Iterable[tuple[int, int]], first: list[First]) -> Ranks:
    """Return the ranks of values and how many people have each."""
    rows = sorted(people)
    counts = [count for _value, count in rows]
    shown = sum(counts)
    above = array("q", (shown - below for below in accumulate(counts)))
    return Ranks(array("q", (value for value, _count in rows)), above, shown, first)


def _above(path: str, period: str, measure: str) -> Ranks:
    """As :func:`ranks`, of a township or city: each standing by itself, then who has several of them."""
    ask = db.session.connection().execute
    key: dict[str, Any] = {**span(path), "period": period}
    counts, movers, first = ABOVE[measure]
    people: Counter[int] = Counter(dict(ask(counts, key).all()))
    parts: dict[uuid.UUID, list[int]] = defaultdict(list)
    for one, value in ask(movers, key):
        parts[one].append(value)
    for values in parts.values():
        people.subtract(values)
        people[sum(values)] += 1
    # Whoever has several standings may stand among the first with each of them.
    most = CANDIDATES + sum(len(values) for values in parts.values())
    found = [(one, value) for one, value in ask(first, {**key, "most": most}) if one not in parts]
    found += [(one, sum(values)) for one, values in parts.items()]
    found.sort(key=lambda row: (-row[1], row[0]))
    return of(((value, count) for value, count in people.items() if count), found[:CANDIDATES])


def _shown(measure: str, *conditions: Any) -> list[Any]:
    """Return the conditions of a standing that counts on a board."""
    return [*conditions, IS_SHOWN, KEPT[measure] > 0]


def _values(measure: str, *conditions: Any) -> Select[Any]:
    """Return how many people have each value."""
    return select(KEPT[measure], func.count()).where(*conditions).group_by(KEPT[measure])


def _first(measure: str, most: Any, *conditions: Any) -> Select[Any]:
    """Return the first people."""
    found = select(KEPT.resident_id, KEPT[measure]).where(*conditions)
    return found.order_by(KEPT[measure].desc(), KEPT.resident_id).limit(most)


def _several(measure: str, *conditions: Any) -> Select[Any]:
    """Return what people have who have standings in several places."""
    several = select(KEPT.resident_id).where(text(IS_ALL_TIME)).group_by(KEPT.resident_id)
    movers = several.having(func.count() > 1).subquery()
    theirs = select(KEPT.resident_id, KEPT[measure]).join(movers, movers.c.resident_id == KEPT.resident_id)
    return theirs.join(Community.__table__, TREE.code == KEPT.community_id).where(*conditions)


def _ahead(measure: str, number: int) -> Select[Any]:
    """Return how many people lie above the first of so many values, the greatest first, and between each two."""
    one, more = KEPT[measure], [told(f"value_{place}", Integer()) for place in range(number)]
    parts = [(one > least, one <= most) for most, least in pairwise(more)]
    counted = [
        select(func.count()).where(*_HERE, IS_SHOWN, *part).scalar_subquery()
        for part in [(one > more[0],), *parts]
    ]
    return select(*counted)


# What stands in one community: Plain, for most boards are one's.
_HERE = (
    KEPT.community_id == told("code", KEPT.community_id.type),
    KEPT.period == told("period", KEPT.period.type),
)
FIRST = {one: Plain(partial(_first, one, BOARD_LENGTH, *_shown(one, *_HERE))) for one in MEASURES}
VALUES = {one: Plain(partial(_values, one, *_shown(one, *_HERE))) for one in MEASURES}
AHEAD = {one: Plain(partial(_ahead, one)) for one in MEASURES}
_BELOW = TREE.code == KEPT.community_id, *BELOW, KEPT.period == bindparam("period")
ABOVE = {
    one: (
        _values(one, *_shown(one, *_BELOW)),
        _several(one, *_shown(one, *_BELOW)),
        _first(one, bindparam("most"), *_shown(one, *_BELOW)),
    )
    for one in MEASURES
}
