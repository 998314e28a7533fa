"""Days are told by what is counted: an evening at an event is a day with a record, and no day of reading."""

from datetime import date

import pytest
from flask import Flask

from tests.cast import Cast
from tests.pages import Page, Visitor
from tests.points.records import add_book, add_event, attend, log

KEY = ".key span:first-child"


def figures(page: Page) -> list[str]:
    return [" ".join(one.get_text(" ").split()) for one in page.soup.select(".figures > div")]


@pytest.fixture
def reader(app: Flask, cast: Cast) -> Visitor:
    """The resident, who read on one day and came to an event on another."""
    log(cast.resident, add_book("红旗渠"), date(2026, 11, 9), pages=20)
    attend(cast.resident, add_event("种植技术夜校", date(2026, 11, 16)))
    return Visitor(app).sign_in(cast.resident)


def test_the_front_page_counts_and_marks_days_with_a_record(reader: Visitor) -> None:
    page = reader.get("/")
    assert "days with a record 2 days" in figures(page)
    assert len(page.soup.select("table.month td.read")) == 2
    assert page.soup.select_one(KEY).get_text(strip=True) == "a day with a record"


def test_the_log_counts_days_with_a_record_and_marks_the_days_of_reading(reader: Visitor) -> None:
    page = reader.get("/logbook?month=2026-11")
    assert "days with a record 2 days" in figures(page)
    assert "2 days with a record" in page.soup.select_one("dl.rows").get_text(" ")
    assert len(page.soup.select("table.month td.read")) == 1
    assert page.soup.select_one(KEY).get_text(strip=True) == "a day you read"
    assert "the calendar shows the days of reading alone" in page.text


def test_the_points_and_a_board_by_days_say_so_too(reader: Visitor) -> None:
    assert "days with a record 2" in figures(reader.get("/points?period=2026-11"))
    board = "/communities/410581001001/leaderboard?period=2026-11"
    said = "Counted are the days with a record"
    assert said in reader.get(f"{board}&by=days").text
    assert said not in reader.get(f"{board}&by=books").text


def test_in_chinese_too(app: Flask, reader: Visitor, cast: Cast) -> None:
    page = Visitor(app, "zh").sign_in(cast.resident).get("/logbook?month=2026-11")
    assert "有记录的天数 2 天" in figures(page)
    assert "日历上只标读书的日子" in page.text
