"""Who stands where, when a board may be shown, and how a community reads (design §7). Pure."""

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

MEASURES = ("points", "pages", "books", "days")
BOARD_LENGTH = 20
# Fewer shown people could be told apart, and so could the residents behind the figures of a tiny community.
SMALLEST_GROUP = 10
MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
YEAR = re.compile(r"\d{4}", re.ASCII)
PER_MILLE = 1000


class Valued(Protocol):
    """A line of a board."""

    @property
    def value(self) -> int: ...


Row = TypeVar("Row", bound=Valued)


def places(values: Sequence[int]) -> list[int]:
    """Return the places of ``values``, which come best first: equal values share one (1, 2, 2, 4)."""
    found: list[int] = []
    for index, value in enumerate(values):
        if index and value > values[index - 1]:
            raise ValueError("the values do not come best first")
        found.append(found[-1] if index and value == values[index - 1] else index + 1)
    return found


def place_below(better: int) -> int:
    """Return the place of somebody whom ``better`` people are ahead of."""
    return better + 1


def with_own(lines: Sequence[Row], own: Sequence[Row], *, complete: bool) -> list[Row | None]:
    """Return a board's lines, best first, with one's own further lines where they would stand.

    A line of one's own comes after its equals. None marks the gap before those further down than the last
    line; there is none when the lines are ``complete``.
    """
    last = lines[-1].value if lines else 0
    rows = sorted([*lines, *own], key=lambda row: -row.value)
    beyond = [row for row in rows if row.value < last]
    gap: list[Row | None] = [None] if beyond and not complete else []
    return [row for row in rows if row.value >= last] + gap + beyond


def may_rank(shown: int) -> bool:
    """Tell whether a board of persons may name its ``shown`` people."""
    return shown >= SMALLEST_GROUP


def may_tell(registered: int) -> bool:
    """Tell whether a community with so many registered residents may be spoken of in figures."""
    return registered >= SMALLEST_GROUP


def participation(active: int, registered: int) -> int | None:
    """Return how many of 1000 registered residents have a record; None for fewer than ten residents.

    Who read here and then moved away counts as a reader, so there can be more readers than residents; the
    share stays within 1000.
    """
    if not may_tell(registered):
        return None
    return min(PER_MILLE, (2 * PER_MILLE * active + registered) // (2 * registered))


def neighbours(period: str) -> tuple[str, str] | None:
    """Return the periods before and after a month (``2026-11``) or a year; None for all time."""
    if month := MONTH.fullmatch(period):
        count = int(month[1]) * 12 + int(month[2]) - 1
        return _month(count - 1), _month(count + 1)
    if YEAR.fullmatch(period):
        return f"{int(period) - 1:04}", f"{int(period) + 1:04}"
    return None


def _month(count: int) -> str:
    return f"{count // 12:04}-{count % 12 + 1:02}"
