"""The sample's study groups: who leads them, who belongs, when they met, and what they read."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from reading import clock
from reading.people.rules import is_minor
from reading.points.rules import month_key
from reading.sample.draw import Draw
from reading.sample.people import Login, Person
from reading.sample.places import Place
from reading.sample.programme import Programme, interest
from reading.sample.register import Gathering, end_of

BEGAN, EVERY, AHEAD = 98, 14, 3  # days ago; days between two meetings; meetings from the last one on
MEMBERS = 9
MINUTES = 60


class Groups:
    """Founds groups among neighbours; ``programme`` knows them, and keeps the meetings in its register."""

    def __init__(self, draw: Draw, programme: Programme, today: date) -> None:
        self.draw, self.programme, self.register, self.today = draw, programme, programme.register, today
        self.groups: list[dict[str, Any]] = []
        self.members: list[dict[str, Any]] = []
        self.meetings: list[dict[str, Any]] = []
        self.books: list[dict[str, Any]] = []
        self.helpers: list[dict[str, Any]] = []

    def found(self, place: Place, name: str, about: str, by: Login, sure: Sequence[Person] = ()) -> None:
        """Let neighbours of this place meet every second week; ``sure`` belong in any case.

        Where nobody could lead it there is no group.
        """
        began = clock.at_city_time(self.today - timedelta(days=BEGAN), time(10, 20))
        known = [
            one for one in self.programme.neighbours[place.code] if one.joined_at < began and one not in sure
        ]
        leaders = [one for one in known if self._may_lead(one) and one.account is not by]
        if not leaders:
            return
        leader = self.draw.choice(leaders)
        others = [(one, interest(one, "meeting")) for one in known if one is not leader]
        people = [leader, *sure, *self.draw.some(others, MEMBERS - 1 - len(sure))]
        group = {
            "id": self.draw.id(), "community_id": place.code, "name": name, "about": about, "created_at": began,
            "created_by": by.id, "ended_at": None, "ended_by": None, "end_reason": "",
        }  # fmt: skip
        self.groups.append(group)
        for one in people:
            self._join(group, one, by, leads=one is leader)
        self._choose_books(group, by)
        last = (BEGAN - EVERY) // EVERY + AHEAD
        for number in range(last):
            self._meet(
                group,
                place,
                leader,
                people,
                by,
                self.today - timedelta(days=BEGAN - EVERY * (number + 1) - 1),
            )

    def _may_lead(self, person: Person) -> bool:
        grown_up = not is_minor(person.relation, person.born_on, self.today)
        return grown_up and person.account is not None and person.relation == "self"

    def _join(self, group: dict[str, Any], person: Person, by: Login, *, leads: bool) -> None:
        began: datetime = group["created_at"]
        at = began if leads else self.register.between(began, began + timedelta(days=9))
        self.members.append(
            {"id": self.draw.id(), "group_id": group["id"], "community_id": person.place.code,
             "resident_id": person.id, "joined_at": at, "joined_by": by.id if leads else person.writer,
             "spoken": leads or person.account is None, "leads_since": at if leads else None,
             "left_at": None, "left_by": None}
        )  # fmt: skip

    def _choose_books(self, group: dict[str, Any], by: Login) -> None:
        months = sorted({month_key(self.today - timedelta(days=back)) for back in range(BEGAN)})
        chosen = self.draw.sample(self.programme.books, len(months))
        for month, book in zip(months, chosen, strict=True):
            at = max(group["created_at"], clock.at_city_time(date.fromisoformat(f"{month}-01"), time(8)))
            self.books.append(
                {"group_id": group["id"], "month": month, "community_id": group["community_id"],
                 "book_id": book.id, "chosen_at": at, "chosen_by": by.id}
            )  # fmt: skip

    def _meet(
        self,
        group: dict[str, Any],
        place: Place,
        leader: Person,
        people: Sequence[Person],
        by: Login,
        day: date,
    ) -> None:
        starts_at = clock.at_city_time(day, time(19, 30))
        created_at = min(starts_at, self.register.present) - timedelta(days=3, hours=4)
        gathering = self.register.keep(
            Gathering(
                id=self.draw.id(), community=place.code, kind="meeting", title=group["name"], about=group["about"],
                venue=self.programme.venue(place, "sharing"), host="", starts_at=starts_at,
                ends_at=end_of(starts_at, MINUTES), created_at=created_at, planner=by,
            )
        )  # fmt: skip
        self.meetings.append({"event_id": gathering.id, "group_id": group["id"], "community_id": place.code})
        seated = self.register.sign_up(gathering, people)
        if gathering.ends_at < self.register.present:
            self.register.call_the_roll(gathering, seated, ())
        else:
            self._put_in_charge(leader, gathering)

    def _put_in_charge(self, leader: Person, gathering: Gathering) -> None:
        """Let the leader take the attendance of a meeting to come."""
        day, by = clock.city_date(gathering.starts_at), gathering.planner.id
        self.helpers.append(
            {"id": self.draw.id(), "event_id": gathering.id, "resident_id": leader.id,
             "community_id": leader.place_on(day).code, "created_by": by, "created_at": gathering.created_at,
             "named_at": gathering.created_at, "named_by": by}
        )  # fmt: skip
