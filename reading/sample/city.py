"""The whole sample, drawn but not yet written: people, staff, events, and the log one person at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from reading import clock
from reading.books.models import Book
from reading.communities.models import Community
from reading.learning_days.rules import learning_day_of, month_after, next_learning_day
from reading.points.rules import month_key
from reading.sample.course import VILLAGE, Course
from reading.sample.door import Door
from reading.sample.draw import Draw
from reading.sample.groups import Groups
from reading.sample.helping import Helping
from reading.sample.names import Names
from reading.sample.people import TERM, People, Person
from reading.sample.places import Places
from reading.sample.programme import AHEAD, Programme
from reading.sample.reading_log import Log, Shelves
from reading.sample.register import Register
from reading.sample.scenes import Scenes
from reading.sample.staff import STREET, Staff

MOST_OF_THE_READER, MOST_OF_THE_CHILD = 110, 55
# The reader and the child together write no more than a tenth of a small city's log.
READERS_PART = 20


@dataclass(frozen=True)
class Size:
    """What was asked for: so many residents and log entries, drawn from ``seed``, as of ``today``."""

    residents: int
    logs: int
    seed: int
    today: date


class City:
    """Draws the city of a :class:`Size` on the tree ``nodes``; its records end as ``today`` begins."""

    def __init__(self, size: Size, nodes: Sequence[Community], books: Sequence[Book], rule: str) -> None:
        self.size = size
        self.learning_days = learning_days_between(
            rule, size.today - timedelta(days=TERM), size.today + timedelta(days=AHEAD)
        )
        self.places = Places(nodes)
        names = Names(Draw(size.seed, "names"))
        self.people = People(Draw(size.seed, "people"), names, self.places, size.today)
        self.staff = Staff(self.people)
        self.staff.appoint()
        self.reader, self.child = self.staff.reader()
        self.people.settle(max(0, size.residents - len(self.people.persons)))
        self.register = Register(Draw(size.seed, "register"), clock.at_city_time(size.today, time.min))
        self.course = self._hold_events(books, next_learning_day(rule, size.today + timedelta(days=1)))
        self.door = Door(Draw(size.seed, "door"), self.register)
        self.door.run()
        self.helping = Helping(Draw(size.seed, "helping"), self.register, self.people.persons)
        self.helping.run()
        self.groups = self._found_groups()
        self.log = Log(Draw(size.seed, "log"), Shelves.of(books), self.learning_days, size.today)

    def _hold_events(self, books: Sequence[Book], learning_day: date) -> Course:
        seed, today, persons = self.size.seed, self.size.today, self.people.persons
        planners = self.staff.planners()
        self.programme = Programme(Draw(seed, "programme"), self.register, persons, books, today)
        programme = self.programme
        programme.run(self.places, planners, self.learning_days)
        scenes = Scenes(programme, self.reader.place, planners[STREET], self.reader, self.child, today)
        scenes.set({book.title: book for book in books}, learning_day)
        village = self.places.by_code[VILLAGE]
        course = Course(Draw(seed, "course"), self.register, village, planners[village.township], today)
        course.run(persons)
        return course

    def _found_groups(self) -> Groups:
        """Two study groups: where the reader, who belongs to it, lives, and in the village of the course."""
        groups = Groups(Draw(self.size.seed, "groups"), self.programme, self.size.today)
        village, librarians = self.places.by_code[VILLAGE], self.staff.librarians
        about = "隔周晚上聚一次，每人读一段，说两句。读过没读过都欢迎。"
        groups.found(self.reader.place, "渠畔夜读小组", about, librarians[STREET], [self.reader])
        about = "种地的、带娃的、歇下来的，一起看书学手艺。"
        groups.found(village, f"{village.name}学习实践小组", about, librarians[village.township])
        return groups

    def entries(self) -> Iterator[tuple[Person, list[dict[str, Any]]]]:
        """Yield each person with the rows of their log; what one cannot have read is left to those after."""
        persons = sorted(self.people.persons, key=lambda one: one not in (self.reader, self.child))
        shares = self._shares(persons)
        owed = 0
        for person, share in zip(persons, shares, strict=True):
            wanted = share + owed if person.zeal else share
            entries = self.log.of(person, wanted)
            owed += share - len(entries)
            yield person, entries

    def _shares(self, persons: Sequence[Person]) -> list[int]:
        """Share the log out: so much to the reader and the child, the rest by zeal and time since joining."""
        reader = min(MOST_OF_THE_READER, self.size.logs // READERS_PART)
        child = min(MOST_OF_THE_CHILD, self.size.logs // READERS_PART)
        known = [min(TERM, (self.size.today - one.stays[0].since).days) / TERM for one in persons]
        weights = [one.zeal * part for one, part in zip(persons, known, strict=True)][2:]
        others = Draw(self.size.seed, "shares").shares(self.size.logs - reader - child, weights)
        return [reader, child, *others]


def learning_days_between(rule: str, first: date, last: date) -> list[date]:
    """Return the learning days from ``first`` to ``last``, both included."""
    days: list[date] = []
    month = month_key(first)
    while month <= month_key(last):
        days += learning_day_of(rule, month)
        month = month_after(month)
    return [day for day in days if first <= day <= last]
