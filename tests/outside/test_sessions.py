"""The session's cookie: read when asked for, written when it changed or is a day old, believed only if signed."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, flash, get_flashed_messages, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner
from werkzeug.test import TestResponse

from reading.service import Service

NOW = datetime(2026, 11, 18, 4, tzinfo=UTC)


@pytest.fixture
def small() -> Flask:
    """A service whose views ask nothing of the session, read it, write it, or say something in it."""
    app = Service("small")
    app.config.update(SECRET_KEY="a secret of this test", PERMANENT_SESSION_LIFETIME=timedelta(days=180))

    @app.get("/plain")
    def plain() -> str:
        return "plain"

    @app.get("/read")
    def read() -> str:
        return session.get("word", "nothing")

    @app.get("/write/<word>")
    def write(word: str) -> str:
        session.permanent = True
        session["word"] = word
        return word

    @app.get("/say/<int:number>")
    def say(number: int) -> str:
        flash(f"word {number}")
        return "said"

    @app.get("/hear")
    def hear() -> str:
        return ", ".join(map(str, get_flashed_messages()))

    @app.get("/clear")
    def clear() -> str:
        session.clear()
        return "cleared"

    return app


def test_what_was_written_is_read_again(small: Flask) -> None:
    client = small.test_client()
    assert client.get("/read").text == "nothing"
    client.get("/write/green")
    assert client.get("/read").text == "green"
    client.get("/clear")
    assert client.get("/read").text == "nothing"


def test_a_view_that_asks_nothing_of_it_writes_nothing_and_does_not_depend_on_it(small: Flask) -> None:
    client = small.test_client()
    client.get("/write/green")
    answer = client.get("/plain")
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers


def test_it_is_signed_anew_once_a_day_so_that_it_never_lapses_in_use(
    small: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, moment = small.test_client(), [NOW]
    monkeypatch.setattr("reading.clock.machine_clock", lambda: moment[0])
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: int(moment[0].timestamp()))

    def after(**waited: int) -> TestResponse:
        moment[0] += timedelta(**waited)
        return client.get("/read")

    client.get("/write/green")
    assert "Set-Cookie" not in after(hours=23).headers
    assert "Set-Cookie" in after(hours=2).headers
    assert after(days=179).text == "green"
    assert after(days=181).text == "nothing"


def test_what_we_did_not_sign_is_nothing_and_is_taken_away_when_cleared(small: Flask) -> None:
    client = small.test_client()
    client.set_cookie("session", "eyJ3b3JkIjoiZ3JlZW4ifQ.Z0Qm5A.forged")
    assert client.get("/read").text == "nothing"
    assert "Max-Age=0" in client.get("/clear").headers["Set-Cookie"]


def test_a_session_of_flasks_own_is_read_and_flask_reads_ours(small: Flask) -> None:
    """Workers of two versions answer one browser while the service is brought up to date."""
    flasks = SecureCookieSessionInterface().get_signing_serializer(small)
    ours = small.session_interface.get_signing_serializer(small)  # type: ignore[attr-defined]
    assert flasks is not None
    held = {"word": "绿", "_permanent": True, "_flashes": [("success", "保存了")]}
    assert ours.loads(flasks.dumps(held)) == held
    assert flasks.loads(ours.dumps(held)) == {**held, "_flashes": [["success", "保存了"]]}


def test_whoever_looks_at_no_page_is_told_of_the_last_ones_once(small: Flask) -> None:
    client = small.test_client()
    for number in range(9):
        client.get(f"/say/{number}")
    assert client.get("/hear").text == "word 5, word 6, word 7, word 8"
    assert client.get("/hear").text == ""
