"""Who hands lists in."""

import pytest

from tests.cast import Cast
from tests.pages import Visitor


@pytest.fixture
def steward(cast: Cast, visitor: Visitor) -> Visitor:
    """The steward of 1号楼 at the keyboard."""
    return visitor.sign_in(cast.steward)
