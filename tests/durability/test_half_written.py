"""Killed in the middle of writing a record: it is there with its points, or not at all (asvs 2.3.3)."""

import uuid
from collections.abc import Iterator
from http.client import HTTPException

import pytest

from tests.durability.dying import AFTER_POINTS, BEFORE_POINTS
from tests.durability.server import Server
from tests.durability.town import SAVED, Town, disagreements, kept


@pytest.fixture
def dying(place: Town) -> Iterator[Server]:
    server = Server(place.environ, "tests.durability.dying:create_app")
    server.start()
    yield server
    server.stop()


@pytest.mark.long
@pytest.mark.parametrize("moment", [BEFORE_POINTS, AFTER_POINTS])
def test_killed_between_a_record_and_its_points_leaves_neither(
    place: Town, dying: Server, moment: str
) -> None:
    record = {"id": str(uuid.uuid4()), "resident": str(place.readers[0]), "book": "活着", "pages": "30"}
    record["read_on"] = place.day
    phone = place.phone(dying.port)
    with pytest.raises((OSError, HTTPException)):
        phone.post("/logbook/new", {**record, "reflection": moment})
    assert kept() == {}
    assert disagreements() == []
    dying.kill()
    dying.start()
    for _again in range(2):
        assert phone.post("/logbook/new", {**record, "reflection": "好书"}).status == SAVED
    assert kept() == {record["id"]: 1}
    assert disagreements() == []
