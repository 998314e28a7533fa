"""The service starts while its database is away, and needs no second start when it comes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy
from flask import Flask

from reading import connections, create_app
from tests.bad_days.gate import gate_to
from tests.cast import Cast
from tests.clock import TestClock
from tests.conftest import FreshClient
from tests.durability.town import disagreements, kept
from tests.pages import Visitor

Place = tuple[str, Callable[[], None]]


@pytest.fixture
def place(app: Flask, settings: dict[str, str], tmp_path: Path) -> Iterator[Place]:
    """An address at which there is nothing, and what puts the tests' database there."""
    url = sqlalchemy.make_url(settings["READING_DATABASE_URL"])
    if url.get_backend_name() == "sqlite":
        # A disk that is mounted late.
        file, folder = Path(str(url.database)), tmp_path / "mounted"
        yield f"sqlite:///{folder / file.name}", lambda: folder.symlink_to(file.parent)
        return
    with gate_to(str(url.host), int(url.port or 5432)) as gate:
        gate.is_open = False
        address = url.set(host="127.0.0.1", port=gate.port)
        yield address.render_as_string(hide_password=False), lambda: setattr(gate, "is_open", True)


def test_a_service_that_was_started_without_its_database_serves_once_the_database_is_there(
    app: Flask, cast: Cast, place: Place, settings: dict[str, str], clock: TestClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    there = Visitor(app).sign_in(cast.resident)
    form = there.get("/logbook/new")
    address, come = place
    started = create_app({**settings, "READING_DATABASE_URL": address}, now=clock)
    started.test_client_class = FreshClient
    reader = Visitor(started)
    reader.client._cookies = there.client._cookies
    with monkeypatch.context() as hasty:
        hasty.setattr(connections, "SECONDS_TO_ANSWER", connections.SECONDS_TO_CONNECT + 0.1)
        assert reader.client.get("/readyz").status_code == 503
        assert reader.get("/logbook", 503).h1 == "One moment, please"
        page = reader.submit(form, 503, book="活着", pages="30")
    come()
    assert reader.client.get("/readyz").status_code == 200
    reader.get("/logbook")
    reader.submit(page)
    assert list(kept().values()) == [1]
    assert disagreements() == []
    with started.app_context():
        started.extensions["sqlalchemy"].engine.dispose()
