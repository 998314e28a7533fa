"""Signing up, giving up, and the waiting list."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading.errors import Refused
from reading.events import actions, queries
from reading.events.actions import OtherContent
from reading.events.models import Event, Signup
from reading.extensions import db
from reading.people.models import Resident
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import a_plan, at, planned, started
from tests.pages import Visitor
from tests.soak import times


def sign_up(event: Event, *residents: Resident) -> list[str]:
    """Sign these people up, one after the other, and return what each got."""
    return [actions.sign_up(event.id, one.id, uuid.uuid4(), one.account_id).state for one in residents]


def states(event: Event) -> dict[str, str]:
    return {one.resident.name: one.state for one in queries.signups(event.id)}


def test_a_resident_signs_up_with_one_button(app: Flask, cast: Cast) -> None:
    event, neighbour = planned(cast, capacity=10), Visitor(app).sign_in(cast.neighbour)
    page = neighbour.submit(neighbour.get(f"/events/{event.id}"))
    assert "单田方 has a place." in page.text
    assert "10 seats, 1 taken" in page.text
    assert "Signed up: 单田方" in neighbour.get("/events?view=mine").text


def test_a_household_has_a_button_for_each_person(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    page = visitor.get(f"/events/{event.id}")
    child = next(
        form
        for form in page.soup.find_all("form")
        if form.find("input", attrs={"name": "resident", "value": str(cast.child.id)})
    )
    visitor.submit(page, form=child)
    assert states(event) == {"张小花": "seated"}


def test_who_comes_when_all_seats_are_taken_is_told_the_place_on_the_waiting_list(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event = planned(cast, capacity=1)
    assert sign_up(event, cast.resident, cast.child) == ["seated", "waiting"]
    clock.advance(minutes=1)
    neighbour = Visitor(app).sign_in(cast.neighbour)
    page = neighbour.submit(neighbour.get(f"/events/{event.id}"))
    assert "单田方 is number 2 on the waiting list." in page.text
    assert "number 2 on the waiting list" in neighbour.get(f"/events/{event.id}").text


def test_a_place_given_up_goes_to_who_waited_longest_and_they_are_told(cast: Cast, clock: TestClock) -> None:
    event = planned(cast, capacity=1)
    for person in (cast.resident, cast.neighbour, cast.outsider):
        sign_up(event, person)
        clock.advance(minutes=1)
    actions.give_up(event.id, cast.resident.id)
    assert states(event) == {"单田方": "seated", "周外人": "waiting"}
    told = queries.notices_for(cast.account("neighbour").id)
    assert [(one.kind, one.resident.name) for one in told] == [("seated", "单田方")]
    assert queries.notices_for(cast.account("outsider").id) == []


def test_who_gave_up_the_waiting_place_is_passed_over(cast: Cast, clock: TestClock) -> None:
    event = planned(cast, capacity=1)
    for person in (cast.resident, cast.neighbour, cast.outsider):
        sign_up(event, person)
        clock.advance(minutes=1)
    actions.give_up(event.id, cast.neighbour.id)
    actions.give_up(event.id, cast.resident.id)
    assert states(event) == {"周外人": "seated"}


def test_who_gave_up_may_sign_up_again_at_the_end_of_the_list(cast: Cast, clock: TestClock) -> None:
    event = planned(cast, capacity=1)
    sign_up(event, cast.resident)
    clock.advance(minutes=1)
    sign_up(event, cast.neighbour)
    actions.give_up(event.id, cast.resident.id)
    clock.advance(minutes=1)
    assert sign_up(event, cast.resident) == ["waiting"]


@pytest.mark.parametrize("capacity", [2, 3, None])
def test_more_seats_are_given_to_who_waits(cast: Cast, clock: TestClock, capacity: int | None) -> None:
    event = planned(cast, capacity=1)
    for person in (cast.resident, cast.neighbour, cast.outsider):
        sign_up(event, person)
        clock.advance(minutes=1)
    actions.change(event.id, a_plan(capacity=capacity), cast.librarian.id)
    seated = [name for name, state in states(event).items() if state == "seated"]
    assert seated == ["张晓明", "单田方", "周外人"][: capacity or 3]


def test_a_capacity_below_the_seats_given_is_refused(app: Flask, cast: Cast) -> None:
    event, librarian = planned(cast, capacity=3), Visitor(app).sign_in(cast.librarian)
    sign_up(event, cast.resident, cast.neighbour)
    page = librarian.submit(librarian.get(f"/events/{event.id}/edit"), 400, capacity="1")
    assert "2 people have a place already" in page.errors_of("capacity")
    assert db.session.get_one(Event, event.id).capacity == 3
    librarian.submit(librarian.get(f"/events/{event.id}/edit"), capacity="2")


def test_signed_up_twice_is_one_place_and_a_normal_answer(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.resident.id)}
    for data in (sent, sent, {**sent, "id": str(uuid.uuid4())}):
        visitor.post(f"/events/{event.id}/signup", 302, **data)
    assert len(queries.signups(event.id)) == 1


def test_the_same_id_for_another_person_is_shown_and_can_be_sent_as_a_new_one(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.resident.id)}
    visitor.post(f"/events/{event.id}/signup", **sent)
    page = visitor.post(f"/events/{event.id}/signup", 409, **{**sent, "resident": str(cast.child.id)})
    assert "张晓明" in page.text
    assert states(event) == {"张晓明": "seated"}
    visitor.submit(page)
    assert states(event) == {"张晓明": "seated", "张小花": "seated"}


def test_the_same_id_from_another_account_is_refused_and_leaks_nothing(app: Flask, cast: Cast) -> None:
    event, sent_id = planned(cast), str(uuid.uuid4())
    first, other = Visitor(app).sign_in(cast.resident), Visitor(app).sign_in(cast.neighbour)
    first.post(f"/events/{event.id}/signup", id=sent_id, resident=str(cast.resident.id))
    page = other.post(f"/events/{event.id}/signup", 409, id=sent_id, resident=str(cast.neighbour.id))
    assert "张晓明" not in page.text
    assert states(event) == {"张晓明": "seated"}


def test_nobody_signs_up_a_resident_of_another_household(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    visitor.post(f"/events/{event.id}/signup", 404, resident=str(cast.neighbour.id))
    sign_up(event, cast.neighbour)
    visitor.post(f"/events/{event.id}/signup/removal", 404, resident=str(cast.neighbour.id))
    assert states(event) == {"单田方": "seated"}


@pytest.mark.parametrize("resident", ["", "nonsense", "张晓明", "1\0"])
def test_a_signup_that_does_not_say_who_is_not_read(app: Flask, cast: Cast, resident: str) -> None:
    event = planned(cast)
    page = Visitor(app).sign_in(cast.resident).post(f"/events/{event.id}/signup", 400, resident=resident)
    assert "Say who." in page.text
    assert page.soup.main.find("a", href=f"/events/{event.id}")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "You cannot do this for this person: they may have moved, or take part no more."),
        ("zh", "您不能替这个人办：可能搬走了，也可能不再参加了。"),
    ],
)
def test_whoever_cannot_be_signed_up_is_told_of_in_the_same_words(
    app: Flask, cast: Cast, language: str, said: str
) -> None:
    event, visitor = planned(cast), Visitor(app, language).sign_in(cast.resident)
    for someone in (cast.neighbour.id, uuid.uuid4()):
        page = visitor.post(f"/events/{event.id}/signup", 404, resident=str(someone))
        assert said in page.text
        assert page.soup.main.find("a", href=f"/events/{event.id}")


def test_staff_sign_up_whom_they_look_after(app: Flask, cast: Cast) -> None:
    event, phoneless = planned(cast), str(cast.phoneless.id)
    Visitor(app).sign_in(cast.steward).post(f"/events/{event.id}/signup", 302, resident=phoneless)
    assert states(event) == {"吴大爷": "seated"}
    Visitor(app).sign_in(cast.librarian).post(f"/events/{event.id}/signup/removal", resident=phoneless)
    assert states(event) == {}
    Visitor(app).sign_in(cast.organizer).post(f"/events/{event.id}/signup", 404, resident=phoneless)


def test_an_organizer_signs_up_people_of_the_place_for_an_own_event(app: Flask, cast: Cast) -> None:
    event, organizer = planned(cast, community="410581106210"), Visitor(app).sign_in(cast.organizer)
    organizer.post(f"/events/{event.id}/signup", resident=str(cast.outsider.id))
    assert states(event) == {"周外人": "seated"}
    organizer.post(f"/events/{event.id}/signup", 404, resident=str(cast.neighbour.id))


def test_signing_up_needs_signing_in(app: Flask, cast: Cast) -> None:
    event = planned(cast)
    page = Visitor(app).get(f"/events/{event.id}")
    assert page.soup.find("a", href=f"/sign-in?next=/events/{event.id}")


def test_a_signup_after_the_start_is_refused_with_a_sentence(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    clock.set(at("2026-11-20 19:30"))
    page = visitor.post(f"/events/{event.id}/signup", 409, resident=str(cast.resident.id))
    assert "It has begun" in page.text
    assert states(event) == {}


def test_a_place_cannot_be_given_up_once_it_has_begun(cast: Cast, clock: TestClock) -> None:
    event = planned(cast, capacity=1)
    sign_up(event, cast.resident, cast.neighbour)
    clock.set(at("2026-11-20 19:30"))
    with pytest.raises(Refused):
        actions.give_up(event.id, cast.resident.id)
    assert set(states(event).values()) == {"seated", "waiting"}


def test_giving_up_twice_is_a_normal_answer(cast: Cast) -> None:
    event = planned(cast)
    sign_up(event, cast.resident)
    for _time in range(2):
        actions.give_up(event.id, cast.resident.id)
    assert states(event) == {}


def test_a_cancelled_event_takes_no_signups(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app).sign_in(cast.resident)
    actions.cancel(event.id, "", cast.librarian.id)
    page = visitor.post(f"/events/{event.id}/signup", 409, resident=str(cast.resident.id))
    assert "cancelled" in page.text


def test_a_class_of_a_course_is_enrolled_in_not_signed_up_for(app: Flask, cast: Cast) -> None:
    event, visitor = started(cast).events[0], Visitor(app).sign_in(cast.outsider)
    page = visitor.post(f"/events/{event.id}/signup", 409, resident=str(cast.outsider.id))
    assert "Enrol in the course" in page.text


def test_an_event_that_is_not_there_is_not_found(app: Flask, cast: Cast) -> None:
    visitor, nowhere = Visitor(app).sign_in(cast.resident), uuid.uuid4()
    visitor.get(f"/events/{nowhere}", status=404)
    visitor.get("/events/nonsense", status=404)
    visitor.post(f"/events/{nowhere}/signup", 404, resident=str(cast.resident.id))


@pytest.mark.long
@pytest.mark.soak
def test_the_last_seat_is_given_once_to_sixteen_who_want_it_at_the_same_moment(
    app: Flask, cast: Cast
) -> None:
    people = [add_resident(f"村民{number}", "410581001001") for number in range(18)]
    db.session.commit()
    ids = [one.id for one in people[2:]]
    ready = Barrier(len(ids))

    def want_it(event_id: uuid.UUID, resident_id: uuid.UUID) -> str:
        with app.app_context():
            ready.wait()
            return actions.sign_up(event_id, resident_id, uuid.uuid4(), None).state

    with ThreadPoolExecutor(len(ids)) as threads:
        for _round in range(times(100, soak=1000)):
            event = planned(cast, capacity=3)
            sign_up(event, *people[:2])
            event_id = event.id
            db.session.remove()
            got = list(threads.map(partial(want_it, event_id), ids))
            assert sorted(got) == ["seated"] + ["waiting"] * 15
            assert queries.seat_counts([event_id])[event_id].seated == 3


def test_one_id_sent_many_times_at_once_is_one_signup(app: Flask, cast: Cast) -> None:
    events = [planned(cast), planned(cast, title="另一场")]
    wanted = [(event.id, cast.resident.id) for event in events] * 4
    signup_id, account_id, ready = uuid.uuid4(), cast.account("resident").id, Barrier(len(wanted))

    def send(one: tuple[uuid.UUID, uuid.UUID]) -> str:
        with app.app_context():
            ready.wait()
            try:
                return actions.sign_up(*one, signup_id, account_id).state
            except OtherContent:
                return "shown"

    db.session.remove()
    with ThreadPoolExecutor(len(wanted)) as threads:
        got = list(threads.map(send, wanted))
    assert sorted(got) == ["seated"] * 4 + ["shown"] * 4
    assert len(db.session.scalars(select(Signup)).all()) == 1
