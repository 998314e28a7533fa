"""Whoever no longer agrees to take part keeps no seat from anybody else."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from reading.events import actions as events
from reading.events import queries
from reading.events.models import GIVEN_UP, SEATED, WAITING, Event, Signup
from reading.extensions import db
from reading.people.consent_queries import has_withdrawn
from reading.people.models import Resident
from reading.rights import consent_actions
from reading.rights.consent_actions import decide
from reading.volunteers import actions as volunteers
from reading.volunteers.models import Helper
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import planned, started
from tests.pages import Page, Visitor
from tests.rights.test_consents import button, standing


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


@pytest.fixture
def visitor(app: Flask, cast: Cast) -> Visitor:
    """The browser of the resident, who has a seat, is enrolled in a course and helps."""
    event, course = planned(cast), started(cast)
    events.sign_up(event.id, cast.resident.id, uuid.uuid4(), cast.resident.account_id)
    events.enrol_in_course(course.id, cast.resident.id, uuid.uuid4(), cast.organizer.id)
    volunteers.sign_up(event.id, cast.resident.id, uuid.uuid4(), cast.resident.account_id)
    return Visitor(app).sign_in(cast.resident)


def taps(visitor: Visitor, one: Resident, kind: str, status: int = 200) -> Page:
    """Withdraw a consent on the page of the household."""
    page = visitor.get("/me/consents")
    return visitor.submit(page, status, form=button(page, one, kind, "no"))


def test_who_would_lose_places_is_asked_once_and_told_which(visitor: Visitor, cast: Cast) -> None:
    asked = taps(visitor, cast.resident, "taking_part", 400)
    assert "Nothing was withdrawn yet." in asked.text
    headings = [one.get_text() for one in asked.soup.select("main h2")]
    assert headings == ["Signed up for", "Enrolled in", "Helping at"]
    assert asked.soup.select_one(f".actions a[href='/me/consents#of-{cast.resident.id}']")
    assert states_of_seats(cast) == {SEATED}
    done = visitor.submit(asked, form=asked.soup.select_one(".actions form"))
    assert "Withdrawn, from this moment on." in done.text
    assert states_of_seats(cast) == {GIVEN_UP}


def states_of_seats(cast: Cast) -> set[str]:
    """Return the states of the resident's sign-ups."""
    db.session.rollback()
    return set(db.session.scalars(select(Signup.state).where(Signup.resident_id == cast.resident.id)))


def test_nobody_is_asked_about_another_consent_or_about_the_places_of_another(
    visitor: Visitor, cast: Cast
) -> None:
    decide(cast.resident.id, "boards", True, cast.account("resident"))
    assert "Withdrawn, from this moment on." in taps(visitor, cast.resident, "boards").text
    assert "Withdrawn, from this moment on." in taps(visitor, cast.child, "taking_part").text
    assert states_of_seats(cast) == {SEATED}


def test_nor_about_what_is_over_or_was_given_up(visitor: Visitor, cast: Cast, clock: TestClock) -> None:
    clock.set(max(db.session.scalars(select(Event.ends_at))))
    assert "Withdrawn, from this moment on." in taps(visitor, cast.resident, "taking_part").text


def test_staff_are_asked_too(app: Flask, cast: Cast) -> None:
    events.sign_up(planned(cast).id, cast.phoneless.id, uuid.uuid4(), cast.librarian.id)
    steward, where = Visitor(app).sign_in(cast.steward), f"/residents/{cast.phoneless.id}/consents"
    form = steward.get(where)
    asked = steward.submit(form, 400, form=button(form, cast.phoneless, "taking_part", "no"))
    assert "吴大爷 would lose these places" in asked.text
    steward.submit(asked, form=asked.soup.select_one(".actions form"))
    assert not standing(cast.phoneless)
    assert has_withdrawn(cast.phoneless.id)


def test_only_the_way_back_stands_out(app: Flask, cast: Cast) -> None:
    decide(cast.child.id, "taking_part", False, cast.account("resident"))
    page = Visitor(app).sign_in(cast.resident).get("/me/consents")
    strong = page.soup.select("main button.btn-main")
    assert [one.get_text() for one in strong] == ["Agree"]
    assert strong[0].find_parent("section")["id"] == f"of-{cast.child.id}"
