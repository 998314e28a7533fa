"""A connection that goes at any moment of a request: the person notices nothing, and nothing is lost or doubled."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask, request_finished
from sqlalchemy import func, select

from reading import connections
from reading.extensions import db
from reading.logbook.models import LogEntry
from tests.bad_days.gate import Gate
from tests.cast import Cast
from tests.durability.town import disagreements
from tests.pages import Visitor

FIVE = 5.0  # as reading/deploy/README.md promises, whatever the code says


@pytest.fixture
def reader(behind: Flask, cast: Cast) -> Visitor:
    visitor = Visitor(behind).sign_in(cast.resident)
    visitor.get("/logbook/new")
    return visitor


def records() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(LogEntry)) or 0


def in_a_moment(work: Callable[[], object], seconds: float) -> None:
    threading.Timer(seconds, work).start()


def seconds_of(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def write(reader: Visitor, gate: Gate) -> None:
    page = reader.submit(reader.get("/logbook/new"), book="活着", pages="30")
    assert page.status == 200
    assert (records(), disagreements()) == (1, [])


def test_a_commit_that_was_done_and_not_answered_is_found_again(reader: Visitor, gate: Gate) -> None:
    gate.cuts_after_commit = 1
    write(reader, gate)
    assert gate.cuts_after_commit == 0


def test_a_commit_that_never_arrived_is_made_again(reader: Visitor, gate: Gate) -> None:
    gate.cuts_before_commit = 1
    write(reader, gate)
    assert gate.cuts_before_commit == 0


def test_two_lost_in_a_row_are_overcome(reader: Visitor, gate: Gate) -> None:
    gate.cuts_before_commit, gate.cuts_after_commit = 1, 1
    write(reader, gate)


def test_a_connection_that_died_while_nobody_used_it_is_seen_before_it_is_used(
    reader: Visitor, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    form = reader.get("/logbook/new")
    gate.cut()
    time.sleep(0.05)
    reader.submit(form, book="活着", pages="30")
    assert records() == 1
    assert not caplog.records


def test_a_page_is_read_again_when_its_connection_goes(reader: Visitor, gate: Gate) -> None:
    reader.get("/logbook")
    gate.cuts_next_question, before = True, gate.let_in
    reader.get("/logbook")
    # The one on which it looks who is signed in, and the one of its session: each is made once more.
    assert gate.let_in == before + 2


def test_a_connection_that_goes_when_the_page_has_been_made_takes_nothing_from_it(
    behind: Flask, reader: Visitor, gate: Gate
) -> None:
    def cut(*_said: object, **_named: object) -> None:
        gate.cut()
        time.sleep(0.05)

    with request_finished.connected_to(cut, behind):
        reader.get("/logbook/new")


def test_a_server_that_starts_again_within_seconds_is_waited_for(reader: Visitor, gate: Gate) -> None:
    form = reader.get("/logbook/new")
    gate.is_open = False
    gate.cut()
    in_a_moment(lambda: setattr(gate, "is_open", True), 0.7)
    reader.submit(form, book="活着", pages="30")
    assert (records(), disagreements()) == (1, [])


def test_a_server_that_takes_everything_and_says_nothing_holds_nobody_longer_than_five_seconds(
    reader: Visitor, gate: Gate
) -> None:
    words: dict[str, Any] = {"id": str(uuid.uuid4()), "book": "活着", "pages": "30"}
    form = reader.get("/logbook/new")
    gate.is_silent = True
    took = seconds_of(lambda: reader.submit(form, 503, **words))
    assert connections.SECONDS_TO_ANSWER - 1 < took < connections.SECONDS_TO_ANSWER + 1
    # Whoever comes next finds the old connection gone, and may wait no longer for a new one than it takes to see it.
    assert seconds_of(lambda: reader.get("/logbook", 503)) < connections.SECONDS_TO_CONNECT + 1
    gate.is_silent = False
    reader.submit(form, **words)
    assert records() == 1


def test_while_the_database_is_gone_only_the_first_waits_for_it(reader: Visitor, gate: Gate) -> None:
    form = reader.get("/logbook/new")
    gate.is_open = False
    gate.cut()
    waited = connections.SECONDS_TO_ANSWER - connections.SECONDS_TO_CONNECT
    assert seconds_of(lambda: reader.submit(form, 503, book="活着", pages="30")) > waited - 1
    for _next in range(3):
        assert seconds_of(lambda: reader.get("/logbook", 503)) < 1
    gate.is_open = True
    reader.submit(form, book="活着", pages="30")
    assert records() == 1


def test_a_slow_way_to_the_server_is_no_failure(reader: Visitor, gate: Gate) -> None:
    gate.delay = 0.03
    write(reader, gate)


def test_a_way_so_slow_that_a_request_asks_for_more_than_five_seconds_is_left_after_five(
    reader: Visitor, gate: Gate
) -> None:
    """The real five seconds: no question of it takes as long, so a limit of each question would never end it."""
    form = reader.get("/logbook/new")
    words: dict[str, Any] = {"book": "活着", "pages": "30"}
    gate.delay = FIVE * 0.4
    took = seconds_of(lambda: reader.submit(form, 503, **words))
    assert FIVE - 0.2 < took < FIVE + 1.5
    gate.delay = 0.0
    reader.submit(form, **words)
    assert (records(), disagreements()) == (1, [])


def test_a_statement_over_the_deadline_is_left_alone_and_what_it_wrote_is_found_by_its_id(
    reader: Visitor, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a commit that waits for a standby: the connection is closed, the server goes on and commits."""
    words: dict[str, Any] = {"id": str(uuid.uuid4()), "book": "活着", "pages": "30"}
    form = reader.get("/logbook/new")
    monkeypatch.setattr(connections, "SECONDS_TO_ANSWER", 3.0)
    gate.keeps_answer_of_commit = True
    page = reader.submit(form, 503, **words)
    assert (records(), disagreements()) == (1, [])
    gate.keeps_answer_of_commit = False
    reader.submit(page, **words)
    assert (records(), disagreements()) == (1, [])


def test_a_server_that_only_reads_says_so_and_everything_can_be_read(
    reader: Visitor, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = reader.get("/logbook/new")
    monkeypatch.setattr(connections, "SECONDS_TO_ANSWER", connections.SECONDS_TO_CONNECT + 0.3)
    with read_only(gate):
        assert reader.get("/logbook").status == 200
        page = reader.submit(form, 503, book="活着", pages="30")
        assert page.h1 == "Nothing can be saved just now"
        assert page.form().find("input", attrs={"name": "book", "value": "活着"})
    reader.submit(page)
    assert (records(), disagreements()) == (1, [])


def test_a_standby_is_left_for_the_primary_within_seconds(reader: Visitor, gate: Gate) -> None:
    form = reader.get("/logbook/new")
    with ExitStack() as standby:
        standby.enter_context(read_only(gate))
        in_a_moment(standby.close, 0.5)
        reader.submit(form, book="活着", pages="30")
    assert (records(), disagreements()) == (1, [])


@contextmanager
def read_only(gate: Gate) -> Iterator[None]:
    """Let every connection that is made through the gate from now on be one that can only read."""
    name = db.engine.url.database
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    writing = "-c default_transaction_read_only=off"
    with psycopg.connect(address, autocommit=True, options=writing) as connection:
        connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    gate.cut()
    try:
        yield
    finally:
        with psycopg.connect(address, autocommit=True, options=writing) as connection:
            connection.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
