"""Helpers in the sample city: true to the rules of helping, and their hours add up."""

from collections.abc import Iterator

import pytest

from reading import clock as city_clock
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Resident
from reading.people.rules import is_minor
from reading.sample.actions import SignIn
from reading.volunteers.models import Helper, HelperHours
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.sample.drawn import MIDNIGHT, all_of


@pytest.fixture(autouse=True)
def drawn(sign_ins: list[SignIn], clock: TestClock) -> Iterator[None]:
    clock.set(PRESENT)
    yield
    db.session.rollback()


def test_helpers_are_grown_up_and_signed_up_before_the_event() -> None:
    events, people = {one.id: one for one in all_of(Event)}, {one.id: one for one in all_of(Resident)}
    helpers = all_of(Helper)
    assert len(helpers) > 50
    for one in helpers:
        event, person = events[one.event_id], people[one.resident_id]
        assert event.cancelled_at is None
        assert not is_minor(person.relation, person.born_on, city_clock.city_date(event.starts_at))
        assert max(event.created_at, person.created_at) <= one.created_at <= min(event.starts_at, MIDNIGHT)
    assert any(events[one.event_id].starts_at > MIDNIGHT for one in helpers)


def test_hours_are_written_after_the_event_by_somebody_else_and_the_last_word_stands() -> None:
    events, people = {one.id: one for one in all_of(Event)}, {one.id: one for one in all_of(Resident)}
    helpers, told = {one.id: one for one in all_of(Helper)}, all_of(HelperHours)
    last: dict[object, HelperHours] = {}
    for one in sorted(told, key=lambda one: one.at):
        helper = helpers[one.helper_id]
        assert events[helper.event_id].ends_at < one.at < MIDNIGHT
        assert one.by is not None
        assert one.by != people[helper.resident_id].account_id
        last[one.helper_id] = one
    assert len(told) > len(last), "somebody was corrected"
    for one in helpers.values():
        known = last.get(one.id)
        assert (one.minutes, one.minutes_at, one.minutes_by) == (
            (known.minutes, known.at, known.by) if known else (None, None, None)
        )
