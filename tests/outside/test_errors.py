"""When something breaks: a page without a word of the inside, a number to ask by, and nothing half-saved."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import column, func, select, table, text
from sqlalchemy.exc import OperationalError

from reading.extensions import db
from reading.logbook import actions as logbook
from reading.logbook.models import LogEntry
from reading.plain import Plain, Sent, together
from tests.cast import Cast
from tests.pages import Visitor, fields_of

NOWHERE = Plain(lambda: select(table("nowhere", column("one"))))
INSIDE = ("Traceback", "sqlalchemy", "SELECT", "INSERT", "nowhere", "point_entries", ".py")


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database refuse a statement after a record was written and before its points are."""

    def broken(*sent: Sent, last: bool) -> list[list[tuple[Any, ...]]]:
        assert last
        return together(sent[0], NOWHERE.told({}), *sent[1:], last=last)

    monkeypatch.setattr(logbook, "together", broken)


def test_an_error_of_the_database_gives_a_page_with_a_number_and_saves_nothing(
    app: Flask, cast: Cast, breaking: None
) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.submit(visitor.get("/logbook/new"), 500, book="活着", pages="30")
    assert page.h1 == "Something broke on our side"
    assert f"Request {page.response.headers['X-Request-Id']}" in page.text
    assert not [word for word in INSIDE if word in page.response.get_data(as_text=True)]
    assert db.session.scalar(select(func.count()).select_from(LogEntry)) == 0
    assert db.session.scalar(text("SELECT count(*) FROM books")) == 0


def test_code_is_told_in_json_and_the_next_request_is_answered(
    app: Flask, cast: Cast, breaking: None
) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    fields = fields_of(visitor.get("/logbook/new").form()) | {"book": "活着", "pages": "3"}
    answer = visitor.client.post("/logbook/new", data=fields, headers={"Accept": "application/json"})
    assert (answer.status_code, list(answer.get_json())) == (500, ["error"])
    visitor.get("/logbook")


def test_a_database_that_does_not_answer_is_told_as_such(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(app).sign_in(cast.resident)

    def gone(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr("sqlalchemy.orm.Session.execute", gone)
    monkeypatch.setattr("sqlalchemy.orm.Session.scalars", gone)
    page = visitor.get("/logbook", 500)
    assert "server closed" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/roles", 403), ("/learning-days/x", 404)])
def test_every_error_page_shows_the_number_of_its_request(
    app: Flask, cast: Cast, path: str, status: int
) -> None:
    page = Visitor(app).sign_in(cast.resident).get(path, status)
    assert f"Code {status} · Request {page.response.headers['X-Request-Id']}" in page.text


def test_a_number_a_client_sends_is_not_taken(app: Flask) -> None:
    answer = app.test_client().get("/", headers={"X-Request-Id": "mine"})
    assert answer.headers["X-Request-Id"] != "mine"
    assert len(answer.headers["X-Request-Id"]) == 12
