"""Writes the sample city, all of it in one transaction."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import insert, select

import config
from reading import clock
from reading.attendance.models import CAME, Attendance, Guest, Headcount, Mark
from reading.books import actions as books
from reading.books.models import Book
from reading.books.rules import NO_NUMBER, read_number
from reading.communities import actions as communities
from reading.communities.models import Community
from reading.csv_files import read_rows
from reading.database import action
from reading.events.models import Course, Enrolment, Event, Notice, Signup
from reading.extensions import db
from reading.groups.models import GroupBook, GroupMeeting, GroupMember, StudyGroup
from reading.learning_days.models import Stamp
from reading.learning_days.queries import rule_in_force
from reading.logbook.models import LogEntry, LogRevision
from reading.people.models import Account, Consent, Residence, Resident, Role
from reading.points import ledger, sum_actions
from reading.points.rules import month_key
from reading.sample import bulk, queries, rows
from reading.sample.city import City, Size
from reading.sample.draw import Draw
from reading.sample.people import Person
from reading.sample.places import compounds
from reading.volunteers.models import Helper, HelperHours

TREE = config.ROOT / "reading" / "communities" / "data" / "linzhou-communities.csv"
CATALOGUE = config.ROOT / "reading" / "books" / "data" / "sample-books.csv"
AT_ONCE = 2000
RESIDENTS_SETTLED_AT_ONCE = 500
MOST_BY_HAND, DRAWN_OF_A_LARGE_CITY = 5_000, 2_000

T = TypeVar("T")


class NotEmpty(Exception):
    """The database holds a city, or somebody, already."""


@dataclass(frozen=True)
class SignIn:
    """What one needs to sign in as somebody of the sample; ``at`` is the node of the role, or the home."""

    role: str
    name: str
    phone: str
    password: str
    at: str


def load(
    size: Size, drawn: Callable[[], str], hash_of: Callable[[str], str], by_hand: int = MOST_BY_HAND
) -> list[SignIn]:
    """Write a sample city of this size into an empty database; return one sign-in for each role.

    ``drawn`` returns a new password, ``hash_of`` the hash to keep of it. Of a city with more residents than
    ``by_hand`` a part is drawn person by person, the others share drawn lives. Raises :class:`NotEmpty`.
    """
    machine, present = current_app.extensions["clock"], clock.at_city_time(size.today, time.min)
    # Everything is written as of one moment, so that the same seed gives the same rows.
    clock.init_app(current_app, lambda: present)
    try:
        if size.residents <= by_hand:
            return _load(size, size, present, drawn, hash_of)
        core = min(DRAWN_OF_A_LARGE_CITY, by_hand)
        part = replace(size, residents=core, logs=size.logs * core // size.residents)
        with bulk.at_full_speed():
            return _load(size, part, present, drawn, hash_of)
    finally:
        clock.init_app(current_app, machine)


@action
def _load(
    size: Size, by_hand: Size, present: datetime, drawn: Callable[[], str], hash_of: Callable[[str], str]
) -> list[SignIn]:
    if queries.has_city():
        raise NotEmpty
    communities.take_in(TREE.read_bytes())
    communities.take_in(compounds())
    nodes = {node.code: node for node in db.session.scalars(select(Community))}
    shelf = _catalogue(Draw(size.seed, "books"), present)
    city = City(by_hand, list(nodes.values()), shelf, rule_in_force())
    sign_ins = []
    for guest in city.staff.guests:
        password = drawn()
        guest.login.password_hash = hash_of(password)
        sign_ins.append(
            SignIn(guest.role, guest.login.name, guest.login.phone, password, _where(nodes, guest.at))
        )
    _write_people(city)
    _write_events(city)
    _write_stamps(city, _write_log(city))
    ids = sorted(person.id for person in city.people.persons)
    for some in _batches(ids, RESIDENTS_SETTLED_AT_ONCE):
        ledger.rebuild_some(some)
    if size != by_hand:
        bulk.settle(city, size.residents - len(ids), size.logs - by_hand.logs, present)
    sum_actions.take_in_now()
    return sign_ins


def _catalogue(draw: Draw, at: datetime) -> list[Book]:
    kept = []
    for _line, row in read_rows(CATALOGUE.read_bytes(), books.COLUMNS):
        number = read_number(row["isbn"]) if row["isbn"] else NO_NUMBER
        kept.append(
            books.find_or_add(
                row["title"], row["author"], number.isbn, number.unified_number, publisher=row["publisher"],
                year=int(row["year"]) if row["year"] else None, pages=int(row["pages"]) if row["pages"] else None,
                shelf=row["shelf"], by=None, at=at, new_id=draw.id(),
            )
        )  # fmt: skip
    return kept


def _where(nodes: dict[str, Community], code: str) -> str:
    """Return the names from the township (or, above it, the city) down to the node."""
    node, names = nodes[code], []
    while node.parent_code is not None:
        names.append(node.short_name)
        node = nodes[node.parent_code]
    return " ".join(reversed(names)) or node.short_name


def _write_people(city: City) -> None:
    draw, persons = Draw(city.size.seed, "rows"), city.people.persons
    _write(Account, (rows.account(login) for login in city.people.logins))
    _write(Role, city.staff.roles)
    _write(Resident, (rows.resident(person) for person in persons))
    _write(Residence, (row for person in persons for row in rows.residences(draw, person)))
    _write(Consent, (row for person in persons for row in rows.consents(draw, person)))


def _write_events(city: City) -> None:
    register = city.register
    _write(Course, [city.course.row])
    _write(Enrolment, city.course.enrolments)
    _write(Event, register.events)
    _write(Signup, register.signups)
    _write(Notice, register.notices)
    _write(Attendance, register.attendance)
    _write(Mark, register.marks)
    _write(Guest, city.door.guests)
    _write(Mark, city.door.marks)
    _write(Headcount, city.door.headcounts)
    _write(Helper, city.helping.helpers)
    _write(HelperHours, city.helping.hours)
    _write(StudyGroup, city.groups.groups)
    _write(GroupMember, city.groups.members)
    _write(GroupMeeting, city.groups.meetings)
    _write(GroupBook, city.groups.books)
    _write(Helper, city.groups.helpers)


def _write_log(city: City) -> dict[uuid.UUID, set[date]]:
    """Write the log as it is drawn, a piece at a time; return the learning days that each resident's entries keep."""
    learning_days = set(city.learning_days)
    kept: dict[uuid.UUID, set[date]] = defaultdict(set)

    def entries() -> Iterator[dict[str, Any]]:
        for person, own in city.entries():
            yield from own
            standing = {entry["read_on"] for entry in own if entry["removed_at"] is None}
            kept[person.id] = standing & learning_days

    _write(LogEntry, entries())
    _write(LogRevision, city.log.revisions)
    return kept


def _write_stamps(city: City, kept: dict[uuid.UUID, set[date]]) -> None:
    """Stamp each month on its first learning day with a record, in the community lived in on that day."""
    learning_days, draw = set(city.learning_days), Draw(city.size.seed, "stamps")
    for one in city.register.attendance:
        if one["status"] in CAME and one["on"] in learning_days:
            kept[one["resident_id"]].add(one["on"])

    def stamps(person: Person) -> Iterator[dict[str, Any]]:
        first = {month_key(day): day for day in sorted(kept[person.id], reverse=True)}
        for month, day in sorted(first.items()):
            yield {"id": draw.id(), "resident_id": person.id, "month": month, "on": day,
                   "community_id": person.place_on(day).code}  # fmt: skip

    _write(Stamp, (row for person in city.people.persons for row in stamps(person)))


def _write(model: type[Any], made: Iterable[dict[str, Any]]) -> None:
    for some in _batches(made, AT_ONCE):
        db.session.execute(insert(model.__table__), some)


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(things)
    while some := list(islice(left, size)):
        yield some
