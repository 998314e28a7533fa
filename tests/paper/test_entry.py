"""Typing a signed sheet back in: seen before it is saved, saved once, and never against what phones know."""

import uuid
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import func, select

from reading.attendance import actions as attendance
from reading.attendance import queries as rosters
from reading.attendance.models import Attendance, Guest, Headcount, Mark
from reading.attendance.rules import MarkSent
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.paper import actions
from reading.people.models import Resident, Role
from tests.cast import LONG_AGO, Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Page, Visitor

START, END = at("2026-11-18 14:30"), at("2026-11-18 16:00")


@pytest.fixture
def people(cast: Cast) -> list[Resident]:
    """Four more people of 开元社区, in the order of their names."""
    found = [add_resident(name, "410581001001") for name in ("阿一", "波二", "车三", "杜四")]
    db.session.commit()
    return found


@pytest.fixture
def event(cast: Cast, people: list[Resident], clock: TestClock) -> Event:
    """An event that is over, with these four on its sheet 1."""
    found = planned(cast, starts_at=START, ends_at=END)
    for one in people:
        events.sign_up(found.id, one.id, uuid.uuid4(), None)
    actions.print_sheet(found.id, uuid.uuid4(), 10, cast.librarian.id)
    clock.set(at("2026-11-19 09:00"))
    return found


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.librarian)


def type_in(visitor: Visitor, event: Event, status: int = 200, **typed: Any) -> Page:
    """Type a sheet in and return what comes of the first look."""
    page = visitor.get(f"/events/{event.id}/sheets/1/entry")
    return visitor.submit(page, status, step="show", **typed)


def save(visitor: Visitor, seen: Page, status: int = 200) -> Page:
    return visitor.submit(seen, status, form=seen.form(holding="numbers"), step="save")


def statuses(event: Event) -> dict[str, str]:
    found = select(Resident.name, Attendance.status).join(Resident, Resident.id == Attendance.resident_id)
    rows = db.session.execute(found.where(Attendance.event_id == event.id))
    return {row.name: row.status for row in rows}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_names_are_shown_before_anything_is_written(librarian: Visitor, event: Event) -> None:
    seen = type_in(librarian, event, numbers="1-2 3l 4x", walk_ins="5 李四", heads="7")
    for said in (
        "1 阿一",
        "2 波二",
        "3 车三",
        "4 杜四",
        "5 李四",
        "Headcount in the hall 7",
        "Nothing is saved yet",
    ):
        assert said in seen.text
    assert (count(Mark), count(Guest), count(Headcount)) == (0, 0, 0)


def test_the_example_of_a_walk_in_stands_on_a_blank_line_of_this_sheet(
    librarian: Visitor, event: Event
) -> None:
    page = librarian.get(f"/events/{event.id}/sheets/1/entry")
    assert "Lines 5 to 30 were left blank" in page.text
    assert "with its number: 5 李四 (late: 5l 李四)" in page.text


def test_what_was_seen_is_saved_as_on_paper_by_whom_and_when(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    seen = type_in(librarian, event, numbers="1-2 3l 4x", walk_ins="5 李四\n王五", heads="７")
    told = save(librarian, seen)
    assert "6 marks are saved from paper." in told.text
    assert statuses(event) == {"阿一": "present", "波二": "present", "车三": "late", "杜四": "excused"}
    kept = db.session.scalars(select(Mark)).all()
    assert {(mark.method, mark.made_by, mark.arrived_at) for mark in kept} == {
        ("paper", cast.librarian.id, clock.moment)
    }
    assert {mark.status: mark.happened_at for mark in kept} == {
        "present": START, "late": at("2026-11-18 14:45"), "excused": START,
    }  # fmt: skip
    assert not any(mark.flags for mark in kept)
    guests = {(guest.name, guest.status, guest.method) for guest in rosters.guests(event.id)}
    assert guests == {("李四", "present", "paper"), ("王五", "present", "paper")}
    heads = rosters.headcount(event.id)
    assert heads is not None
    assert (heads.number, heads.counted_at, heads.made_by) == (7, END, cast.librarian.id)


def test_saved_twice_is_saved_once(librarian: Visitor, event: Event) -> None:
    seen = type_in(librarian, event, numbers="1-4", walk_ins="5 李四", heads="5")
    for _time in range(2):
        save(librarian, seen)
    assert (count(Mark), count(Guest), count(Headcount), count(Attendance)) == (5, 1, 1, 4)


def test_the_same_sheet_typed_in_again_makes_no_second_guest(librarian: Visitor, event: Event) -> None:
    for _time in range(2):
        save(librarian, type_in(librarian, event, numbers="1-2", walk_ins="5 李四\n王五"))
    assert sorted(guest.name for guest in rosters.guests(event.id)) == ["李四", "王五"]
    assert statuses(event) == {"阿一": "present", "波二": "present"}


def test_another_name_on_a_line_that_was_entered_is_told(librarian: Visitor, event: Event) -> None:
    save(librarian, type_in(librarian, event, walk_ins="5 李四"))
    told = type_in(librarian, event, 400, walk_ins="5 王五")
    assert "Line 5 was entered before as 李四" in told.errors_of("walk_ins")


def test_the_same_form_with_other_content_is_told_and_the_first_stands(
    librarian: Visitor, event: Event
) -> None:
    seen = type_in(librarian, event, numbers="1 2", heads="5")
    save(librarian, seen)
    form = seen.form(holding="numbers")
    told = librarian.submit(seen, form=form, step="save", numbers="1l 3", heads="6")
    assert "阿一: This mark was sent before with other content" in told.text
    assert "The headcount saved with this form is 5; it stands." in told.text
    assert statuses(event) == {"阿一": "present", "波二": "present", "车三": "present"}


def test_change_leads_back_with_everything_as_typed(librarian: Visitor, event: Event) -> None:
    typed: dict[str, Any] = {"numbers": "1-2\n3迟", "walk_ins": "5 李四\n王五", "heads": "7"}
    seen = type_in(librarian, event, **typed)
    back = librarian.submit(seen, form=seen.form(holding="numbers"), step="change")
    for name in ("numbers", "walk_ins"):
        field = back.soup.find("textarea", attrs={"name": name})
        assert isinstance(field, Tag)
        assert field.get_text().strip().splitlines() == typed[name].splitlines()
    assert back.soup.find("input", attrs={"name": "heads", "value": "7"})
    assert count(Mark) == 0


def test_who_checked_in_by_phone_keeps_the_earlier_time(
    librarian: Visitor, event: Event, people: list[Resident], cast: Cast, clock: TestClock
) -> None:
    by_phone = [MarkSent(uuid.uuid4(), people[0].id, "present", at("2026-11-18 14:20"))]
    attendance.mark(event.id, by_phone, cast.admin)
    seen = type_in(librarian, event, numbers="1 2")
    assert "Noted already: present, 14:20." in seen.text
    save(librarian, seen)
    came = rosters.attendances(event.id)
    assert (came[people[0].id].happened_at, came[people[0].id].method) == (at("2026-11-18 14:20"), "roster")
    assert (came[people[1].id].happened_at, came[people[1].id].method) == (START, "paper")


def test_an_excuse_on_paper_does_not_take_back_a_coming(
    librarian: Visitor, event: Event, people: list[Resident], cast: Cast
) -> None:
    attendance.mark(
        event.id, [MarkSent(uuid.uuid4(), people[0].id, "late", at("2026-11-18 14:50"))], cast.admin
    )
    seen = type_in(librarian, event, numbers="1x")
    assert "That stays." in seen.text
    save(librarian, seen)
    assert statuses(event) == {"阿一": "late"}


def test_a_signature_on_paper_outweighs_an_undoing_it_did_not_see(
    librarian: Visitor, event: Event, people: list[Resident], cast: Cast
) -> None:
    for status in ("present", "undone"):
        attendance.mark(event.id, [MarkSent(uuid.uuid4(), people[0].id, status)], cast.librarian)
    assert statuses(event) == {"阿一": "undone"}
    save(librarian, type_in(librarian, event, numbers="1"))
    assert statuses(event) == {"阿一": "present"}


def test_the_own_household_is_left_to_a_colleague(
    app: Flask, librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    role = Role(
        account_id=cast.account("resident").id,
        name="librarian",
        community_id="410581001",
        granted_at=LONG_AGO,
    )
    db.session.add(role)
    db.session.commit()
    clock.set(at("2026-11-18 14:00"))
    events.sign_up(event.id, cast.resident.id, uuid.uuid4(), None)
    actions.print_sheet(event.id, uuid.uuid4(), 0, cast.librarian.id)
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.get(f"/events/{event.id}/sheets/2/entry")
    seen = visitor.submit(page, step="show", numbers="1-5")
    assert "Your own household" in seen.text
    save(visitor, seen)
    assert "张晓明" not in statuses(event)
    assert len(statuses(event)) == 4


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"numbers": "7-3"}, "numbers", "“7-3” runs backwards. Write the smaller number first."),
        ({"numbers": "99"}, "numbers", "“99”: this sheet has no line 99, only 1 to 30."),
        ({"numbers": "1,,2"}, "numbers", "“1,,2”: there is no number between the two commas."),
        ({"numbers": "3 3l"}, "numbers", "Line 3 stands twice, with different marks."),
        ({"numbers": "l"}, "numbers", "“l” stands alone. Write it right after its number."),
        ({"numbers": "2q"}, "numbers", "“2q”: after a number only l or 迟 (late) and x or 假 (excused)"),
        ({"numbers": "阿一"}, "numbers", "“阿一” could not be read."),
        ({"numbers": "5"}, "numbers", "Line 5 is a blank line. Write it with its name among the walk-ins."),
        ({}, "numbers", "Type the numbers of those who came"),
        ({"numbers": "1" * 1001}, "numbers", "at most 1000 characters"),
        ({"numbers": "1\x00"}, "numbers", "invisible control character"),
        ({"walk_ins": "2 李四"}, "walk_ins", "on line 2 stands a printed name; the blank lines are 5 to 30."),
        ({"walk_ins": "5"}, "walk_ins", "Line 5 needs a name"),
        ({"walk_ins": "5 李四\n5 王五"}, "walk_ins", "Line 5 stands twice among the walk-ins."),
        ({"walk_ins": "李" * 41}, "walk_ins", "A name has at most 40 characters."),
        ({"heads": "many"}, "heads", "whole number"),
        ({"heads": "100001"}, "heads", "at most 100000"),
    ],
)
def test_what_cannot_be_meant_is_told_in_a_sentence_and_kept_as_typed(
    librarian: Visitor, event: Event, typed: dict[str, str], field: str, told: str
) -> None:
    page = type_in(librarian, event, 400, **{"numbers": "", **typed})
    assert told in page.errors_of(field)
    for name, text in typed.items():
        kept = page.soup.find(attrs={"name": name})
        assert isinstance(kept, Tag)
        assert (kept.get("value") or kept.get_text()).strip("\r\n") == text
    assert count(Mark) == 0


@pytest.mark.parametrize("name", ["=1+1", "+86", "-2", "@SUM(A1)"])
def test_a_name_that_looks_like_a_formula_is_a_name(librarian: Visitor, event: Event, name: str) -> None:
    save(librarian, type_in(librarian, event, walk_ins=f"5 {name}"))
    assert [guest.name for guest in rosters.guests(event.id)] == [name]


def test_a_sheet_is_entered_for_31_days_and_then_no_more(
    librarian: Visitor, event: Event, clock: TestClock
) -> None:
    clock.set(at("2026-12-19 15:59"))
    page = librarian.get(f"/events/{event.id}/sheets/1/entry")
    seen = librarian.submit(page, step="show", numbers="1", heads="3")
    clock.set(at("2026-12-19 16:01"))
    assert "Attendance was open until" in save(librarian, seen, 409).text
    assert (count(Mark), count(Headcount)) == (0, 0)
    assert "more than 31 days ago" in librarian.get(f"/events/{event.id}/sheets/1/entry").text


def test_a_sheet_of_a_cancelled_event_is_not_taken(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    clock.set(at("2026-11-18 14:40"))
    seen = type_in(librarian, event, numbers="1")
    events.cancel(event.id, "", cast.librarian.id)
    assert "has been cancelled" in save(librarian, seen, 409).text
    assert count(Mark) == 0
    assert "has been cancelled" in librarian.get(f"/events/{event.id}/sheets/1/entry").text


def test_roster_and_event_page_lead_to_the_paper(librarian: Visitor, event: Event) -> None:
    for path in (f"/events/{event.id}/roster", f"/events/{event.id}"):
        assert librarian.get(path).soup.find("a", href=f"/events/{event.id}/sheets")
