"""No database at all: a polite page in the reader's language, and what they wrote is there, to be sent by one tap."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask
from wtforms.fields import PasswordField

from reading import connections, create_app
from reading.forms import Form
from reading.sent import SECRET_FIELDS
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.conftest import FreshClient
from tests.pages import Visitor, fields_of

NOWHERE = "postgresql://reading@127.0.0.1:1/reading"
WORDS: dict[str, Any] = {
    "id": str(uuid.uuid4()),
    "book": "活着",
    "pages": "30",
    "reflection": 'Two lines,\r\n<b>"both"</b> 留着。',
    "finished": "on",
}


@pytest.fixture(params=["postgresql", "sqlite"])
def without(
    request: pytest.FixtureRequest, settings: dict[str, str], clock: TestClock, cast: Cast, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Flask:  # fmt: skip
    """The service as it starts while its database is gone; each try for one is short."""
    monkeypatch.setattr(connections, "SECONDS_TO_ANSWER", connections.SECONDS_TO_CONNECT + 0.1)
    address = (
        NOWHERE if request.param == "postgresql" else f"sqlite:///{tmp_path / 'gone' / 'reading.sqlite3'}"
    )
    made = create_app({**settings, "READING_DATABASE_URL": address}, now=clock)
    made.test_client_class = FreshClient
    return made


@pytest.fixture
def there(app: Flask, cast: Cast) -> Visitor:
    """Somebody's browser while the database was there."""
    return Visitor(app).sign_in(cast.resident)


@pytest.fixture
def reader(without: Flask, there: Visitor) -> Visitor:
    """The same browser when it has gone."""
    left = Visitor(without)
    left.client._cookies = there.client._cookies
    return left


def test_a_page_that_needs_the_database_asks_for_a_moment_without_a_word_of_the_inside(
    reader: Visitor,
) -> None:
    page = reader.get("/logbook", 503)
    assert page.h1 == "One moment, please"
    assert int(page.response.headers["Retry-After"]) > 0
    again = page.soup.select_one(".actions a")
    assert again is not None
    assert again["href"] == "/logbook"
    assert "psycopg" not in page.response.get_data(as_text=True)
    # Nobody is told they were signed out: who they are nobody could look up.
    assert "Sign in" not in page.soup.get_text()
    assert page.response.headers.getlist("Set-Cookie") == []


def test_the_moment_is_asked_for_in_chinese_too(reader: Visitor) -> None:
    reader.headers = {"Accept-Language": "zh-CN"}
    assert reader.get("/logbook", 503).h1 == "请稍等一下"


def test_a_form_comes_back_with_every_field_and_is_saved_once_by_one_tap(
    there: Visitor, reader: Visitor, cast: Cast
) -> None:
    open_form = there.get("/logbook/new")
    page = reader.submit(open_form, 503, **WORDS)
    assert page.h1 == "One moment, please"
    form = page.form()
    assert form["action"] == f"/logbook/new?resident={cast.resident.id}"
    assert fields_of(form) == {**fields_of(open_form.form()), **WORDS}
    assert "活着" in page.text
    for _tap in range(2):
        assert there.submit(page, form=form).path.startswith("/logbook")
    entry = there.get(f"/logbook/{WORDS['id']}")
    assert '<b>"both"</b> 留着。' in entry.text


def test_a_password_is_never_written_into_the_page_and_asked_for_again(
    app: Flask, without: Flask, cast: Cast
) -> None:
    visitor = Visitor(without)
    form = visitor.get("/sign-in").form()
    page = visitor.submit(visitor.get("/sign-in"), 503, phone="13900000000", password=PASSWORD)
    assert PASSWORD not in page.response.get_data(as_text=True)
    again = page.form()
    field = again.find("input", attrs={"type": "password"})
    assert isinstance(field, Tag)
    assert field["name"] == "password"
    assert fields_of(again)["phone"] == "13900000000"
    assert fields_of(form).keys() <= fields_of(again).keys()


def test_code_is_told_in_json_when_to_try_again(reader: Visitor, there: Visitor) -> None:
    token = fields_of(there.get("/logbook/new").form())["csrf_token"]
    marks = {"account": "x", "marks": [], "headcounts": []}
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    answer = reader.client.post(f"/events/{uuid.uuid4()}/attendance", json=marks, headers=headers)
    assert (answer.status_code, list(answer.get_json())) == (503, ["error"])
    assert int(answer.headers["Retry-After"]) > 0


def test_what_needs_no_database_is_served_and_what_watches_the_service_is_told(without: Flask) -> None:
    client = without.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/static/base.css").status_code == 200


def test_every_field_that_holds_a_secret_is_known() -> None:
    forms: list[type[Form]] = [Form]
    for one in forms:  # grows while it is gone through
        forms += one.__subclasses__()
    found = {
        name
        for form in forms
        for name in dir(form)
        if issubclass(getattr(getattr(form, name), "field_class", object), PasswordField)
    }
    assert found == SECRET_FIELDS
