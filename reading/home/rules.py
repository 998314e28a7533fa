"""What the pages gathered here decide: which learning day was last, which months to look back on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from reading.learning_days.rules import learning_day_of, month_before
from reading.logbook.rules import month_cells
from reading.points.rules import Period, month_key, parse_period

MONTHS_BACK = 12


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
