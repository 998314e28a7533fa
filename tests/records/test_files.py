"""Files to hand in: text stays text, times are the city's, and they say when and by whom they were made."""

import uuid

import pytest
from flask import Flask

from reading.attendance import actions as attendance
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor
from tests.records.scene import an_event, guest_of, lines, mark, sent, sheets, values

EVIL = ("=HYPERLINK(1)", "+86", "-2", "@SUM(A1)")


@pytest.fixture
def event(cast: Cast, clock: TestClock) -> Event:
    return an_event(cast, clock)


def test_the_workbook_holds_list_figures_and_history(librarian: Visitor, event: Event) -> None:
    people, figures, history = (
        values(sheet) for sheet in sheets(librarian, f"/events/{event.id}/record.xlsx")
    )
    assert people[0][0] == "《活着》读书分享会"
    assert people[2][0] == "Made at 2026-11-18 15:00 by 李馆员."
    assert [row[1:5] for row in people[4:]] == [
        ["单田方", "和顺园 2号楼", "excused", "2026-11-18 15:00"],
        ["张晓明", "和顺园 1号楼 1单元", "present", "2026-11-18 14:20"],
        ["李四", None, "late", "2026-11-18 15:00"],
    ]
    assert ["Expected, and neither came nor excused", 1] in figures
    assert {row[0] for row in history[4:]} == {"张晓明", "单田方", "李四"}


@pytest.mark.parametrize("name", EVIL)
def test_a_name_that_looks_like_a_formula_is_text_in_every_file(
    librarian: Visitor, event: Event, cast: Cast, name: str
) -> None:
    mark(event, cast.librarian, sent(None, guest_name=name))
    people, figures, history = sheets(librarian, f"/events/{event.id}/record.xlsx")
    for sheet in (people, figures, history):
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert all(any(name in row for row in values(sheet)) for sheet in (people, history))
    for path in ("record.csv", "attendance.csv"):
        told = lines(librarian, f"/events/{event.id}/{path}")
        assert any(f"'{name}" in line for line in told)
        assert not any(cell.startswith(tuple("=+-@")) for line in told for cell in line.split(","))


def test_the_workbook_tells_who_guests_were_said_to_be_and_what_was_taken_back(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    guest_id, path = guest_of(event, "李四").id, f"/events/{event.id}/record.xlsx"
    assert len(sheets(librarian, path)) == 3
    attendance.match_guest(guest_id, cast.phoneless.id, cast.librarian)
    clock.advance(minutes=5)
    attendance.match_guest(guest_id, cast.neighbour.id, db.session.get_one(Account, cast.admin.id))
    guests = values(sheets(librarian, path)[3])
    assert guests[3] == ["Guest by name", "Said to be", "When", "By whom", "Taken back", "Taken back by"]
    assert guests[4:] == [
        ["李四", "吴大爷", "2026-11-18 15:00", "李馆员", "2026-11-18 15:05", "王主任"],
        ["李四", "单田方", "2026-11-18 15:05", "王主任", None, None],
    ]


def test_who_a_guest_is_said_to_be_is_withdrawn_in_one_word_in_chinese(
    app: Flask, event: Event, cast: Cast
) -> None:
    attendance.match_guest(guest_of(event, "李四").id, cast.phoneless.id, cast.librarian)
    librarian = Visitor(app, language="zh").sign_in(cast.librarian)
    guests = values(sheets(librarian, f"/events/{event.id}/record.xlsx")[3])
    assert guests[3][-2:] == ["已撤回", "由谁撤回"]


@pytest.mark.parametrize("name", EVIL)
def test_a_guest_whose_name_looks_like_a_formula_is_text_beside_who_they_are(
    librarian: Visitor, event: Event, cast: Cast, name: str
) -> None:
    mark(event, cast.librarian, sent(None, guest_name=name))
    attendance.match_guest(guest_of(event, name).id, cast.phoneless.id, cast.librarian)
    told = sheets(librarian, f"/events/{event.id}/record.xlsx")[3]
    assert any(name in row for row in values(told))
    assert "f" not in {cell.data_type for row in told.iter_rows() for cell in row}


def test_no_file_holds_a_phone_number(librarian: Visitor, event: Event, cast: Cast) -> None:
    for path in ("record.csv", "attendance.csv"):
        assert not any("1380000" in line for line in lines(librarian, f"/events/{event.id}/{path}"))


def test_the_history_tells_of_undoing_with_its_reason(librarian: Visitor, event: Event, cast: Cast) -> None:
    mark(event, cast.librarian, sent(cast.resident, "undone", reason="认错了人"))
    told = lines(librarian, f"/events/{event.id}/record.csv")
    assert any(line.startswith("张晓明,taken back,2026-11-18 15:00") and "认错了人" in line for line in told)


def test_a_months_list_keeps_visits_people_and_heads_apart(
    app: Flask, librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    attendance.count_heads(event.id, uuid.uuid4(), 31, None, cast.librarian)
    again = planned(cast, title="夜读", starts_at=at("2026-11-18 15:30"), ends_at=at("2026-11-18 17:00"))
    mark(again, cast.librarian, sent(cast.resident), sent(cast.phoneless))
    clock.set(at("2026-11-18 15:30"))
    page = librarian.get("/records?month=2026-11")
    figures = [dd.get_text() for dd in page.soup.select(".figures dd")]
    assert figures == ["2", "4", "2", "31"]
    assert "1 of the attendances is of a guest by name" in page.text
    [rows] = [values(sheet) for sheet in sheets(librarian, "/records/month.xlsx?month=2026-11")]
    assert [row[:7] for row in rows[3:5]] == [
        ["2026-11-18 14:30", "《活着》读书分享会", "开元社区", "社区图书室", 2, 1, 31],
        ["2026-11-18 15:30", "夜读", "开元社区", "社区图书室", 2, 0, None],
    ]
    assert [rows[5][0], *rows[5][4:7]] == ["In all", 4, 1, 31]
    assert rows[6][4] == 2
    assert lines(librarian, "/records/month.csv?month=2026-11")[1] == "Made at 2026-11-18 15:30 by 李馆员."


def test_a_matched_guest_counts_once_and_a_cancelled_event_only_when_people_met(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    attendance.match_guest(guest_of(event, "李四").id, cast.phoneless.id, cast.librarian)
    off = planned(cast, title="取消的", starts_at=at("2026-11-18 15:10"), ends_at=at("2026-11-18 16:00"))
    events.cancel(off.id, "", cast.librarian.id)
    clock.set(at("2026-11-18 15:30"))
    page = librarian.get("/records?month=2026-11")
    assert [dd.get_text() for dd in page.soup.select(".figures dd")] == ["1", "2", "2", "–"]
    events.cancel(event.id, "", cast.librarian.id)
    page = librarian.get("/records?month=2026-11")
    assert [dd.get_text() for dd in page.soup.select(".figures dd")] == ["0", "0", "0", "–"]
    assert "取消的" not in page.text


def test_a_month_is_the_citys(librarian: Visitor, cast: Cast, clock: TestClock) -> None:
    planned(cast, title="跨月夜", starts_at=at("2026-12-01 00:30"), ends_at=at("2026-12-01 02:00"))
    assert "跨月夜" not in librarian.get("/records?month=2026-12").text
    clock.set(at("2026-12-01 00:31"))
    assert "跨月夜" not in librarian.get("/records?month=2026-11").text
    assert "跨月夜" in librarian.get("/records?month=2026-12").text


def test_a_list_reaches_as_far_as_the_role(app: Flask, event: Event, cast: Cast) -> None:
    organizer = Visitor(app).sign_in(cast.organizer)
    assert "《活着》读书分享会" not in organizer.get("/records?month=2026-11").text
    for code in ("410581001001", "410581", "410500", "nowhere", "%00"):
        for path in ("/records", "/records/month.xlsx", "/records/month.csv"):
            organizer.get(f"{path}?community={code}", 404)
    librarian = Visitor(app).sign_in(cast.librarian)
    page = librarian.get("/records?community=410581001001&month=2026-11")
    assert "《活着》读书分享会" in page.text
    assert "All of 开元街道" in page.text
    Visitor(app).sign_in(cast.resident).get("/records", 403)


@pytest.mark.parametrize("month", ["2026-13", "2026", "all", "x", "%00", "2026-1", "-"])
def test_there_is_no_such_month(librarian: Visitor, month: str) -> None:
    librarian.get(f"/records?month={month}", 404)


def test_every_file_of_a_cancelled_event_says_so_at_its_head_and_of_another_none_does(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    at_event, said = f"/events/{event.id}", "This event has been cancelled."
    for cancelled in (False, True):
        if cancelled:
            events.cancel(event.id, "停电", cast.librarian.id)
        heads = [lines(librarian, f"{at_event}/{one}.csv")[:5] for one in ("record", "attendance")]
        heads += [[row[0] for row in values(one)[:5]] for one in sheets(librarian, f"{at_event}/record.xlsx")]
        assert [said in head for head in heads] == [cancelled] * 5


def test_a_cancelled_event_at_which_people_met_is_listed_but_not_summed_up(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    attendance.count_heads(event.id, uuid.uuid4(), 31, None, cast.librarian)
    again = planned(cast, title="夜读", starts_at=at("2026-11-18 15:30"), ends_at=at("2026-11-18 17:00"))
    mark(again, cast.librarian, sent(cast.phoneless))
    clock.set(at("2026-11-18 15:40"))
    events.cancel(event.id, "停电", cast.librarian.id)
    page = librarian.get("/records?month=2026-11")
    assert [dd.get_text() for dd in page.soup.select(".figures dd")] == ["1", "1", "1", "–"]
    assert "《活着》读书分享会 cancelled" in page.text
    [rows] = [values(sheet) for sheet in sheets(librarian, "/records/month.xlsx?month=2026-11")]
    assert [(row[4], row[7]) for row in rows[3:5]] == [(2, "cancelled"), (1, None)]
    assert (rows[5][1], rows[5][4], rows[6][4]) == ("1 events", 1, 1)
