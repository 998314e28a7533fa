"""The front page, for each of those who come to it."""

import uuid
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from reading.events import actions as events
from reading.extensions import db
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import a_plan, at, planned
from tests.home.records import LEARNING_DAY, read
from tests.leaderboards.readers import crowd, stand
from tests.pages import Page, Visitor

IN_THE_MORNING = datetime(2026, 12, 10, 1, tzinfo=UTC)


def signed_up(cast: Cast) -> uuid.UUID:
    """Return the id of an event `resident` means to come to."""
    resident, account = cast.resident.id, cast.account("resident").id
    event = planned(cast)
    events.sign_up(event.id, resident, uuid.uuid4(), by=account)
    return event.id


def titles(page: Page) -> list[str]:
    return [tag.get_text() for tag in page.soup.select("main .list .title")]


def figures(page: Page) -> dict[str, str]:
    return {
        one.select_one("dt").get_text(): one.select_one("dd").get_text(" ")
        for one in page.soup.select("main .figures > div")
    }


def test_a_visitor_learns_what_this_is_and_how_to_join(app: Flask, cast: Cast) -> None:
    page = Visitor(app).get("/")
    assert page.h1 == "A whole town reading"
    assert "Thursday 10 December" in page.text
    assert "22 days to go" in page.text
    assert "Taking part is up to you." in page.text
    action = page.soup.select_one(".actions .btn-main")
    assert action is not None
    assert action["href"] == "/join"


def test_a_visitor_sees_how_the_communities_read(app: Flask, cast: Cast) -> None:
    crowd(10, "410581001004")
    crowd(10, "410581106210")
    page = Visitor(app).get("/")
    assert "November 2026, by the share of residents who took part" in page.text
    assert [row.get_text() for row in page.soup.select(".board .who a")] == ["兴林社区", "上庄村"]


def test_while_a_month_is_young_the_last_one_is_shown(app: Flask, cast: Cast) -> None:
    for home in ("410581001004", "410581106210"):
        for resident in crowd(10, home, points=None):
            stand(resident, 5, period="2026-10")
    db.session.commit()
    assert "October 2026, by the share" in Visitor(app).get("/").text


def test_the_front_page_of_an_empty_service_still_greets(app: Flask) -> None:
    page = Visitor(app).get("/")
    assert page.h1 == "A whole town reading"
    assert "How the communities read" not in page.text


def test_a_new_resident_is_told_what_to_do_first(app: Flask, cast: Cast) -> None:
    page = Visitor(app).sign_in(cast.neighbour).get("/")
    assert page.h1 == "What are you reading, 单田方?"
    assert "Nothing written down yet." in page.text
    action = page.soup.select_one(".actions .btn-main")
    assert action is not None
    assert str(action["href"]).startswith("/logbook/new?resident=")
    assert page.soup.select("table.month")


def test_a_resident_finds_books_to_go_on_with_and_their_month(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    read(cast.resident, date(2026, 11, 12), title="平凡的世界", pages=30)
    read(cast.resident, LEARNING_DAY, title="活着", pages=20)
    page = visitor.get("/")
    assert titles(page) == ["平凡的世界", "活着"]
    assert "30 pages so far" in page.text
    assert figures(page) == {
        "days with a record": "2 days",
        "pages this month": "50 pages",
        "months in a row": "1 month",
    }
    assert len(page.soup.select("td.stamped")) == 1
    assert "Would be place 1 in 开元社区 this month" in page.text
    link = page.soup.select_one("main .list a.title")
    assert link is not None
    assert "book=" in str(link["href"])


def test_somebody_shown_is_told_their_place(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    crowd(3, points=90)
    cast.resident.show_as = "masked"
    db.session.add(cast.resident)
    stand(cast.resident, 5)
    db.session.commit()
    assert "Place 4 in 开元社区 this month" in visitor.get("/").text


def test_with_ranking_off_nobody_is_told_a_place(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    stand(cast.resident, 5)
    db.session.commit()
    app.config["RANK_PEOPLE"] = False
    page = visitor.get("/")
    assert "lace 1" not in page.text
    assert "stands on a board" not in Visitor(app).get("/").text


def test_a_guardian_switches_to_a_childs_reading(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    child_id = cast.child.id
    read(cast.child, date(2026, 11, 12), title="小王子")
    assert "小王子" not in visitor.get("/").text
    page = visitor.get(f"/?reader={child_id}")
    assert titles(page) == ["小王子"]
    assert "All that 张小花 has read" in page.text
    assert page.soup.select_one(".tabs [aria-current]").get_text() == "张小花"
    action = page.soup.select_one(".actions .btn-main")
    assert action is not None
    assert action["href"] == f"/logbook/new?resident={child_id}"


@pytest.mark.parametrize("reader", ["", "x", "00000000-0000-0000-0000-000000000000", "１", "%00"])
def test_a_reader_who_is_not_there_is_not_found(app: Flask, cast: Cast, reader: str) -> None:
    Visitor(app).sign_in(cast.resident).get(f"/?reader={reader}", 404)


def test_a_resident_of_another_household_is_not_found(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    visitor.get(f"/?reader={cast.neighbour.id}", 404)
    Visitor(app).sign_in(cast.librarian).get(f"/?reader={cast.neighbour.id}")


def test_what_is_near_comes_first_in_the_order_of_time(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    planned(cast, title="后天的", starts_at=at("2026-11-20 19:30"))
    planned(cast, title="明天的", starts_at=at("2026-11-19 19:30"), ends_at=at("2026-11-19 20:30"))
    planned(cast, title="远处的", community="410581106210", starts_at=at("2026-11-20 08:00"))
    planned(cast, title="街道的", community="410581001", starts_at=at("2026-11-20 18:30"))
    page = visitor.get("/")
    assert titles(page) == ["明天的", "街道的", "后天的"]
    assert "开元社区 · 社区图书室" in page.text


def test_a_notice_stands_until_it_is_seen(app: Flask, cast: Cast) -> None:
    visitor, other = (Visitor(app).sign_in(one) for one in (cast.resident, cast.neighbour))
    event = signed_up(cast)
    events.change(event, a_plan(venue="文化广场"), by=None)
    page = visitor.get("/")
    assert "“《活着》读书分享会” has changed: Friday 20 November 19:30, 文化广场." in page.text
    assert "has changed" not in other.get("/").text
    seen = visitor.submit(page, form=page.form(holding="csrf_token"))
    assert seen.path == "/"
    assert "has changed" not in seen.text


def test_a_cancellation_is_told_with_its_day_and_reason(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    events.cancel(signed_up(cast), "大雪封路", by=None)
    told = "“《活着》读书分享会” on Friday 20 November will not take place. 大雪封路"
    assert told in visitor.get("/").text


def test_on_the_learning_day_itself_home_says_so(app: Flask, cast: Cast, clock: TestClock) -> None:
    resident, anyone = Visitor(app).sign_in(cast.resident), Visitor(app)
    clock.set(IN_THE_MORNING)
    assert resident.get("/").h1 == "Today is the learning day"
    assert "It is today" in anyone.get("/").text


def test_staff_without_a_household_find_their_desk(app: Flask, cast: Cast) -> None:
    page = Visitor(app).sign_in(cast.librarian).get("/")
    assert page.h1 == "Good to see you, 李馆员"
    action = page.soup.select_one(".actions .btn-main")
    assert action is not None
    assert action["href"] == "/staff"


def test_home_reads_in_chinese(app: Flask, cast: Cast) -> None:
    visitor, resident = Visitor(app, "zh"), Visitor(app, "zh").sign_in(cast.resident)
    staff = Visitor(app, "zh").sign_in(cast.librarian)
    assert "还有 22 天" in visitor.get("/").text
    assert resident.get("/").h1 == "张晓明，今天读点什么？"
    assert staff.get("/").h1 == "李馆员，您好"
