"""Pure decisions of attendance: when one may check in or be marked, and what a new mark changes."""

import uuid
from dataclasses import dataclass
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


@dataclass(frozen=True)
class MarkSent:
    """One mark as a phone or a form sent it; ``happened_at`` (aware) None means "now"."""

    id: uuid.UUID
    resident_id: uuid.UUID
    status: str
    happened_at: datetime | None = None


@dataclass(frozen=True)
class MarkAnswer:
    """What became of one mark: "stored", "duplicate" (stored before), "conflict" or "refused".

    A conflict means that the id stands for another mark; ``kept`` says which (resident, status). ``why`` is a
    sentence for whoever sent it.
    """

    id: str
    answer: str
    why: str = ""
    kept: tuple[uuid.UUID, str] | None = None

    @property
    def kept_safe(self) -> bool:
        """Whether the mark is on disk: the phone may forget it."""
        return self.answer in ("stored", "duplicate")


def bounded(happened_at: datetime | None, now: datetime) -> datetime:
    """Return when it happened, as told, but never in the future."""
    return now if happened_at is None else min(happened_at, now)
