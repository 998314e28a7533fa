"""The service set up otherwise, on the tests' own database: as in production, behind a proxy, with lines of JSON."""

import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from reading import create_app
from tests.clock import TestClock
from tests.conftest import FreshClient

SITE = "reading.example.cn"
PRODUCTION = {"READING_ENV": "production", "READING_TRUSTED_HOSTS": SITE}
SetUp = Callable[..., Flask]


@pytest.fixture
def set_up(app: Flask, settings: dict[str, str], clock: TestClock) -> Iterator[SetUp]:
    """Make the app with other settings: ``set_up(READING_PROXY_HOPS="1")``."""
    made: list[Flask] = []
    logger = logging.getLogger("reading")
    kept = logger.handlers[:], logger.propagate, logger.level

    def make(**more: str) -> Flask:
        other = create_app({**settings, **more}, now=clock)
        other.test_client_class = FreshClient
        other.config.update(PASSWORD_HASH_MEMORY_KIB=8, PASSWORD_HASH_ROUNDS=1, PREFERRED_URL_SCHEME="http")
        made.append(other)
        return other

    yield make
    logger.handlers[:], logger.propagate = kept[0], kept[1]
    logger.setLevel(kept[2])
    for other in made:
        with other.app_context():
            other.extensions["sqlalchemy"].engine.dispose()
