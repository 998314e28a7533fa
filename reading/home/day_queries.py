"""How a place kept its learning days: a city's are some hundred thousand stamps a month, so kept for a minute."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reading.home.rules import months_before
from reading.kept import LONGEST, kept
from reading.leaderboards import queries as boards
from reading.leaderboards.queries import Node
from reading.leaderboards.rules import participation, places
from reading.learning_days import queries as learning_days
from reading.points.rules import Period, month_key

EVERYWHERE = "/"


@dataclass(frozen=True)
class StampLine:
    """How one community of ten residents and more kept a learning day; ``share`` is in 1/1000.

    ``name`` says which one is meant: with the township where several communities are called the same.
    """

    place: int
    community: Node
    name: str
    stamps: int
    registered: int
    share: int


@dataclass(frozen=True)
class DayKept:
    """How a month's learning day was kept: all its stamps, and the communities by share."""

    stamps: int
    lines: list[StampLine]


def day_kept(period: Period, top_path: str = EVERYWHERE) -> DayKept:
    """Return how the communities under ``top_path`` kept the month's learning day; equal shares share a place."""
    return kept(("home day", period.key, top_path), lambda: _day_kept(period, top_path), LONGEST)


def _day_kept(period: Period, top_path: str) -> DayKept:
    registered = boards.registered_by_community(top_path, period)
    found = learning_days.stamps_by_community(period.key, top_path)
    shared = [
        (share, found[one.code], one, name)
        for one, name in _named(boards.tree_of(top_path).communities)
        if one.code in found and (share := participation(found[one.code], registered.get(one.code, 0)))
    ]
    shared.sort(key=lambda row: (-row[0], -row[1]))
    stand = places([share for share, *_ in shared])
    lines = [
        StampLine(place, one, name, stamps, registered[one.code], share)
        for place, (share, stamps, one, name) in zip(stand, shared, strict=True)
    ]
    return DayKept(sum(found.values()), lines)


def _named(communities: Sequence[tuple[Node, str]]) -> list[tuple[Node, str]]:
    """Return each with its name as ``communities.queries.told_apart`` has it; the tree at hand spares asking for it."""
    times = Counter(one.short_name for one, _township in communities)
    return [
        (one, one.short_name if times[one.short_name] == 1 else f"{township} {one.short_name}")
        for one, township in communities
    ]


def stamps_of(month: str, top_path: str) -> int:
    """Return how many stamps the month has under ``top_path``."""
    return _by_month((month,), top_path).get(month, 0)


def past_months(today: date, top_path: str = EVERYWHERE) -> list[tuple[str, int]]:
    """Return the months of the past year whose learning day somebody kept, the latest first, and their stamps."""
    months = (month_key(today), *months_before(month_key(today)))
    return sorted(_by_month(months, top_path).items(), reverse=True)


def _by_month(months: tuple[str, ...], top_path: str) -> dict[str, int]:
    key = ("home stamps", months, top_path)
    return kept(key, lambda: learning_days.stamps_by_month(months, top_path), LONGEST)
