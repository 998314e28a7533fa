"""The cast of these tests, out of the session (no action expires anybody of it), and an evening at the door."""

import uuid

import pytest
from flask import Flask

from reading.events import actions as events
from reading.events.models import Event
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, out_of_the_session, planned
from tests.pages import Visitor


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody on stage, loaded and detached."""
    return out_of_the_session(cast)


@pytest.fixture
def in_english(app: Flask):
    """Answers are in English, as in a request of somebody who asked for it."""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.fixture
def evening(cast: Cast, clock: TestClock, in_english: None) -> Event:
    """An event in 开元社区 that began ten minutes ago and lasts for an hour and a half."""
    found = planned(cast, starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00"))
    clock.set(at("2026-11-18 14:40"))
    return found


@pytest.fixture
def event(cast: Cast, clock: TestClock) -> Event:
    """An event on now, with the neighbour signed up."""
    found = planned(cast, starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00"))
    events.sign_up(found.id, cast.neighbour.id, uuid.uuid4(), cast.account("neighbour").id)
    clock.set(at("2026-11-18 14:40"))
    return found


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    """The librarian's browser."""
    return Visitor(app).sign_in(cast.librarian)
