"""Who helps at the sample's events, and for how long they did."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from reading import clock
from reading.attendance.models import CAME
from reading.events.models import SEATED
from reading.people.rules import is_minor
from reading.sample.draw import Draw
from reading.sample.people import Person
from reading.sample.register import Register
from reading.volunteers.rules import usual_minutes

WITH_HELPERS, MOST_HELPERS = 0.6, 3
STAYED_LONGER, CORRECTED = 0.3, 0.1
HALF_AN_HOUR = 30


class Helping:
    """Draws helpers among those who came, or mean to come, to the events of a register; and their hours."""

    def __init__(self, draw: Draw, register: Register, persons: Iterable[Person]) -> None:
        self.draw, self.register = draw, register
        self.persons = {person.id: person for person in persons}
        self.helpers: list[dict[str, Any]] = []
        self.hours: list[dict[str, Any]] = []

    def run(self) -> None:
        """Let them help."""
        known: dict[uuid.UUID, list[uuid.UUID]] = {}
        for row in self.register.signups:
            if row["state"] == SEATED:
                known.setdefault(row["event_id"], []).append(row["resident_id"])
        for row in self.register.attendance:
            if row["status"] in CAME:
                known.setdefault(row["event_id"], []).append(row["resident_id"])
        for event in self.register.events:
            able = [one for one in dict.fromkeys(known.get(event["id"], ())) if self._can_help(one, event)]
            if able and event["cancelled_at"] is None and self.draw.happens(WITH_HELPERS):
                for one in able[: self.draw.randint(1, MOST_HELPERS)]:
                    self._help(self.persons[one], event)

    def _can_help(self, resident_id: uuid.UUID, event: dict[str, Any]) -> bool:
        person, day = self.persons[resident_id], clock.city_date(event["starts_at"])
        by_whom = person.account.id if person.account else None
        grown_up = not is_minor(person.relation, person.born_on, day)
        return grown_up and by_whom != event["created_by"] and person.joined_at < event["starts_at"]

    def _help(self, person: Person, event: dict[str, Any]) -> None:
        day = clock.city_date(event["starts_at"])
        since = max(event["created_at"], person.joined_at)
        helper = {
            "id": self.draw.id(), "event_id": event["id"], "resident_id": person.id,
            "community_id": person.place_on(day).code, "created_by": person.writer,
            "created_at": self.register.between(since, max(since, event["starts_at"])),
            "minutes": None, "minutes_at": None, "minutes_by": None,
        }  # fmt: skip
        self.helpers.append(helper)
        if event["ends_at"] + timedelta(hours=1) < self.register.present:
            self._tell_hours(helper, event)

    def _tell_hours(self, helper: dict[str, Any], event: dict[str, Any]) -> None:
        minutes = usual_minutes(event["starts_at"], event["ends_at"])
        if self.draw.happens(CORRECTED):
            self._keep(helper, event, minutes, 5)
        if self.draw.happens(STAYED_LONGER):
            minutes += HALF_AN_HOUR
        self._keep(helper, event, minutes, 20)

    def _keep(self, helper: dict[str, Any], event: dict[str, Any], minutes: int, after: int) -> None:
        """Write the hours down so many minutes after the end."""
        if helper["minutes"] == minutes:
            return
        at, by = event["ends_at"] + timedelta(minutes=after), event["created_by"]
        helper |= {"minutes": minutes, "minutes_at": at, "minutes_by": by}
        self.hours.append(
            {"id": self.draw.id(), "helper_id": helper["id"], "community_id": helper["community_id"],
             "minutes": minutes, "at": at, "by": by}
        )  # fmt: skip
