"""What travels packed, in which way, and what a phone that knows neither way is sent."""

import gzip

import brotli
import pytest
from flask import Flask

from reading.packing import chosen, part, passing_part, together


@pytest.mark.parametrize(
    ("told", "way"),
    [
        ("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0.5, gzip", "gzip"), ("*", "br"), ("", None),
        ("identity", None), ("br;q=0, gzip;q=0", None), ("zstd", None), ("br;q=x", None),
    ],
)  # fmt: skip
def test_the_way_a_phone_likes_best_is_taken(told: str, way: str | None) -> None:
    assert chosen(told) == way


def test_what_is_packed_for_one_phone_alone_goes_as_gzip_where_it_may(app: Flask) -> None:
    told = {"Accept-Encoding": "gzip, deflate, br"}
    client = app.test_client()
    assert client.get("/notice", headers=told).headers["Content-Encoding"] == "gzip"
    assert client.get("/static/base.css", headers=told).headers["Content-Encoding"] == "br"


def test_a_page_is_the_same_packed_in_either_way_and_not_at_all(app: Flask) -> None:
    client = app.test_client()
    plain = client.get("/notice")
    assert "Content-Encoding" not in plain.headers
    for way, unpacked in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = client.get("/notice", headers={"Accept-Encoding": way})
        assert answer.headers["Content-Encoding"] == way
        assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data)
        assert unpacked(answer.data) == plain.data


def test_every_answer_tells_what_it_depends_on(app: Flask) -> None:
    for path in ("/", "/notice", "/healthz", "/nowhere", "/static/nothing.css"):
        told = app.test_client().get(path).headers.getlist("Vary")
        assert told == ["Cookie, Accept-Language, Accept-Encoding, Referer"]


@pytest.mark.parametrize("way", ["br", "gzip", ""])
def test_a_style_is_packed_kept_for_a_year_and_not_sent_to_who_holds_it(app: Flask, way: str) -> None:
    client, headers = app.test_client(), {"Accept-Encoding": way}
    first = client.get("/static/base.css", headers=headers)
    assert first.headers.get("Content-Encoding", "") == way
    assert first.headers["Vary"] == "Accept-Encoding"
    assert "max-age=31536000" in first.headers["Cache-Control"]
    again = client.get("/static/base.css", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_is_short_or_packed_already_is_sent_as_it_is(app: Flask) -> None:
    client = app.test_client()
    for path in ("/healthz", "/static/pictures/log.png"):
        answer = client.get(path, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("texts", [[b""], [b"a"], [b"", b"b" * 199, b"c" * 200, b"d" * 70_000, b""]])
def test_parts_packed_by_themselves_are_one_text_together(texts: list[bytes]) -> None:
    for made in (part, passing_part):
        assert gzip.decompress(together(made(one) for one in texts)) == b"".join(texts)
    mixed = [part(one) if place % 2 else passing_part(one) for place, one in enumerate(texts)]
    assert gzip.decompress(together(mixed)) == b"".join(texts)
