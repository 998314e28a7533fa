"""A small lived-in city on top of the cast, made by the real actions as of the tests' present (18 November 2026).

Twelve readers of 开元社区 who chose to be shown have read since October, so that its board of persons appears.
`resident` kept the learning days of October and November, read today, came to the past event, has a seat in
`soon` and `coming`, waits for one in `full`, has completed `course`, and finds three notices at home: `coming` moved,
`cancelled` is off, and the child got a seat in `shared`. The steward wrote `entered` for `phoneless`. `resident` and
two readers helped at the past event; `helper` is the neighbour, who helps in `soon` and takes its attendance.
`leaving` is the wish to leave of somebody of 任村村 who has no account.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from flask import current_app

from reading import clock
from reading.attendance import actions as attendance
from reading.attendance import queries as rosters
from reading.attendance.models import NOT_SIGNED_IN, Guest
from reading.attendance.rules import MarkSent
from reading.books import actions as books
from reading.books.models import Book
from reading.calendars import actions as calendars
from reading.calendars.models import CalendarAddress
from reading.cards import actions as cards
from reading.cards.models import Card
from reading.cards.queries import standing_cards
from reading.events import actions as events
from reading.events.models import Course, Event
from reading.events.rules import CoursePlan, EventPlan
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.paper import actions as paper
from reading.people import actions as people
from reading.people.models import Account, Resident
from reading.volunteers import actions as volunteers
from reading.volunteers.models import Helper
from tests import logged, stage_groups, stage_leaving, stage_reviews
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.recorded import Objects, Recorded
from tests.stage_data import BOOKS, READERS
from tests.stage_lists import grown_child, hand_in_lists
from tests.staged import Stage as Stage

HOME, LIBRARY = "410581001001", "开元社区书屋"
OCTOBERS, NOVEMBERS = date(2026, 10, 10), date(2026, 11, 10)
LAST_MONTH, BEFORE_NOVEMBERS = datetime(2026, 10, 10, 8, tzinfo=UTC), datetime(2026, 11, 3, 2, tzinfo=UTC)


def populate(cast: Cast) -> Stage:
    """Let the city of ``cast`` live for six weeks; the clock stands where it stood afterwards."""
    return Stage(cast, **live(cast))


@Recorded
def live(cast: Cast) -> Objects:
    """Do what happened in the six weeks; what it made is named as in ``Stage``."""
    return _Making(cast).everything()


class _Making:
    """The making of a stage, in the order in which things happened."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.by = cast.librarian.id
        self.present = clock.now()
        found = current_app.extensions["clock"]
        assert isinstance(found, TestClock)
        self.clock = found

    def everything(self) -> Objects:
        cast = self.cast
        readers = self._readers()
        people.set_shown(cast.resident.id, show_as="masked", nickname="", by=cast.account("resident").id)
        self.clock.set(LAST_MONTH)
        titles = [books.add(uuid.uuid4(), details, self.by) for details in BOOKS]
        for one in (cast.resident, readers[0]):
            self._read(one, titles[3], OCTOBERS, pages=20)
        self.clock.set(BEFORE_NOVEMBERS)
        past, course = self._learning_day(readers), self._course(readers)
        group, met = stage_groups.begun(cast, readers, _at(date(2026, 11, 12), 19))
        helped = [self._help(past, one) for one in (cast.resident, *readers[5:7])]
        self.clock.set(self.present)
        entry, entered = self._records(readers, titles)
        self._attendance(past, course, readers)
        stage_groups.met(met, (*readers[:2], cast.phoneless), cast)
        for minutes in (60, 90):
            told = {one.id: minutes + 60 * number for number, one in enumerate(helped[:2])}
            volunteers.set_hours(past.id, told, cast.librarian)
        planned = {
            "soon": self._soon(readers),
            "coming": self._coming(readers),
            "full": self._full(readers),
            "shared": self._shared(readers),
            "cancelled": self._cancelled(),
            "meeting": stage_groups.meeting(group, _at(date(2026, 11, 22), 9), cast),
        }
        self.clock.set(self.present)
        card, helper = self._card(), self._help(planned["soon"], cast.neighbour)
        volunteers.name(planned["soon"].id, helper.id, self.by)
        sheet = paper.print_sheet(planned["soon"].id, uuid.uuid4(), 10, self.by)
        kept = {
            "readers": readers,
            "books": titles,
            "entry": entry,
            "entered": entered,
            "group": group,
            **stage_reviews.flagged(cast, titles[0]),
            "address": self._address(),
            "leaving": stage_leaving.leave(self.cast),
        }
        guests = {"walk_in": self._walk_in(planned["soon"], "李过路"), "claim": self._claim(planned["soon"])}
        shown = {"past": past, "course": course, "card": card, "sheet": sheet, "helper": helper}
        return {**kept, **guests, **shown, **planned, **hand_in_lists(cast), "grown": grown_child(cast)}

    def _claim(self, event: Event) -> Guest:
        told = {"why": NOT_SIGNED_IN, "by": None, "last_four": "0003"}
        return attendance.claim(event.id, uuid.uuid4(), self.cast.outsider.name, **told)  # type: ignore[arg-type]

    def _card(self) -> Card:
        cards.issue([self.cast.resident.id, self.cast.phoneless.id], self.cast.account("resident").id)
        return standing_cards([self.cast.resident.id])[self.cast.resident.id]

    def _readers(self) -> list[Resident]:
        found = [
            add_resident(name, HOME, phone=f"137000000{number:02}", show_as=show_as, nickname=nickname)
            for number, (name, show_as, nickname, _pages) in enumerate(READERS)
        ]
        db.session.commit()
        return found

    def _read(
        self, reader: Resident, book: Book, on: date, pages: int | None = None, *, minutes: int | None = None,
        finished: bool = False, words: str = "", by: Account | None = None,
    ) -> LogEntry:  # fmt: skip
        told = Told(reader.id, BookAsked(book.id), on, Amounts(pages, minutes, finished), words)
        teller = by.id if by else reader.account_id
        assert teller is not None
        return logged.log(uuid.uuid4(), told, teller)

    def _records(self, readers: Sequence[Resident], titles: Sequence[Book]) -> tuple[LogEntry, LogEntry]:
        cast, today = self.cast, clock.today()
        alive, ordinary, canal, west = titles
        for number, (reader, (*_name, pages)) in enumerate(zip(readers, READERS, strict=True)):
            self._read(reader, titles[number % 4], NOVEMBERS + timedelta(days=number % 3), pages)
        self._read(cast.neighbour, alive, NOVEMBERS, minutes=40)
        self._read(cast.outsider, canal, today, 30)
        self._read(cast.child, west, today, 12, by=cast.account("resident"))
        self._read(cast.resident, alive, NOVEMBERS, 36, words="福贵的一生，让人读着读着就安静下来。")
        self._read(cast.resident, alive, today - timedelta(days=2), 55, finished=True)
        entered = self._read(cast.phoneless, canal, today, minutes=30, by=cast.steward)
        return self._read(cast.resident, ordinary, today, 24), entered

    def _plan(self, title: str, start: datetime, hours: float = 1.5, **more: object) -> Event:
        usual = {"kind": "sharing", "community": HOME, "venue": LIBRARY, "host": "李馆员", **more}
        sent = EventPlan(title=title, starts_at=start, ends_at=start + timedelta(hours=hours), **usual)  # type: ignore[arg-type]
        return events.plan(uuid.uuid4(), sent, self.by)

    def _sign_up(self, event: Event, *residents: Resident) -> None:
        for one in residents:
            self.clock.advance(seconds=1)  # who comes first is first on the waiting list
            events.sign_up(event.id, one.id, uuid.uuid4(), one.account_id)

    def _address(self) -> CalendarAddress:
        resident, by = self.cast.resident.id, self.cast.account("resident").id
        return calendars.make(uuid.uuid4(), resident, by)

    def _help(self, event: Event, resident: Resident) -> Helper:
        assert resident.account_id is not None
        return volunteers.sign_up(event.id, resident.id, uuid.uuid4(), resident.account_id)

    def _mark(self, event: Event, **statuses: Sequence[Resident]) -> None:
        marks = [
            MarkSent(uuid.uuid4(), one.id, status) for status, people in statuses.items() for one in people
        ]
        answers = attendance.mark(event.id, marks, self.cast.librarian)
        assert all(answer.kept_safe for answer in answers), answers

    def _learning_day(self, readers: Sequence[Resident]) -> Event:
        about = "每月 10 日，一起读书。带上正在读的书，读一段给大家听。"
        event = self._plan("十一月学习日朗读会", _at(NOVEMBERS, 19), kind="learning_day", about=about)
        self._sign_up(event, self.cast.resident, self.cast.neighbour, *readers[:2])
        return event

    def _course(self, readers: Sequence[Resident]) -> Course:
        start = _at(date(2026, 11, 4), 19)
        sent = CoursePlan(
            "果树冬季修剪夜校",
            HOME,
            "社区活动室",
            start,
            start + timedelta(hours=2),
            4,
            2,
            "赵老师",
            term="2026年秋季",
        )
        course = events.start_course(uuid.uuid4(), sent, self.by)
        for one in (self.cast.resident, *readers[3:5]):
            events.enrol_in_course(course.id, one.id, uuid.uuid4(), one.account_id)
        return course

    def _attendance(self, past: Event, course: Course, readers: Sequence[Resident]) -> None:
        cast = self.cast
        came = (cast.resident, readers[0])
        self._mark(past, present=came, late=(cast.neighbour,), excused=(readers[1],))
        self._walk_in(past, "王路过")
        attendance.count_heads(past.id, uuid.uuid4(), 9, None, cast.librarian)
        for status, reason in (("present", ""), ("undone", "点错了人")):
            mark = MarkSent(uuid.uuid4(), readers[2].id, status, reason=reason)
            assert attendance.mark(past.id, [mark], cast.librarian)[0].kept_safe
        self._mark(course.events[0], present=(cast.resident, readers[3]))

    def _walk_in(self, event: Event, name: str) -> Guest:
        mark = MarkSent(uuid.uuid4(), None, "present", guest_id=uuid.uuid4(), guest_name=name)
        assert attendance.mark(event.id, [mark], self.cast.librarian)[0].kept_safe
        return rosters.guests(event.id)[-1]

    def _soon(self, readers: Sequence[Resident]) -> Event:
        """Begins in twenty minutes: one may still sign up, check in, and the roster is open."""
        event = self._plan(
            "《红旗渠》读书交流会", self.present + timedelta(minutes=20), kind="exchange", book="红旗渠"
        )
        self._sign_up(event, self.cast.resident, self.cast.neighbour, *readers[:4])
        return event

    def _coming(self, readers: Sequence[Resident]) -> Event:
        start = _at(date(2026, 11, 25), 19)
        about = "余华的《活着》，读过没读过都可以来。\n茶水管够。"
        event = self._plan("《活着》分享会", start, book="活着", capacity=30, about=about)
        self._sign_up(event, self.cast.resident, *readers[5:8])
        moved = EventPlan(
            "sharing", event.title, HOME, "和顺园党群服务站", start, event.ends_at, event.host, "活着", about, 30
        )  # fmt: skip
        return events.change(event.id, moved, self.by)

    def _full(self, readers: Sequence[Resident]) -> Event:
        event = self._plan("手抄小报夜读会", _at(date(2026, 11, 27), 19), capacity=2)
        self._sign_up(event, *readers[:3], self.cast.resident)
        return event

    def _shared(self, readers: Sequence[Resident]) -> Event:
        event = self._plan("亲子共读《西游记》", _at(date(2026, 11, 28), 10), capacity=1, book="西游记")
        self._sign_up(event, readers[4], self.cast.child)
        events.give_up(event.id, readers[4].id)
        return event

    def _cancelled(self) -> Event:
        event = self._plan("露天诗会", _at(date(2026, 11, 21), 15), kind="exchange")
        self._sign_up(event, self.cast.resident)
        return events.cancel(event.id, "那天有雨，改日再办。", self.by)


def _at(day: date, hour: int) -> datetime:
    return clock.at_city_time(day, time(hour))
