"""Boards kept for a few seconds: right for whoever asks, gone in time, and cheap."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from reading.communities.models import Community
from reading.extensions import db
from reading.people.models import Resident
from reading.shelf import Shelf
from tests.cast import Cast
from tests.clock import TestClock
from tests.leaderboards.readers import HOME, NEXT_DOOR, crowd, stand
from tests.pages import Visitor
from tests.statements import statements

BOARD = f"/communities/{HOME}/leaderboard"
CITY = "/communities/410581/leaderboard"


@pytest.fixture(autouse=True)
def keeping(app: Flask) -> None:
    """The app keeps for 5 seconds, as a town's does; nothing is kept yet."""
    app.config["KEPT_SECONDS"] = 5
    app.extensions["kept"].clear()
    app.extensions["finished"].clear()


def hide(resident: Resident) -> None:
    db.session.execute(update(Resident).where(Resident.id == resident.id).values(show_as="hidden"))
    db.session.commit()


def asked(
    app: Flask, path: str = BOARD, cookie: str = "", **headers: str
) -> tuple[int, bytes, list[tuple[str, str]]]:
    """What a visitor without any cookie is answered, and the headers less the request's number."""
    client = app.test_client()
    if cookie:
        client.set_cookie(*cookie.split("="))
    answer = client.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})
    return answer.status_code, answer.data, sorted(one for one in answer.headers if one[0] != "X-Request-Id")


@pytest.mark.parametrize("way", ["br", "gzip", "identity"])
def test_the_second_visitor_gets_the_same_answer_without_a_statement(
    app: Flask, cast: Cast, way: str
) -> None:
    crowd(12)
    first = asked(app, Accept_Encoding=way)
    with statements() as sent:
        second = asked(app, Accept_Encoding=way)
    assert second == first
    assert sent == []
    told = dict(second[2])
    assert told["Cache-Control"] == "no-cache"
    assert told["Vary"] == "Cookie, Accept-Language, Accept-Encoding, Referer"
    assert told.get("Content-Encoding", "identity") == way
    assert "frame-ancestors 'none'" in told["Content-Security-Policy"]


def test_who_has_the_page_already_is_told_so_until_it_changes(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    found = crowd(12)
    first = dict(asked(app, Accept_Encoding="br")[2])["ETag"]
    for _ in range(2):
        status, body, told = asked(app, Accept_Encoding="br", If_None_Match=first)
        assert (status, body, dict(told)["ETag"]) == (304, b"", first)
    assert asked(app, Accept_Encoding="gzip", If_None_Match=first)[0] == 200
    hide(found[0])
    clock.advance(seconds=5)
    assert asked(app, Accept_Encoding="br", If_None_Match=first)[0] == 200


def test_a_kept_page_is_in_the_readers_language_and_size_and_of_the_board_asked_for(
    app: Flask, cast: Cast
) -> None:
    crowd(12)
    texts = {
        asked(app, path, cookie, Accept_Language=language)[1]
        for path in (
            BOARD,
            f"{BOARD}?by=pages",
            f"{BOARD}?period=all",
            f"/communities/{NEXT_DOOR}/leaderboard",
        )
        for language in ("zh", "en")
        for cookie in ("", "size=large", "lang=en")
        for _again in range(2)
    }
    # Each of the four boards in two languages and two sizes.
    assert len(texts) == 4 * 4
    assert "How 开元社区 reads" in asked(app, BOARD, "lang=en", Accept_Language="zh")[1].decode()


def test_nothing_of_ones_own_is_ever_kept_for_others(app: Flask, cast: Cast) -> None:
    crowd(12)
    stand(cast.resident, 7)
    stand(cast.neighbour, 3)
    db.session.commit()
    for _ in range(2):
        mine, theirs = (Visitor(app).sign_in(one).get(BOARD) for one in (cast.resident, cast.neighbour))
        stranger = Visitor(app).get(BOARD)
        assert "张晓明" in mine.text
        assert "Sign out 张晓明" in str(mine.soup)
        assert "单田方" in theirs.text
        assert "Sign out 单田方" in str(theirs.soup)
        assert "单田方" not in mine.text
        assert "张晓明" not in theirs.text
        assert "csrf_token" not in str(stranger.soup)
        assert "张晓明" not in stranger.text
        tokens = {page.soup.select_one("[name=csrf_token]")["value"] for page in (mine, theirs)}
        assert len(tokens) == 2


@pytest.mark.parametrize("who", ["resident", "neighbour", "outsider", "phoneless"])
@pytest.mark.parametrize("path", [BOARD, f"{BOARD}?by=days&period=2026", CITY])
def test_a_page_with_holes_filled_is_the_page_made_as_a_whole(
    app: Flask, cast: Cast, who: str, path: str
) -> None:
    crowd(25, points=60)
    stand(cast.resident, 47)
    stand(cast.neighbour, 3)
    db.session.commit()
    person = getattr(cast, who)
    visitor = Visitor(app).sign_in(person if person.account else cast.librarian)
    pages = [str(visitor.get(path).soup) for _ in range(2)]
    visitor.client.set_cookie("unsent", "told by no page")  # such a page is made as a whole
    pages.append(str(visitor.get(path).soup))
    token = visitor.get(path).soup.select_one("[name=csrf_token]")["value"]
    assert token
    assert len({re.sub(r'name="csrf_token"[^>]*', "", page) for page in pages}) == 1


@pytest.mark.parametrize("path", [BOARD, CITY])
@pytest.mark.parametrize("who", [None, "neighbour"])
def test_a_withdrawn_name_is_gone_in_five_seconds(
    app: Flask, cast: Cast, clock: TestClock, path: str, who: str | None
) -> None:
    found = crowd(12)
    visitor = Visitor(app).sign_in(getattr(cast, who)) if who else Visitor(app)
    assert "王*甲" in visitor.get(path).text
    hide(found[0])
    clock.advance(seconds=5)
    assert "王*甲" not in visitor.get(path).text


def test_what_is_no_page_is_made_anew_each_time(app: Flask, cast: Cast, clock: TestClock) -> None:
    crowd(12)
    assert asked(app)[0] == 200
    assert asked(app, f"{BOARD}?by=password")[0] == 404
    assert asked(app, f"/communities/{HOME}-1/leaderboard")[0] == 302
    assert len(app.extensions["finished"]._held) == 1
    db.session.execute(update(Community).where(Community.code == HOME).values(closed_at=clock()))
    db.session.commit()
    clock.advance(seconds=5)
    assert [asked(app)[0] for _ in range(2)] == [410, 410]


@pytest.mark.parametrize(("path", "number"), [(BOARD, 1), (f"{BOARD}?by=days", 1), (CITY, 2)])
def test_a_members_board_takes_one_statement_or_two_beside_who_they_are(
    app: Flask, cast: Cast, path: str, number: int
) -> None:
    crowd(25, points=60)
    stand(cast.resident, 7)
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.resident)
    visitor.get(path)
    with statements() as sent:
        visitor.get(path)
    own = [one for one in sent if "standings" in one or "residents" in one]
    assert len(own) == number
    with statements() as again:
        visitor.get(path)
    assert len(again) == len(sent)


def test_the_oldest_goes_when_there_is_no_room(app: Flask) -> None:
    shelf = Shelf(app, most=100)
    for number in range(3):
        shelf.put(number, number, 40)
        shelf.get(0)
    assert [shelf.get(number) for number in range(3)] == [0, None, 2]
    shelf.put("too large", 1, 101)
    assert shelf.get("too large") is None
    assert shelf.size == 80


def test_what_is_too_old_takes_no_room(app: Flask, clock: TestClock) -> None:
    shelf = Shelf(app)
    shelf.put("asked for", 1, 40)
    shelf.put("forgotten", 2, 40)
    clock.advance(seconds=3)
    shelf.get("asked for")
    shelf.put("young", 3, 40)
    assert shelf.size == 120
    clock.advance(seconds=3)
    shelf.put("new", 4, 40)
    assert shelf.size == 80
    assert [shelf.get(key) for key in ("asked for", "forgotten", "young", "new")] == [None, None, 3, 4]


def test_the_board_of_this_month_is_another_page_once_the_month_is_over(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    crowd(12)
    visitor = Visitor(app).sign_in(cast.resident)
    clock.set(datetime(2026, 11, 30, 15, 59, 58, tzinfo=UTC))
    for _again in range(2):
        assert "November 2026" in visitor.get(BOARD).text
    clock.advance(seconds=3)
    page = visitor.get(BOARD)
    assert "December 2026" in page.text
    assert page.text == visitor.get(f"{BOARD}?period=2026-12").text
