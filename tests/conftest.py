"""The app under test, its database, its clock, and the cast."""

import contextvars
import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck
from hypothesis import settings as examples

from reading import GARBAGE, background, connections, create_app
from reading.extensions import db
from tests.cast import Cast, put_on_stage, write
from tests.clock import TestClock
from tests.kept import begin_keeping, let_go
from tests.pages import Visitor
from tests.recorded import empty, put_back

SECRET = "a secret that only the tests know, 40 characters"
MEMORY = "/dev/shm"  # nothing of this database need outlast the tests: no disk is waited for
# A machine beside other work is slow, and some tests are one long request: how long a person waits for the database is
# what tests/bad_days is about.
PATIENCE_SECONDS = 600.0
# In these folders tests make databases of their own, on the server if there is one.
OWN_DATABASES = ("backups", "bad_days", "cluster", "durability")
PRESENT = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)  # a Wednesday, 14:00 in the city

# What is tried is the same in every run, and a busy machine may take its time over it.
examples.register_profile(
    "gate", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
examples.load_profile("gate")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out ``test_…_postgresql.py`` where there is no server: it is about what lies between us and one."""
    return True if collection_path.name.endswith("_postgresql.py") and not _has_server() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the long tests begin first; leave out those about SQLite, or no database, where there is a server."""
    theirs = [one for one in items if _has_server() and not _asks_a_server(one)]
    config.hook.pytest_deselected(items=theirs)
    items[:] = sorted(
        (one for one in items if one not in theirs), key=lambda item: item.get_closest_marker("long") is None
    )


def pytest_collection_finish() -> None:
    """Look through what the tests leave, and not again and again through the tests: a fifteenth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _asks_a_server(item: pytest.Item) -> bool:
    asks = "database_url" in getattr(item, "fixturenames", ()) or item.path.parent.name in OWN_DATABASES
    return asks and item.get_closest_marker("sqlite") is None


def _has_server() -> bool:
    return "READING_TEST_DATABASE_URL" in os.environ


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> Iterator[str]:
    """A database of this worker's own: SQLite, or one on the server ``READING_TEST_DATABASE_URL`` names."""
    server = os.environ.get("READING_TEST_DATABASE_URL")
    if not server:
        with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
            yield f"sqlite:///{folder}/test.sqlite3"
        return
    url = sqlalchemy.make_url(server)
    name = f"{url.database}_{worker_id}_{os.getpid()}"
    maintenance = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield url.set(database=name).render_as_string(hide_password=False)
    with maintenance.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    maintenance.dispose()


@pytest.fixture(autouse=True)
def nothing_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no app that a test makes work on after it, on the next tests' database; who tries just that says so."""
    monkeypatch.setattr(background, "serves", lambda: False)


@pytest.fixture(scope="session")
def clock() -> TestClock:
    """The clock of the app under test; set back to the present before each test."""
    return TestClock(PRESENT)


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment the app under test is set up from."""
    instance: Path = tmp_path_factory.mktemp("instance")
    return {
        "READING_DATABASE_URL": database_url,
        "READING_SECRET_KEY": SECRET,
        "READING_INSTANCE": str(instance),
    }


@pytest.fixture(scope="session")
def migrated_app(settings: dict[str, str], clock: TestClock) -> Iterator[Flask]:
    """The app, once per worker, on a database made by the migrations."""
    connections.SECONDS_TO_ANSWER = PATIENCE_SECONDS
    app = create_app(settings, now=clock)
    app.test_client_class = FreshClient
    # A hash as cheap as it can be made: no test is about its price.
    # Nothing is kept between two requests, and what a test writes is seen at once; tests of what is kept say so.
    app.config.update(TESTING=True, PASSWORD_HASH_MEMORY_KIB=8, PASSWORD_HASH_ROUNDS=1, KEPT_SECONDS=0)
    with app.app_context():
        upgrade()
        put_back({})
        begin_keeping()
        yield app
        let_go()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(migrated_app: Flask, clock: TestClock, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app with an empty database, or with the cast in it for a test that has one, at the tests' present."""
    clock.set(PRESENT)
    for memory in ("kept", "finished"):
        migrated_app.extensions[memory].clear()
    kept = dict(migrated_app.config)
    kept["ERASURES_FILE"].unlink(missing_ok=True)
    begin = write.begin if "cast" in request.fixturenames else empty
    begin()
    yield migrated_app
    # The context lives as long as the worker: language, sign-in and connection of this test must not.
    migrated_app.do_teardown_appcontext()
    for name in list(g):
        g.pop(name)
    migrated_app.config.clear()
    migrated_app.config.update(kept)


@pytest.fixture
def cast(app: Flask) -> Cast:
    """A small city and a person for each role in it."""
    return put_on_stage()


class FreshClient(FlaskClient):
    """Makes every request in a context of its own, as a server does: nothing of the test's leaks into it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A bare client, for what a browser would not send."""
    return app.test_client()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser nobody has signed in with; pages are in English unless told otherwise."""
    return Visitor(app)
