"""One's own month, totals and records."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.cast import Cast
from tests.clock import TestClock
from tests.logbook.telling import TODAY, keep
from tests.pages import Page, Visitor
from tests.statements import statements


def cell(page: Page, day: int) -> str:
    """Return the classes of a day's cell on the month card, and what a screen reader says of it."""
    for td in page.soup.find("table", class_="month").find_all("td"):
        text = " ".join(td.get_text(" ").split())
        if "out" not in td.get("class", []) and text.split(" ")[0] in (str(day), "十"):
            if text.split(" ")[0] == "十" and day != 10:
                continue
            return f"{' '.join(td.get('class', []))}: {text}"
    raise AssertionError(day)


def test_the_month_shows_the_days_read_the_stamp_and_the_totals(app: Flask, cast: Cast) -> None:
    keep(cast.resident, "红楼梦", date(2026, 11, 10), pages=20)
    keep(cast.resident, "红楼梦", TODAY, pages=30)
    keep(cast.resident, "活着", TODAY, pages=40, finished=True)
    keep(cast.resident, "草房子", date(2026, 10, 20), pages=10)
    keep(cast.child, "别看", TODAY, pages=99)
    page = Visitor(app).sign_in(cast.resident).get("/logbook")
    assert "stamped" in cell(page, 10)
    assert cell(page, 18).startswith("read more today")
    assert "2 records" in cell(page, 18)
    assert cell(page, 11).startswith(":")
    figures = " ".join(page.soup.find(class_="figures").get_text(" ").split())
    for figure in ("2 days", "1", "90 pages"):
        assert figure in figures
    assert "3 days with a record · 1 book · 100 pages · 25 points" in page.text
    titles = [a.get_text() for a in page.soup.find("ul", class_="list").find_all("a")]
    assert sorted(titles[:2]) == ["活着", "红楼梦"]
    assert (titles[2:], "草房子" in page.text, "别看" in page.text) == (["红楼梦"], False, False)


def test_other_months_are_one_step_away(app: Flask, cast: Cast) -> None:
    keep(cast.resident, "草房子", date(2026, 10, 20))
    resident = Visitor(app).sign_in(cast.resident)
    page = resident.get("/logbook")
    assert "Month after" not in page.text
    before = page.soup.find("a", rel="prev")["href"]
    page = resident.get(before)
    assert "草房子" in page.text
    assert "Month after" in page.text
    assert "Nothing was logged in this month." in resident.get("/logbook?month=2025-01").text


@pytest.mark.parametrize(
    "month", ["2026-13", "2026", "all", "x", "2026-1_1", "٢٠٢٦-١١", "0000-01", "2026-11-01", "-"]
)
def test_a_month_that_is_none_is_not_found(app: Flask, cast: Cast, month: str) -> None:
    Visitor(app).sign_in(cast.resident).get(f"/logbook?month={month}", status=404)


def test_a_day_of_the_card_leads_to_its_records(app: Flask, cast: Cast) -> None:
    keep(cast.resident, "红楼梦", date(2026, 11, 9))
    keep(cast.resident, "活着", TODAY)
    resident = Visitor(app).sign_in(cast.resident)
    card = resident.get("/logbook").soup.find("table", class_="month")
    (ninth,) = [a for a in card.find_all("a") if a["href"].startswith("/logbook?day=2026-11-09")]
    page = resident.get(ninth["href"].split("#")[0])
    assert "红楼梦" in page.text
    assert "活着" not in page.text
    assert "红楼梦" in resident.get("/logbook?day=2026-02-30").text, (
        "a day that is none leaves the month as it is"
    )


def test_a_long_month_hides_what_is_older(app: Flask, cast: Cast) -> None:
    for back in range(8):
        keep(cast.resident, f"书{back}", TODAY - timedelta(days=back))
    page = Visitor(app).sign_in(cast.resident).get("/logbook")
    hidden = page.soup.find("details")
    assert "3 more" in hidden.get_text(" ")
    assert [a.get_text() for a in hidden.find_all("a")] == ["书5", "书6", "书7"]


def test_the_page_of_a_month_asks_the_database_the_same_few_questions_however_much_was_read(
    app: Flask, cast: Cast
) -> None:
    resident = Visitor(app).sign_in(cast.resident)
    keep(cast.resident, "书")
    with statements() as few:
        resident.get("/logbook")
    for back in range(12):
        keep(cast.resident, f"书{back}", TODAY - timedelta(days=back))
    with statements() as many:
        resident.get("/logbook")
    assert len(many) == len(few) <= 20


def test_nobody_s_empty_log_says_what_to_do(app: Flask, cast: Cast, clock: TestClock) -> None:
    page = Visitor(app).sign_in(cast.neighbour).get("/logbook")
    assert page.soup.find(class_="empty").find("a")["href"] == "/logbook/new"
