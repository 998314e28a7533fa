"""An evening in 开元社区 on 18 November, 19:00 to 20:30, and the phones of two who come to it."""

import pytest
from flask import Flask

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
def event(cast: Cast, clock: TestClock) -> Event:
    """The evening; it is 18:40, check-in has been open for ten minutes."""
    found = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    clock.set(at("2026-11-18 18:40"))
    return found


@pytest.fixture
def neighbour(app: Flask, cast: Cast) -> Visitor:
    """The phone of a resident who is signed in."""
    return Visitor(app).sign_in(cast.neighbour)


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    """The organizer's device."""
    return Visitor(app).sign_in(cast.librarian)
