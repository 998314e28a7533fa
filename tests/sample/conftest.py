"""The sample city, drawn once for each module."""

from collections.abc import Iterator

import pytest
from flask import Flask

from reading import passwords
from reading.sample.actions import SignIn, load
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.sample.drawn import PASSWORD, SIZE, empty


@pytest.fixture(scope="module")
def sign_ins(migrated_app: Flask, clock: TestClock) -> Iterator[list[SignIn]]:
    """The city, drawn once: the tests of this module only look at it."""
    clock.set(PRESENT)
    empty()
    yield load(SIZE, lambda: PASSWORD, passwords.hash_of)
    empty()
