"""Pure decisions about events: times that can be, what is near, what follows from what was sent."""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import islice, pairwise, takewhile
from typing import Any, Protocol
from uuid import UUID

from dateutil.rrule import WEEKLY, rrule

LONGEST = timedelta(hours=24)
# A roster on paper is entered within the month, as a log entry is.
FURTHEST_BACK = timedelta(days=31)
FURTHEST_AHEAD = timedelta(days=731)
WEEK = timedelta(days=7)
MOST_CLASSES = 60
Times = tuple[datetime, datetime]
# The roster takes marks from this long before the start; from then on an event keeps its day.
MARKING_LEAD = timedelta(minutes=60)
HERE, NEARBY, IN_THE_CITY, ELSEWHERE = range(4)


@dataclass(frozen=True)
class EventPlan:
    """What somebody wants an event to be. Times are aware; ``capacity`` None seats everybody."""

    kind: str
    title: str
    community: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    host: str = ""
    book: str = ""
    about: str = ""
    capacity: int | None = None


@dataclass(frozen=True)
class CoursePlan:
    """What somebody wants a course to be. The first class's times are aware.

    Either classes come back ``every`` so many weeks, on these ``weekdays`` (0 is Monday; none: the first class's
    own), until there are ``classes`` of them or ``last_on`` is past; on the days ``no_class_on`` there is none, and
    none is lost by that. Or, with ``dates`` (start and end of each), they are the first class and these.
    """

    title: str
    community: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    classes: int | None
    required_hours: int
    host: str = ""
    about: str = ""
    term: str = ""
    every: int = 1
    weekdays: tuple[int, ...] = ()
    last_on: date | None = None
    no_class_on: tuple[date, ...] = ()
    dates: tuple[Times, ...] = ()


@dataclass(frozen=True)
class MakeUpPlan:
    """What somebody wants a make-up class to be; ``makes_up`` is the id of the class it makes up for."""

    makes_up: str
    venue: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class CourseWords:
    """What can be changed of a course as a whole."""

    title: str
    term: str
    venue: str
    required_hours: int
    host: str
    about: str


@dataclass(frozen=True)
class NewDate:
    """Another time or place for an event, and ``reason``, why. Times are aware."""

    starts_at: datetime
    ends_at: datetime
    venue: str
    reason: str = ""


class Lesson(Protocol):
    """A class of a course as far as hours go; ``makes_up_id`` is the class it makes up for."""

    @property
    def id(self) -> UUID: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def makes_up_id(self) -> UUID | None: ...


@dataclass(frozen=True)
class SeatCounts:
    """How many have a seat and how many wait for one."""

    seated: int = 0
    waiting: int = 0


def digest(sent: EventPlan | CoursePlan | MakeUpPlan) -> str:
    """Return what tells this content from any other sent under the same id: 64 hexadecimal digits."""
    content = json.dumps(asdict(sent), ensure_ascii=False, sort_keys=True, default=_written)
    return hashlib.sha256(content.encode()).hexdigest()


def _written(value: date) -> str:
    return str(int(value.timestamp())) if isinstance(value, datetime) else value.isoformat()


def trouble_with_times(starts_at: datetime, ends_at: datetime, now: datetime) -> str | None:
    """Return what is wrong with an event's times, or None.

    One of "ends_first", "too_long" (over 24 hours), "too_long_ago" (over 31 days), "too_far_ahead" (two years).
    """
    if ends_at <= starts_at:
        return "ends_first"
    if ends_at - starts_at > LONGEST:
        return "too_long"
    if starts_at < now - FURTHEST_BACK:
        return "too_long_ago"
    if starts_at > now + FURTHEST_AHEAD:
        return "too_far_ahead"
    return None


def has_opened(starts_at: datetime, now: datetime) -> bool:
    """Tell whether people may already stand on the roster as having come: from an hour before the start."""
    return now >= starts_at - MARKING_LEAD


def free_seats(capacity: int | None, seated: int) -> int | None:
    """Return how many seats are free; None when everybody finds one."""
    return None if capacity is None else max(0, capacity - seated)


def next_time_like(starts_at: datetime, now: datetime) -> datetime:
    """Return the next moment after ``now`` and after ``starts_at`` on its weekday, at its time.

    Both are on the city's clock, and so is the answer. Who repeats what is still to come means the week after.
    """
    weeks = max(1, math.floor((now - starts_at) / WEEK) + 1)
    return starts_at + weeks * WEEK


def again(fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what an event's form says (``fields``), for the next time like it; all times are on the city's clock."""
    start = next_time_like(fields["starts_at"], now)
    return {**fields, "starts_at": start, "ends_at": start + (fields["ends_at"] - fields["starts_at"])}


def recurrence(sent: CoursePlan) -> rrule:
    """Return the rule (RFC 5545) by which the classes come back, on the clock that ``sent`` was written on."""
    return rrule(WEEKLY, dtstart=sent.starts_at, interval=sent.every, byweekday=sent.weekdays or None)


def times_of_classes(sent: CoursePlan) -> list[Times]:
    """Return the start and end of each class, in their order, one more than there may be at most.

    Times are given and returned on the city's clock: a class begins at the same hour all year.
    """
    if sent.dates:
        return sorted({(sent.starts_at, sent.ends_at), *sent.dates})[: MOST_CLASSES + 1]
    struck, lasts = set(sent.no_class_on), sent.ends_at - sent.starts_at
    held: Iterator[datetime] = (start for start in recurrence(sent) if start.date() not in struck)
    if sent.last_on is not None:
        last_on = sent.last_on
        held = takewhile(lambda start: start.date() <= last_on, held)
    return [
        (start, start + lasts)
        for start in islice(held, min(sent.classes or MOST_CLASSES + 1, MOST_CLASSES + 1))
    ]


def trouble_with_rhythm(sent: CoursePlan) -> tuple[str, str] | None:
    """Return the field of the plan that does not go with the others, and why; None when all do.

    Why is one of "no_end", "two_ends", "first_on_other_weekday", "first_struck_out", "ends_before_first",
    "other_number" (of dates than told). Times are on the city's clock.
    """
    first = sent.starts_at.date()
    if sent.dates:
        number = len(times_of_classes(sent))
        return ("classes", "other_number") if sent.classes not in (None, number) else None
    if sent.last_on is not None and sent.classes is not None:
        return "last_on", "two_ends"
    if sent.last_on is None and sent.classes is None:
        return "classes", "no_end"
    if sent.weekdays and first.weekday() not in sent.weekdays:
        return "weekdays", "first_on_other_weekday"
    if first in sent.no_class_on:
        return "no_class_on", "first_struck_out"
    return ("last_on", "ends_before_first") if sent.last_on and sent.last_on < first else None


def first_clash(times: Iterable[Times]) -> Times | None:
    """Return the first of these (start, end) that begins before one of the others is over; None if none does."""
    ordered = sorted(times)
    return next((later for earlier, later in pairwise(ordered) if later[0] < earlier[1]), None)


def taught(classes: Iterable[Lesson]) -> timedelta:
    """Return how long these classes last together; a class and what makes up for it count once, the longer one."""
    longest: dict[UUID, timedelta] = {}
    for one in classes:
        lesson = one.makes_up_id or one.id
        longest[lesson] = max(longest.get(lesson, timedelta()), one.ends_at - one.starts_at)
    return sum(longest.values(), timedelta())


def nearness(path: str, home: str | None) -> int:
    """Tell how near the node with this path is to somebody at home in the node ``home`` (a path too).

    HERE: their community, what lies in it, its township or city as a whole; NEARBY: elsewhere in the township;
    IN_THE_CITY: elsewhere in the city; ELSEWHERE: another city, or nobody's home is known.
    """
    if home is None:
        return ELSEWHERE
    if home.startswith(path) or path.startswith(home):
        return HERE
    own, other = home.split("/"), path.split("/")
    if own[1:3] == other[1:3]:
        return NEARBY
    return IN_THE_CITY if own[1] == other[1] else ELSEWHERE
