"""Dates as an organizer writes them: one a line or with commas between, with the hour where it is another one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from reading.text import with_plain_digits

BETWEEN = re.compile(r"[\n,，、;；]+")
# 2026-12-01, 2026/12/1, 2026年12月1日, 12月1日; then perhaps 19:00 or 19:00-21:00.
WRITTEN = re.compile(
    r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
    r"(?:\s*(?<!\d)(\d{1,2}):(\d{2})(?:\s*[-–—~～至到]\s*(\d{1,2}):(\d{2}))?)?",
    re.ASCII,
)


class Unreadable(ValueError):
    """What stands here is no date; ``text`` is what was written."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True)
class Written:
    """A date as it was written: its day, and the hours where they were told."""

    day: date
    starts: time | None = None
    ends: time | None = None

    def times(self, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
        """Return start and end on this day, like these times where none were told; all without a zone."""
        start = datetime.combine(self.day, self.starts or starts_at.time())
        return start, datetime.combine(self.day, self.ends) if self.ends else start + (ends_at - starts_at)


def read_dates(text: str, after: date) -> list[Written]:
    """Return the dates written in ``text``; one without a year is the next such day from ``after`` on.

    Raises ``Unreadable`` for what is no date or no hour.
    """
    lines = (line.strip() for line in BETWEEN.split(with_plain_digits(text)))
    return [_read(line, after) for line in lines if line]


def _read(line: str, after: date) -> Written:
    match = WRITTEN.fullmatch(line)
    if match is None:
        raise Unreadable(line)
    year, month, day, *hours = (int(part) if part else None for part in match.groups())
    try:
        years = (after.year, after.year + 1) if year is None else (year,)
        found = _day(years, month or 0, day or 0, after)
        starts, ends = (_hour(*hours[first : first + 2]) for first in (0, 2))
    except ValueError:
        raise Unreadable(line) from None
    return Written(found, starts, ends)


def _day(years: Iterable[int], month: int, day: int, after: date) -> date:
    """Return this day of the first of the years in which it is not past; of a year that was told, in any case.

    Raises ``ValueError`` when none of the years has it: 29 February is not in each.
    """
    told = [found for year in years if (found := _date(year, month, day)) is not None]
    if not told:
        raise ValueError(month, day)
    return next((one for one in told if one >= after), told[0])


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hour(hour: int | None, minute: int | None) -> time | None:
    return None if hour is None or minute is None else time(hour, minute)
