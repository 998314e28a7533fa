"""A disk that takes no more: a clear page, everything can be read, and writing goes on by itself afterwards."""

import resource
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from reading import clock
from reading.extensions import db
from reading.failures import has_no_room
from reading.sign_ins.models import SignIn
from tests.bench.serving import Phone
from tests.cast import Cast
from tests.durability.server import Server
from tests.durability.town import SAVED, Town, disagreements, kept, sqlite_town
from tests.pages import Page, Visitor, fields_of

PAGES_OF_READING = ("/", "/logbook", "/leaderboards", "/events", "/me", "/residents")
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
FULL = (4096, resource.RLIM_INFINITY)
NO_LIMIT = 1_073_741_823
TIMES = 6  # so often that both workers are asked


@pytest.fixture
def sqlite_place() -> Iterator[Town]:
    with sqlite_town(readers=6) as made:
        yield made


@pytest.fixture
def server(sqlite_place: Town) -> Iterator[Server]:
    made = Server(sqlite_place.environ)
    made.start()
    yield made
    made.stop()


def limit_files(server: Server, limits: tuple[int, int]) -> None:
    """Let the running workers make no file longer than this, from now on."""
    for worker in server.workers():
        resource.prlimit(worker, resource.RLIMIT_FSIZE, limits)


def record(town: Town) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "resident": str(town.readers[0]), "book": "活着", "pages": "3"}


@pytest.mark.long
@pytest.mark.sqlite
def test_what_a_full_disk_cannot_keep_is_told_and_kept_when_there_is_room(
    sqlite_place: Town, server: Server
) -> None:
    phones: list[Phone] = [sqlite_place.phone(server.port) for _ in range(2)]
    records = [record(sqlite_place) for _ in range(TIMES)]
    assert phones[0].post("/logbook/new", record(sqlite_place)).status == SAVED
    # Whoever reads was last seen so long ago that it would be written down anew.
    db.session.execute(update(SignIn).values(seen_at=clock.now() - timedelta(minutes=20)))
    db.session.commit()
    limit_files(server, FULL)
    for number, one in enumerate(records):
        answer = phones[number % 2].post("/logbook/new", one)
        assert answer.status == 503
        assert "服务器的空间满了，这次没有保存。" in answer.body.decode()
    for path in PAGES_OF_READING:
        assert phones[0].get(path).status == 200, path
    assert len(kept()) == 1
    limit_files(server, UNLIMITED)
    for number, one in enumerate(records):
        assert phones[number % 2].post("/logbook/new", one).status == SAVED
    assert len(kept()) == 1 + TIMES
    assert disagreements() == []


@pytest.mark.sqlite
def test_sqlite_itself_out_of_pages_saves_nothing_and_goes_on_afterwards(
    app: Flask, cast: Cast, visitor: Visitor
) -> None:
    visitor.sign_in(cast.resident)
    form = visitor.get("/logbook/new")
    saved = 0
    set_most_pages(1)
    try:
        while (answer := send(visitor, form)).status == 200:
            saved += 1
        assert answer.status == 503
        assert "The disk of the service is full" in answer.text
        assert answer.response.headers["Retry-After"] == "60"
        assert (len(kept()), disagreements()) == (saved, [])
    finally:
        set_most_pages(NO_LIMIT)
    assert send(visitor, form).status == 200
    assert (len(kept()), disagreements()) == (saved + 1, [])


def send(visitor: Visitor, form: Page) -> Page:
    """Write a long record; whatever the answer is."""
    fields = {
        "id": str(uuid.uuid4()),
        "book": f"书{uuid.uuid4()}",
        "pages": "3",
        "reflection": "很好。" * 200,
    }
    response = visitor.client.post(
        "/logbook/new",
        data={**fields_of(form.form()), **fields},
        headers=visitor.headers,
        follow_redirects=True,
    )
    return Page(response, BeautifulSoup(response.get_data(as_text=True), "html.parser"))


def set_most_pages(number: int) -> None:
    """Let the database have so many pages; or as many as there are, where that is more.

    Each connection has a limit of its own: there is one from here on. What other tests left free is given back first.
    """
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
        connection.execute("VACUUM")
    with db.engine.connect() as limited:
        limited.exec_driver_sql(f"PRAGMA max_page_count={number}")


def test_postgresql_out_of_room_is_known() -> None:
    assert has_no_room(OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file")))


def test_other_errors_are_not_taken_for_a_full_disk() -> None:
    assert not has_no_room(OperationalError("INSERT", {}, psycopg.errors.LockNotAvailable("locked")))
    assert not has_no_room(ValueError("disk full"))
