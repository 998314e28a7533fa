"""A small town whose database is backed up, and the commands as whoever runs the server types them."""

from collections.abc import Callable

import pytest

from reading.extensions import db
from tests.durability.conftest import pattern, place
from tests.durability.town import Town

__all__ = ["pattern", "place"]

Command = Callable[..., str]


@pytest.fixture
def flask(place: Town) -> Command:
    """Run a command on the town; it must end with ``status``; returns what it said."""

    def run(*asked: object, status: int = 0) -> str:
        result = place.app.test_cli_runner().invoke(args=[str(one) for one in asked])
        db.session.remove()
        assert result.exit_code == status, result.output
        return result.output

    return run
