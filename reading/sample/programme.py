"""The usual programme: what is on in every neighbourhood, month after month, past and coming."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from reading import clock
from reading.books.models import Book
from reading.sample.draw import Draw, rows
from reading.sample.names import CHILD, ELDER, Names
from reading.sample.people import TERM, Login, Person
from reading.sample.places import Place, Places
from reading.sample.register import Gathering, Register, clock_time, end_of

AHEAD = 40  # days for which the programme is out
# How often a month each kind is held in a place, times how keen the place is.
HOW_OFTEN = {"sharing": 0.75, "exchange": 0.3, "class": 0.22}
LEARNING_DAY_HELD = 0.6
FEWEST, MOST = 4, 42
CANCELLED = 0.03
REASONS = ("下大雪，路上滑，改期另行通知。", "停电检修，当天不能用场地。", "主讲人临时有事，改到下个月。")
TALKED_ABOUT = ("fiction", "local", "classics")


class Programme:
    """Plans what is on in the places where people live, and lets them come."""

    def __init__(
        self, draw: Draw, register: Register, persons: Iterable[Person], books: Sequence[Book], today: date
    ) -> None:
        self.draw, self.register, self.today = draw, register, today
        self.books = [book for book in books if book.shelf in TALKED_ABOUT]
        self.names = Names(draw)
        self.neighbours: dict[str, list[Person]] = defaultdict(list)
        for person in persons:
            self.neighbours[person.place.code].append(person)
        self.kinds: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows("events.csv"):
            self.kinds[row["kind"]].append(row)
        self.venues: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows("venues.csv"):
            self.venues[row["where"], row["kind"]].append(row["venue"])

    def run(self, places: Places, planners: Mapping[str, Login], learning_days: Sequence[date]) -> None:
        """Hold everything; ``planners`` tells by township who plans there."""
        first, last = self.today - timedelta(days=TERM), self.today + timedelta(days=AHEAD)
        for place in places.main:
            self._run_place(place, planners[place.township], first, last, learning_days)
        for township in places.townships:
            heart = places.heart_of(township)
            if heart not in places.main:
                for day in learning_days[::3]:
                    self.hold(heart, planners[township], "learning_day", day)

    def _run_place(
        self, place: Place, planner: Login, first: date, last: date, learning_days: Sequence[date]
    ) -> None:
        taken = {self.today, *learning_days}
        for day in learning_days:
            if self.draw.happens(LEARNING_DAY_HELD * place.keen):
                self.hold(place, planner, "learning_day", day)
        months = (last - first).days / 30
        for kind, often in HOW_OFTEN.items():
            for _ in range(round(months * often * place.keen)):
                day = first + timedelta(days=self.draw.randint(0, (last - first).days))
                if day not in taken:
                    taken.add(day)
                    self.hold(place, planner, kind, day)

    def hold(self, place: Place, planner: Login, kind: str, day: date) -> None:
        """Plan an event of this kind, let people sign up, and, when it is over, call the roll."""
        if day == self.today:
            # It would be over or not depending on the hour; what is on today is planned elsewhere.
            return
        row = self.draw.choice([row for row in self.kinds[kind] if row["where"] in ("any", where(place))])
        starts_at = clock.at_city_time(day, clock_time(row["hour"]))
        created_at = self._planned(day)
        known = [one for one in self.neighbours[place.code] if one.joined_at < created_at]
        expected = self.draw.some([(one, interest(one, kind)) for one in known], self._crowd(place, known))
        if day < self.today and len(expected) < FEWEST:
            return
        book = self.draw.choice(self.books) if "{book}" in row["title"] else None
        capacity = self.draw.choice((None, None, 20, 30, max(FEWEST, len(expected) - 3)))
        gathering = Gathering(
            id=self.draw.id(), community=place.code, kind=kind, about=row["about"], venue=self.venue(place, kind),
            title=row["title"].format(book=spoken(book.title) if book else ""), host=self.host(),
            starts_at=starts_at, ends_at=end_of(starts_at, int(row["minutes"])), created_at=created_at,
            planner=planner, book=book, capacity=capacity,
        )  # fmt: skip
        if self.draw.happens(CANCELLED):
            self._call_off(gathering, expected)
        else:
            self._take_place(gathering, expected, known)

    def _planned(self, day: date) -> datetime:
        before = min(day - timedelta(days=self.draw.randint(5, 16)), self.today - timedelta(days=2))
        return clock.at_city_time(before, time(self.draw.randint(9, 17), self.draw.randint(0, 59)))

    def _crowd(self, place: Place, known: Sequence[Person]) -> int:
        crowd = len(known) * place.keen * self.draw.uniform(0.06, 0.2)
        return max(FEWEST, min(MOST, round(crowd)))

    def _call_off(self, gathering: Gathering, expected: Sequence[Person]) -> None:
        last = min(gathering.starts_at, self.register.present)
        gathering.cancelled_at = last - timedelta(hours=self.draw.randint(3, 30))
        gathering.cancel_reason = self.draw.choice(REASONS)
        self.register.keep(gathering)
        told = self.register.sign_up(gathering, expected)
        self.register.tell(told, gathering, "cancelled", gathering.cancelled_at, seen=True)

    def _take_place(self, gathering: Gathering, expected: Sequence[Person], known: Sequence[Person]) -> None:
        self.register.keep(gathering)
        seated = self.register.sign_up(gathering, expected)
        if gathering.ends_at < self.register.present:
            signed_up = set(expected)
            others = [(one, interest(one, gathering.kind)) for one in known if one not in signed_up]
            room = len(known) if gathering.capacity is None else gathering.capacity - len(seated)
            came_along = min(room, round(len(expected) * self.draw.uniform(0, 0.3)))
            walk_ins = self.draw.some(others, came_along)
            self.register.call_the_roll(gathering, seated, walk_ins)

    def venue(self, place: Place, kind: str) -> str:
        """Return where in this place such an event is held."""
        return self.draw.choice(self.venues[where(place), kind]).format(name=place.name)

    def host(self) -> str:
        """Return a host as a poster names one: 王老师."""
        return self.names.surname() + self.draw.choice(("老师", "老师", "馆员", "医生", "师傅"))


def where(place: Place) -> str:
    """Return which of the lists of venues and titles fit the place."""
    return "town" if place.in_town else "village"


def spoken(title: str) -> str:
    """Return a book's title as people say it: without the edition's （全二册）."""
    return title.split("（")[0]


def interest(person: Person, kind: str) -> float:
    """Return how likely somebody comes, against the others."""
    weight = 0.25 + person.zeal * (1 + person.loyalty if kind == "learning_day" else 1)
    if kind == "class" and person.generation == CHILD:
        return 0.0
    return weight * (1.5 if person.generation == ELDER else 1.0)
