"""Who came to past events without a record of their own: guests by name; and how many heads were counted."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from reading.attendance.models import CAME, PRESENT
from reading.sample.draw import Draw
from reading.sample.names import ELDER, MIDDLE, Names
from reading.sample.register import Register

WITH_GUESTS, MOST_GUESTS = 0.35, 3
COUNTED, MOST_UNNAMED = 0.5, 8


class Door:
    """Draws the rows of guests, their marks, and headcounts for the events of a register that are over."""

    def __init__(self, draw: Draw, register: Register) -> None:
        self.draw, self.register = draw, register
        self.names = Names(draw)
        self.guests: list[dict[str, Any]] = []
        self.marks: list[dict[str, Any]] = []
        self.headcounts: list[dict[str, Any]] = []

    def run(self) -> None:
        """Let them come."""
        came = Counter(one["event_id"] for one in self.register.attendance if one["status"] in CAME)
        for event in self.register.events:
            if event["id"] not in came or event["ends_at"] >= self.register.present:
                continue
            guests = self.draw.randint(1, MOST_GUESTS) if self.draw.happens(WITH_GUESTS) else 0
            for _number in range(guests):
                self._guest(event)
            if self.draw.happens(COUNTED):
                self._count(event, came[event["id"]] + guests + self.draw.randint(0, MOST_UNNAMED))

    def _guest(self, event: dict[str, Any]) -> None:
        at = self._moment(event, -10, 15)
        common = {
            "event_id": event["id"], "community_id": event["community_id"], "status": PRESENT, "method": "walk_in",
            "happened_at": at, "arrived_at": at + timedelta(seconds=8), "made_by": event["created_by"],
        }  # fmt: skip
        name = self.names.name(self.draw.choice((MIDDLE, ELDER)), self.draw.choice("fm"))
        guest = {"id": self.draw.id(), "name": name, **common}
        self.guests.append(guest)
        self.marks.append({"id": self.draw.id(), "guest_id": guest["id"], **common})

    def _count(self, event: dict[str, Any], number: int) -> None:
        at = self._moment(event, 20, 40)
        self.headcounts.append(
            {"id": self.draw.id(), "event_id": event["id"], "community_id": event["community_id"], "number": number,
             "counted_at": at, "arrived_at": at + timedelta(seconds=2), "made_by": event["created_by"]}
        )  # fmt: skip

    def _moment(self, event: dict[str, Any], first: int, last: int) -> datetime:
        """Return a moment between so many minutes after the start."""
        starts_at: datetime = event["starts_at"]
        return starts_at + timedelta(seconds=self.draw.randint(60 * first, 60 * last))
