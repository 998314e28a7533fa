"""Whoever no longer agrees to take part keeps no seat from anybody else."""

import uuid

from sqlalchemy import select

from reading.events import actions as events
from reading.events import queries
from reading.events.models import GIVEN_UP, SEATED, WAITING, Signup
from reading.extensions import db
from reading.rights import consent_actions
from reading.volunteers import actions as volunteers
from reading.volunteers.models import Helper
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import planned, started


def withdraw(cast: Cast, kind: str = "taking_part", times: int = 1) -> None:
    """Let the resident withdraw a consent, so often."""
    for _time in range(times):
        consent_actions.decide(cast.resident.id, kind, False, cast.account("resident"))


def states(cast: Cast) -> list[str]:
    """Return what became of the sign-ups of the resident and of the neighbour."""
    db.session.rollback()
    found = {one.resident_id: one.state for one in db.session.scalars(select(Signup))}
    return [found[one.id] for one in (cast.resident, cast.neighbour)]


def test_a_seat_goes_to_who_waits_and_a_course_goes_on_without_them(cast: Cast) -> None:
    event, course = planned(cast, capacity=1), started(cast)
    for one in (cast.resident, cast.neighbour):
        events.sign_up(event.id, one.id, uuid.uuid4(), one.account_id)
    events.enrol_in_course(course.id, cast.resident.id, uuid.uuid4(), cast.organizer.id)
    volunteers.sign_up(event.id, cast.resident.id, uuid.uuid4(), cast.resident.account_id)
    assert states(cast) == [SEATED, WAITING]
    withdraw(cast, times=2)
    assert states(cast) == [GIVEN_UP, SEATED]
    assert queries.standing_enrolment(course.id, cast.resident.id) is None
    assert db.session.scalars(select(Helper.given_up_at)).one() is not None


def test_what_was_held_before_stays_and_so_do_seats_when_another_consent_is_withdrawn(
    cast: Cast, clock: TestClock
) -> None:
    event = planned(cast)
    for one in (cast.resident, cast.neighbour):
        events.sign_up(event.id, one.id, uuid.uuid4(), one.account_id)
    withdraw(cast, kind="boards")
    assert states(cast) == [SEATED, SEATED]
    clock.set(event.ends_at)
    withdraw(cast)
    assert states(cast) == [SEATED, SEATED]
