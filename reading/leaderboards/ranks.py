"""How many of the people shown have how much: from it follows everybody's place.

Plain SQL over one index: boards are looked at more than anything else, and a place counts all who are ahead.
"""

import uuid
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import Select, bindparam, func, select, text

from reading.communities.models import Community
from reading.extensions import db
from reading.kept import kept
from reading.leaderboards.nodes import BELOW, TREE, span
from reading.leaderboards.rules import BOARD_LENGTH, MEASURES
from reading.points.models import Standing
from reading.points.rules import ALL_TIME

KEPT = Standing.__table__.c
IS_SHOWN = text("is_shown")  # As the index says it: SQLite would not know `is_shown = 1` for the same.
# What is summed up over a whole township or city takes long, and names nobody: it may be so old (seconds).
LONGEST = 60
# The first of a whole city and some more: of those who withdraw meanwhile the next ones take the place.
CANDIDATES = 3 * BOARD_LENGTH
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

    def ahead(self, value: int) -> int:
        """Return how many people have more than ``value``."""
        at = bisect_left(self.values, value)
        if at == len(self.values):
            return 0
        return self.above[at] if self.values[at] == value else self.above[at - 1] if at else self.shown


def ranks(node: Any, period: str, measure: str) -> Ranks:
    """Return how the people shown on a board stand; of a community some seconds old, above it up to a minute."""
    key = ("boards ranks", node.code, period, measure)
    if node.level == "community":
        return kept(key, lambda: _in_a_community(node.code, period, measure))
    return kept(key, lambda: _above(node.path, period, measure), LONGEST)


def of(people: Iterable[tuple[int, int]], first: list[First]) -> Ranks:
    """Return the ranks of values and how many people have each."""
    rows = sorted(people)
    counts = [count for _value, count in rows]
    shown = sum(counts)
    above = array("q", (shown - below for below in accumulate(counts)))
    return Ranks(array("q", (value for value, _count in rows)), above, shown, first)


def _in_a_community(code: str, period: str, measure: str) -> Ranks:
    ask = db.session.connection().execute
    key: dict[str, Any] = {"code": code, "period": period}
    counts, first = IN_A_COMMUNITY[measure]
    people = [(value, count) for value, count in ask(counts, key)]
    return of(people, [(one, value) for one, value in ask(first, {**key, "most": BOARD_LENGTH})])


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


def _statements(measure: str, *conditions: Any) -> tuple[Select[Any], Select[Any]]:
    """Return how many people have each value, and the first ``most`` of them."""
    shown = [*conditions, KEPT.period == bindparam("period"), IS_SHOWN, KEPT[measure] > 0]
    counts = select(KEPT[measure], func.count()).where(*shown).group_by(KEPT[measure])
    first = select(KEPT.resident_id, KEPT[measure]).where(*shown)
    return counts, first.order_by(KEPT[measure].desc(), KEPT.resident_id).limit(bindparam("most"))


def _statements_above(measure: str) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """Return what :func:`_statements` does, of a subtree, and between them who has standings in several places."""
    counts, first = _statements(measure, TREE.code == KEPT.community_id, *BELOW)
    several = select(KEPT.resident_id).where(text(f"period = '{ALL_TIME}'")).group_by(KEPT.resident_id)
    movers = several.having(func.count() > 1).subquery()
    theirs = select(KEPT.resident_id, KEPT[measure]).join(movers, movers.c.resident_id == KEPT.resident_id)
    here = theirs.join(Community.__table__, TREE.code == KEPT.community_id)
    return counts, here.where(*BELOW, KEPT.period == bindparam("period"), IS_SHOWN, KEPT[measure] > 0), first


IN_A_COMMUNITY = {
    measure: _statements(measure, KEPT.community_id == bindparam("code")) for measure in MEASURES
}
ABOVE = {measure: _statements_above(measure) for measure in MEASURES}
