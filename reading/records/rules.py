"""Pure decisions about the record of an event: its figures, and what somebody should look at once more."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

COMING = ("present", "late")
EXCUSED = "excused"
# Who has a seat or is enrolled is expected; who waits for a seat is not.
EXPECTED = ("enrolled", "seated")
WAITING = "waiting"


@dataclass(frozen=True)
class Known:
    """Somebody in a record, as far as counting goes; ``is_guest``: by name only; ``why``: as on the roster."""

    status: str
    method: str
    is_guest: bool = False
    why: str = ""


@dataclass(frozen=True)
class Figures:
    """An event in numbers. ``missing`` were expected, and neither came nor were excused: a number, no names.

    ``heads`` counts everybody in the hall, nobody by name; it stands beside ``came``, never added to it.
    """

    seats: int | None
    signed_up: int
    waiting: int
    expected: int
    present: int
    late: int
    excused: int
    missing: int
    not_signed_up: int
    guests: int
    to_confirm: int
    heads: int | None
    methods: dict[str, int] = field(default_factory=dict)

    @property
    def came(self) -> int:
        """How many different people came, by name."""
        return self.present + self.late


def figures(
    people: Iterable[Known],
    *,
    seats: int | None,
    signed_up: int,
    waiting: int,
    expected: int,
    heads: int | None,
) -> Figures:
    """Return the figures of an event with these people in its record."""
    known = list(people)
    came = [one for one in known if one.status in COMING]
    accounted = sum(one.why in EXPECTED and one.status in (*COMING, EXCUSED) for one in known)
    methods = Counter(one.method for one in came)
    return Figures(
        seats=seats, signed_up=signed_up, waiting=waiting, expected=expected, heads=heads,
        present=sum(one.status == "present" for one in known), late=sum(one.status == "late" for one in known),
        excused=sum(one.status == EXCUSED for one in known), missing=expected - accounted,
        not_signed_up=sum(not one.why and not one.is_guest for one in came),
        guests=sum(one.is_guest for one in came), to_confirm=sum(one.status == WAITING for one in known),
        methods=dict(methods.most_common()),
    )  # fmt: skip


@dataclass(frozen=True)
class Met:
    """One event of a list: how many came by name (``guests`` of them without a record of their own), and heads."""

    came: int
    guests: int
    heads: int | None


@dataclass(frozen=True)
class Sums:
    """A list of events in numbers: 人次 (``visits``), 人数 (``people``), and heads counted; never added up.

    ``people`` are the different residents; who came by name only cannot be told apart from one evening to the
    next, and is counted as ``guests`` at each. ``counted`` events had their heads counted.
    """

    events: int
    visits: int
    people: int
    guests: int
    heads: int
    counted: int


def sums(met: Iterable[Met], people: int) -> Sums:
    """Return the sums of these events, at which so many different residents were."""
    held = list(met)
    heads = [one.heads for one in held if one.heads is not None]
    return Sums(
        len(held),
        sum(one.came for one in held),
        people,
        sum(one.guests for one in held),
        sum(heads),
        len(heads),
    )


def restored_at(came_at: Iterable[datetime]) -> datetime | None:
    """Return when somebody came whose coming was taken back by mistake: as it was noted first; None if it never was."""
    return min(came_at, default=None)
