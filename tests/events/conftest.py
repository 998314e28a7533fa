"""The cast of these tests, out of the session: what an action does expires nobody of it."""

import uuid

import pytest
from flask import Flask

from reading.events import actions
from reading.events.models import Course
from tests.cast import Cast
from tests.events.planned import out_of_the_session, started
from tests.pages import Visitor


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody on stage, loaded and detached."""
    return out_of_the_session(cast)


@pytest.fixture
def organizer(app: Flask, cast: Cast) -> Visitor:
    """The organizer of 任村镇, signed in."""
    return Visitor(app).sign_in(cast.organizer)


@pytest.fixture
def course(cast: Cast) -> Course:
    """Four Tuesday evenings in 任村村, with `outsider` enrolled."""
    found = started(cast)
    actions.enrol_in_course(found.id, cast.outsider.id, uuid.uuid4(), None)
    return found
