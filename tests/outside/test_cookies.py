"""A cookie of which no text can be made is as if it were not there: whoever sends one is answered as ever."""

import socket

import pytest
from flask import Flask

from tests.cast import PASSWORD, Cast
from tests.durability.conftest import pattern, place
from tests.durability.server import Server
from tests.durability.town import Town
from tests.pages import Visitor, fields_of

__all__ = ["pattern", "place"]

OURS = ("reading", "sid", "device", "account", "unsent", "rosters", "lang", "size", "another")
# As servers hand bytes over: each for a character, those of a letter for it, or for what no text may hold.
ODD = {"bytes": "\xff", "letters": "\xe4\xb8\xad", "quoted": '"\\377"', "none": "\udcff", "read": "中"}
PHONE = "13800000001"


def odd(name: str, kind: str) -> str:
    """As long as the name of a device."""
    return f"{name}={ODD[kind] * 40}"


def held(visitor: Visitor) -> str:
    """The cookies of the browser, as it sends them."""
    kept = (visitor.client.get_cookie(name) for name in OURS)
    return "; ".join(f"{one.key}={one.value}" for one in kept if one)


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("name", OURS)
def test_pages_open_and_a_form_is_taken_whatever_a_cookie_holds(
    app: Flask, cast: Cast, name: str, kind: str
) -> None:
    visitor = Visitor(app)
    form = fields_of(visitor.get("/sign-in").form())
    cookies = f"{held(visitor)}; {odd(name, kind)}"
    bare = app.test_client(use_cookies=False)
    for path in ("/", "/sign-in", "/leaderboards"):
        assert bare.get(path, environ_overrides={"HTTP_COOKIE": odd(name, kind)}).status_code == 200
    answer = bare.post(
        "/sign-in",
        data={**form, "phone": PHONE, "password": PASSWORD},
        environ_overrides={"HTTP_COOKIE": cookies},
    )
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("name", OURS)
def test_who_is_signed_in_stays_so_beside_such_a_cookie(app: Flask, cast: Cast, name: str, kind: str) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    visitor.get("/")
    bare = app.test_client(use_cookies=False)
    for cookies in (f"{held(visitor)}; {odd(name, kind)}", f"{odd(name, kind)}; {held(visitor)}"):
        for path in ("/", "/me"):
            answer = bare.get(path, environ_overrides={"HTTP_COOKIE": cookies})
            assert (answer.status_code, "张晓明" in answer.text) == (200, True)


def test_as_it_is_served_every_such_cookie_is_answered_with_a_page(place: Town) -> None:
    server = Server(place.environ, number=1)
    server.start()
    try:
        for name in OURS:
            for value in (b"\xff", b"\xe4\xb8\xad", b'"\xff"', b"zh\xff; lang=en"):
                assert asked(server, name.encode() + b"=" + value).startswith(b"HTTP/1.1 200 "), (name, value)
    finally:
        server.stop()


def asked(server: Server, cookie: bytes) -> bytes:
    head = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: " + cookie + b"\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as asking:
        asking.sendall(head)
        return asking.recv(100)
