"""The look keeps its promises: readable colours, old phones, no inline style, vermilion only in the seal, few bytes."""

import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from wtforms import RadioField

import config
from reading.forms import CreatingForm, Text, Ticks, WholeNumber

BASE = config.ROOT / "static" / "base.css"
SHEETS = sorted((config.ROOT / "static").glob("*.css"))
TEMPLATES = sorted((config.ROOT / "templates").rglob("*.html"))
# What Chromium 88, inside old phones' WeChat, does not understand.
UNKNOWN_TO_OLD_PHONES = (
    r":has\(|aspect-ratio|\b\d*(dvh|svh|lvh|cq[wi])\b|color-mix|@layer|@container|\binset:|accent-color"
)
TEXT_PAIRS = [
    *((text, ground) for text in ("ink", "soft", "green", "green-deep") for ground in ("paper", "sheet", "wash")),
    *(("wrong", ground) for ground in ("paper", "sheet", "wrong-wash")),
    ("ink", "wrong-wash"), ("on-green", "green"), ("on-green", "green-deep"), ("on-seal", "seal"), ("paper", "ink"),
]  # fmt: skip


def palettes() -> dict[str, dict[str, str]]:
    """The named colours of the light and the dark ground."""
    blocks = re.findall(r":root \{(.*?)\}", BASE.read_text(encoding="utf-8"), re.DOTALL)
    named = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]
    return {"light": named[0], "dark": named[1]}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_every_text_colour_reads_on_every_ground_it_stands_on(ground: str) -> None:
    palette = palettes()[ground]
    weak = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in TEXT_PAIRS}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 4.5}


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_the_edge_of_a_field_and_the_seal_stand_out(ground: str) -> None:
    palette = palettes()[ground]
    assert all(
        contrast(palette[name], palette[on]) >= 3 for name in ("edge", "seal") for on in ("paper", "sheet")
    )


def test_vermilion_is_the_seal_and_nothing_else() -> None:
    for sheet in SHEETS:
        for rule in re.findall(r"([^{}/]+)\{[^{}]*var\(--(?:on-)?seal\)", sheet.read_text(encoding="utf-8")):
            assert rule.strip().startswith(".seal"), f"{sheet.name}: {rule}"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_stylesheet_says_nothing_an_old_phone_does_not_understand(sheet: Path) -> None:
    assert not re.findall(UNKNOWN_TO_OLD_PHONES, sheet.read_text(encoding="utf-8"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_text_grows_with_the_readers_choice(sheet: Path) -> None:
    assert not re.findall(r"font(?:-size)?:[^;{}]*\d(?:px|pt)\b", sheet.read_text(encoding="utf-8"))


def test_the_stylesheet_leaves_room_for_the_page() -> None:
    assert len(zlib.compress(BASE.read_bytes(), 9)) <= 6_500


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_or_script(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)|javascript:", source)


WHO: Any = ["a", "b"]


class Wish(CreatingForm):
    """A form with one field of each kind."""

    title = Text("Title", longest=5, needed="Write a title.")
    author = Text("Author", longest=5)
    pages = WholeNumber("Pages", least=1, most=10)
    finished = Ticks("Finished")
    who = RadioField("Who", choices=WHO)


def only(drawn: Tag, selector: str) -> Tag:
    """The one element a CSS selector finds."""
    [found] = drawn.select(selector)
    return found


def piece(app: Flask, file: str, name: str, *args: object, **kwargs: object) -> BeautifulSoup:
    """What one macro draws, inside a request in English."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        source = '{% import "' + file + '" as pieces with context %}{{ pieces[name](*args, **kwargs) }}'
        template = app.jinja_env.from_string(source)
        values: dict[str, object] = {"name": name, "args": args, "kwargs": kwargs}
        app.update_template_context(values)
        return BeautifulSoup(template.render(values), "html.parser")


def test_a_field_with_an_error_names_it_to_a_screen_reader(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        form = Wish(data={"title": "", "author": "123456"})
        form.validate()
    field = piece(app, "_form.html", "field", form.author, "a hint")
    told = str(only(field, "input[aria-invalid=true]")["aria-describedby"]).split()
    assert only(field, f"#{told[0]}").get_text() == "a hint"
    assert "at most 5 characters" in only(field, f"#{told[1]}").get_text()


def test_the_summary_links_to_the_first_choice_of_a_list_of_radios(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        form = Wish(data={"title": "好"})
        form.validate()
        form.who.errors = ["Choose one."]
    links = [link["href"] for link in piece(app, "_form.html", "errors", form).find_all("a")]
    assert links == ["#who-0"]
    group = only(piece(app, "_form.html", "chips", form.who), "fieldset[role=radiogroup][aria-invalid=true]")
    assert only(group, "#who-0")["type"] == "radio"
    assert "Choose one." in only(group, f"#{group['aria-describedby']}").get_text()


def test_only_what_may_stay_empty_is_marked_optional(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        form = Wish()
    assert "(optional)" in piece(app, "_form.html", "field", form.author).get_text()
    assert "(optional)" in piece(app, "_form.html", "field", form.pages).get_text()
    assert "(optional)" not in piece(app, "_form.html", "field", form.title).get_text()
    assert "(optional)" not in piece(app, "_form.html", "field", form.author, optional=False).get_text()


def test_what_people_typed_is_shown_as_text(app: Flask) -> None:
    evil = "<script>alert(1)</script>"
    for drawn in (
        piece(app, "_parts.html", "board", [{"place": 1, "name": evil, "value": evil, "note": evil}]),
        piece(app, "_parts.html", "event_item", "/", evil, evil, evil, [evil], evil),
        piece(app, "_parts.html", "book_line", evil, evil, None, evil),
        piece(app, "_parts.html", "notice", evil, "refused"),
        piece(app, "_parts.html", "rows", [(evil, evil)]),
        piece(app, "_parts.html", "seal", evil, evil),
    ):
        assert drawn.script is None


def test_a_stamped_day_says_so_without_the_picture(app: Flask) -> None:
    days = [
        {"day": 10, "state": "", "records": 2, "is_today": True, "is_learning_day": True, "stamped": True},
        {"day": 11, "state": "", "records": 0, "is_today": False, "is_learning_day": False, "stamped": False},
        None,
    ]
    card = piece(app, "_parts.html", "month_card", [days], "November 2026")
    cells = [" ".join(cell.get_text(" ").split()) for cell in card.select("tbody td")]
    assert "2 records" in cells[0]
    assert "learning day, stamped" in cells[0]
    assert cells[1:] == ["11", ""]
    assert only(card, "caption").get_text() == "November 2026"


@pytest.mark.parametrize(
    ("value", "maximum", "width"), [(1, 4, "25.0"), (9, 3, "100"), (-1, 3, "0"), (5, 0, "0")]
)
def test_a_bar_stays_within_its_frame(app: Flask, value: int, maximum: int, width: str) -> None:
    drawn = piece(app, "_parts.html", "bar", value, maximum, "share")
    assert f"h{width}v4" in str(only(drawn, ".on")["d"])
