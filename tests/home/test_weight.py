"""What the gathered pages cost: bytes over the wire, and statements sent to the database."""

import uuid

import brotli
import pytest
from flask import Flask

import config
from reading.events import actions as events
from reading.extensions import db
from tests.cast import Cast
from tests.events.planned import a_plan, at
from tests.home.records import LEARNING_DAY, read
from tests.leaderboards.readers import HOME, NEXT_DOOR, VILLAGE, crowd, stand
from tests.pages import Page, Visitor
from tests.statements import statements

FIRST_LOAD_BYTES, REQUESTS, MOST_STATEMENTS = 14 * 1024, 3, 14
PATHS = (
    "/",
    "/leaderboards",
    "/communities/410581/leaderboard?by=books&period=all",
    "/communities/410581/participation",
    f"/communities/{HOME}",
    "/learning-days",
    "/learning-days/2026-11",
)
LEVEL = 4


def weight(page: Page) -> int:
    """Return the compressed bytes of a page and the files its first load needs."""
    files = [str(tag["href"]) for tag in page.soup.select("link[rel=stylesheet], link[rel=icon]")]
    files += [str(tag["src"]) for tag in page.soup.select("script[src], img[src]")]
    files = [name for name in files if not name.startswith("data:")]
    assert 1 + len(files) <= REQUESTS, files
    contents = [(config.ROOT / name.lstrip("/").split("?")[0]).read_bytes() for name in files]
    return sum(len(brotli.compress(one, quality=LEVEL)) for one in (page.response.data, *contents))


def live(cast: Cast, readers: int) -> None:
    """Let a city read: many people on the boards, learning days kept, and events to come."""
    for home in (HOME, NEXT_DOOR, VILLAGE):
        for resident in crowd(readers, home, show_as="nickname", points=60):
            stand(resident, 60, period="all", books=3)
    db.session.commit()
    residents = [cast.resident, cast.child, cast.neighbour]
    for resident in residents:
        read(resident, LEARNING_DAY)


def plan_some(by: uuid.UUID, titles: str) -> None:
    """Plan an event on the coming learning day for each character of ``titles``."""
    for hour, title in enumerate(titles, start=8):
        starts, ends = at(f"2026-12-10 {hour:02}:00"), at(f"2026-12-10 {hour:02}:45")
        events.plan(uuid.uuid4(), a_plan(title=title, starts_at=starts, ends_at=ends), by)


@pytest.mark.look
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_load_of_a_page_is_light(app: Flask, cast: Cast, path: str, language: str) -> None:
    visitor, stranger = Visitor(app, language).sign_in(cast.resident), Visitor(app, language)
    by = cast.librarian.id
    live(cast, 12)
    plan_some(by, "甲乙丙")
    assert weight(visitor.get(path)) <= FIRST_LOAD_BYTES
    assert weight(stranger.get(path)) <= FIRST_LOAD_BYTES


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["resident", "librarian", None])
def test_a_page_sends_as_many_statements_for_many_readers_as_for_few(
    app: Flask, cast: Cast, path: str, who: str | None
) -> None:
    visitor = Visitor(app).sign_in(cast.account(who)) if who else Visitor(app)
    by = cast.librarian.id
    live(cast, 10)
    plan_some(by, "甲")
    with statements() as few:
        visitor.get(path)
    crowd(14, HOME)
    crowd(14, VILLAGE)
    plan_some(by, "乙丙丁")
    with statements() as many:
        visitor.get(path)
    assert len(many) == len(few) <= MOST_STATEMENTS, many
