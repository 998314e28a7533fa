"""A large city: most of its people share drawn lives, and every promise of the small one holds for them."""

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading import clock as city_clock
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.learning_days.models import Stamp
from reading.logbook.models import LogEntry, LogRevision
from reading.people.models import Account, Consent, Residence, Resident
from reading.points import ledger
from reading.points.models import RESIDENCE_CHANGES, STANDING_CHANGES, DayTotal, PointEntry, Standing
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.sample.drawn import MIDNIGHT, TODAY, all_of, count, empty, everything
from tests.sample.large import SIZE, draw, objects


@pytest.fixture(scope="module")
def large(migrated_app: Flask, clock: TestClock) -> Iterator[None]:
    clock.set(PRESENT)
    empty()
    draw()
    yield
    empty()


@pytest.fixture(autouse=True)
def drawn(large: None, clock: TestClock) -> Iterator[None]:
    clock.set(PRESENT)
    yield
    db.session.rollback()


def test_it_is_as_large_as_asked_for() -> None:
    assert count(Resident.id.is_not(None)) == SIZE.residents
    assert count(LogEntry.id.is_not(None)) == SIZE.logs


def test_points_stamps_and_records_agree() -> None:
    assert learning_days.verify() == []
    assert ledger.verify() == []
    assert not [
        row for table in (STANDING_CHANGES, RESIDENCE_CHANGES) for row in db.session.execute(select(table))
    ]
    assert count(PointEntry.points > 0) > SIZE.logs / 2
    assert count(DayTotal.days > 0) > SIZE.logs / 2


def test_the_same_seed_and_day_draw_the_same_city(clock: TestClock) -> None:
    before, definitions = everything(), objects()
    empty()
    clock.advance(hours=3, days=40)
    draw()
    assert everything() == before
    assert objects() == definitions


def test_about_three_in_ten_take_part_in_a_month_and_half_of_all_ever_did() -> None:
    month = select(func.count(Standing.resident_id.distinct())).where(Standing.period == "2026-10")
    assert 0.2 < (db.session.scalar(month) or 0) / SIZE.residents < 0.5
    ever = select(func.count(LogEntry.resident_id.distinct()))
    assert 0.4 < (db.session.scalar(ever) or 0) / SIZE.residents < 0.7
    assert 0.02 < count(Stamp.month == "2026-10") / SIZE.residents < 0.3


def test_people_choose_how_they_are_shown_as_in_the_small_city_and_children_are_never_named() -> None:
    people = all_of(Resident)
    shown = Counter(one.show_as for one in people)
    assert all(0.15 < shown[way] / SIZE.residents < 0.6 for way in ("nickname", "masked", "hidden"))
    assert all(bool(one.nickname) == (one.show_as == "nickname") for one in people)
    children = [one for one in people if one.relation == "child"]
    assert not [one for one in children if one.show_as == "masked" or one.child_number is None]
    numbers = Counter((one.community_id, one.child_number) for one in children)
    assert max(numbers.values()) == 1
    assert all(one.account is not None and one.account_id == one.created_by for one in children)
    agreed = set(db.session.scalars(select(Consent.resident_id).where(Consent.kind == "boards")))
    assert agreed == {one.id for one in people if one.show_as != "hidden"}


def test_the_largest_community_holds_a_twentieth_and_nobody_lives_nowhere() -> None:
    homes = Counter(one.community_id for one in all_of(Resident))
    assert 0.03 < max(homes.values()) / SIZE.residents < 0.07
    assert len(homes) > 400
    lived_in = {one.home_code for one in all_of(Resident)}
    assert any(code.count("-") == 3 for code in lived_in)
    assert all(one.home_code.startswith(one.community_id) for one in all_of(Resident))


def test_some_have_no_account_and_some_moved_house_with_their_past_left_where_it_was() -> None:
    assert count(Resident.account_id.is_(None)) > SIZE.residents / 20
    assert count(Residence.until.is_(None)) == SIZE.residents
    before = {one.resident_id: one for one in all_of(Residence) if one.until is not None}
    assert before
    past = [one for one in all_of(LogEntry) if one.resident_id in before]
    assert {one.read_on < before[one.resident_id].until for one in past} == {True, False}
    for one in past:
        stay = before[one.resident_id]
        assert (one.community_id == stay.community_id) == (one.read_on < stay.until)


def test_phones_and_ids_are_nobody_elses_and_only_the_printed_sign_ins_have_passwords() -> None:
    phones = [*db.session.scalars(select(Account.phone)), *db.session.scalars(select(Resident.phone))]
    given = [phone for phone in phones if phone]
    assert len(set(given)) == len(given)
    assert all(len(phone) == 11 and phone.startswith("160") for phone in given)
    assert count(Account.password_hash.startswith("$argon2")) == 5
    ids = [one.id for model in (Account, Resident, LogEntry, Stamp) for one in all_of(model)]
    assert len(set(ids)) == len(ids)


def test_nothing_is_logged_before_joining_or_in_the_future_and_everything_by_who_may() -> None:
    people = {one.id: one for one in all_of(Resident)}
    for one in all_of(LogEntry):
        resident = people[one.resident_id]
        assert city_clock.city_date(resident.created_at) <= one.read_on < TODAY
        assert resident.created_at <= one.arrived_at < MIDNIGHT
        assert one.entered_by == (resident.account_id or resident.created_by)
        assert (one.removed_by is None) == (one.removed_at is None)
    revised = {one.entry_id: one for one in all_of(LogRevision)}
    assert len(revised) > SIZE.logs / 200
    for entry in db.session.scalars(select(LogEntry).where(LogEntry.id.in_(revised))):
        assert revised[entry.id].by == entry.entered_by
        assert revised[entry.id].community_id == entry.community_id
