"""People who were merged, moved, gave up or left while a phone was without a network."""

import uuid
from datetime import datetime

import pytest
from sqlalchemy import select

from reading.attendance.models import Attendance
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people import actions as people
from reading.people import queries
from reading.people.models import Resident
from tests.attendance.marking import (
    add_card,
    change,
    disagreements,
    send,
    sent,
    statuses,
)
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned, started

START = at("2026-11-18 14:30")


def test_who_was_merged_while_the_phone_was_offline_is_marked_under_the_record_that_goes_on(
    evening: Event, cast: Cast
) -> None:
    add_card(cast.phoneless, "abcd2345", START)
    change(cast.phoneless, merged_into_id=cast.outsider.id, left_at=START)
    change(cast.outsider, merged_into_id=cast.neighbour.id, left_at=START)
    marks = sent(cast.phoneless), sent(card="abcd2345"), sent(cast.neighbour)
    assert send(evening, cast.librarian, *marks) == ["stored"] * 3
    assert statuses(evening) == {cast.neighbour.id: "present"}
    assert send(evening, cast.librarian, *marks) == ["duplicate"] * 3


def test_a_mark_sent_again_after_its_person_was_merged_is_the_same_mark(evening: Event, cast: Cast) -> None:
    mark = sent(cast.phoneless)
    assert send(evening, cast.librarian, mark) == ["stored"]
    for person, into in ((cast.phoneless, cast.child), (cast.child, cast.neighbour)):
        change(person, merged_into_id=into.id)
        assert send(evening, cast.librarian, mark) == ["duplicate"]
    assert send(evening, cast.librarian, sent(cast.outsider, id=mark.id)) == ["conflict"]


def test_records_merged_in_a_circle_do_not_hang_anybody(evening: Event, cast: Cast) -> None:
    change(cast.phoneless, merged_into_id=cast.neighbour.id)
    change(cast.neighbour, merged_into_id=cast.phoneless.id)
    assert send(evening, cast.librarian, sent(cast.phoneless)) == ["stored"]


def test_who_was_expected_and_merged_with_somebody_from_afar_is_still_marked(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    clock.set(at("2026-11-18 14:00"))
    events.sign_up(evening.id, cast.phoneless.id, uuid.uuid4(), None)
    clock.set(at("2026-11-18 14:40"))
    change(cast.phoneless, merged_into_id=cast.outsider.id)
    assert send(evening, cast.librarian, sent(cast.phoneless)) == ["stored"]
    assert statuses(evening) == {cast.outsider.id: "present"}


def test_who_moved_away_while_the_phone_was_offline_counts_where_they_lived(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    clock.set(at("2026-11-20 09:00"))
    people.move_house(cast.neighbour.id, "410581106210", at("2026-11-19 00:00").date(), by=cast.admin.id)
    mark = sent(cast.neighbour, happened_at=START)
    assert send(evening, cast.librarian, mark) == ["stored"]
    kept = db.session.scalars(select(Attendance)).one()
    assert kept.community_id == "410581001001"
    assert disagreements() == []


def test_who_moved_away_before_the_event_is_not_of_this_place(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    clock.set(at("2026-11-20 09:00"))
    people.move_house(cast.neighbour.id, "410581106210", at("2026-11-17 00:00").date(), by=cast.admin.id)
    assert send(evening, cast.librarian, sent(cast.neighbour, happened_at=START)) == ["not_here"]


def test_who_gave_up_or_left_the_course_while_the_phone_was_offline_can_be_marked(
    cast: Cast, clock: TestClock
) -> None:
    course = started(cast)
    events.enrol_in_course(course.id, cast.neighbour.id, uuid.uuid4(), None)
    events.leave_course(course.id, cast.neighbour.id)
    class_, sharing = course.events[0], planned(cast, community="410581106200")
    events.sign_up(sharing.id, cast.neighbour.id, uuid.uuid4(), None)
    events.give_up(sharing.id, cast.neighbour.id)
    for one in (class_, sharing):
        clock.set(one.starts_at)
        assert send(one, cast.organizer, sent(cast.neighbour)) == ["stored"]


def test_who_left_is_not_marked_any_more(evening: Event, cast: Cast) -> None:
    change(cast.neighbour, left_at=START)
    assert send(evening, cast.librarian, sent(cast.neighbour), sent(cast.phoneless)) == ["left", "stored"]


def test_strangers_and_ids_of_nobody_are_refused_by_themselves(evening: Event, cast: Cast) -> None:
    nobody = sent(resident_id=uuid.uuid4())
    marks = sent(cast.outsider), nobody, sent(), sent(cast.phoneless)
    assert send(evening, cast.librarian, *marks) == ["not_here"] * 3 + ["stored"]


def test_where_somebody_lived_is_the_first_home_for_days_before_it(cast: Cast) -> None:
    before: datetime = at("2020-01-01 12:00")
    ids = [cast.neighbour.id, cast.outsider.id]
    assert queries.communities_on(ids, before.date()) == {
        cast.neighbour.id: "410581001001", cast.outsider.id: "410581106210",
    }  # fmt: skip
    with pytest.raises(LookupError):
        queries.community_on(uuid.uuid4(), before.date())
    assert db.session.get(Resident, cast.neighbour.id) is not None
