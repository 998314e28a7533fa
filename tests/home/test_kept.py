"""What is kept for a few seconds, and pieces of pages remembered by what they are made of."""

import contextvars
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from reading import kept as memory
from reading.kept import kept
from reading.pieces import piece
from tests.clock import TestClock
from tests.pages import Visitor


@pytest.fixture
def made(app: Flask) -> list[int]:
    """An app that keeps things for 5 seconds; the list grows with each thing made."""
    app.config["KEPT_SECONDS"] = 5
    app.extensions["kept"].clear()
    return []


def ask(made: list[int], key: str = "home one") -> int:
    def make() -> int:
        made.append(len(made))
        return made[-1]

    return kept(key, make)


def test_what_is_kept_is_made_once_in_five_seconds(made: list[int], clock: TestClock) -> None:
    assert [ask(made), ask(made)] == [0, 0]
    clock.advance(seconds=4)
    assert ask(made) == 0
    clock.advance(seconds=1)
    assert ask(made) == 1
    assert ask(made, "home another") == 2


def test_a_clock_put_back_keeps_nothing_longer(made: list[int], clock: TestClock) -> None:
    ask(made)
    clock.advance(hours=-1)
    assert ask(made) == 1


def test_nothing_is_kept_where_no_second_is_allowed(app: Flask, made: list[int]) -> None:
    app.config["KEPT_SECONDS"] = 0
    assert [ask(made), ask(made)] == [0, 1]
    assert not app.extensions["kept"]


def test_memory_does_not_grow_for_ever(app: Flask, made: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST", 10)
    for number in range(35):
        ask(made, f"home {number}")
    assert len(app.extensions["kept"]) <= 10


def test_what_nobody_asks_for_again_is_let_go(app: Flask, made: list[int], clock: TestClock) -> None:
    for number in range(3):
        ask(made, f"home {number}")
    kept("home seldom", lambda: 7, seconds=60)
    clock.advance(seconds=6)
    ask(made, "home other")
    assert set(app.extensions["kept"]) == {"home seldom", "home other"}
    clock.advance(hours=-1)
    ask(made)
    assert set(app.extensions["kept"]) == {"home one"}


def drawn(app: Flask, language: str, *asked: Any) -> Markup:
    """Return the piece as a request in this language gets it."""

    def draw() -> Markup:
        with app.test_request_context(headers={"Accept-Language": language}):
            return piece(*asked)

    return contextvars.Context().run(draw)


def test_a_remembered_piece_speaks_the_language_of_the_page(app: Flask) -> None:
    asked = ("_parts.html", "day_cell", 10, 2, False, True, False)
    assert "学习日" in drawn(app, "zh", *asked)
    assert "learning day" in drawn(app, "en", *asked)
    assert drawn(app, "en", *asked) is drawn(app, "en", *asked)


def test_a_remembered_piece_escapes_what_it_is_given(app: Flask) -> None:
    assert "<b>" in drawn(app, "en", "_parts.html", "tag", Markup("<b>"))
    assert "<b>" not in drawn(app, "en", "_parts.html", "tag", "<b>")


def test_a_page_is_called_by_its_own_name_and_then_by_the_service(visitor: Visitor) -> None:
    assert visitor.get("/").soup.title.get_text() == "A whole town reading · Shuxiang"
    assert visitor.get("/sign-in").soup.title.get_text() == "Sign in · Shuxiang"
