"""No page that a visitor or a stranger can open tells a phone, a door or an age of anybody."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from reading.extensions import db
from tests.attendance.marking import change
from tests.cast import TREE, Cast
from tests.pages import Visitor
from tests.stage import populate

pytestmark = pytest.mark.look

HOMES = [name for _code, _parent, level, name in TREE if level in ("building", "unit")]


def links(html: str) -> set[str]:
    """Return where a page leads within this service, by GET."""
    soup = BeautifulSoup(html, "html.parser")
    found = {str(one["href"]) for one in soup.select("a[href]")}
    return {link.partition("#")[0] for link in found if link.startswith("/") and not link.startswith("//")}


def walk(visitor: Visitor, most: int) -> dict[str, str]:
    """Return the texts of the pages one comes to from the home page by links, at most so many."""
    seen: dict[str, str] = {}
    waiting = ["/", "/leaderboards", "/communities", "/events", "/books", "/learning-days", "/notice"]
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or path.startswith(("/static", "/language", "/text-size", "/me", "/sign-")):
            continue
        answer = visitor.client.get(path, headers=visitor.headers)
        db.session.remove()
        seen[path] = answer.get_data(as_text=True) if answer.status_code == 200 else ""
        waiting += sorted(links(seen[path]) - seen.keys()) if answer.mimetype == "text/html" else []
    return seen


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_no_public_page_tells_a_phone_a_name_or_a_birth_year(app: Flask, cast: Cast, who: str) -> None:
    stage = populate(cast)
    people = [cast.resident, cast.child, cast.neighbour, cast.phoneless, *stage.readers]
    change(cast.phoneless, phone="13712345678", born_on=cast.child.born_on.replace(year=1947))  # type: ignore[union-attr]
    phones = ["13712345678", *(one.account.phone for one in people if one.account), cast.librarian.phone]
    names = [one.name for one in people]
    visitor = Visitor(app, "zh")
    if who == "outsider":
        visitor.sign_in(cast.outsider)
    pages = walk(visitor, 150)
    assert len([text for text in pages.values() if text]) > 30
    for path, html in pages.items():
        text = BeautifulSoup(html, "html.parser").get_text(" ")
        for phone in phones:
            assert phone not in html, path
            assert phone[-4:] not in re.findall(r"(?<!\d)\d{4}(?!\d)", text), (path, phone)
        for name in names:
            assert name not in text, (path, name)
        for year in ("1947", "2018"):
            assert not re.search(rf"(?<!\d){year}(?!\d)", text), (path, year)


def test_a_board_of_persons_tells_no_building_and_no_door(app: Flask, cast: Cast) -> None:
    populate(cast)
    visitor = Visitor(app, "zh")
    boards = [path for path in walk(visitor, 150) if "leaderboard" in path]
    assert boards
    for path in boards:
        told = visitor.get(path, follow=True).text
        assert not [home for home in HOMES if home in told], path
