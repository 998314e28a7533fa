"""Pure decisions about a course's register: hours, who has completed it, and what fits on a page."""

import math
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from reading.events.rules import taught

T = TypeVar("T")
# So many dates are legible side by side on an A4 sheet in landscape.
DATES_ABREAST = 20


@dataclass(frozen=True)
class Held:
    """A class somebody came to, as far as hours go (``events.rules.Lesson``)."""

    id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    makes_up_id: uuid.UUID | None = None


def hours(time: timedelta) -> float:
    """Return ``time`` in hours, to a tenth, never more than it was: 12 hours are not full after 11.99."""
    return time // timedelta(minutes=6) / 10


def completed_with(classes: Iterable[Held], required_hours: int) -> Held | None:
    """Return the class with which the required hours were reached, in the order they were held; None before that."""
    attended: list[Held] = []
    for one in sorted(classes, key=lambda held: (held.starts_at, held.id)):
        attended.append(one)
        if taught(attended) >= timedelta(hours=required_hours):
            return one
    return None


def abreast(classes: Sequence[T]) -> list[Sequence[T]]:
    """Return the classes in parts of about the same size, each narrow enough for a page; one part for none."""
    parts = max(1, math.ceil(len(classes) / DATES_ABREAST))
    size = math.ceil(len(classes) / parts) or 1
    return [classes[first : first + size] for first in range(0, max(1, len(classes)), size)]
