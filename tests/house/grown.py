"""Lets a stage grow: the same people with a long history, many neighbours, many events, and all that hangs on them.

Ten times and more of everything a page may list, written straight into the database.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from reading import clock
from reading.audit.models import AuditLine
from reading.books.models import Book
from reading.communities.models import Community
from reading.events.models import SEATED, Event, Signup
from reading.extensions import db
from reading.groups.models import GroupMember, StudyGroup
from reading.imports.models import RosterImport
from reading.learning_days import actions as learning_days
from reading.logbook.models import LogEntry
from reading.logbook.rules import UNUSUAL_PAGES
from reading.people.models import Account, Resident, Role
from reading.volunteers.models import Helper
from tests import signed_in
from tests.cast import LONG_AGO, add_resident, add_staff
from tests.leaderboards.readers import crowd
from tests.points.records import add_book, attend
from tests.stage import HOME, Stage

BUILDING, DOOR = "410581001001-1-1", "410581001001-1-1-1"
TODAY = date(2026, 11, 18)
BOOKS, MONTHS, EVENTS, NEIGHBOURS, OTHERS = 12, 13, 25, 25, 10
VILLAGES, LEAST = 3, 10  # with so many people each that they are compared
UNITS = 4  # with more homes in reach than a few, the forms of staff ask for a place in another way


def begin(stage: Stage) -> None:
    """Let there be one of everything a page may show, where the stage has none."""
    _come(stage.coming, [], stage)
    for _ in range(2):
        add_resident("邻居", DOOR)
    starts = clock.at_city_time(date(2026, 12, 10), time(8))
    _event(HOME, "晨读", starts)
    add_staff("单元长", "13900000100", "steward", DOOR)
    _give(stage.cast.organizer, "410581106200")
    db.session.commit()


def grow(stage: Stage) -> None:
    """Let the city of ``stage`` live on for a year."""
    resident, account = stage.cast.resident, stage.cast.account("resident")
    books = [add_book(f"第{number}本") for number in range(BOOKS)]
    people = crowd(NEIGHBOURS, HOME) + [add_resident(f"邻居{number}", DOOR) for number in range(NEIGHBOURS)]
    children = [
        add_resident(f"张小{number}", DOOR, guardian=account, born_on=date(2018, 5, 1)) for number in "甲乙"
    ]
    for one in (resident, stage.cast.child):
        _read(one, books)
    _wait_for_a_look(people[:OTHERS], books)
    events = [*_events(TODAY - timedelta(days=60)), *_events(TODAY + timedelta(days=40))]
    for event in (*events[:OTHERS], *events[-OTHERS:], stage.soon):
        _come(event, [resident, stage.cast.child, *children], stage)
    for one in people[:OTHERS]:
        attend(one, stage.past, settled=False)
        attend(one, stage.soon, settled=False)
        db.session.add_all([_signup(stage.soon, one), _signup(stage.meeting, one)])
    _groups(stage, people)
    _places()
    _staff(stage)
    db.session.commit()
    for _ in range(5):
        signed_in.sign_in(account)
    for one in (resident, stage.cast.child):
        learning_days.settle(one.id, [TODAY, date(2026, 11, 10)])
    db.session.commit()


def _read(resident: Resident, books: Sequence[Book]) -> None:
    """Ten entries a month, the learning days among them."""
    for month in range(MONTHS):
        for number in range(OTHERS):
            on = TODAY - timedelta(days=30 * month + 2 * number)
            _log(resident, books[(month + number) % BOOKS], on, 20)


def _wait_for_a_look(residents: Sequence[Resident], books: Sequence[Book]) -> None:
    for one in residents:
        entry = _log(one, books[0], TODAY, UNUSUAL_PAGES + 10)
        entry.flag, entry.review = "pages", "waiting"


def _log(resident: Resident, book: Book, on: date, pages: int) -> LogEntry:
    entry = LogEntry(
        id=uuid.uuid4(), community_id=resident.community_id, resident_id=resident.id, book_id=book.id, read_on=on,
        pages=pages, finished=False, reflection="好看", sent_digest="", arrived_at=datetime.combine(on, time(4), UTC),
        entered_by=resident.account_id,
    )  # fmt: skip
    db.session.add(entry)
    return entry


def _events(first: date) -> list[Event]:
    found = []
    for number in range(EVENTS):
        starts = clock.at_city_time(first + timedelta(days=number), time(19))
        found.append(_event(HOME if number % 2 else "410581001", f"第{number}场", starts))
    db.session.flush()
    return found


def _event(community: str, title: str, starts_at: datetime) -> Event:
    event = Event(
        id=uuid.uuid4(), community_id=community, kind="sharing", title=title, venue="书屋", starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2), capacity=40, sent_digest="", created_at=clock.now(),
    )  # fmt: skip
    db.session.add(event)
    return event


def _come(event: Event, residents: Sequence[Resident], stage: Stage) -> None:
    for one in residents:
        known = event is stage.soon and one in (stage.cast.resident, stage.cast.child)
        if not known:
            db.session.add(_signup(event, one))
    if event is not stage.soon:
        helper = Helper(
            id=uuid.uuid4(), event_id=event.id, community_id=event.community_id, created_at=clock.now(),
            resident_id=stage.cast.resident.id,
        )  # fmt: skip
        db.session.add(helper)
        if event.ends_at < clock.now():
            attend(stage.cast.resident, event, settled=False)


def _signup(event: Event, resident: Resident) -> Signup:
    return Signup(
        id=uuid.uuid4(), event_id=event.id, community_id=event.community_id, resident_id=resident.id,
        state=SEATED, created_at=clock.now(),
    )  # fmt: skip


def _groups(stage: Stage, people: Sequence[Resident]) -> None:
    for number in range(OTHERS):
        group = StudyGroup(id=uuid.uuid4(), community_id=DOOR, name=f"第{number}组", created_at=clock.now())
        db.session.add(group)
        db.session.flush()
        for one in (stage.cast.resident, *people[number : number + 4]):
            db.session.add(
                GroupMember(
                    id=uuid.uuid4(), group_id=group.id, community_id=DOOR, resident_id=one.id,
                    joined_at=clock.now(),
                )
            )  # fmt: skip
    for one in people[:OTHERS]:
        member = GroupMember(
            id=uuid.uuid4(),
            group_id=stage.group.id,
            community_id=DOOR,
            resident_id=one.id,
            joined_at=clock.now(),
        )
        db.session.add(member)


def _places() -> None:
    for number in range(OTHERS):
        _place(f"4105811069{number:02}", "410581106", "community", f"第{number}村")
        if number < VILLAGES:
            crowd(LEAST, f"4105811069{number:02}")
    for number in range(UNITS):
        _place(_unit(number), BUILDING, "unit", f"{number + 3}单元")
    db.session.flush()


def _unit(number: int) -> str:
    return f"{BUILDING}-{number % UNITS + 3}"


def _place(code: str, parent_code: str, level: str, name: str) -> None:
    parent = db.session.get_one(Community, parent_code)
    told = {"keys": name, "sort_key": name, "path": f"{parent.path}{code}/"}
    place = Community(code=code, parent_code=parent_code, level=level, name=name, short_name=name, **told)
    db.session.add(place)


def _staff(stage: Stage) -> None:
    """Stewards of units, somebody of many roles, what the trail tells of that, and a longer list."""
    for number in range(OTHERS):
        made = add_staff(f"第{number}单元长", f"139000010{number:02}", "steward", _unit(number))
        _give(stage.cast.organizer, f"4105811069{number:02}")
        for deed, subject in (("role.granted", made.id), ("record.claimed", stage.readers[number].id)):
            line = AuditLine(
                at=clock.now() - timedelta(days=number), deed=deed, by_id=made.id, subject_id=subject,
                community_code=_unit(number), address="127.0.0.1", request_id="", detail={},
            )  # fmt: skip
            db.session.add(line)
    waiting = db.session.get_one(RosterImport, stage.list_waiting.id)
    waiting.lines = [*waiting.lines, *_lines(waiting.lines)]


def _give(account: Account, code: str) -> None:
    role = Role(account_id=account.id, name="organizer", community_id=code, granted_at=LONG_AGO)
    db.session.add(role)


def _lines(lines: Sequence[tuple[int, dict[str, str]]]) -> list[tuple[int, dict[str, str]]]:
    """Return each of these lines some more times, of other people."""
    return [
        (100 * turn + number, {**line, "name": f"{line.get('name', '')}{turn}"})
        for turn in range(1, OTHERS)
        for number, line in lines
    ]
