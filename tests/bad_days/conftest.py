"""The service behind a gate to its PostgreSQL; on SQLite there is nothing between, and these tests have no gate."""

from collections.abc import Iterator

import pytest
import sqlalchemy
from flask import Flask

from reading import connections, create_app
from tests.bad_days.gate import Gate, gate_to
from tests.clock import TestClock
from tests.conftest import FreshClient

PROMISED_SECONDS = connections.SECONDS_TO_ANSWER  # read before the other tests are given more of them


@pytest.fixture
def gate(app: Flask, settings: dict[str, str]) -> Iterator[Gate]:
    url = sqlalchemy.make_url(settings["READING_DATABASE_URL"])
    with gate_to(str(url.host), int(url.port or 5432)) as made:
        yield made


@pytest.fixture
def behind(
    gate: Gate, settings: dict[str, str], clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The service on the tests' database, through the gate, for which it waits as long as people are promised."""
    monkeypatch.setattr(connections, "SECONDS_TO_ANSWER", PROMISED_SECONDS)
    url = sqlalchemy.make_url(settings["READING_DATABASE_URL"]).set(host="127.0.0.1", port=gate.port)
    address = url.render_as_string(hide_password=False)
    made = create_app({**settings, "READING_DATABASE_URL": address}, now=clock)
    made.test_client_class = FreshClient
    made.config.update(PASSWORD_HASH_MEMORY_KIB=8, PASSWORD_HASH_ROUNDS=1)
    yield made
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()
