"""The cast of these tests, out of the session: what an action does expires nobody of it."""

import pytest

from tests.cast import Cast
from tests.events.planned import out_of_the_session


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody on stage, loaded and detached."""
    return out_of_the_session(cast)
