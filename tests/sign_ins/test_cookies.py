"""The cookies of a sign-in, as ASVS 5.0, 3.3 wants them in production."""

import pytest
from flask import Flask

from tests.cast import PASSWORD, Cast
from tests.pages import Visitor


@pytest.mark.parametrize(("kind", "name"), [("SIGN_IN", "__Host-sid"), ("DEVICE", "__Host-device")])
def test_in_production_the_cookies_are_secure_and_of_this_host_alone(
    app: Flask, cast: Cast, kind: str, name: str
) -> None:
    app.config.update(SESSION_COOKIE_SECURE=True, **{f"{kind}_COOKIE_NAME": name})
    visitor = Visitor(app)
    visitor.client.environ_base["wsgi.url_scheme"] = "https"
    answer = visitor.post("/sign-in", phone=cast.librarian.phone, password=PASSWORD)
    told = answer.response.headers.getlist("Set-Cookie")
    parts = next(one for one in told if one.startswith(f"{name}=")).split("; ")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    assert not any(part.lower().startswith("domain") for part in parts)


def test_what_somebody_signed_in_is_shown_is_kept_by_no_cache(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    assert visitor.get("/").response.headers.get("Cache-Control") == "no-cache"
    visitor.sign_in(cast.resident)
    assert visitor.get("/").response.headers["Cache-Control"] == "no-store"
