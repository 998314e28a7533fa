"""When the learning day is: a calendar rule (RFC 5545 RRULE), read month by month; and runs of months kept."""

from collections.abc import Collection
from datetime import date, datetime, time
from functools import lru_cache

from dateutil.rrule import rrulestr

from reading.points.rules import month_key, parse_period

# The rarest day of a calendar, 29 February, can be eight years away.
MOST_MONTHS_APART = 8 * 12


def learning_day_of(rule: str, month: str) -> list[date]:
    """Return the learning days of a month ("2026-11"), in order; raises ValueError for what is no month.

    Usually one; there may be several (every Saturday), or none (a 31st in a short month). The rule is read
    as if it began on the first of that month, so that no month depends on another.
    """
    return list(_days(rule, month))


@lru_cache(maxsize=512)
def _days(rule: str, month: str) -> tuple[date, ...]:
    period = parse_period(month) if "-" in month else None
    if period is None:
        raise ValueError(f"{month!r} is no month")
    first, last = datetime.combine(period.first, time.min), datetime.combine(period.last, time.max)
    found = rrulestr(rule, dtstart=first).between(first, last, inc=True)
    return tuple(dict.fromkeys(moment.date() for moment in found))


def is_learning_day(rule: str, day: date) -> bool:
    """Tell whether ``day`` is a learning day by the rule."""
    return day in _days(rule, month_key(day))


@lru_cache(64)
def next_learning_day(rule: str, today: date) -> date:
    """Return the coming learning day; today, if today is one.

    Raises ValueError if the rule names no day within eight years.
    """
    month = month_key(today)
    for _ in range(MOST_MONTHS_APART + 1):
        for day in _days(rule, month):
            if day >= today:
                return day
        month = month_after(month)
    raise ValueError(f"the rule {rule!r} names no day")


def days_held(by_rule: Collection[date], named: Collection[date]) -> list[date]:
    """Return the learning days of a month: the rule's, unless the month's stamps name others.

    ``named`` are the days on which stamps of that month already stand. A stamp on a day the rule does not
    name shows that another rule held then, and a changed rule never rewrites the past.
    """
    return sorted(by_rule if set(named) <= set(by_rule) else named)


def run_of_months(months: Collection[str], this_month: str, rule: str | None = None) -> int:
    """Return how many months in a row have a stamp, up to this one.

    This month only breaks the run when it is over. A month without a learning day by ``rule`` neither counts
    nor breaks it.
    """
    kept = set(months)
    length, month = int(this_month in kept), month_before(this_month)
    while month in kept or (kept and month > min(kept) and rule is not None and not _days(rule, month)):
        length += month in kept
        month = month_before(month)
    return length


def month_before(month: str) -> str:
    """Return the month before this one."""
    year, number = (int(part) for part in month.split("-"))
    return f"{year:04}-{number - 1:02}" if number > 1 else f"{year - 1:04}-12"


def month_after(month: str) -> str:
    """Return the month after this one."""
    year, number = (int(part) for part in month.split("-"))
    return f"{year:04}-{number + 1:02}" if number < 12 else f"{year + 1:04}-01"
