"""Pure decisions about helping: who may, how long it was, and when a named helper takes attendance."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from reading.events.rules import FURTHEST_BACK, MARKING_LEAD

MINUTES = 60
LONGEST_HOURS = 24
# Hours are written as people say them: 2, 1.5 or 0.7; a tenth of an hour is six minutes.
HOURS = re.compile(r"[0-9]{1,2}(\.[0-9])?", re.ASCII)
# Who stays to put the chairs away after midnight still sends the marks of the evening.
AFTER_THE_END = timedelta(hours=1)
# Later than this after its end nobody takes the attendance of an event any more, whatever its days are.
EVENING_IS_OVER = timedelta(days=2)
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)
MOST_MONTHS = 24


def trouble_with_helping(ends_at: datetime, cancelled_at: datetime | None, now: datetime) -> str | None:
    """Return why nobody can sign up to help any more ("cancelled", "over"), or None."""
    if cancelled_at is not None:
        return "cancelled"
    return "over" if ends_at <= now else None


def trouble_with_writing_in(ends_at: datetime, cancelled_at: datetime | None, now: datetime) -> str | None:
    """As :func:`trouble_with_helping`, for staff: they write down who helped as long as a roster is written down."""
    trouble = trouble_with_helping(ends_at, cancelled_at, now)
    return None if trouble == "over" and now <= written_in_until(ends_at) else trouble


def written_in_until(ends_at: datetime) -> datetime:
    """Return until when staff write down who helped at an event: for 31 days."""
    return ends_at + FURTHEST_BACK


def trouble_with_hours(starts_at: datetime, cancelled_at: datetime | None, now: datetime) -> str | None:
    """Return why hours cannot be written yet ("ahead") or at all ("cancelled": before anybody came), or None."""
    if cancelled_at is not None and cancelled_at <= starts_at:
        return "cancelled"
    return "ahead" if starts_at > now else None


def minutes_in(hours: str) -> int | None:
    """Return the minutes in hours written in plain digits, with one decimal at most; None for anything else."""
    if not HOURS.fullmatch(hours):
        return None
    return int(Decimal(hours) * MINUTES)


def hours_words(minutes: int) -> str:
    """Return minutes as hours with one decimal, none where they are whole: ``1.5``, ``2``."""
    return f"{Decimal(minutes) / MINUTES:.1f}".removesuffix(".0")


def usual_minutes(starts_at: datetime, ends_at: datetime) -> int:
    """Return how long who helped from start to end did so, to the tenth of an hour."""
    return minutes_in(hours_words(int((ends_at - starts_at).total_seconds() // 60))) or 0


def evening(
    starts_at: datetime, ends_at: datetime, day_begins: datetime, day_ends: datetime
) -> tuple[datetime, datetime]:
    """Return from when until when a helper named for an event takes its attendance.

    ``day_begins`` is the first moment of the day it starts on, so that the roster can be opened at home where
    there is a network; ``day_ends`` the last of the day it ends on.
    """
    return min(day_begins, starts_at - MARKING_LEAD), max(day_ends, ends_at + AFTER_THE_END)


def month_span(since: str, until: str) -> tuple[date, date] | None:
    """Return the first day of the month ``since`` and of the month after ``until`` (``2026-11``).

    None for what is no month, for a span that ends before it begins, and for one of over two years.
    """
    first, last = _month(since), _month(until)
    if first is None or last is None:
        return None
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= months <= MOST_MONTHS:
        return None
    return first, date(last.year + last.month // 12, last.month % 12 + 1, 1)


def _month(text: str) -> date | None:
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def total(minutes: Iterable[int | None]) -> int:
    """Return how many minutes these are together; what nobody has told yet counts nothing."""
    return sum(one or 0 for one in minutes)
