"""What an evening must come to, written as plainly as it can be said: the model the service is held against."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reading.attendance import actions
from reading.attendance.models import Guest
from reading.attendance.rules import MarkSent
from reading.errors import Refused
from reading.extensions import db
from reading.people.models import Account

COMING = ("present", "late")


@dataclass(frozen=True)
class Kept:
    """One mark the service must have kept: by whom it is of, when, and what its maker had seen."""

    id: uuid.UUID
    person: uuid.UUID
    status: str
    at: datetime
    seen: frozenset[uuid.UUID]


def person_of(mark: MarkSent) -> uuid.UUID:
    """Return whom a mark is of: a guest or a resident."""
    person = mark.guest_id or mark.resident_id
    assert person is not None
    return person


@dataclass
class Evening:
    """Every mark kept so far, and who the guests turned out to be; ``matched`` holds None for nobody yet."""

    marks: dict[uuid.UUID, Kept] = field(default_factory=dict)
    matched: dict[uuid.UUID, uuid.UUID | None] = field(default_factory=dict)
    waiting: set[uuid.UUID] = field(default_factory=set)

    def keep(self, mark: Kept) -> None:
        """Keep a mark; the same one again changes nothing."""
        self.marks.setdefault(mark.id, mark)

    def of_person(self, person: uuid.UUID) -> tuple[str, datetime | None]:
        """Return what a resident's own marks come to with those of the guests who turned out to be them."""
        guests = {one for one, who in self.matched.items() if who == person and one not in self.waiting}
        return self._standing({person, *guests})

    def of_guest(self, guest: uuid.UUID) -> str:
        """Return what a guest's own marks come to."""
        return "waiting" if guest in self.waiting else self._standing({guest})[0]

    def _standing(self, of: set[uuid.UUID]) -> tuple[str, datetime | None]:
        marks = [one for one in self.marks.values() if one.person in of]
        stand = [one for one in marks if not any(one.id in other.seen for other in marks)]
        came = [one for one in stand if one.status in COMING]
        if came:
            first = min(came, key=lambda one: (self._arrival(one, marks), one.id))
            return first.status, self._arrival(first, marks)
        excused = [one for one in stand if one.status == "excused"]
        return ("excused", min(one.at for one in excused)) if excused else ("undone", None)

    def _arrival(self, mark: Kept, marks: list[Kept]) -> datetime:
        corrected = [one for one in marks if one.id in mark.seen and one.status in COMING]
        return min([mark.at, *(self._arrival(one, marks) for one in corrected)])


@dataclass
class Phone:
    """A phone with the roster: what it knows, what it has not yet been told is kept, and all it ever made."""

    account: uuid.UUID
    ahead: timedelta
    downloaded_at: datetime
    heads: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=dict)
    guests: dict[uuid.UUID, str] = field(default_factory=dict)
    queue: list[MarkSent] = field(default_factory=list)
    made: list[MarkSent] = field(default_factory=list)
    counts: list[tuple[uuid.UUID, int, datetime]] = field(default_factory=list)


def matched(guest_id: uuid.UUID, person: uuid.UUID | None, by: Account, *, refuses: bool) -> bool:
    """Say who a guest is, and whether that was taken; ``refuses``: nobody new is, of who counts as having come."""
    due = refuses and db.session.get_one(Guest, guest_id).status != "undone"
    try:
        actions.match_guest(guest_id, person, by)
    except Refused:
        assert due
        return False
    assert not due
    return True
