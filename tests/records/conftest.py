"""The cast of these tests, out of the session: what an action does expires nobody of it."""

import pytest
from flask import Flask

from reading.events.models import Event
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, out_of_the_session, planned
from tests.pages import Visitor
from tests.records.scene import an_event


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
    """An event of the day before yesterday (``scene.an_event``): what its record says may be corrected."""
    found = an_event(cast, clock)
    clock.set(at("2026-11-20 09:00"))
    return found


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    """The librarian's browser."""
    return Visitor(app).sign_in(cast.librarian)
