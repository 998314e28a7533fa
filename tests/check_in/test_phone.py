"""The cookie by which a phone keeps whose hall it was in, and when."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse as Response

from reading.attendance import actions, arriving_queries
from reading.attendance.models import Attendance
from reading.check_in.phone import Phone
from reading.events.models import Event
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.points import ledger
from tests.cast import Cast
from tests.check_in.codes import link
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor
from tests.statements import plan_of, statements, trips


def how_many() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_a_phone_that_was_in_two_halls_keeps_both(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    other = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    first, second = link(event), link(other)
    neighbour.get(first)
    neighbour.get(second)
    clock.advance(minutes=5)
    for where in (first, second):
        neighbour.post(where, 302, resident=str(cast.neighbour.id))
    assert how_many() == 2


def test_a_phone_is_told_only_what_it_does_not_know(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    def told(answer: Response) -> int:
        return sum(one.startswith("hall=") for one in answer.headers.getlist("Set-Cookie"))

    where, other = link(event), link(planned(cast, starts_at=event.starts_at, ends_at=event.ends_at))
    assert told(neighbour.get(where).response) == 1
    assert told(neighbour.post(where, 302, resident=str(cast.neighbour.id)).response) == 0
    assert told(neighbour.get(other).response) == 1
    assert how_many() == 1


def test_a_phone_keeps_in_which_hall_it_was_last(app: Flask, clock: TestClock) -> None:
    halls, cookie = [uuid.uuid4() for _hall in range(4)], ""
    for hall in (*halls, halls[0]):
        with app.test_request_context(headers={"Cookie": cookie}):
            phone = Phone.here()
            phone.open(hall, "code", clock())
            cookie = phone.kept_by(app.response_class()).headers["Set-Cookie"].partition(";")[0]
    with app.test_request_context(headers={"Cookie": cookie}):
        assert list(Phone.here().openings) == [*halls[1:], halls[0]]


@pytest.mark.sqlite
def test_who_comes_is_not_looked_for_among_all_who_came(app: Flask) -> None:
    steps = plan_of(arriving_queries._ARRIVING.of(db.engine.dialect, ()).text)
    assert [one for one in steps if "marks" in one]
    assert [one for one in steps if one.startswith("SCAN") or one.endswith("(event_id=?)")] == []


def test_a_cookie_that_was_changed_opens_nothing(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    neighbour.get(where)
    kept = neighbour.client.get_cookie("hall")
    assert kept is not None
    assert kept.http_only
    assert kept.same_site == "Lax"
    # Not at its end, where two characters may stand for the same signature.
    neighbour.client.set_cookie(
        "hall", kept.value[:-9] + ("A" if kept.value[-9] != "A" else "B") + kept.value[-8:]
    )
    clock.advance(minutes=1)
    neighbour.post(where, 409, resident=str(cast.neighbour.id))
    assert how_many() == 0


def test_in_production_the_cookie_is_secure_and_of_this_host_alone(
    app: Flask, event: Event, cast: Cast
) -> None:
    app.config["PRODUCTION"] = True
    told = Visitor(app).get(link(event)).response.headers.getlist("Set-Cookie")
    kept = next(one for one in told if one.startswith("__Host-hall="))
    assert "; Secure" in kept
    assert "; HttpOnly" in kept
    assert "; Path=/" in kept
    assert "SameSite=Lax" in kept
    assert "Domain" not in kept


def test_the_cookie_survives_signing_out(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    neighbour.get(where)
    neighbour.post("/sign-out")
    clock.advance(minutes=3)
    neighbour.sign_in(cast.neighbour)
    neighbour.post(where, 302, resident=str(cast.neighbour.id))
    assert db.session.scalars(select(Attendance.happened_at)).one() == at("2026-11-18 18:40")


def test_a_check_in_takes_the_same_few_statements(app: Flask, cast: Cast, event: Event) -> None:
    # The event; what is known; the learning day; all that stands of its day; mark and attendance; and ledger, day
    # total and standings. On PostgreSQL the person is held before, and all of it goes in two ways there and back.
    few, ways = (10, 2) if db.engine.dialect.name == "postgresql" else (9, 0)
    for resident in (cast.neighbour, cast.resident):
        assert resident.account_id
        with statements() as sent, trips() as gone:
            actions.check_in(event.id, resident.id, uuid.uuid4(), resident.account_id, method="screen")
        assert len(sent) == few, "\n".join(sent)
        assert len(gone) == ways
    assert learning_days.verify() + ledger.verify() == []
