"""The night-school course of the sample: a term of weekly classes in a village, half of it held, one week free."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from reading import clock
from reading.attendance.models import EXCUSED, LATE, PRESENT
from reading.sample.draw import Bag, Draw, rows
from reading.sample.names import CHILD
from reading.sample.people import Login, Person
from reading.sample.places import Place
from reading.sample.register import Gathering, Register, end_of

VILLAGE = "410581106223"
TITLE = "花椒种植与管护"
ABOUT = "十二次课，从选苗讲到销售，每周一晚，秋收那周停一次。修满九个学时发结业证书。带上自己的问题来。"
HOST = "申师傅"
STARTS, MINUTES = time(19, 30), 90
HELD, REQUIRED_HOURS, ENROLLED, DROPPED_OUT = 7, 9, 25, 2
# After so many classes the harvest takes a week: the date is struck out, the course goes on a week longer.
BEFORE_THE_HARVEST = 3
LAST_HELD_DAYS_AGO = 4


class Course:
    """Draws the course, its classes, who is enrolled and who came; the rows are its attributes."""

    def __init__(self, draw: Draw, register: Register, place: Place, organizer: Login, today: date) -> None:
        self.draw, self.register, self.place, self.organizer = draw, register, place, organizer
        self.first = today - timedelta(days=LAST_HELD_DAYS_AGO + 7 * HELD)
        self.created_at = clock.at_city_time(self.first - timedelta(days=18), time(15, 20))
        self.row: dict[str, Any] = {
            "id": draw.id(), "community_id": place.code, "title": TITLE, "about": ABOUT, "host": HOST,
            "venue": f"{place.name}新时代文明实践站", "term": term_of(self.first), "required_hours": REQUIRED_HOURS,
            "created_at": self.created_at, "created_by": organizer.id,
        }  # fmt: skip
        self.enrolments: list[dict[str, Any]] = []

    def run(self, persons: Iterable[Person]) -> None:
        """Enrol people of the township, the village's own first, and hold the classes."""
        members = self._enrol(persons)
        steady = {person.id: self.draw.uniform(0.55, 0.98) for person, _left in members}
        for row in rows("classes.csv"):
            number = int(row["number"])
            gathering = self._class(number, row["title"])
            if number > HELD:
                continue
            for person, left in members:
                if left <= number:
                    continue
                status = self.draw.of(Bag([(PRESENT, 88.0), (LATE, 12.0)]))
                if not self.draw.happens(steady[person.id]):
                    status = EXCUSED if self.draw.happens(0.35) else ""
                if status:
                    self.register.mark(gathering, person, status)

    def _enrol(self, persons: Iterable[Person]) -> list[tuple[Person, int]]:
        """Return who is enrolled, and with which class they left (far beyond the last: they stay)."""
        near = [
            (person, 6.0 if person.place is self.place else 1.0)
            for person in persons
            if person.place.township == self.place.township and person.generation != CHILD
            and person.joined_at < self.created_at and person.account is not self.organizer
        ]  # fmt: skip
        members = []
        for number, person in enumerate(self.draw.some(near, ENROLLED)):
            enrolled_at = self.created_at + timedelta(
                days=self.draw.randint(1, 14), minutes=self.draw.randint(0, 240)
            )
            left = 4 if number < DROPPED_OUT else 99
            ended_at = (
                clock.at_city_time(self._day(left) - timedelta(days=1), time(12)) if left < HELD else None
            )
            own = person.account is not None and self.draw.happens(0.4)
            self.enrolments.append(
                {"id": self.draw.id(), "course_id": self.row["id"], "community_id": person.place.code,
                 "resident_id": person.id, "enrolled_at": enrolled_at,
                 "enrolled_by": person.writer if own else self.organizer.id, "ended_at": ended_at}
            )  # fmt: skip
            members.append((person, left))
        return members

    def _day(self, number: int) -> date:
        return self.first + timedelta(weeks=number - 1 if number <= BEFORE_THE_HARVEST else number)

    def _class(self, number: int, title: str) -> Gathering:
        starts_at = clock.at_city_time(self._day(number), STARTS)
        return self.register.keep(
            Gathering(
                id=self.draw.id(), community=self.place.code, kind="class", title=f"{TITLE} 第{number}课：{title}",
                about="", venue=self.row["venue"], host=HOST, starts_at=starts_at,
                ends_at=end_of(starts_at, MINUTES), created_at=self.created_at, planner=self.organizer,
                course_id=self.row["id"],
            )
        )  # fmt: skip


def term_of(first: date) -> str:
    """Return what people call the term in which ``first`` lies: 2026年秋季 (August to January)."""
    school_year = first.year - (first.month == 1)
    return f"{school_year}年{'春' if 2 <= first.month <= 7 else '秋'}季"
