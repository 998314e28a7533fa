"""The sample city: believable, repeatable, and true to every rule of the service."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import or_, select

from reading import clock as city_clock
from reading import passwords
from reading.attendance.models import CAME, Attendance
from reading.books.models import Book
from reading.communities.models import Community
from reading.events.models import SEATED, WAITING, Course, Enrolment, Event, Notice, Signup
from reading.extensions import db
from reading.learning_days.models import Stamp
from reading.logbook.models import LogEntry, LogRevision
from reading.people.models import Account, Residence, Resident
from reading.points import ledger
from reading.registers.queries import progress
from reading.sample.actions import SignIn, load
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.pages import Visitor
from tests.sample.drawn import MIDNIGHT, PASSWORD, SIZE, TODAY, all_of, count, empty, everything


@pytest.fixture(autouse=True)
def drawn(sign_ins: list[SignIn], clock: TestClock) -> Iterator[None]:
    clock.set(PRESENT)
    yield
    db.session.rollback()


def test_the_same_seed_and_day_draw_the_same_city_whatever_the_hour(clock: TestClock) -> None:
    before = everything()
    names = set(db.session.scalars(select(Resident.name)))
    empty()
    load(replace(SIZE, seed=8), lambda: PASSWORD, passwords.hash_of)
    assert set(db.session.scalars(select(Resident.name))) != names
    empty()
    clock.advance(hours=3, days=40)
    load(SIZE, lambda: PASSWORD, passwords.hash_of)
    assert everything() == before


def test_it_stands_on_the_real_tree_with_homes_under_some_communities() -> None:
    levels = Counter(db.session.scalars(select(Community.level)))
    assert (levels["city"], levels["township"], levels["community"]) == (1, 20, 589)
    assert levels["compound"] >= 6
    assert levels["unit"] > levels["building"] > levels["compound"]
    lived_in = {one.home_code for one in all_of(Resident)}
    assert any(code.count("-") == 3 for code in lived_in)


def test_it_is_as_large_as_asked_for() -> None:
    assert count(Resident.id.is_not(None)) == SIZE.residents
    assert count(LogEntry.id.is_not(None)) == SIZE.logs
    assert count(Book.id.is_not(None)) == 90


def test_points_stamps_and_records_agree() -> None:
    assert ledger.verify() == []


def test_stamps_stand_exactly_where_a_learning_day_has_a_record() -> None:
    kept = {(one.resident_id, one.read_on) for one in all_of(LogEntry) if one.removed_at is None}
    kept |= {(one.resident_id, one.on) for one in all_of(Attendance) if one.status in CAME}
    due = {(resident, day) for resident, day in kept if day.day == 10}
    assert {(one.resident_id, one.on) for one in all_of(Stamp)} == due
    months = Counter(one.month for one in all_of(Stamp))
    assert len(months) >= 13
    # Kept by some and missed by others, every month.
    assert 0 < max(months.values()) < SIZE.residents / 2


def test_names_are_of_two_three_and_four_characters_with_some_that_are_rare() -> None:
    names = [one.name for one in all_of(Resident)]
    assert {len(name) for name in names} == {2, 3, 4}
    assert any(ord(character) > 0xFFFF for name in names for character in name)
    assert len(set(names)) > 0.9 * len(names)
    assert len({name[0] for name in names}) > 25


def test_people_choose_differently_how_they_are_shown_and_children_are_never_named() -> None:
    people = all_of(Resident)
    assert {one.show_as for one in people} == {"nickname", "masked", "hidden"}
    children = [one for one in people if one.relation == "child"]
    assert children
    assert not [one for one in children if one.show_as == "masked" or one.child_number is None]
    numbers = Counter((one.community_id, one.child_number) for one in children)
    assert max(numbers.values()) == 1
    assert all(one.account is not None and one.account_id for one in children)


def test_some_have_no_account_and_some_moved_house() -> None:
    assert count(Resident.account_id.is_(None)) > 5
    ended = count(Residence.until.is_not(None))
    assert count(Residence.until.is_(None)) == SIZE.residents
    assert ended > 0


def test_phones_are_nobodys() -> None:
    phones = [*db.session.scalars(select(Account.phone)), *db.session.scalars(select(Resident.phone))]
    given = [phone for phone in phones if phone]
    assert len(set(given)) == len(given)
    # 160 has been given to no operator.
    assert all(len(phone) == 11 and phone.startswith("160") for phone in given)


def test_only_the_printed_sign_ins_have_passwords(sign_ins: list[SignIn]) -> None:
    printed = {one.phone for one in sign_ins}
    usable = select(Account.phone).where(Account.password_hash.startswith("$argon2"))
    assert set(db.session.scalars(usable)) == printed


def test_nothing_is_logged_before_joining_or_in_the_future() -> None:
    joined = {one.id: one.created_at for one in all_of(Resident)}
    entries = all_of(LogEntry)
    for one in entries:
        assert city_clock.city_date(joined[one.resident_id]) <= one.read_on < TODAY
        assert joined[one.resident_id] <= one.arrived_at < MIDNIGHT
        assert one.read_on <= city_clock.city_date(one.arrived_at) <= one.read_on + timedelta(days=31)
    assert (TODAY - min(one.read_on for one in entries)).days > 400


def test_a_finished_book_was_read_page_by_page() -> None:
    read: dict[Any, list[LogEntry]] = defaultdict(list)
    for one in all_of(LogEntry):
        if one.removed_at is None:
            read[one.resident_id, one.book_id].append(one)
    whole = [
        entries
        for entries in read.values()
        if entries[0].book.pages
        and sum(one.finished for one in entries) == 1
        and all(one.pages for one in entries)
    ]
    assert len(whole) > 5
    for entries in whole:
        assert sum(one.pages or 0 for one in entries) == entries[0].book.pages
    assert any(len(entries) > 3 for entries in whole)


def test_the_log_holds_words_minutes_corrections_and_removals() -> None:
    assert count(LogEntry.reflection != "") > 40
    assert count(LogEntry.pages.is_(None), LogEntry.minutes.is_not(None)) > 40
    assert count(LogEntry.removed_at.is_not(None)) > 0
    assert count(LogRevision.id.is_not(None)) > count(LogEntry.removed_at.is_not(None))
    assert count(LogEntry.entered_by.is_(None)) == 0


def test_every_kind_of_event_was_held_and_is_to_come() -> None:
    kinds = {"sharing", "exchange", "class", "learning_day", "meeting"}
    events = all_of(Event)
    assert {one.kind for one in events if one.ends_at < MIDNIGHT} == kinds
    assert {one.kind for one in events if one.starts_at > PRESENT} == kinds
    assert any(one.starts_at <= PRESENT <= one.ends_at for one in events)
    assert any(one.cancelled_at and one.starts_at > PRESENT for one in events)
    assert all(one.book is not None for one in events if "《" in one.title)
    assert all(one.created_at < min(one.starts_at, MIDNIGHT) for one in events)


def test_seats_are_kept_to_and_one_coming_event_is_full_with_people_waiting() -> None:
    states: dict[Any, Counter[str]] = defaultdict(Counter)
    for one in all_of(Signup):
        states[one.event_id][one.state] += 1
    full = []
    for event in all_of(Event):
        counted = states[event.id]
        if event.capacity is None:
            assert counted[WAITING] == 0
            continue
        assert counted[SEATED] <= event.capacity
        assert not counted[WAITING] or counted[SEATED] == event.capacity
        full += [event] if counted[WAITING] and event.starts_at > PRESENT else []
    assert full


def test_people_sign_up_in_time() -> None:
    events = {one.id: one for one in all_of(Event)}
    for one in all_of(Signup):
        event = events[one.event_id]
        assert event.created_at <= one.created_at < min(event.starts_at, MIDNIGHT)
        assert one.resident.created_at < one.created_at
        assert event.course_id is None


def test_one_course_is_half_way_through() -> None:
    (course,) = all_of(Course)
    over = [one for one in course.events if one.ends_at < PRESENT]
    assert (len(course.events), course.term[-2:]) == (12, "秋季")
    assert 3 < len(over) < 12
    gaps = {after.starts_at - before.starts_at for before, after in pairwise(course.events)}
    assert gaps == {timedelta(weeks=1), timedelta(weeks=2)}
    assert {one.completed_at is None for one in progress(course).values()} == {True, False}
    enrolled = [one.resident_id for one in all_of(Enrolment) if one.ended_at is None]
    assert len(enrolled) >= 5
    came = Counter(one.status for one in all_of(Attendance) if one.event_id in {event.id for event in over})
    assert came["present"] > came["late"] > 0


def test_who_signs_in_as_the_resident_finds_stamps_notices_and_a_child(sign_ins: list[SignIn]) -> None:
    (guest,) = [one for one in sign_ins if one.role == "resident"]
    household = [one for one in all_of(Resident) if one.account and one.account.phone == guest.phone]
    assert sorted(one.relation for one in household) == ["child", "self"]
    ids = [one.id for one in household]
    unseen = select(Notice.kind).where(Notice.resident_id.in_(ids), Notice.seen_at.is_(None))
    assert set(db.session.scalars(unseen)) == {"changed", "cancelled", "seated"}
    for one in household:
        assert count(LogEntry.resident_id == one.id, LogEntry.removed_at.is_(None)) >= 20
        assert count(Stamp.resident_id == one.id) >= 3
    assert count(Signup.resident_id.in_(ids), Signup.state == SEATED) >= 2


@pytest.mark.parametrize("role", ["admin", "librarian", "organizer", "steward", "resident"])
def test_each_printed_sign_in_works_and_reaches_what_it_should(
    role: str, sign_ins: list[SignIn], migrated_app: Flask
) -> None:
    (guest,) = [one for one in sign_ins if one.role == role]
    visitor = Visitor(migrated_app)
    page = visitor.get("/sign-in")
    home = visitor.submit(page, phone=guest.phone, password=PASSWORD)
    assert home.path != "/sign-in"
    account = db.session.scalars(select(Account).where(Account.phone == guest.phone)).one()
    assert [one.name for one in account.roles] == ([] if role == "resident" else [role])


def test_nobody_else_can_sign_in(sign_ins: list[SignIn], migrated_app: Flask) -> None:
    printed = [one.phone for one in sign_ins]
    phone = db.session.scalars(select(Account.phone).where(Account.phone.not_in(printed)).limit(1)).one()
    visitor = Visitor(migrated_app)
    assert visitor.submit(visitor.get("/sign-in"), phone=phone, password="!", status=400).status == 400


def test_people_live_everywhere_and_many_in_a_few_places() -> None:
    homes = Counter(one.community_id for one in all_of(Resident))
    assert max(homes.values()) >= 10
    assert len(homes) > 30
    assert count(or_(Resident.created_at >= MIDNIGHT, Resident.created_by.is_(None))) == 0
