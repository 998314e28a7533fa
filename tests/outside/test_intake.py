"""What a client says of itself changes nothing: neither the site's name, nor its address, nor the scheme."""

import json
import uuid

import pytest
from flask import Flask, request
from sqlalchemy import func, select

from reading import origin
from reading.attendance.models import Mark
from reading.extensions import db
from tests.cast import Cast
from tests.outside.conftest import PRODUCTION, SITE, SetUp
from tests.pages import Visitor
from tests.stage import populate

SPOOFED = {
    "X-Forwarded-For": "203.0.113.9, 198.51.100.4",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "444",
    "X-Forwarded-Prefix": "/evil",
    "X-Real-Ip": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
}
EVIL_HOSTS = (
    "evil.example",
    f"{SITE}.evil.example",
    f"evil{SITE}",
    f"{SITE}@evil.example",
    "a/b",
    "",
    "[::1]",
)


def seen(app: Flask, headers: dict[str, str]) -> tuple[str, str]:
    """Return the address and the root of links that a request with these headers is taken to have."""
    found = []

    @app.before_request
    def look() -> None:
        found.append((origin.address(), request.url_root))

    client = app.test_client()
    client.get("/communities", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.7"})
    return found[0]


def test_without_a_proxy_told_of_nothing_forwarded_is_believed(set_up: SetUp) -> None:
    assert seen(set_up(), SPOOFED) == ("10.0.0.7", "http://localhost/")


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        ("1", "203.0.113.9, 198.51.100.4", "198.51.100.4"),
        ("2", "203.0.113.9, 198.51.100.4", "203.0.113.9"),
        ("2", "203.0.113.9, 198.51.100.4, 192.0.2.1", "198.51.100.4"),
        ("3", "203.0.113.9, 198.51.100.4", "10.0.0.7"),
        ("1", "2001:db8::1", "2001:db8::1"),
        ("1", "unknown" * 100, ""),
    ],
)
def test_behind_proxies_the_address_is_the_one_the_outermost_of_them_saw(
    set_up: SetUp, hops: str, forwarded: str, address: str
) -> None:
    found, _root = seen(set_up(READING_PROXY_HOPS=hops), {**SPOOFED, "X-Forwarded-For": forwarded})
    assert found == address


def test_a_proxy_tells_the_scheme_and_never_the_name(set_up: SetUp) -> None:
    assert seen(set_up(READING_PROXY_HOPS="1"), SPOOFED)[1] == "https://localhost/"


@pytest.mark.parametrize("host", EVIL_HOSTS)
def test_asked_for_by_another_sites_name_it_answers_400_without_that_name(set_up: SetUp, host: str) -> None:
    client = set_up(**PRODUCTION).test_client()
    for path in ("/", "/sign-in", "/nowhere"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.get_data(as_text=True)
        assert "evil" not in str(answer.headers)


@pytest.mark.parametrize("host", [SITE, f"{SITE}:8443", SITE.upper()])
def test_its_own_name_is_answered(set_up: SetUp, host: str) -> None:
    assert set_up(**PRODUCTION).test_client().get("/sign-in", headers={"Host": host}).status_code == 200


def test_who_watches_over_the_machine_asks_by_its_address(set_up: SetUp) -> None:
    client = set_up(**PRODUCTION).test_client()
    assert [
        client.get(one, headers={"Host": "10.0.0.1:8000"}).status_code for one in ("/healthz", "/readyz")
    ] == [
        200,
        200,
    ]


def test_while_it_is_tried_out_any_sound_name_does(app: Flask) -> None:
    assert app.test_client().get("/sign-in", headers={"Host": "192.168.1.5:8000"}).status_code == 200
    assert app.test_client().get("/sign-in", headers={"Host": "a b"}).status_code == 400


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        DEEP + "]" * 100_000,
        '{"marks":' * 20_000,
        '{"marks": [], "marks": []}',
        '{"marks": [{"id": "1", "id": "2"}]}',
        '{"marks": [NaN]}',
        '{"marks": [-Infinity]}',
        '{"marks": [' + "9" * 5000 + "]}",
        "",
        "marks",
        "\ud800".encode("utf-16-le", "surrogatepass"),
        b"\xff\xfe",
        "null",
        "[]",
    ],
    ids=lambda body: str(body[:24]),
)
def test_json_that_means_nothing_or_two_things_is_refused_in_a_sentence(
    app: Flask, cast: Cast, body: str | bytes
) -> None:
    stage = populate(cast)
    visitor = Visitor(app).sign_in(cast.librarian)
    before = how_many_marks()
    answer = send(visitor, f"/events/{stage.soon.id}/attendance", body)
    assert answer.status_code == 400
    assert answer.get_json() == {"error": "Something in what was sent is not right. Go back and try again."}
    assert how_many_marks() == before


@pytest.mark.parametrize("text", ["\\ud800", "\\u0000", "a\\u0000b", "\\udc00\\ud800"])
def test_half_a_character_in_one_mark_does_not_stop_the_others(app: Flask, cast: Cast, text: str) -> None:
    stage = populate(cast)
    visitor = Visitor(app).sign_in(cast.librarian)
    before = how_many_marks()
    bad = mark(guest=uuid.uuid4(), name="NAME").replace("NAME", text)
    good = mark(resident=cast.phoneless.id)
    answer = send(visitor, f"/events/{stage.soon.id}/attendance", f'{{"marks": [{bad}, {good}]}}')
    assert answer.status_code == 200
    told = json.loads(answer.get_data())
    assert [one["result"] for one in told["marks"]] == ["refused", "stored"]
    assert how_many_marks() == before + 1


def how_many_marks() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Mark)) or 0


def send(visitor: Visitor, path: str, body: str | bytes):
    headers = {**visitor.headers, "X-CSRFToken": visitor.token(), "Content-Type": "application/json"}
    return visitor.client.post(path, data=body, headers=headers)


def mark(**whom: object) -> str:
    told = {"id": uuid.uuid4(), "status": "present", **whom}
    return json.dumps({name: str(value) for name, value in told.items()})
