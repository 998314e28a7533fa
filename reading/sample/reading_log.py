"""What the people of the sample read, day by day: habits, books begun and finished, words about them."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from reading import clock
from reading.books.models import Book
from reading.logbook.models import KEPT, MOST_PAGES, WAITING
from reading.logbook.rules import UNUSUAL_MINUTES, Amounts, BookAsked, Told
from reading.sample.draw import Bag, Draw, rows
from reading.sample.names import CHILD, ELDER, MIDDLE, YOUNG
from reading.sample.people import TERM, Person

# How often each generation reaches for each shelf.
TASTES = {
    CHILD: {"children": 80, "classics": 12, "local": 8},
    YOUNG: {"fiction": 60, "classics": 16, "health": 10, "local": 6, "farming": 8},
    MIDDLE: {"fiction": 42, "classics": 18, "health": 14, "local": 10, "farming": 16},
    ELDER: {"classics": 34, "local": 20, "health": 22, "fiction": 14, "farming": 10},
}
# Nobody's first choice, though it stands on the shelf: plates, textbooks, another's school year.
SELDOM = {
    "经络是水通道",
    "人体解剖彩色图谱（第2版）",
    "大便书（纪念版）",
    "养牛学（第二版）",
    "英语快乐阅读（小学生5年级）",
    "本草备要",
}
# Pages at a sitting, and the hours of the day at which the record is written.
PACE = {CHILD: (8, 26), YOUNG: (18, 60), MIDDLE: (12, 45), ELDER: (8, 28)}
HOURS = {
    CHILD: Bag([(12, 1.0), (17, 2.0), (18, 4.0), (19, 6.0), (20, 4.0)]),
    YOUNG: Bag([(7, 1.0), (12, 3.0), (18, 1.0), (20, 3.0), (21, 5.0), (22, 6.0)]),
    MIDDLE: Bag([(6, 1.0), (12, 2.0), (13, 2.0), (20, 4.0), (21, 6.0), (22, 2.0)]),
    ELDER: Bag([(5, 2.0), (6, 6.0), (7, 6.0), (8, 4.0), (9, 3.0), (15, 2.0), (19, 1.0)]),
}
# Monday to Sunday: children read at the weekend, elders every morning, the others when work lets them.
WEEK = {
    CHILD: (0.55, 0.5, 0.55, 0.5, 0.7, 1.0, 1.0),
    YOUNG: (0.6, 0.55, 0.6, 0.55, 0.5, 0.85, 1.0),
    MIDDLE: (0.6, 0.6, 0.6, 0.55, 0.5, 0.9, 1.0),
    ELDER: (0.9, 0.9, 0.9, 0.9, 0.9, 0.85, 0.85),
}
SECOND_ENTRIES, TWICE_TYPED, CORRECTED, LATE = 0.05, 0.2, 0.016, 0.12
FEWEST_FOR_THE_AVID = 30
LONG_BOOK = 450  # pages
LOOKED_AT_AFTER = timedelta(days=14)
# Minutes: as people tell them, the longest told beside pages, and how rarely somebody tells of a whole day.
SITTINGS, LONGEST_SITTING, UNUSUALLY_LONG = (15, 20, 20, 25, 30, 30, 40, 45, 60), 300, 0.002


@dataclass
class Shelves:
    """The catalogue as readers meet it."""

    by_shelf: dict[str, list[Book]]
    said: dict[str, list[str]]
    _choices: dict[tuple[str, bool, bool], Bag[Book]] = field(default_factory=dict)

    @classmethod
    def of(cls, books: Sequence[Book]) -> "Shelves":
        """Return the shelves of these books, and what may be said of each."""
        by_shelf: dict[str, list[Book]] = defaultdict(list)
        said: dict[str, list[str]] = defaultdict(list)
        for book in books:
            by_shelf[book.shelf].append(book)
        for row in rows("reflections.csv"):
            said[row["book"]].append(row["text"])
        return cls(dict(by_shelf), said)

    def taken_by(self, generation: str, *, in_town: bool, avid: bool) -> Bag[Book]:
        """Return the books such a person may take: short ones unless they read a lot, farming in villages."""
        kind = (generation, in_town, avid)
        if kind not in self._choices:
            self._choices[kind] = Bag(list(self._weighted(*kind)))
        return self._choices[kind]

    def _weighted(self, generation: str, in_town: bool, avid: bool) -> Iterator[tuple[Book, float]]:
        for shelf, taste in TASTES[generation].items():
            far_off = shelf == "farming" and in_town
            for rank, book in enumerate(self.by_shelf[shelf]):
                weight = taste / (3 + rank) * (0.1 if book.title in SELDOM or far_off else 1)
                long = (book.pages or 0) > LONG_BOOK
                yield book, weight * ((0.25 if avid else 0.12) if long else 1)

    def words(self, draw: Draw, book: Book, told: set[str]) -> str:
        """Return something said of the book, seldom just of its kind; nothing that was ``told`` before."""
        own = self.said.get(book.title, [])
        words = draw.choice(own if own and draw.happens(0.85) else self.said[f"shelf:{book.shelf}"])
        if words in told:
            return ""
        told.add(words)
        return words


@dataclass
class Copy:
    """A book somebody has begun, and how far they got; ``minutes_only`` while they count no pages."""

    book: Book
    minutes_only: bool
    page: int = 0
    sittings: int = 0

    def read(self, draw: Draw, pace: tuple[int, int]) -> Amounts:
        """Read on once."""
        self.sittings += 1
        if self.minutes_only:
            sat = draw.choice(SITTINGS) if draw.random() > UNUSUALLY_LONG else UNUSUAL_MINUTES + 20
            return Amounts(None, sat, finished=self.sittings > 5 and draw.happens(0.12))
        pages, done = draw.randint(*pace), self.sittings > 6 and draw.happens(0.2)
        if self.book.pages is not None:
            left = self.book.pages - self.page
            if left <= pages or (left <= MOST_PAGES and draw.happens(0.004)):
                pages = left
            done = left == pages
        self.page += pages
        minutes = min(LONGEST_SITTING, max(5, round(pages * 1.6 / 5) * 5)) if draw.happens(0.15) else None
        return Amounts(pages, minutes, done)


class Reader:
    """Somebody reading one book, and now and then a second beside it."""

    def __init__(self, person: Person, choice: Bag[Book]) -> None:
        self.pace, self.choice = PACE[person.generation], choice
        self.begun: dict[uuid.UUID, Copy] = {}
        self.finished: set[uuid.UUID] = set()
        self.told: set[str] = set()
        self.in_hand: list[Copy | None] = [None, None]

    def sit(self, draw: Draw, shelves: Shelves, beside: int = 0) -> tuple[Book, Amounts, str]:
        """Read once, with ``beside`` 1 in the second book: return the book, how much of it, a few words or none."""
        copy = self.in_hand[beside]
        if copy is None or (copy.sittings > 2 and draw.happens(0.03)):
            copy = self._take(draw, besides=self.in_hand[1 - beside])
        amounts = copy.read(draw, self.pace)
        self.in_hand[beside] = copy
        if amounts.finished:
            self.finished.add(copy.book.id)
            self.begun.pop(copy.book.id)
            # Who has read everything may hold the same copy twice.
            self.in_hand = [None if held is copy else held for held in self.in_hand]
        tells = draw.happens(0.3 if amounts.finished else 0.07)
        return copy.book, amounts, shelves.words(draw, copy.book, self.told) if tells else ""

    def _take(self, draw: Draw, besides: Copy | None) -> Copy:
        """Take a book they have not finished, if there is one, or go on with one laid aside."""
        other = besides.book if besides else None
        book = draw.of(self.choice)
        for _attempt in range(12):
            if book.id not in self.finished and book is not other:
                break
            book = draw.of(self.choice)
        minutes_only = draw.happens(0.7 if book.pages is None else 0.12)
        return self.begun.setdefault(book.id, Copy(book, minutes_only))


def reading_days(
    draw: Draw, person: Person, first: date, last: date, number: int, learning_days: Sequence[date]
) -> list[date]:
    """Return up to ``number`` days on which somebody reads, in spells, and on the learning days they keep."""
    open_days = [day for day in learning_days if first <= day <= last]
    kept = [day for day in open_days if draw.happens(person.loyalty)]
    days = set(draw.sample(kept, min(len(kept), -(-number * 2 // 5))))
    passed_over = {day for day in open_days if day not in days and draw.happens(0.75)}
    span, week = (last - first).days + 1, WEEK[person.generation]
    length = 2.5 if number < FEWEST_FOR_THE_AVID else 6
    for _attempt in range(number * 8):
        if len(days) >= number:
            break
        day = first + timedelta(days=int(span * draw.random() ** 0.8))
        for _ in range(1 + int(draw.expovariate(1 / length))):
            free = len(days) < number and day <= last and day not in passed_over
            if free and draw.happens(week[day.weekday()]):
                days.add(day)
            day += timedelta(days=1)
    return sorted(days)


class Log:
    """Writes the log of one person after the other."""

    def __init__(self, draw: Draw, shelves: Shelves, learning_days: Sequence[date], today: date) -> None:
        self.draw, self.shelves, self.learning_days = draw, shelves, learning_days
        self.first, self.last = today - timedelta(days=TERM), today - timedelta(days=1)
        self.end = clock.at_city_time(today, time.min) - timedelta(minutes=1)
        self.revisions: list[dict[str, Any]] = []

    def of(self, person: Person, number: int) -> list[dict[str, Any]]:
        """Return ``number`` entries of this person (fewer when the days do not suffice), as rows."""
        draw = self.draw
        twice = int(number * SECOND_ENTRIES + draw.random())
        first = max(self.first, clock.city_date(person.joined_at))
        days = reading_days(draw, person, first, self.last, number - twice, self.learning_days)
        twice_on = set(draw.sample(days, min(twice, len(days))))
        avid = number >= FEWEST_FOR_THE_AVID
        choice = self.shelves.taken_by(person.generation, in_town=person.place.in_town, avid=avid)
        reader = Reader(person, choice)
        entries: list[dict[str, Any]] = []
        for day in days:
            entries.append(self._entry(person, day, *reader.sit(draw, self.shelves)))
            if day in twice_on:
                entries.append(self._second(person, day, entries[-1], reader))
        return entries

    def _second(self, person: Person, day: date, before: dict[str, Any], reader: Reader) -> dict[str, Any]:
        if self.draw.happens(TWICE_TYPED):
            return self._typed_twice(before)
        return self._entry(person, day, *reader.sit(self.draw, self.shelves, beside=1))

    def _entry(self, person: Person, day: date, book: Book, amounts: Amounts, words: str) -> dict[str, Any]:
        told = Told(person.id, BookAsked(book.id), day, amounts, words)
        entry = {
            "id": self.draw.id(),
            "community_id": person.place_on(day).code,
            "resident_id": person.id,
            "book_id": book.id,
            "read_on": day,
            "pages": amounts.pages,
            "minutes": amounts.minutes,
            "finished": amounts.finished,
            "reflection": words,
            "flag": amounts.unusual,
            "review": self._review(day) if amounts.unusual else None,
            "set_aside_at": None,
            "sent_digest": told.digest,
            "arrived_at": self._arrival(person, day),
            "entered_by": person.writer,
            "removed_at": None,
            "removed_by": None,
        }
        if amounts.pages and self.draw.happens(CORRECTED):
            self._correct(entry, told)
        return entry

    def _review(self, day: date) -> str:
        """Return whether the librarian has looked at a flagged record of ``day`` yet."""
        return WAITING if day > self.last - LOOKED_AT_AFTER else KEPT

    def _arrival(self, person: Person, day: date) -> datetime:
        """Return when a record of ``day`` was written: that day, or a little later."""
        draw = self.draw
        written = day + timedelta(days=draw.choice((1, 1, 2, 3)) if draw.happens(LATE) else 0)
        of_day = time(draw.of(HOURS[person.generation]), draw.randint(0, 59), draw.randint(0, 59))
        told_at = clock.at_city_time(min(written, self.last), of_day)
        return max(told_at, person.joined_at + timedelta(minutes=draw.randint(1, 9)))

    def _revise(self, entry: dict[str, Any], at: datetime, **said: Any) -> None:
        before = {
            "book_id": str(entry["book_id"]),
            "read_on": entry["read_on"].isoformat(),
            **{name: entry[name] for name in ("pages", "minutes", "finished", "reflection", "flag")},
            **said,
        }
        self.revisions.append(
            {"id": self.draw.id(), "entry_id": entry["id"], "community_id": entry["community_id"],
             "at": at, "by": entry["entered_by"], "before": before}
        )  # fmt: skip

    def _correct(self, entry: dict[str, Any], told: Told) -> None:
        """Let the entry first have said a page number instead of the pages read."""
        wrong = replace(told.amounts, pages=min(entry["pages"] * 3 + 40, MOST_PAGES))
        entry["sent_digest"] = replace(told, amounts=wrong).digest
        at = min(entry["arrived_at"] + timedelta(minutes=self.draw.randint(1, 300)), self.end)
        self._revise(entry, at, pages=wrong.pages, flag=wrong.unusual)

    def _typed_twice(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return the same record once more under another id, soon removed."""
        arrived = min(entry["arrived_at"] + timedelta(minutes=self.draw.randint(1, 40)), self.end)
        removed = min(arrived + timedelta(minutes=self.draw.randint(1, 20)), self.end)
        again = {**entry, "id": self.draw.id(), "arrived_at": arrived, "removed_at": removed,
                 "removed_by": entry["entered_by"]}  # fmt: skip
        self._revise(again, removed)
        return again
