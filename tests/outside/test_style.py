"""The stylesheet stands inside the page that somebody enters by, and is a file for whoever comes from another page."""

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from reading import style
from tests.cast import Cast
from tests.leaderboards.readers import HOME, crowd
from tests.pages import Visitor

BOARD = f"/communities/{HOME}/leaderboard"
INSIDE, LINK = style.ELEMENTS[style.BASE], '<link rel="stylesheet" href="/static/base.css?v='
TOKEN = re.compile(r'(?<=name="csrf_token" value=)"[^"]*"')
FROM_HERE = {"Referer": "http://localhost/events?kind=class"}
FROM_OUTSIDE: list[dict[str, str]] = [
    {}, {"Referer": ""}, {"Referer": "https://mp.weixin.qq.com/"}, {"Referer": "http://localhost.example/"},
    {"Referer": "http://elsewhere.localhost/"}, {"Referer": "http://localhost:8000/"},
]  # fmt: skip


def is_inside(page: str) -> bool:
    """Tell where the page's stylesheet is, which is in one place alone."""
    found = page.count(INSIDE), page.count(LINK)
    assert found in ((1, 0), (0, 1))
    return found[0] == 1


@pytest.fixture
def keeping(app: Flask) -> None:
    """The app keeps for 5 seconds, as a town's does."""
    app.config["KEPT_SECONDS"] = 5


@pytest.mark.parametrize("came", FROM_OUTSIDE, ids=str)
def test_who_comes_from_outside_has_it_inside(app: Flask, came: dict[str, str]) -> None:
    assert is_inside(app.test_client().get("/notice", headers=came).text)


@pytest.mark.parametrize("path", ["/notice", "/nowhere", "/sign-in"])
def test_who_comes_from_a_page_of_this_site_is_told_where_it_lies(app: Flask, path: str) -> None:
    assert not is_inside(app.test_client().get(path, headers=FROM_HERE).text)


def test_it_is_told_to_who_works_on_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "debug", True)
    assert not is_inside(app.test_client().get("/notice").text)


@pytest.mark.usefixtures("keeping")
@pytest.mark.parametrize("who", [None, "resident"])
@pytest.mark.parametrize("path", ["/", BOARD])
def test_a_kept_page_has_it_where_its_reader_needs_it(
    app: Flask, cast: Cast, who: str | None, path: str
) -> None:
    crowd(12)
    visitor = Visitor(app).sign_in(cast.resident) if who else Visitor(app)
    visitor.get("/notice")

    def asked(came: dict[str, str]) -> str:
        return visitor.client.get(path, headers={**visitor.headers, **came}).text

    assert [is_inside(asked(came)) for came in ({}, FROM_HERE) * 3] == [True, False] * 3
    texts = [TOKEN.sub("", asked(came)) for came in ({}, FROM_HERE)]
    assert texts[0].replace(INSIDE, "") == texts[1].replace(_link(texts[1]), "")


def _link(page: str) -> str:
    at = page.index(LINK)
    return page[at : page.index(">", at) + 1]


@pytest.mark.usefixtures("keeping")
def test_who_holds_the_one_page_is_sent_the_other(app: Flask, cast: Cast) -> None:
    crowd(12)
    client = app.test_client()

    def asked(came: dict[str, str], **more: Any) -> TestResponse:
        return client.get(BOARD, headers={"Accept-Encoding": "br", **came, **more})

    marks = [asked(came).headers["ETag"] for came in ({}, FROM_HERE)]
    assert len(set(marks)) == 2
    for came, mark in zip(({}, FROM_HERE), marks, strict=True):
        other = next(one for one in marks if one != mark)
        assert asked(came, **{"If-None-Match": mark}).status_code == 304
        assert asked(came, **{"If-None-Match": other}).status_code == 200
        assert "Referer" in asked(came).headers["Vary"]
        assert asked(came).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("a {\n  color: red;\n}\n", "a{color:red}"),
        ("/* why\n   so */ a, b > c {} /* and */", "a,b > c{}"),
        ("@media (min-width: 3em) and (max-width: 9em) { .a :hover { --x: 0px; } }",
         "@media (min-width:3em) and (max-width:9em){.a :hover{--x:0px}}"),
        ('a::after { content: "＋"; width: calc(1px + 2px); }', 'a::after{content:"＋";width:calc(1px + 2px)}'),
    ],
)  # fmt: skip
def test_it_is_sent_without_what_only_its_authors_read(written: str, left: str) -> None:
    assert style.shortened(written) == left
