"""Pure decisions of attendance: when one may be marked, and what all the marks of a person come to together."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reading.events.rules import MARKING_LEAD

CHECK_IN_LEAD = timedelta(minutes=30)
# A paper roster is entered within the month, as a log entry is.
MARKING_ENDS = timedelta(days=31)
MOST_MARKS = 500
MOST_SEEN = 50
# Who made a mark takes it back without a word for so long; later it takes a reason.
QUICK_UNDO = timedelta(minutes=15)
# A phone's clock that differs by less is as right as anybody's watch.
CLOCK_SLACK = timedelta(minutes=2)
# A phone that was never set thinks it is 1970; more is no clock's fault.
MOST_OFFSET = 60 * 366 * 24 * 60 * 60
COMING = ("present", "late")
UNDONE = "undone"
# Of the marks nothing has replaced the lightest stands.
WEIGHT = {"present": 0, "late": 0, "excused": 1, UNDONE: 2}


def check_in_window(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return from when until when a resident may check in: 30 minutes before the start, to the end."""
    return starts_at - CHECK_IN_LEAD, ends_at


def marking_window(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return from when until when the roster takes marks: an hour before the start, to 31 days after the end."""
    return starts_at - MARKING_LEAD, ends_at + MARKING_ENDS


@dataclass(frozen=True)
class MarkSent:
    """One mark as a phone or a form sent it: of a resident, of a guest (who is new with ``guest_name``), or of
    whoever holds the ``card`` scanned or typed.

    A phone tells the ``guest_name`` with every mark of a guest it named: whichever arrives first brings the guest.
    ``happened_at`` (aware) None means "now"; the phone's clock was ``clock_offset`` seconds behind the server's
    when it last heard from it. ``seen`` are the ids of the marks it means to replace; None means whatever of
    another status stands now. ``downloaded_at`` (aware) is when the phone got the roster. ``stood`` is what a form
    that corrects had seen stand, in the digits of ``reading.meanwhile``.
    """

    id: uuid.UUID
    resident_id: uuid.UUID | None
    status: str
    happened_at: datetime | None = None
    guest_id: uuid.UUID | None = None
    guest_name: str = ""
    card: str = ""
    seen: tuple[uuid.UUID, ...] | None = None
    reason: str = ""
    clock_offset: int = 0
    downloaded_at: datetime | None = None
    stood: str | None = None


@dataclass(frozen=True)
class MarkAnswer:
    """What became of one mark: "stored", "duplicate" (stored before), "conflict" or "refused".

    A conflict means that the id stands for another mark; ``kept`` says which (resident or guest, status), and
    ``kept_reason`` why it was made.
    ``why`` is a sentence for whoever sent it, ``code`` a word for the phone. ``person`` is whom a card turned
    out to be of.
    """

    id: str
    answer: str
    why: str = ""
    kept: tuple[uuid.UUID, str] | None = None
    person: uuid.UUID | None = None
    code: str = ""
    kept_reason: str = ""

    @property
    def kept_safe(self) -> bool:
        """Whether the mark is on disk: the phone may forget it."""
        return self.answer in ("stored", "duplicate")


@dataclass(frozen=True)
class Made:
    """A mark as far as merging goes; ``seen`` are the ids of the marks it replaces."""

    id: uuid.UUID
    status: str
    happened_at: datetime
    seen: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Standing:
    """What the marks of one person at one event come to.

    ``mark_id`` is the mark that says so, ``since`` when they came (or when the mark was made); ``heads`` are the
    marks nothing has replaced.
    """

    status: str
    since: datetime
    mark_id: uuid.UUID
    heads: tuple[uuid.UUID, ...]


def standing(marks: Iterable[Made]) -> Standing | None:
    """Return what these marks of one person come to; None for no marks.

    A function of the set alone: the order in which marks arrive, and how often, changes nothing. A mark
    replaces those it has seen, and no others; among the ones nothing has replaced the earliest coming stands
    before every excuse, and an excuse before an undoing. Who is corrected from late to present keeps the time
    they came.
    """
    known = {mark.id: mark for mark in marks}
    if not known:
        return None
    heads = _heads(known)
    told = [(WEIGHT[mark.status], _came_at(mark, known), mark.id) for mark in heads or known.values()]
    _weight, since, mark_id = min(told)
    # Where every mark is replaced (only a forged circle does that), nobody came.
    status = known[mark_id].status if heads else UNDONE
    return Standing(status, since, mark_id, tuple(sorted(mark.id for mark in heads)))


def contradiction(marks: Iterable[Made]) -> tuple[uuid.UUID, ...]:
    """Return those of these marks of one person that contradict each other, in the order they were made.

    Of the marks nothing has replaced some say that the person came, others that they did not: whoever made them did
    not see the others. Who takes back what stands before them replaces it, which contradicts nothing; nor do present
    and late contradict each other.
    """
    heads = sorted(_heads({mark.id: mark for mark in marks}), key=lambda mark: (mark.happened_at, mark.id))
    differ = len({mark.status in COMING for mark in heads}) > 1
    return tuple(mark.id for mark in heads) if differ else ()


def _heads(known: dict[uuid.UUID, Made]) -> list[Made]:
    """Return the marks nothing has replaced."""
    replaced = {other for mark in known.values() for other in mark.seen if other != mark.id}
    return [mark for mark in known.values() if mark.id not in replaced]


def _came_at(mark: Made, known: dict[uuid.UUID, Made]) -> datetime:
    """Return when somebody came whose coming was corrected by further marks of coming."""
    earliest, waiting, looked_at = mark.happened_at, [mark], {mark.id}
    while waiting and mark.status in COMING:
        for other in waiting.pop().seen & known.keys() - looked_at:
            looked_at.add(other)
            if known[other].status in COMING:
                earliest = min(earliest, known[other].happened_at)
                waiting.append(known[other])
    return earliest


def corrected(happened_at: datetime | None, clock_offset: int, now: datetime) -> tuple[datetime, bool]:
    """Return when it happened by the server's clock, never in the future, and whether the phone's was wrong."""
    if happened_at is None:
        return now, False
    wrong = abs(clock_offset) > CLOCK_SLACK.total_seconds()
    meant = happened_at + timedelta(seconds=offset_kept(clock_offset)) if wrong else happened_at
    return min(meant, now), wrong or meant > now + CLOCK_SLACK


def offset_kept(clock_offset: int) -> int:
    """Return by how many seconds a phone's clock may have been behind at most (ahead: negative)."""
    return max(-MOST_OFFSET, min(clock_offset, MOST_OFFSET))


def is_quick(undone_at: datetime, now: datetime, happened_at: datetime, arrived_at: datetime) -> bool:
    """Tell whether a mark (made at ``happened_at``, known since ``arrived_at``) is taken back soon after."""
    return abs(undone_at - happened_at) <= QUICK_UNDO or now - arrived_at <= QUICK_UNDO
