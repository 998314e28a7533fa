"""The stage on which one person stands twice, and the lived-in city for tests of leaving it."""

import pytest

from tests.cast import Cast
from tests.clock import TestClock
from tests.rights.twins import Twins, put_on_stage
from tests.stage import Stage, populate


@pytest.fixture
def twins(cast: Cast, clock: TestClock) -> Twins:
    return put_on_stage(cast, clock)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """A small city in which things have happened."""
    return populate(cast)
