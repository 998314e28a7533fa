"""Pure decisions of attendance: when one may check in or be marked, and what a new mark changes."""

from datetime import datetime, timedelta

from reading.events.rules import MARKING_LEAD

CHECK_IN_LEAD = timedelta(minutes=30)
# A paper roster is entered within the month, as a log entry is.
MARKING_ENDS = timedelta(days=31)
MOST_MARKS = 500


def check_in_window(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return from when until when a resident may check in: 30 minutes before the start, to the end."""
    return starts_at - CHECK_IN_LEAD, ends_at


def marking_window(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return from when until when the roster takes marks: an hour before the start, to 31 days after the end."""
    return starts_at - MARKING_LEAD, ends_at + MARKING_ENDS


def hours(attended: list[tuple[datetime, datetime]]) -> float:
    """Return how many hours these classes (start, end) last together, to a tenth."""
    seconds = sum((ends_at - starts_at).total_seconds() for starts_at, ends_at in attended)
    return round(seconds / 3600, 1)
