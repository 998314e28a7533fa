"""The hours of a place over some months: on the page, as XLSX and as CSV."""

import csv
import io
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from reading.extensions import db
from reading.people.models import Resident
from reading.volunteers import actions
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor
from tests.volunteers.helping import helps

HERE = "community=410581001001&since=2026-10&until=2026-11"


def helped(cast: Cast, clock: TestClock, who: Resident, day: str, minutes: int, **other: Any) -> None:
    """Let somebody help at an event of that evening."""
    clock.set(at(f"{day} 12:00"))
    event = planned(cast, starts_at=at(f"{day} 19:00"), ends_at=at(f"{day} 21:00"), **other)
    helper = helps(event, who, cast.admin.id)
    clock.set(at(f"{day} 21:00"))
    actions.set_hours(event.id, {helper.id: minutes}, cast.librarian)


@pytest.fixture
def autumn(cast: Cast, clock: TestClock) -> None:
    """Some evenings of this autumn; the clock stands at the 30th of November."""
    evil = add_resident("=1+1", "410581001001", phone="13800000066")
    db.session.commit()
    assert evil.account
    db.session.expunge_all()
    helped(cast, clock, cast.neighbour, "2026-09-30", 600)
    helped(cast, clock, cast.neighbour, "2026-10-01", 90, title="国庆朗读会")
    helped(cast, clock, evil, "2026-10-31", 60, title="+86 热线")
    helped(cast, clock, cast.neighbour, "2026-11-20", 30)
    helped(cast, clock, cast.resident, "2026-11-20", 0)
    helped(cast, clock, cast.resident, "2026-11-21", 120, community="410581001004", title="邻社区")
    helped(cast, clock, cast.outsider, "2026-11-21", 120, community="410581106200", title="任村")
    clock.set(at("2026-11-30 10:00"))


def sheet_rows(app: Flask, who: Any, query: str = HERE) -> tuple[list[Any], list[Any]]:
    answer = (
        Visitor(app).sign_in(who).client.get(f"/volunteers.xlsx?{query}", headers={"Accept-Language": "en"})
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    book = load_workbook(io.BytesIO(answer.data))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    people, times = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    return people, times


@pytest.mark.usefixtures("autumn")
def test_the_page_sums_by_person_what_was_helped_in_the_place_and_the_months(app: Flask, cast: Cast) -> None:
    page = Visitor(app).sign_in(cast.librarian).get(f"/volunteers?{HERE}")
    table = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.soup.select("tbody tr")]
    assert table == [
        ["=1+1", "开元社区", "1", "1"],
        ["单田方", "开元社区", "2", "2"],
        ["张晓明", "开元社区", "1", "0"],
    ]
    assert "In all 4 3" in page.text
    wider = (
        Visitor(app)
        .sign_in(cast.librarian)
        .get("/volunteers?community=410581001&since=2026-11&until=2026-11")
    )
    assert "In all 3 2.5" in wider.text
    assert "周外人" not in wider.text


@pytest.mark.usefixtures("autumn")
def test_the_workbook_says_what_it_is_by_whom_and_when_and_holds_no_formula(app: Flask, cast: Cast) -> None:
    people, times = sheet_rows(app, cast.librarian)
    assert people[0][0] == "Volunteers' hours · 开元街道 开元社区 · 2026-10 – 2026-11"
    assert people[1][0] == "Made by 李馆员 on 30 Nov 2026 at 10:00"
    assert people[2] == ("Name", "Lives at", "Times", "Hours helped")
    assert people[3:] == [
        ("=1+1", "开元社区", 1, 1), ("单田方", "开元社区", 2, 2), ("张晓明", "开元社区", 1, 0), ("In all", None, 4, 3),
    ]  # fmt: skip
    assert times[3] == (
        "=1+1",
        "开元社区",
        "+86 热线",
        "社区图书室",
        "2026-10-31 19:00",
        "2026-10-31 21:00",
        1,
    )
    assert len(times) == 7


@pytest.mark.usefixtures("autumn")
def test_the_csv_is_what_excel_reads_and_defuses_names(app: Flask, cast: Cast) -> None:
    answer = Visitor(app).sign_in(cast.librarian).client.get(f"/volunteers.csv?{HERE}")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "filename=volunteers-410581001001-2026-10-2026-11.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[3][:3] == ["'=1+1", "开元社区", "'+86 热线"]
    assert [row[-1] for row in rows[3:]] == ["1.0", "1.5", "0.5", "0.0"]


@pytest.mark.usefixtures("autumn")
def test_who_was_merged_into_another_record_is_summed_there(app: Flask, cast: Cast) -> None:
    db.session.get_one(Resident, cast.resident.id).merged_into_id = cast.neighbour.id
    db.session.commit()
    people, _times = sheet_rows(app, cast.librarian)
    assert people[4] == ("单田方", "开元社区", 3, 2)
    assert people[5][0] == "In all"


@pytest.mark.parametrize(
    "query",
    [
        "community=410581106200&since=2026-11&until=2026-11",
        "community=nowhere&since=2026-11&until=2026-11",
        "community=410581001001-1-1-1&since=2026-11&until=2026-11",
        "community=410581001001&since=2026-11&until=2026-10",
        "community=410581001001&since=2024-11&until=2026-11",
        "community=410581001001&since=2026-13&until=2026-13",
        "community=410581001001&since=&until=",
        "community=410581001001&since=2026-11-01&until=x%00",
        "community=%00&since=2026-11&until=2026-11",
    ],
)
def test_another_place_and_what_are_no_months_are_told(app: Flask, cast: Cast, query: str) -> None:
    visitor = Visitor(app).sign_in(cast.librarian)
    page = visitor.get(f"/volunteers?{query}", 400)
    assert page.soup.select(".summary li")
    assert not page.soup.select("table")
    for kind in ("xlsx", "csv"):
        assert visitor.client.get(f"/volunteers.{kind}?{query}").status_code == 400


def test_without_a_wish_it_is_this_month_at_ones_own_place(app: Flask, cast: Cast) -> None:
    page = Visitor(app).sign_in(cast.organizer).get("/volunteers")
    assert page.soup.select_one("option[selected]")["value"] == "410581106"
    assert page.soup.find("input", attrs={"name": "since"})["value"] == "2026-11"
    assert "No hours are written down for these months." in page.text


def test_full_width_months_are_read(app: Flask, cast: Cast) -> None:
    Visitor(app).sign_in(cast.librarian).get("/volunteers?since=２０２６-０９&until=２０２６-１１")


def test_an_empty_span_still_makes_a_file_that_opens(app: Flask, cast: Cast) -> None:
    people, times = sheet_rows(app, cast.organizer, "since=2026-01&until=2026-02")
    assert len(people) == len(times) == 3
