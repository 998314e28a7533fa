"""The roster of a hall of five hundred: what it weighs on the way to a phone, and what it asks the database."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from reading.attendance import actions
from reading.attendance.rules import MarkSent
from reading.cards.models import Card
from reading.extensions import db
from reading.people.models import Account, Resident
from tests.bench.hall import fill
from tests.clock import TestClock
from tests.events.planned import at
from tests.pages import Visitor
from tests.statements import statements

PEOPLE = 500
KB = 1000
MOST_BYTES = 40 * KB
MOST_STATEMENTS = 25


@pytest.fixture
def full_hall(app: Flask, clock: TestClock) -> tuple[uuid.UUID, Visitor]:
    """Five hundred people with cards, of whom two hundred have been marked; and the librarian's browser."""
    clock.set(at("2026-11-18 19:00"))
    event_id, residents, phone = fill(PEOPLE)
    for number, one in enumerate(residents):
        code = f"{number:04}abcd".replace("0", "z").replace("1", "y")
        db.session.add(Card(resident_id=one, community_id="410581001001", code=code, issued_at=clock()))
    db.session.commit()
    librarian = db.session.scalars(select(Account).where(Account.phone == phone)).one()
    marks = [
        MarkSent(uuid.uuid4(), one, ("present", "late")[number % 2]) for number, one in enumerate(residents)
    ]
    answers = actions.mark(event_id, marks[:200], librarian)
    assert {one.answer for one in answers} == {"stored"}
    visitor = Visitor(app).sign_in(librarian)
    db.session.remove()
    return event_id, visitor


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_the_roster_of_five_hundred_weighs_at_most_40_kb_on_the_way(
    full_hall: tuple[uuid.UUID, Visitor], encoding: str
) -> None:
    event_id, visitor = full_hall
    for path in (f"/events/{event_id}/roster", f"/events/{event_id}/roster.json"):
        with statements() as told:
            answer = visitor.client.get(path, headers={**visitor.headers, "Accept-Encoding": encoding})
        assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, encoding)
        assert len(answer.data) <= MOST_BYTES, path
        assert len(told) <= MOST_STATEMENTS, path


def test_everybody_is_on_it_once(full_hall: tuple[uuid.UUID, Visitor]) -> None:
    event_id, visitor = full_hall
    page = visitor.get(f"/events/{event_id}/roster")
    ids = {f"r-{one}" for one in db.session.scalars(select(Resident.id))}
    shown = [str(one["id"]) for one in page.soup.select(".roster li[id^=r-]")]
    assert len(shown) == len(set(shown)) == PEOPLE
    assert set(shown) <= ids
