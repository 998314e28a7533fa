"""The sample's study groups are led, joined in time, meet every second week, and have met already."""

from collections.abc import Iterator

import pytest
from flask import Flask

from reading.events.models import Event
from reading.extensions import db
from reading.groups import queries
from reading.groups.models import GroupBook, GroupMember, StudyGroup
from reading.people.models import Resident
from reading.people.rules import is_minor
from reading.sample.actions import SignIn
from reading.volunteers.models import Helper
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.pages import Visitor
from tests.sample.drawn import MIDNIGHT, PASSWORD, TODAY, all_of


@pytest.fixture(autouse=True)
def drawn(sign_ins: list[SignIn], clock: TestClock) -> Iterator[None]:
    clock.set(PRESENT)
    yield
    db.session.rollback()


def test_each_group_has_a_grown_up_leader_with_an_account_and_members_who_had_joined() -> None:
    people = {one.id: one for one in all_of(Resident)}
    groups = {one.id: one for one in all_of(StudyGroup)}
    assert groups
    for one in all_of(GroupMember):
        person, group = people[one.resident_id], groups[one.group_id]
        assert max(person.created_at, group.created_at) <= one.joined_at <= MIDNIGHT
        if one.leads_since:
            assert person.account_id is not None
            assert not is_minor(person.relation, person.born_on, TODAY)
        elif not one.spoken:
            assert person.account_id is not None
    assert all(queries.leader(one) for one in groups)


def test_each_group_has_met_reads_something_and_meets_again() -> None:
    for one in all_of(StudyGroup):
        assert len(queries.past(one.id, 10)) >= 4
        assert all(came for _event, came in queries.past(one.id, 10))
        assert queries.coming(one.id)
        assert len([book for book in all_of(GroupBook) if book.group_id == one.id]) >= 3
        led = queries.leader(one.id)
        assert led is not None
        named = {helper.event_id for helper in all_of(Helper) if helper.named_at}
        assert {event.id for event in queries.coming(one.id)} <= named


def test_meetings_are_planned_before_they_take_place_and_are_all_of_a_group() -> None:
    meetings = [one for one in all_of(Event) if one.kind == "meeting"]
    assert meetings
    for one in meetings:
        assert one.created_at < min(one.starts_at, MIDNIGHT)
        assert queries.group_of(one.id)


def test_who_signs_in_as_the_resident_belongs_to_one(sign_ins: list[SignIn], migrated_app: Flask) -> None:
    resident = next(one for one in sign_ins if one.role == "resident")
    visitor = Visitor(migrated_app)
    visitor.submit(visitor.get("/sign-in"), phone=resident.phone, password=PASSWORD)
    assert "渠畔夜读小组" in visitor.get("/").text
