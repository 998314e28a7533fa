"""The page that explains points."""

from datetime import date

import pytest
from flask import Flask

from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Page, Visitor
from tests.points.records import add_book, add_event, attend, log
from tests.statements import statements


@pytest.fixture
def reader(app: Flask, cast: Cast, clock: TestClock) -> Visitor:
    """The resident, with a learning day kept and a day over the caps."""
    book = add_book("红旗渠")
    log(cast.resident, book, date(2026, 11, 10), pages=7)
    clock.advance(minutes=1)
    log(cast.resident, book, date(2026, 11, 10), pages=8, finished=True)
    for title in ("种植技术夜校", "读书分享会", "家庭教育交流会"):
        clock.advance(minutes=1)
        attend(cast.resident, add_event(title, date(2026, 11, 16)))
    clock.advance(minutes=1)
    log(cast.resident, book, date(2026, 11, 16), minutes=960, finished=True)
    return Visitor(app).sign_in(cast.resident)


def days(page: Page) -> list[str]:
    return [" ".join(heading.get_text(" ").split()) for heading in page.soup.find_all("h2")]


def lines(page: Page) -> list[str]:
    return [" ".join(line.get_text(" ").split()) for line in page.soup.select(".list li")]


def test_every_line_says_its_record_its_rule_and_what_a_cap_held_back(reader: Visitor) -> None:
    page = reader.get("/points")
    assert days(page) == ["Monday 16 November 26 points", "Tuesday 10 November 16 points"]
    assert lines(page) == [
        "种植技术夜校 came to the event +10",
        "读书分享会 came to the event +10",
        "家庭教育交流会 came to the event · this kind had reached its most for the day +0",
        "“红旗渠” 960 minutes · this kind had reached its most for the day +6",
        "“红旗渠” finished the book · the same book counts only once +0",
        "“红旗渠” 7 pages · too little for a point alone; it adds up over the day +0",
        "Learning day stamp read or came on the learning day 十 +10",
        "“红旗渠” 8 pages · together with what was read before that day +1",
        "“红旗渠” finished the book +5",
    ]
    assert [" ".join(one.get_text(" ").split()) for one in page.soup.select(".figures > div")] == [
        "points in November 2026 42",
        "days with a record 2",
    ]


def test_the_ways_to_other_months_say_months(reader: Visitor) -> None:
    pager = reader.get("/points?period=2026-10").soup.select_one(".pager")
    assert [link.get_text() for link in pager.select("a")] == ["Month before", "Month after"]
    assert pager["aria-label"] == "Months"


def test_the_days_own_cap_is_told(app: Flask, cast: Cast, clock: TestClock) -> None:
    for title in ("种植技术夜校", "读书分享会"):
        attend(cast.resident, add_event(title, date(2026, 11, 10)))
    clock.advance(minutes=1)
    log(cast.resident, add_book("红旗渠"), date(2026, 11, 10), pages=100, finished=True)
    page = Visitor(app).sign_in(cast.resident).get("/points")
    assert lines(page)[-1] == "“红旗渠” finished the book · the day had reached its most +0"


def test_the_page_speaks_chinese(app: Flask, cast: Cast, reader: Visitor) -> None:
    page = Visitor(app, "zh").sign_in(cast.resident).get("/points")
    assert page.h1 == "积分是怎么来的"
    assert "《红旗渠》 读完了 · 同一本书只计一次 +0" in lines(page)


def test_a_month_without_points_says_what_to_do(app: Flask, cast: Cast) -> None:
    page = Visitor(app).sign_in(cast.neighbour).get("/points")
    assert "No points in this month yet." in page.text
    assert page.soup.select_one(f'main a[href="/logbook/new?resident={cast.neighbour.id}"]')


def test_an_earlier_month_leads_back_to_this_one(reader: Visitor, cast: Cast) -> None:
    page = reader.get(f"/points?resident={cast.resident.id}&period=2026-10")
    assert lines(page) == []
    later = page.soup.select_one('a[rel="next"]')
    assert later
    assert str(later["href"]).endswith("period=2026-11")
    assert not reader.get("/points").soup.select_one('a[rel="next"]')


def test_the_household_is_offered_and_nobody_else(reader: Visitor, cast: Cast) -> None:
    page = reader.get("/points")
    assert [tab.get_text() for tab in page.soup.select(".tabs a")][:2] == ["张晓明", "张小花"]
    assert "No points in this month yet." in reader.get(f"/points?resident={cast.child.id}").text


@pytest.mark.parametrize("who", ["neighbour", "phoneless"])
def test_nobody_reads_the_ledger_of_another_household(reader: Visitor, cast: Cast, who: str) -> None:
    reader.get(f"/points?resident={getattr(cast, who).id}", 404)


@pytest.mark.parametrize("staff", ["admin", "librarian", "steward"])
def test_staff_do_not_read_it_either(app: Flask, cast: Cast, staff: str) -> None:
    visitor = Visitor(app).sign_in(cast.account(staff))
    assert "This account is only for work so far." in visitor.get(f"/points?resident={cast.resident.id}").text


@pytest.mark.parametrize("resident", ["x", "1", "\0", "00000000-0000-0000-0000-000000000000", "' OR 1=1"])
def test_a_resident_that_is_none_is_not_found(reader: Visitor, resident: str) -> None:
    reader.client.get("/points")
    response = reader.client.get("/points", query_string={"resident": resident})
    assert response.status_code == 404


@pytest.mark.parametrize(
    "period", ["2026-13", "2026", "all", "0001-01", "9999-12", "２０２６-11", "2026-W01", "x"]
)
def test_what_is_no_month_is_not_found(reader: Visitor, period: str) -> None:
    assert reader.client.get("/points", query_string={"period": period}).status_code == 404


def test_the_oldest_and_the_latest_month_still_open(reader: Visitor) -> None:
    for period in ("1900-01", "2199-12"):
        assert lines(reader.get(f"/points?period={period}")) == []


def test_who_is_not_signed_in_is_asked_to(visitor: Visitor) -> None:
    assert visitor.get("/points", 302).response.headers["Location"].startswith("/sign-in")


def test_the_page_asks_the_database_few_questions(reader: Visitor) -> None:
    reader.get("/points")
    with statements() as sent:
        reader.get("/points")
    assert len(sent) <= 8, "\n".join(sent)
