"""Records of one community, and whoever takes them into the sums, at the same moment: nothing is lost or doubled."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pytest
from flask import Flask

from reading import background, checkpoints, create_app
from reading.background import serves
from reading.extensions import db
from reading.logbook import actions as logbook
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people import actions as people
from reading.points import ledger, sum_actions, sum_queries
from reading.points.models import RESIDENCE_CHANGES, STANDING_CHANGES
from reading.points.rules import parse_period
from tests.at_once import at_once
from tests.cast import Cast, add_resident
from tests.points.counted import TOWN, VILLAGE, check, waits
from tests.points.records import add_book

EACH = 6
LONGEST_SECONDS = 120


def writing(resident_id: uuid.UUID, account_id: uuid.UUID, book_id: uuid.UUID) -> None:
    told = Amounts(pages=7, minutes=None, finished=False)
    for day in range(EACH):
        content = Told(resident_id, BookAsked(book_id), date(2026, 11, 10 + day), told)
        logbook.log(uuid.uuid4(), content, account_id)


def test_records_that_arrive_while_sums_are_made_are_all_counted(app: Flask, cast: Cast) -> None:
    book_id = add_book("红旗渠").id
    db.session.commit()
    told = [
        (one.id, cast.account(name).id)
        for name, one in (("resident", cast.resident), ("neighbour", cast.neighbour))
    ]
    home = cast.resident.id, cast.account("resident").id

    def take_in() -> None:
        for _ in range(EACH):
            sum_actions.take_in()

    def restore() -> None:
        for _ in range(EACH):
            assert sum_actions.rebuild() == 0

    def move() -> None:
        for place in (VILLAGE, TOWN, VILLAGE):
            people.move_house(home[0], place, date(2026, 11, 18), by=home[1])

    works = [partial(writing, *one, book_id) for one in told]
    at_once(app, *works, take_in, take_in, restore, move)
    db.session.rollback()
    check()
    assert ledger.verify() == []
    sum_actions.take_in()
    check()
    november = parse_period("2026-11")
    assert november is not None
    assert sum(row[3] for row in sum_queries.of_communities(november).values()) == 7 * 2 * EACH
    assert waits() == 0


def test_two_who_restore_at_once_add_what_is_missing_once(app: Flask, cast: Cast) -> None:
    book_id = add_book("红旗渠").id
    db.session.commit()
    writing(cast.resident.id, cast.account("resident").id, book_id)
    for table in (STANDING_CHANGES, RESIDENCE_CHANGES):
        db.session.execute(table.delete())
    db.session.commit()
    assert ledger.verify() != []
    at_once(app, sum_actions.rebuild, sum_actions.rebuild, sum_actions.take_in)
    db.session.rollback()
    assert ledger.verify() == []
    check()


@pytest.fixture
def service(app: Flask, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The service as it serves, on the tests' database; its threads look every moment, and end with the test."""
    there = set(threading.enumerate())
    monkeypatch.setattr(background, "serves", serves)
    for work in (sum_actions, checkpoints):
        monkeypatch.setattr(work, "EVERY_SECONDS", 0.02)
        monkeypatch.setattr(work, "IDLE_ROUNDS", 1_000_000)
    made = create_app(settings, now=app.extensions["clock"])
    yield made
    for work in (sum_actions, checkpoints):
        monkeypatch.setattr(work, "IDLE_ROUNDS", 1)
    for one in set(threading.enumerate()) - there:
        one.join()
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def threads(service: Flask) -> Callable[[], int]:
    """Tells how many threads of the service take changes in."""
    there = set(threading.enumerate())
    return lambda: len([one for one in set(threading.enumerate()) - there if one.name == "sums"])


def test_what_a_request_wrote_is_taken_in_before_long_by_one_thread(
    service: Flask, cast: Cast, threads: Callable[[], int]
) -> None:
    book_id, account_id = add_book("红旗渠").id, cast.account("resident").id
    db.session.commit()
    assert waits() > 0
    assert threads() == 0
    with service.test_request_context():
        writing(cast.resident.id, account_id, book_id)
        db.session.remove()
    assert threads() == 1
    end = time.monotonic() + LONGEST_SECONDS
    while waits():
        assert time.monotonic() < end, "nobody took it in"
        db.session.rollback()
    check()


def test_commands_and_tests_leave_it_to_whoever_serves(
    app: Flask, service: Flask, cast: Cast, threads: Callable[[], int]
) -> None:
    with app.test_request_context():
        add_resident("王一甲", TOWN)
        db.session.commit()
    with service.app_context():
        add_resident("李一乙", TOWN)
        db.session.commit()
        db.session.remove()
    assert threads() == 0
