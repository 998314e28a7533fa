"""Who meant to come, who came, and who was told what: the rows behind the sample's events."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from reading import clock
from reading.attendance.models import EXCUSED, LATE, PRESENT, UNDONE
from reading.books.models import Book
from reading.events.models import GIVEN_UP, SEATED, WAITING
from reading.events.rules import EventPlan, digest
from reading.sample.draw import Bag, Draw
from reading.sample.people import Login, Person

GIVES_UP = 0.05
ROLL = Bag([(PRESENT, 76.0), (LATE, 7.0), (EXCUSED, 6.0), (None, 11.0)])
BY_PHONE, ON_PAPER = 0.25, 0.15
UNDONE_MARKS = 0.02


@dataclass
class Gathering:
    """An event of the sample; ``planner`` plans it and takes attendance."""

    id: uuid.UUID
    community: str
    kind: str
    title: str
    about: str
    venue: str
    host: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    planner: Login
    book: Book | None = None
    capacity: int | None = None
    course_id: uuid.UUID | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""

    def row(self) -> dict[str, Any]:
        """Return the event's row."""
        plan = EventPlan(
            kind=self.kind, title=self.title, community=self.community, venue=self.venue, starts_at=self.starts_at,
            ends_at=self.ends_at, host=self.host, book=self.book.title if self.book else "", about=self.about,
            capacity=self.capacity,
        )  # fmt: skip
        return {
            "id": self.id, "community_id": self.community, "kind": self.kind, "title": self.title,
            "book_id": self.book.id if self.book else None, "course_id": self.course_id, "host": self.host,
            "about": self.about, "venue": self.venue, "starts_at": self.starts_at, "ends_at": self.ends_at,
            "capacity": self.capacity, "sent_digest": digest(plan),
            "created_at": self.created_at, "created_by": self.planner.id, "cancelled_at": self.cancelled_at,
            "cancelled_by": self.planner.id if self.cancelled_at else None, "cancel_reason": self.cancel_reason,
        }  # fmt: skip


class Register:
    """Collects the rows; nothing in it happens after ``present``, the moment at which the sample ends."""

    def __init__(self, draw: Draw, present: datetime) -> None:
        self.draw, self.present = draw, present
        self.events: list[dict[str, Any]] = []
        self.signups: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        self.attendance: list[dict[str, Any]] = []
        self.marks: list[dict[str, Any]] = []

    def between(self, first: datetime, last: datetime) -> datetime:
        """Return a whole second from ``first`` on and before both ``last`` and the present."""
        seconds = (min(last, self.present) - first).total_seconds()
        return first + timedelta(seconds=self.draw.randrange(max(1, int(seconds))))

    def keep(self, gathering: Gathering) -> Gathering:
        """Take the event in."""
        self.events.append(gathering.row())
        return gathering

    def sign_up(
        self, gathering: Gathering, persons: Sequence[Person], *, gives_up: float = GIVES_UP
    ) -> list[Person]:
        """Sign these people up one after the other, let some give up their place; return who has a seat."""
        closes = min(gathering.starts_at, gathering.cancelled_at or gathering.starts_at)
        middle = gathering.created_at + (min(closes, self.present) - gathering.created_at) * 0.7
        times = sorted(self.between(gathering.created_at, middle) for _ in persons)
        places: list[tuple[Person, dict[str, Any]]] = []
        for number, (person, at) in enumerate(zip(persons, times, strict=True)):
            seated = gathering.capacity is None or number < gathering.capacity
            places.append((person, self._signup(gathering, person, at, seated)))
        for _person, signup in places:
            if signup["state"] == SEATED and self.draw.happens(gives_up):
                self.give_up(gathering, places, signup, self.between(middle, closes))
        return [person for person, signup in places if signup["state"] == SEATED]

    def fill(self, gathering: Gathering, persons: Sequence[Person], at: datetime) -> None:
        """Sign these people up in this order; at ``at`` the first gives the place up, and who waits first is told."""
        step = (at - gathering.created_at) / (len(persons) + 1)
        places = []
        for number, person in enumerate(persons):
            seated = gathering.capacity is None or number < gathering.capacity
            moment = (gathering.created_at + step * (number + 1)).replace(microsecond=0)
            places.append((person, self._signup(gathering, person, moment, seated)))
        self.give_up(gathering, places, places[0][1], at, seen=False)

    def _signup(self, gathering: Gathering, person: Person, at: datetime, seated: bool) -> dict[str, Any]:
        signup: dict[str, Any] = {
            "id": self.draw.id(), "event_id": gathering.id, "community_id": person.place_on(clock.city_date(at)).code,
            "resident_id": person.id, "state": SEATED if seated else WAITING, "created_at": at,
            "created_by": person.writer, "seated_at": at if seated else None, "given_up_at": None,
        }  # fmt: skip
        self.signups.append(signup)
        return signup

    def give_up(
        self,
        gathering: Gathering,
        places: Iterable[tuple[Person, dict[str, Any]]],
        signup: dict[str, Any],
        at: datetime,
        *,
        seen: bool = True,
    ) -> None:
        """Let the holder of ``signup`` give the place up; who has waited longest gets it and is told."""
        signup["state"], signup["given_up_at"] = GIVEN_UP, at
        for person, waiting in places:
            if waiting["state"] == WAITING:
                waiting["state"], waiting["seated_at"] = SEATED, at
                self.tell([person], gathering, "seated", at, seen=seen)
                return

    def tell(
        self, persons: Iterable[Person], gathering: Gathering, kind: str, at: datetime, *,
        seen: bool, before: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Leave a notice for each of these people."""
        for person in persons:
            self.notices.append(
                {"id": self.draw.id(), "community_id": person.place.code, "resident_id": person.id,
                 "event_id": gathering.id, "kind": kind, "before": before or {}, "at": at,
                 "seen_at": self.between(at, at + timedelta(days=2)) if seen else None}
            )  # fmt: skip

    def call_the_roll(
        self, gathering: Gathering, expected: Iterable[Person], walk_ins: Iterable[Person]
    ) -> None:
        """Mark who came to an event that is over; those nobody marked were missing."""
        by_phone, on_paper = self.draw.happens(BY_PHONE), self.draw.happens(ON_PAPER)
        for person in expected:
            status = self.draw.of(ROLL)
            if status is not None:
                self.mark(
                    gathering, person, status, by_phone=by_phone and status != EXCUSED, on_paper=on_paper
                )
        for person in walk_ins:
            self.mark(gathering, person, PRESENT, by_phone=False, on_paper=on_paper)

    def mark(
        self,
        gathering: Gathering,
        person: Person,
        status: str,
        *,
        by_phone: bool = False,
        on_paper: bool = False,
    ) -> None:
        """Mark somebody; nobody marks their own household, those check in by their phone."""
        own = person.account is not None and person.account.id == gathering.planner.id
        if own and status == EXCUSED:
            return
        by_phone = (by_phone and person.account is not None) or own
        late = timedelta(minutes=self.draw.randint(8, 30) if status == LATE else self.draw.randint(-20, 5))
        happened = gathering.starts_at + (timedelta() if on_paper and not by_phone else late)
        arrived = happened + timedelta(seconds=self.draw.randint(1, 40))
        if on_paper and not by_phone:
            arrived = self.between(gathering.ends_at, gathering.ends_at + timedelta(hours=30))
        history = [(status, "", arrived)]
        if not by_phone and self.draw.happens(UNDONE_MARKS):
            wrong = self.between(arrived, arrived + timedelta(minutes=10))
            history.append((UNDONE, "点错了人", wrong))
        method = "screen" if by_phone else "paper" if on_paper else "roster"
        self._keep_marks(gathering, person, happened, history, method)

    def _keep_marks(
        self, gathering: Gathering, person: Person, happened: datetime,
        history: Sequence[tuple[str, str, datetime]], method: str,
    ) -> None:  # fmt: skip
        on = clock.city_date(gathering.starts_at)
        common = {
            "event_id": gathering.id, "resident_id": person.id, "community_id": person.place_on(on).code,
            "method": method, "happened_at": happened,
        }  # fmt: skip
        made_by = person.writer if method == "screen" else gathering.planner.id
        marks: list[dict[str, Any]] = []
        for status, reason, at in history:
            seen = [str(one["id"]) for one in marks]
            marks.append(
                {**common, "id": self.draw.id(), "status": status, "reason": reason, "arrived_at": at, "seen": seen,
                 "happened_at": at if status == UNDONE else happened, "made_by": made_by,
                 "method": "roster" if status == UNDONE else method}
            )  # fmt: skip
        self.marks += marks
        first, last = marks[0], marks[-1]
        self.attendance.append(
            {
                **common,
                "id": first["id"],
                "status": last["status"],
                "on": on,
                "arrived_at": first["arrived_at"],
            }
        )


def end_of(starts_at: datetime, minutes: int) -> datetime:
    """Return the end of an event that lasts this long."""
    return starts_at + timedelta(minutes=minutes)


def clock_time(text: str) -> time:
    """Return the time of day written ``19:30``."""
    hour, minute = text.split(":")
    return time(int(hour), int(minute))
