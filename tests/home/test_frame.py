"""What every page's frame links to, and what the machines that watch the service ask."""

import gc
import re
import warnings
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reading import create_app
from tests.cast import Cast
from tests.conftest import SECRET
from tests.events.planned import at, planned, started
from tests.pages import Visitor

YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("path", "cookie", "value"),
    [("/language/zh", "lang", "zh"), ("/language/en", "lang", "en"), ("/text-size/large", "size", "large")],
)
def test_a_choice_is_kept_for_a_year_and_leads_back(
    client: FlaskClient, path: str, cookie: str, value: str
) -> None:
    answer = client.get(f"{path}?next=/leaderboards?by=books")
    assert answer.status_code == 302
    assert answer.location == "/leaderboards?by=books"
    kept = client.get_cookie(cookie)
    assert kept is not None
    assert (kept.value, kept.max_age, kept.same_site) == (value, YEAR.total_seconds(), "Lax")


@pytest.mark.parametrize("path", ["/language/fr", "/language/ZH", "/text-size/huge", "/text-size/0"])
def test_an_unknown_choice_is_not_found(visitor: Visitor, path: str) -> None:
    visitor.get(path, 404)
    assert visitor.client.get_cookie("lang") is None


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "",
        "x",
    ],
)
def test_a_way_back_to_another_host_is_not_taken(client: FlaskClient, target: str) -> None:
    answer = client.get("/text-size/large", query_string={"next": target})
    assert answer.location == "/"


def test_a_chosen_language_outweighs_the_browsers(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app, "zh")
    assert visitor.get("/").soup.html["lang"] == "zh-Hans"
    visitor.get("/language/en", 302)
    assert visitor.get("/").soup.html["lang"] == "en"


def test_the_large_text_stays_on_the_next_page(visitor: Visitor, cast: Cast) -> None:
    visitor.get("/text-size/large", 302)
    assert visitor.get("/").soup.select("html.large")


def test_the_service_says_that_it_is_ready(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_a_style_is_kept_for_a_year_under_the_address_of_this_content_alone(client: FlaskClient) -> None:
    address = re.search(
        r"/static/base\.css\?v=\w+", client.get("/", headers={"Referer": "http://localhost/events"}).text
    )
    assert address is not None
    assert f"max-age={YEAR.total_seconds():.0f}" in client.get(address[0]).headers["Cache-Control"]
    # As a page of newer code asks for it, from a machine that has the older one still.
    assert client.get("/static/base.css?v=0123456789").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/%2e%2e/config.py?v=0123456789").status_code == 404


@pytest.mark.parametrize("path", ["/events/roster-worker.js", "/static/base.css"])
def test_a_phone_that_hangs_up_leaves_no_file_open(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    # Nobody closes the answer; a file left open warns, and here a warning is an error.
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        del response
        gc.collect()
    assert [str(one.message) for one in heard if one.category is ResourceWarning] == []


def test_it_is_alive_but_not_ready_without_its_database(tmp_path) -> None:
    app = create_app(
        {
            "READING_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
            "READING_SECRET_KEY": SECRET,
            "READING_INSTANCE": str(tmp_path),
        }
    )
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.is_json


@pytest.mark.parametrize(
    ("path", "tab"),
    [
        ("/events", "/events"),
        ("/events/{soon}", "/events"),
        ("/events/{soon}/roster", "/events"),
        ("/events/{soon}/screen", "/events"),
        ("/courses", "/events"),
        ("/courses/{course}", "/events"),
        ("/check-in", "/events"),
        ("/points", "/logbook"),
        ("/residents", "/me"),
    ],
)
def test_the_frame_says_where_one_is(app: Flask, cast: Cast, path: str, tab: str) -> None:
    soon = planned(cast, starts_at=at("2026-11-18 14:20"), ends_at=at("2026-11-18 16:00"))
    course = started(cast)
    page = Visitor(app).sign_in(cast.librarian).get(path.format(soon=soon.id, course=course.id))
    assert [link["href"] for link in page.soup.select(".nav a[aria-current]")] == [tab]
