"""The service opens no connection to anywhere, whatever it is asked (ASVS 1.3.6, 13.2.4)."""

import socket
import uuid
from typing import Any

import pytest
from flask import Flask

from tests.pages import Visitor
from tests.safety.crawl import opened
from tests.stage import populate

pytestmark = pytest.mark.look


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The addresses Python's sockets are asked to connect to, none of which is reached."""
    asked: list[Any] = []

    def refuse(_self: socket.socket, address: Any) -> None:
        asked.append(address)
        raise OSError("nothing goes out")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    return asked


@pytest.mark.long
def test_no_page_asks_another_machine(app: Flask, cast, connections: list[Any]) -> None:
    stage = populate(cast)
    assert len([page for _who, page in opened(app, stage)]) > 100
    assert connections == []


@pytest.mark.parametrize(
    "isbn",
    ["127.0.0.1:80/x", "//host", "9787506365437@host", "http://host/9787506365437", "file:///etc/passwd"],
)
def test_a_number_that_is_an_address_is_refused(app: Flask, cast, connections: list[Any], isbn: str) -> None:
    stage = populate(cast)
    resident = Visitor(app).sign_in(stage.cast.resident)
    token = resident.token()
    reader = {
        "csrf_token": token,
        "resident": str(stage.cast.resident.id),
        "read_on": "2026-11-18",
        "pages": "3",
    }
    for path in ("/logbook/new", "/books/new"):
        sent = {**reader, "id": str(uuid.uuid4()), "isbn": isbn, "title": "活着", "book": "活着"}
        assert resident.client.post(path, data=sent).status_code == 400, path
    assert connections == []
