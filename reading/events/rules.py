"""Pure decisions about events: times that can be, what is near, what follows from what was sent."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(hours=24)
# A roster on paper is entered within the month, as a log entry is.
FURTHEST_BACK = timedelta(days=31)
FURTHEST_AHEAD = timedelta(days=731)
WEEK = timedelta(days=7)
MOST_CLASSES = 60
# The roster takes marks from this long before the start; from then on an event keeps its day.
MARKING_LEAD = timedelta(minutes=60)
# The check-in key is read aloud and typed: nothing in it looks like something else.
KEY_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
KEY_LENGTH = 8
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
    """What somebody wants a course to be: ``classes`` weekly classes like the first, whose times are aware."""

    title: str
    community: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    classes: int
    required_hours: int
    host: str = ""
    about: str = ""


@dataclass(frozen=True)
class SeatCounts:
    """How many have a seat and how many wait for one."""

    seated: int = 0
    waiting: int = 0


def digest(sent: EventPlan | CoursePlan) -> str:
    """Return what tells this content from any other sent under the same id: 64 hexadecimal digits."""
    content = json.dumps(asdict(sent), ensure_ascii=False, sort_keys=True, default=_moment)
    return hashlib.sha256(content.encode()).hexdigest()


def _moment(value: datetime) -> str:
    return str(int(value.timestamp()))


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


def times_of_classes(starts_at: datetime, ends_at: datetime, classes: int) -> list[tuple[datetime, datetime]]:
    """Return the start and end of each weekly class; given and returned on the city's clock."""
    return [(starts_at + number * WEEK, ends_at + number * WEEK) for number in range(classes)]


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


def key_as_typed(text: str) -> str:
    """Return the check-in key somebody typed (``ABCD 2345``) as it is kept: lower case, nothing between."""
    return "".join(character for character in text.lower() if character.isalnum())


def key_in_groups(key: str) -> str:
    """Return a check-in key as it is read aloud: four and four."""
    return f"{key[:4]} {key[4:]}"
