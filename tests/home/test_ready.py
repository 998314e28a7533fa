"""A resident's page is answered before a view is called, and is the very answer the view would have given."""

import gzip
import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from reading.extensions import db
from reading.intake import OTHER_SITE
from reading.logbook.models import LogEntry
from reading.people.models import Account
from reading.sign_ins.models import SignIn
from tests.cast import Cast
from tests.clock import TestClock
from tests.leaderboards.readers import HOME, crowd, stand
from tests.pages import Page, Visitor, fields_of

BOARD = f"/communities/{HOME}/leaderboard"
TOKEN = re.compile(rb'name="(?:csrf_token|id)" value="([^"]+)"')
CITY = "/communities/410581/leaderboard"
PATHS = ("/", BOARD, f"{BOARD}?by=days", CITY, "/logbook/new")


def ready(visitor: Visitor, called: list[str], path: str) -> bool:
    """Open the page often enough that it is kept, and tell whether the view is called then."""
    for _time in range(2):
        visitor.get(path)
    called.clear()
    visitor.get(path)
    return not called


def seen(moment: datetime) -> None:
    """Let each device have been seen at this moment for the last time."""
    db.session.execute(update(SignIn).values(seen_at=moment, token_at=moment))
    db.session.commit()


def ask(visitor: Visitor, path: str, **headers: str) -> TestResponse:
    return visitor.client.get(path, headers={**visitor.headers, **headers})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("packs", ["", "gzip, deflate, br"])
def test_the_answer_is_the_views(app: Flask, cast: Cast, called: list[str], path: str, packs: str) -> None:
    crowd(12)
    stand(cast.resident, 7)
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.resident)
    headers = {"Accept-Encoding": packs} if packs else {}
    ask(visitor, path, **headers)
    app.extensions["finished"].clear()
    made = ask(visitor, path, **headers)
    called.clear()
    answered = ask(visitor, path, **headers)
    assert called == []
    texts = [gzip.decompress(one.data) if packs else one.data for one in (made, answered)]
    assert TOKEN.sub(b"", texts[0]) == TOKEN.sub(b"", texts[1])
    assert "张晓明" in texts[1].decode()
    differing = ("Content-Length", "X-Request-Id")
    told = [sorted(pair for pair in one.headers if pair[0] not in differing) for one in (made, answered)]
    assert told[0] == told[1]
    assert int(answered.headers["Content-Length"]) == len(answered.data)


def test_who_may_not_be_answered_so_is_not(
    app: Flask, cast: Cast, called: list[str], clock: TestClock
) -> None:
    crowd(12)
    visitor = Visitor(app).sign_in(cast.resident)
    assert ready(visitor, called, "/")
    assert ready(visitor, called, BOARD)
    # A member of staff, who has another frame; a message to be told; a mark unsent.
    assert not ready(Visitor(app).sign_in(cast.librarian), called, BOARD)
    with visitor.client.session_transaction() as session:
        session["_flashes"] = [("success", "told once")]
    assert "told once" in visitor.get("/").text
    assert "told once" not in visitor.get("/").text
    assert ready(visitor, called, "/")
    visitor.client.set_cookie("unsent", "told by no page")
    assert not ready(visitor, called, "/")
    visitor.client.delete_cookie("unsent")
    # Another of the household is asked for: made as a whole; and what cannot be is told.
    assert not ready(visitor, called, f"/?reader={cast.child.id}")
    visitor.get("/?reader=nobody", 404)
    visitor.get(f"{BOARD}?by=password", 404)
    # A device that was not seen for long is noted, once.
    seen(clock() - timedelta(hours=30))
    called.clear()
    visitor.get("/")
    assert called
    assert ready(visitor, called, "/")
    # A device without the account's tag is given it.
    visitor.client.delete_cookie("account")
    called.clear()
    assert visitor.get("/").response.headers.getlist("Set-Cookie")
    assert called


def test_a_closed_account_and_a_lapsed_sign_in_are_answered_nothing(
    app: Flask, cast: Cast, called: list[str], clock: TestClock
) -> None:
    crowd(12)
    visitor, other = Visitor(app).sign_in(cast.resident), Visitor(app).sign_in(cast.neighbour)
    assert ready(visitor, called, BOARD)
    assert ready(other, called, BOARD)
    closed = update(Account).where(Account.id == cast.resident.account_id)
    db.session.execute(closed.values(disabled_at=clock()))
    db.session.commit()
    assert "Sign out" not in str(visitor.get(BOARD).soup)
    seen(clock() - timedelta(days=31))
    assert "Sign out" not in str(other.get(BOARD).soup)


def test_only_looking_is_answered_so(app: Flask, cast: Cast, called: list[str]) -> None:
    crowd(12)
    visitor = Visitor(app).sign_in(cast.resident)
    assert ready(visitor, called, BOARD)
    assert visitor.client.get(BOARD, environ_overrides={OTHER_SITE: True}).status_code == 400
    head = visitor.client.head(BOARD, headers=visitor.headers)
    assert head.status_code == 200
    assert head.data == b""
    # A phone that knows brotli alone is sent that, by the view.
    assert ask(visitor, BOARD, **{"Accept-Encoding": "br"}).headers["Content-Encoding"] == "br"
    assert visitor.client.post(BOARD, headers=visitor.headers).status_code == 405


def test_each_blank_form_is_its_readers_own(app: Flask, cast: Cast, called: list[str]) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    assert ready(visitor, called, "/logbook/new")
    mine, again = (visitor.get("/logbook/new") for _time in range(2))
    childs = visitor.get(f"/logbook/new?resident={cast.child.id}")
    assert called == []
    sent = [fields_of(page.form()) for page in (mine, again, childs)]
    assert len({one["id"] for one in sent}) == 3
    assert [one["resident"] for one in sent] == [str(cast.resident.id)] * 2 + [str(cast.child.id)]
    assert mine.h1 == "What did you read?"
    assert childs.h1 == f"What did {cast.child.name} read?"
    # Nobody else's, and nothing filled in before, is answered so.
    visitor.get(f"/logbook/new?resident={cast.neighbour.id}", 404)
    visitor.get("/logbook/new?resident=nobody", 404)
    assert not ready(visitor, called, "/logbook/new?day=2026-11-12")
    assert fields_of(visitor.get("/logbook/new?day=2026-11-12").form())["read_on"] == "2026-11-12"


def linked(page: Page) -> set[str]:
    """Return where the links to a text size and to the other language lead back."""
    found = [str(link["href"]) for link in page.soup.select(".switch a")]
    assert found
    return {parse_qs(urlsplit(one).query)["next"][0] for one in found}


@pytest.mark.parametrize("path", PATHS)
def test_nothing_of_who_came_first_is_in_the_page_of_who_comes_next(
    app: Flask, cast: Cast, called: list[str], path: str
) -> None:
    crowd(12)
    first, second = (Visitor(app).sign_in(one) for one in (cast.resident, cast.neighbour))
    second.get("/me")
    first.get(path)
    page = first.get(path)
    others = {fields_of(form)["csrf_token"] for form in page.soup.find_all("form", method="post")}
    theirs = (str(cast.resident.id), str(cast.resident.account_id), cast.resident.name, cast.child.name)
    # Their place is the same, so that all of the page but their own is.
    mine = second.get(path)
    text = mine.response.get_data(as_text=True)
    assert [one for one in (*others, *theirs) if one in text] == []
    assert "\ue000" not in text
    assert linked(mine) == {path}
    tokens = [fields_of(form)["csrf_token"] for form in mine.soup.find_all("form", method="post")]
    for token in tokens:
        assert first.client.post("/sign-in/extension", data={"csrf_token": token}).status_code == 400
        answer = second.client.post("/sign-in/extension", data={"csrf_token": token})
        assert answer.status_code == 200


def test_whoever_opens_the_form_after_somebody_else_saves_their_own(
    app: Flask, cast: Cast, called: list[str]
) -> None:
    first, second = (Visitor(app).sign_in(one) for one in (cast.resident, cast.neighbour))
    for _time in range(2):
        first.get(f"/logbook/new?resident={cast.resident.id}")
    second.get("/me")  # gives the device its tag
    called.clear()
    page = second.get("/logbook/new")
    assert called == []
    assert linked(page) == {"/logbook/new"}
    second.submit(page, 302, follow=False, book="活着", pages="30")
    written = db.session.scalars(select(LogEntry)).all()
    assert [(one.resident_id, one.pages) for one in written] == [(cast.neighbour.id, 30)]
    childs = f"/logbook/new?resident={cast.child.id}"
    for _time in range(2):
        assert linked(first.get(childs)) == {childs}
