"""Every page of the tour, opened by who looks at it; and every form those pages show."""

from collections.abc import Iterator

from bs4 import Tag
from flask import Flask

from tests.browser.tour import PAGES, person
from tests.pages import Page, Visitor
from tests.stage import Stage

VISITOR = "visitor"


def visitors(app: Flask, stage: Stage, language: str = "zh-CN") -> dict[str, Visitor]:
    """Return a browser for everybody on the tour, signed in as them."""
    found = {}
    for who in dict.fromkeys(who for stops in PAGES.values() for who, _where in stops):
        found[who] = Visitor(app, language)
        someone = person(who, stage.cast)
        if who != VISITOR and someone is not None:
            found[who].sign_in(someone)
    return found


def stops(stage: Stage) -> list[tuple[str, str]]:
    """Return (who looks, the address) of every stop of the tour."""
    return [(who, where(stage)) for found in PAGES.values() for who, where in found]


def opened(app: Flask, stage: Stage) -> Iterator[tuple[str, Page]]:
    """Open every stop of the tour; yield who looked and the page."""
    there = visitors(app, stage)
    for who, path in stops(stage):
        yield who, there[who].get(path)


def forms_of(page: Page) -> list[Tag]:
    """Return the forms of a page that write something."""
    return [form for form in page.soup.find_all("form") if str(form.get("method")).lower() == "post"]
