"""The front page is kept with holes, and what is on near by for seconds: each finds their own page all the same."""

import re
from datetime import date

import pytest
from flask import Flask

from reading.events import actions as events
from reading.extensions import db
from tests.cast import Cast, a_second_shangzhuang, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.home.records import LEARNING_DAY, read
from tests.leaderboards.readers import crowd
from tests.pages import Visitor

TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def keeping(app: Flask) -> Flask:
    """The app as a town runs it: what is the same for everybody is kept for 5 seconds."""
    app.config["KEPT_SECONDS"] = 5
    return app


def body(visitor: Visitor, path: str = "/") -> bytes:
    """Return the page without what differs each time it is asked for."""
    return TOKEN.sub(b"", visitor.get(path).response.data)


def lives(cast: Cast) -> None:
    """Let `resident` and the child read, and the place have something to show."""
    for one in (cast.resident, cast.child):
        read(one, LEARNING_DAY, title=f"{one.name}的书", pages=30)
        read(one, date(2026, 11, 12), title="平凡的世界", finished=True)
    crowd(12)
    planned(cast, title="明天的", starts_at=at("2026-11-19 19:30"), ends_at=at("2026-11-19 20:30"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_kept_front_page_is_everybodys_own(app: Flask, cast: Cast, language: str) -> None:
    resident, neighbour = (Visitor(app, language).sign_in(one) for one in (cast.resident, cast.neighbour))
    lives(cast)
    alone = {one: body(one) for one in (resident, neighbour)}
    app.config["KEPT_SECONDS"] = 5
    for _time in range(3):
        assert body(resident) == alone[resident]
        assert body(neighbour) == alone[neighbour]
    assert "张晓明" in alone[resident].decode()
    assert "张晓明" not in alone[neighbour].decode()


def test_a_kept_front_page_has_a_token_of_its_readers_own(keeping: Flask, cast: Cast) -> None:
    first, second = (Visitor(keeping).sign_in(one) for one in (cast.resident, cast.neighbour))
    pages = [one.get("/") for one in (first, second, second)]
    assert all(len(page.soup.select("form input[name=csrf_token]")) == 1 for page in pages)
    signed_out = second.submit(pages[-1], form=pages[-1].soup.select_one("footer form"))
    assert "Join" in signed_out.text
    assert "张晓明" in first.get("/").text


def test_what_one_has_just_written_is_there_at_once(keeping: Flask, cast: Cast) -> None:
    visitor = Visitor(keeping).sign_in(cast.resident)
    visitor.get("/")
    read(cast.resident, LEARNING_DAY, title="活着")
    page = visitor.get("/")
    assert "活着" in page.text
    assert len(page.soup.select("td.stamped")) == 1


def test_a_notice_is_there_at_once_on_top_of_a_kept_page(keeping: Flask, cast: Cast) -> None:
    visitor, other = (Visitor(keeping).sign_in(one) for one in (cast.resident, cast.neighbour))
    by, resident = cast.account("resident").id, cast.resident.id
    visitor.get("/")
    event = planned(cast)
    events.sign_up(event.id, resident, event.id, by=by)
    events.cancel(event.id, "大雪封路", by=None)
    assert "大雪封路" in visitor.get("/").text
    assert "大雪封路" not in other.get("/").text


def test_a_message_is_told_once_and_kept_for_nobody(keeping: Flask, cast: Cast) -> None:
    visitor, other = (Visitor(keeping).sign_in(one) for one in (cast.resident, cast.neighbour))
    with visitor.client.session_transaction() as session:
        session["_flashes"] = [("success", "Saved for you alone.")]
    assert "Saved for you alone." in visitor.get("/").text
    for one in (visitor, other):
        assert "Saved for you alone." not in one.get("/").text


def test_a_new_name_is_there_at_once(keeping: Flask, cast: Cast) -> None:
    visitor = Visitor(keeping).sign_in(cast.resident)
    visitor.get("/")
    add_resident("张小二", "410581001001-1-1-1", guardian=cast.account("resident"))
    db.session.commit()
    assert "张小二" in visitor.get("/").text


def test_what_is_on_near_by_is_five_seconds_old_at_most(keeping: Flask, cast: Cast, clock: TestClock) -> None:
    visitor = Visitor(keeping).sign_in(cast.resident)
    visitor.get("/")
    planned(cast, title="新的")
    clock.advance(seconds=5)
    assert "新的" in visitor.get("/").text


def test_an_event_that_is_over_is_on_nobodys_page(keeping: Flask, cast: Cast, clock: TestClock) -> None:
    keeping.config["KEPT_SECONDS"] = 3600
    visitor = Visitor(keeping).sign_in(cast.resident)
    planned(cast, title="就要散了", starts_at=at("2026-11-18 13:00"), ends_at=at("2026-11-18 14:10"))
    assert "就要散了" in visitor.get("/").text
    clock.advance(minutes=15)
    assert "就要散了" not in visitor.get("/").text


def test_of_two_villages_of_one_name_a_kept_list_says_which(keeping: Flask, cast: Cast) -> None:
    visitor = Visitor(keeping).sign_in(cast.outsider)
    a_second_shangzhuang()
    planned(cast, title="村里的", community=cast.outsider.community_id)
    for _time in range(2):
        assert "任村镇 上庄村 · 社区图书室" in visitor.get("/").text
