"""The token in every form: whose it is, how it looks, and what is refused without it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from reading.extensions import db
from reading.form_tokens import LENGTH
from reading.sign_ins.models import SignIn
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.pages import Visitor


def token(visitor: Visitor) -> str:
    """Return the token of a page opened now."""
    found = visitor.get("/me").soup.select_one("[name=csrf_token]")
    assert found is not None
    return str(found["value"])


def sent(visitor: Visitor, said: str | None, **headers: str) -> int:
    """Return how signing out is answered with this token: 302 where it is believed."""
    data = {} if said is None else {"csrf_token": said}
    answer = visitor.client.post("/sign-out", data=data, headers={**visitor.headers, **headers})
    return answer.status_code


def test_each_page_has_another_token_and_each_is_believed(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    first, second = token(visitor), token(visitor)
    assert first != second
    # Nothing is kept for it in the browser.
    assert visitor.client.get_cookie(app.config["SESSION_COOKIE_NAME"]) is None
    assert sent(visitor, first) == 302


@pytest.mark.parametrize(
    "broken",
    [None, "", "é", "x", "=" * 44, urlsafe_b64encode(bytes(2 * LENGTH)).decode(), "short", "A" * 4000],
)
def test_what_is_no_token_is_refused(app: Flask, cast: Cast, broken: str | None) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    assert sent(visitor, broken) == 400
    assert visitor.get("/me").status == 200


def test_a_changed_token_is_refused_whichever_bit_it_is(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    told = urlsafe_b64decode(token(visitor))
    for place in range(len(told)):
        changed = told[:place] + bytes([told[place] ^ 1]) + told[place + 1 :]
        assert sent(visitor, urlsafe_b64encode(changed).decode()) == 400


def test_a_token_is_of_one_sign_in_alone(app: Flask, cast: Cast) -> None:
    here, there = (Visitor(app).sign_in(cast.resident) for _device in range(2))
    other = Visitor(app).sign_in(cast.neighbour)
    mine = token(here)
    assert sent(there, mine) == 400
    assert sent(other, mine) == 400
    assert sent(here, mine) == 302
    # Signed in anew on the same device, it is another one.
    assert sent(here.sign_in(cast.resident), mine) == 400


def test_a_token_of_before_signing_in_is_none_after_it(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    page = visitor.get("/sign-in")
    before = page.soup.select_one("[name=csrf_token]")
    assert before is not None
    visitor.submit(page, phone="13800000001", password=PASSWORD)
    assert sent(visitor, str(before["value"])) == 400
    assert sent(visitor, token(visitor)) == 302


def test_a_form_that_is_open_while_the_keys_change_is_not_lost(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    mine, former = token(visitor), app.config["SECRET_KEY"]
    app.config.update(SECRET_KEY="another key that signs from now on", SECRET_KEY_FALLBACKS=[former])
    try:
        assert sent(visitor, mine) == 302
    finally:
        app.config.update(SECRET_KEY=former, SECRET_KEY_FALLBACKS=[])


def test_whose_sign_in_lapsed_is_asked_to_sign_in(app: Flask, cast: Cast, clock: TestClock) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    mine = token(visitor)
    db.session.execute(update(SignIn).values(seen_at=clock() - timedelta(days=31)))
    db.session.commit()
    assert sent(visitor, mine) == 401


def test_over_https_the_form_was_on_a_page_of_this_site(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    mine = token(visitor)
    for page in (None, "https://evil.example/me", "http://localhost/me"):
        told = {"Referer": page} if page else {}
        answer = visitor.client.post(
            "/sign-out", data={"csrf_token": mine}, headers=told, base_url="https://localhost"
        )
        assert answer.status_code == 400
    told = {"Referer": "https://localhost/me"}
    answer = visitor.client.post(
        "/sign-out", data={"csrf_token": mine}, headers=told, base_url="https://localhost"
    )
    assert answer.status_code == 302
