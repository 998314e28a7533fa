"""Printing numbered sheets: who stands on them, and that they stay as they were printed."""

import io
import uuid
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.paper import actions, queries
from reading.paper.models import Sheet
from reading.people.models import Resident
from tests.cast import Cast, add_resident
from tests.events.planned import planned
from tests.pages import Page, Visitor


@pytest.fixture
def event(cast: Cast) -> Event:
    """An event of Friday with the neighbour signed up."""
    found = planned(cast)
    events.sign_up(found.id, cast.neighbour.id, uuid.uuid4(), cast.account("neighbour").id)
    return found


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.librarian)


def number_of_sheets() -> int:
    return db.session.scalar(select(func.count()).select_from(Sheet)) or 0


def cells(page: Page, number: int) -> list[str]:
    """Return the cells of the line with this number."""
    rows = [
        [cell.get_text(strip=True) for cell in row.find_all("td")]
        for row in page.soup.select(".lines tbody tr")
    ]
    return next(row for row in rows if row[0] == str(number))


def test_the_roster_is_printed_with_numbers_homes_and_blank_lines(librarian: Visitor, event: Event) -> None:
    page = librarian.submit(librarian.get(f"/events/{event.id}/sheets"), what="roster", blanks="5")
    assert page.path == f"/events/{event.id}/sheets/1"
    assert cells(page, 1) == ["1", "单田方", "和顺园 2号楼", "", ""]
    assert cells(page, 2) == ["2", "", "", "", ""]
    assert len(page.soup.select(".lines tbody tr")) == 30
    head = page.soup.select(".page-head")[0].get_text(" ")
    for said in (
        "《活着》读书分享会",
        "Friday 20 November 2026",
        "19:30–21:00",
        "社区图书室",
        "Sheet 1",
        "Page 1 of 1",
    ):
        assert said in head


def test_each_page_has_thirty_lines_its_own_head_and_running_numbers(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    for number in range(40):
        one = add_resident(f"读者{number:02}", "410581001001")
        db.session.commit()
        events.sign_up(event.id, one.id, uuid.uuid4(), None)
    page = librarian.submit(librarian.get(f"/events/{event.id}/sheets"), blanks="20")
    pages = page.soup.select("section.page")
    assert [len(one.select("tbody tr")) for one in pages] == [30, 30, 30]
    assert ["Page 2 of 3" in one.get_text(" ") for one in pages] == [False, True, False]
    numbers = [int(cell.get_text()) for cell in page.soup.select("td.no")]
    assert numbers == list(range(1, 91))


def test_a_blank_sheet_carries_no_names(librarian: Visitor, event: Event) -> None:
    page = librarian.submit(librarian.get(f"/events/{event.id}/sheets?what=blank"), blanks="")
    assert "单田方" not in page.text
    assert len(page.soup.select(".lines tbody tr")) == 30


def test_a_printed_sheet_stays_as_it_was_and_the_next_has_the_next_number(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    librarian.submit(librarian.get(f"/events/{event.id}/sheets"))
    events.give_up(event.id, cast.neighbour.id)
    events.sign_up(event.id, cast.phoneless.id, uuid.uuid4(), None)
    second = librarian.submit(librarian.get(f"/events/{event.id}/sheets"))
    assert second.path == f"/events/{event.id}/sheets/2"
    assert cells(second, 1)[1] == "吴大爷"
    assert cells(librarian.get(f"/events/{event.id}/sheets/1"), 1)[1] == "单田方"
    listed = librarian.get(f"/events/{event.id}/sheets")
    assert [one.get_text() for one in listed.soup.select(".list .title")] == ["Sheet 2", "Sheet 1"]


def test_a_form_sent_twice_is_one_sheet_and_with_other_content_both_are_shown(
    librarian: Visitor, event: Event
) -> None:
    page = librarian.get(f"/events/{event.id}/sheets")
    for _time in range(2):
        assert librarian.submit(page, blanks="10").path == f"/events/{event.id}/sheets/1"
    told = librarian.submit(page, 409, blanks="40")
    assert "29 blank lines" in told.text
    assert "59 blank lines" in told.text
    assert number_of_sheets() == 1
    assert librarian.submit(told).path == f"/events/{event.id}/sheets/2"


def test_a_form_with_anothers_id_is_refused(app: Flask, librarian: Visitor, event: Event, cast: Cast) -> None:
    sheet_id = uuid.uuid4()
    actions.print_sheet(event.id, sheet_id, 10, cast.admin.id)
    librarian.post(f"/events/{event.id}/sheets", 409, id=str(sheet_id), what="roster", blanks="10")
    assert number_of_sheets() == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"blanks": "-3"}, "whole number"),
        ({"blanks": "121"}, "at most 120"),
        ({"blanks": "ten"}, "whole number"),
        ({"what": "everything"}, "Choose what stands"),
        ({"id": "x"}, "damaged"),
    ],
)
def test_what_cannot_be_printed_is_told_and_kept_as_typed(
    librarian: Visitor, event: Event, typed: dict[str, Any], told: str
) -> None:
    page = librarian.submit(librarian.get(f"/events/{event.id}/sheets"), 400, **typed)
    assert told in page.soup.select(".summary[role=alert]")[0].get_text()
    if "blanks" in typed:
        assert page.soup.find(attrs={"name": "blanks", "value": typed["blanks"]})
    assert number_of_sheets() == 0


def test_who_was_merged_is_printed_under_the_record_that_goes_on(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    sheet = actions.print_sheet(event.id, uuid.uuid4(), 0, cast.librarian.id)
    kept = db.session.get_one(Resident, cast.neighbour.id)
    kept.merged_into_id = cast.phoneless.id
    db.session.commit()
    again = queries.sheet(event.id, sheet.number)
    assert again is not None
    assert queries.lines(again)[0].resident_id == cast.phoneless.id


def test_the_workbook_holds_the_sheet_and_no_formula(librarian: Visitor, event: Event, cast: Cast) -> None:
    evil = add_resident("=1+1", "410581001001")
    db.session.commit()
    events.sign_up(event.id, evil.id, uuid.uuid4(), None)
    actions.print_sheet(event.id, uuid.uuid4(), 0, cast.librarian.id)
    answer = librarian.client.get(f"/events/{event.id}/sheets/1/sheet.xlsx", headers=librarian.headers)
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert "=1+1" in [cell.value for cell in cells]
    assert any("李馆员" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("number", ["2", "0", "99999999999999999999"])
def test_there_is_no_sheet_that_was_not_printed(
    librarian: Visitor, event: Event, cast: Cast, number: str
) -> None:
    actions.print_sheet(event.id, uuid.uuid4(), 0, cast.librarian.id)
    librarian.get(f"/events/{event.id}/sheets/{number}", 404)


def test_sheets_are_for_who_takes_this_attendance(app: Flask, event: Event, cast: Cast) -> None:
    actions.print_sheet(event.id, uuid.uuid4(), 0, cast.librarian.id)
    paths = [f"/events/{event.id}/sheets{rest}" for rest in ("", "/1", "/1/entry", "/1/sheet.xlsx")]
    for person, status in (
        (cast.organizer, 404),
        (cast.other_admin, 404),
        (cast.resident, 403),
        (cast.steward, 404),
    ):
        visitor = Visitor(app).sign_in(person)
        for path in paths:
            visitor.get(path, status)
