"""Records written straight into the database, for tests that are not about how they are told."""

import uuid
from datetime import date, datetime, time, timedelta

from reading import clock
from reading.attendance.models import Attendance
from reading.books.models import Book
from reading.events.models import Event
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.logbook.models import LogEntry
from reading.people.models import Resident
from reading.text import match_key, pinyin_keys, sort_key


def add_book(title: str) -> Book:
    """Add a book without a number."""
    book = Book(
        title=title,
        match_key=match_key(title),
        keys=pinyin_keys(title),
        sort_key=sort_key(title),
        created_at=clock.now(),
    )
    db.session.add(book)
    db.session.flush()
    return book


def add_event(title: str, on: date, community: str = "410581001001") -> Event:
    """Add an evening of sharing on a day."""
    starts_at = clock.at_city_time(on, time(19, 30))
    event = Event(
        id=uuid.uuid4(),
        community_id=community,
        kind="sharing",
        title=title,
        venue="社区书屋",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        capacity=None,
        sent_digest="",
        created_at=clock.now(),
    )
    db.session.add(event)
    db.session.flush()
    return event


def log(
    resident: Resident,
    book: Book,
    on: date,
    *,
    pages: int | None = None,
    minutes: int | None = None,
    finished: bool = False,
    arrived_at: datetime | None = None,
    settled: bool = True,
) -> LogEntry:
    """Add a log entry and commit; ``settled=False`` leaves stamps and points as they were."""
    entry = LogEntry(
        id=uuid.uuid4(),
        community_id=resident.community_id,
        resident_id=resident.id,
        book_id=book.id,
        read_on=on,
        pages=pages,
        minutes=minutes,
        finished=finished,
        sent_digest="",
        arrived_at=arrived_at or clock.now(),
    )
    db.session.add(entry)
    if settled:
        learning_days.settle(resident.id, [on])
    db.session.commit()
    return entry


def attend(resident: Resident, event: Event, *, settled: bool = True) -> Attendance:
    """Note that the resident came, and commit."""
    on = clock.city_date(event.starts_at)
    attendance = Attendance(
        id=uuid.uuid4(),
        event_id=event.id,
        resident_id=resident.id,
        community_id=resident.community_id,
        status="present",
        on=on,
        method="roster",
        happened_at=clock.now(),
        arrived_at=clock.now(),
    )
    db.session.add(attendance)
    if settled:
        learning_days.settle(resident.id, [on])
    db.session.commit()
    return attendance
