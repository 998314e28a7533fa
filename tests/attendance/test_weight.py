"""What the roster of a full hall weighs on its way to a phone."""

import random
import uuid

import pytest
from flask import Flask

from reading.attendance import actions
from reading.attendance.rules import MarkSent
from reading.events.models import SEATED, Event, Signup
from reading.extensions import db
from reading.sample.draw import rows
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import KAIYUAN, at, planned
from tests.pages import Visitor

pytestmark = pytest.mark.look

PEOPLE, MOST_BYTES = 500, 40 * 1024


@pytest.fixture
def hall(cast: Cast, clock: TestClock) -> Event:
    """An event on now with five hundred names, no two alike, from all the places there are."""
    event, drawn = (
        planned(cast, starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00")),
        random.Random(5),
    )
    homes = (KAIYUAN, f"{KAIYUAN}-1-1-1", f"{KAIYUAN}-1-2", "410581001004", "410581106210")
    surnames = [row["surname"] for row in rows("surnames.csv")]
    given = sorted({sign for row in rows("given-names.csv") for sign in row["names"].replace(" ", "")})
    for _number in range(PEOPLE):
        name = drawn.choice(surnames) + "".join(drawn.choices(given, k=2))
        one = add_resident(name, drawn.choice(homes))
        db.session.add(Signup(id=uuid.uuid4(), event_id=event.id, community_id=KAIYUAN, resident_id=one.id,
                              state=SEATED, created_at=clock(), seated_at=clock()))  # fmt: skip
    db.session.commit()
    clock.set(at("2026-11-18 14:40"))
    return event


def test_a_roster_of_five_hundred_is_at_most_forty_kilobytes(app: Flask, hall: Event, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.librarian)

    def weight(page: str) -> int:
        answer = visitor.client.get(f"/events/{hall.id}/{page}", headers={"Accept-Encoding": "br"})
        assert answer.headers["Content-Encoding"] == "br"
        return len(answer.data)

    assert weight("roster") <= MOST_BYTES
    marks = [MarkSent(uuid.uuid4(), uuid.UUID(one["id"]), "late") for one in visitor.client.get(
        f"/events/{hall.id}/roster.json").get_json()["people"]]  # fmt: skip
    actions.mark(hall.id, marks, cast.librarian)
    assert weight("roster") <= MOST_BYTES
