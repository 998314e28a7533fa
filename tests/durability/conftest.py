"""Small towns on the database the other tests run on: made once, copied for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import own_database
from tests.durability.town import Town, town

FEW = 6


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the town that the others are copies of."""
    folder = tmp_path_factory.mktemp("pattern")
    with own_database(folder) as address:
        with town(address, folder, readers=FEW):
            pass
        yield address


@pytest.fixture
def place(pattern: str, tmp_path: Path) -> Iterator[Town]:
    """A town with a librarian and a few readers."""
    with own_database(tmp_path, like=pattern) as address, town(address, tmp_path) as made:
        yield made
