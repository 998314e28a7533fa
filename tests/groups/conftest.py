"""A study group of 开元社区, led by `neighbour`."""

import pytest
from flask import Flask

from reading.groups.models import StudyGroup
from tests.cast import Cast
from tests.groups.grouping import start
from tests.pages import Visitor


@pytest.fixture
def group(cast: Cast) -> StudyGroup:
    """The group, started by the librarian."""
    return start(cast)


@pytest.fixture
def leader(app: Flask, cast: Cast, group: StudyGroup) -> Visitor:
    """The browser of who leads it."""
    return Visitor(app).sign_in(cast.neighbour)


@pytest.fixture
def resident(app: Flask, cast: Cast) -> Visitor:
    """The browser of a neighbour with a child."""
    return Visitor(app).sign_in(cast.resident)


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    """The browser of the librarian of 开元街道."""
    return Visitor(app).sign_in(cast.librarian)
