"""The headers that go with every answer, and what is answered to nobody."""

import hashlib
from base64 import b64encode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reading import style
from reading.extensions import db
from reading.headers import POLICY
from tests.cast import Cast
from tests.house.addresses import address
from tests.house.test_routes import rows
from tests.outside.conftest import PRODUCTION, SetUp
from tests.stage import populate

pytestmark = pytest.mark.look

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
NEVER = (
    "/.git/config", "/.env", "/config.py", "/instance/secret-key", "/static/", "/static", "/static/../config.py",
    "/static/%2e%2e/config.py", "/static//etc/passwd", "/console", "/metrics", "/debug", "/server-status",
    "/admin", "/?__debugger__=yes&cmd=resource&f=debugger.js",
)  # fmt: skip


@pytest.fixture
def production(set_up: SetUp) -> FlaskClient:
    return set_up(**{**PRODUCTION, "READING_TRUSTED_HOSTS": "localhost"}).test_client()


def test_every_route_and_every_error_goes_with_the_security_headers(
    app: Flask, cast: Cast, production: FlaskClient
) -> None:
    stage = populate(cast)
    numbers = set()
    asked = [(method, address(rule, stage)) for method, rule in rows()]
    asked += [
        ("GET", "/nowhere"),
        ("DELETE", "/events"),
        ("TRACE", "/"),
        ("OPTIONS", "/sign-in"),
        ("HEAD", "/"),
    ]
    for method, path in asked:
        answer = production.open(path, method=method)
        wrong = {
            name: answer.headers.get(name) for name in ALWAYS if answer.headers.get(name) != ALWAYS[name]
        }
        assert not wrong, f"{method} {path}: {answer.status_code} {wrong}"
        numbers.add(answer.headers["X-Request-Id"])
        answer.close()
        db.session.remove()
    assert len(numbers) == len(asked)


def test_so_do_an_answer_to_another_site_to_too_much_and_to_a_broken_service(
    production: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError

    answers = [
        production.get("/", headers={"Host": "evil.example"}),
        production.post("/sign-in", data={"phone": "1" * 300_000}),
    ]
    monkeypatch.setattr("reading.home.views._coming", broken)
    answers.append(production.get("/"))
    assert [one.status_code for one in answers] == [400, 413, 500]
    for one in answers:
        assert {name: one.headers.get(name) for name in ALWAYS} == ALWAYS


def test_the_policy_allows_nothing_inline_but_our_style_and_nothing_from_elsewhere() -> None:
    told = dict(one.strip().split(" ", 1) for one in POLICY.split(";"))
    # The site's sign is drawn in the page itself: a picture cannot run.
    assert told.pop("img-src") == "'self' data:"
    # The styles that stand in pages are named by what they say.
    hashes = [hashlib.sha256(text.encode()).digest() for text in style.TEXTS.values()]
    assert told.pop("style-src").split() == [
        "'self'",
        *(f"'sha256-{b64encode(one).decode()}'" for one in hashes),
    ]
    assert told == {
        "default-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "form-action": "'self'",
        "frame-ancestors": "'none'",
    }  # fmt: skip


@pytest.mark.parametrize("path", NEVER)
def test_nothing_of_the_machine_is_shown(production: FlaskClient, path: str) -> None:
    answer = production.get(path, follow_redirects=True)
    said = answer.get_data(as_text=True)
    assert answer.status_code == (200 if path.startswith("/?") else 404)
    for word in ("Index of", "SECRET", "root:", "Interactive Console", "Traceback", "[core]"):
        assert word not in said


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_a_method_that_is_not_meant_is_refused_with_those_that_are(
    production: FlaskClient, method: str
) -> None:
    answer = production.open("/sign-in", method=method, headers={"Cookie": "secret=1"})
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert "secret" not in answer.get_data(as_text=True)


def test_no_answer_names_the_software_it_is_made_with(production: FlaskClient) -> None:
    headers = production.get("/").headers
    assert "X-Powered-By" not in headers
    assert "Server" not in headers
