"""What the pages gathered here decide: which learning day was last, which months to look back on."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from reading.learning_days.rules import learning_day_of, month_before, run_of_months
from reading.logbook.rules import month_cells
from reading.points.rules import Period, month_key, parse_period

MONTHS_BACK = 12
# So many texts are remembered with what they say.
MOST_TOLD = 1024


def last_day(rule: str, today: date) -> date | None:
    """Return the latest learning day that has come, today included; None if there was none for a year."""
    for month in (month_key(today), *months_before(month_key(today))):
        come = [day for day in learning_day_of(rule, month) if day <= today]
        if come:
            return come[-1]
    return None


def months_before(month: str, count: int = MONTHS_BACK) -> list[str]:
    """Return the ``count`` months before this one, the latest first."""
    found: list[str] = []
    for _ in range(count):
        month = month_before(month)
        found.append(month)
    return found


def parse_month(text: str) -> Period | None:
    """Return the month written ``2026-11``, else None."""
    return parse_period(text) if "-" in text else None


def city_path(path: str) -> str:
    """Return the path of the city that the node with this path lies in."""
    return f"/{path.split('/')[1]}/"


class DaysTold(NamedTuple):
    """The days of a month on which somebody read, each with how many records, and the pages of them all."""

    records: tuple[tuple[date, int], ...]
    pages: int


@lru_cache(MOST_TOLD)
def days_told(told: str) -> DaysTold:
    """Return what a text says in which each day stands as ``2026-11-03 2 30``: two records, 30 pages.

    A day stands there once for each community in which it was read.
    """
    records: Counter[date] = Counter()
    pages = 0
    for day, count, read in map(str.split, filter(None, told.split(","))):
        records[date.fromisoformat(day)] += int(count)
        pages += int(read)
    return DaysTold(tuple(sorted(records.items())), pages)


@lru_cache(MOST_TOLD)
def stamps_told(told: str, month: str, rule: str) -> tuple[tuple[date, ...], int]:
    """Return the days stamped in a month and the run of months up to it.

    Of a text in which each stamp stands as ``2026-11 2026-11-10``, the month and the day.
    """
    stamps = dict(map(str.split, filter(None, told.split(","))))
    days = (date.fromisoformat(day) for day in stamps.values())
    return tuple(sorted(day for day in days if month_key(day) == month)), run_of_months(stamps, month, rule)


@dataclass(frozen=True)
class OwnMonth:
    """A resident's month as its card shows it: how many records each day has, learning days, days stamped.

    All of it hashable, so that a card of the same month is remembered as one piece.
    """

    today: date
    records: tuple[tuple[date, int], ...]
    learning_days: tuple[date, ...]
    stamped: tuple[date, ...]

    @property
    def weeks(self) -> list[list[dict[str, Any]]]:
        """The weeks of the card, as ``logbook.rules.month_cells`` makes them."""
        return month_cells(
            self.today, today=self.today, records=dict(self.records), learning_days=self.learning_days,
            stamped=self.stamped, urls={},
        )  # fmt: skip
