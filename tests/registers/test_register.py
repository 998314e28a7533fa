"""The register of a course: who came when, hours so far, totals; on the page and in the spreadsheet."""

import io
import uuid
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask
from openpyxl import load_workbook

from reading.attendance import actions as attendance
from reading.attendance.rules import MarkSent
from reading.events import actions as events
from reading.events.models import Course, Event
from reading.events.rules import MakeUpPlan
from reading.extensions import db
from reading.people.models import Resident
from tests.cast import Cast, add_resident, add_staff
from tests.clock import TestClock
from tests.events.planned import RENCUN, at, started
from tests.pages import Page, Visitor
from tests.statements import statements


@pytest.fixture
def organizer(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.organizer)


@pytest.fixture
def second(cast: Cast) -> Resident:
    found = add_resident("=阿Q", RENCUN)
    db.session.commit()
    db.session.refresh(found)
    assert found.home.path
    db.session.expunge_all()
    return found


@pytest.fixture
def course(cast: Cast, second: Resident) -> Course:
    """Four evenings of two hours, six hours needed; `outsider` and `second` are enrolled."""
    found = started(cast, term="2026年冬季")
    for one in (cast.outsider, second):
        events.enrol_in_course(found.id, one.id, uuid.uuid4(), None)
    return found


def mark(cast: Cast, clock: TestClock, event: Event, **statuses: Resident) -> None:
    clock.set(event.starts_at)
    marks = [MarkSent(uuid.uuid4(), one.id, status) for status, one in statuses.items()]
    answers = attendance.mark(event.id, marks, cast.organizer)
    assert all(answer.kept_safe for answer in answers), answers


def cells(page: Page, name: str) -> list[str]:
    """Return what stands in the line of this name."""
    for row in page.soup.select(".register tr"):
        cell = row.find("th", attrs={"scope": "row"})
        if isinstance(cell, Tag) and cell.get_text().strip().startswith(name):
            return [" ".join(one.get_text(" ").split()) for one in row.find_all("td")][1:]
    raise AssertionError(f"{name} is not on the register")


def test_the_register_shows_who_came_when_their_hours_and_the_totals(
    organizer: Visitor, course: Course, cast: Cast, second: Resident, clock: TestClock
) -> None:
    mark(cast, clock, course.events[0], present=cast.outsider, late=second)
    mark(cast, clock, course.events[1], present=cast.outsider, excused=second)
    mark(cast, clock, course.events[2], present=cast.outsider)
    page = organizer.get(f"/courses/{course.id}/register")
    present, late, excused = "✓ present", "L late", "E excused"
    assert cells(page, "周外人") == [present, present, present, "", "6", "yes"]
    assert cells(page, "=阿Q") == [late, excused, "", "", "2", ""]
    assert cells(page, "Attendances") == ["2", "1", "1", "", "", ""]
    assert "people came 2" in page.text
    assert "completed it 1" in page.text
    assert "Made by" in page.text


def test_an_undone_mark_is_no_attendance(
    organizer: Visitor, course: Course, cast: Cast, clock: TestClock
) -> None:
    mark(cast, clock, course.events[0], present=cast.outsider)
    mark(cast, clock, course.events[0], undone=cast.outsider)
    page = organizer.get(f"/courses/{course.id}/register")
    assert cells(page, "周外人") == ["", "", "", "", "0", ""]
    assert "people came 0" in page.text


def test_a_make_up_class_stands_in_the_register_and_counts_once(
    organizer: Visitor, course: Course, cast: Cast, second: Resident, clock: TestClock
) -> None:
    original = course.events[1]
    times = (at("2026-12-05 14:00"), at("2026-12-05 16:00"))
    sent = MakeUpPlan(str(original.id), "小学教室", *times)
    makeup = events.add_make_up(uuid.uuid4(), course.id, sent, cast.organizer.id)
    mark(cast, clock, original, present=cast.outsider)
    mark(cast, clock, db.session.get_one(Event, makeup.id), present=cast.outsider, late=second)
    page = organizer.get(f"/courses/{course.id}/register")
    assert len(cells(page, "周外人")) == 5 + 2
    assert cells(page, "周外人")[-2] == "2"
    assert cells(page, "=阿Q")[-2] == "2"
    assert "make-up class" in page.soup.select(".register thead")[0].get_text()


def test_who_came_without_being_enrolled_and_who_left_stand_in_the_register(
    organizer: Visitor, course: Course, cast: Cast, second: Resident, clock: TestClock
) -> None:
    walk_in = add_resident("郑路过", RENCUN)
    db.session.commit()
    mark(cast, clock, course.events[0], present=walk_in, late=second)
    events.leave_course(course.id, second.id)
    page = organizer.get(f"/courses/{course.id}/register")
    names = [one.get_text(" ", strip=True) for one in page.soup.select(".register tbody th")]
    assert sorted(names) == sorted(["周外人", "=阿Q not enrolled", "郑路过 not enrolled"])


def test_guests_known_by_name_only_are_counted_by_date_and_are_nobody_of_the_residents(
    organizer: Visitor, course: Course, cast: Cast, clock: TestClock
) -> None:
    mark(cast, clock, course.events[0], present=cast.outsider)
    guest = MarkSent(uuid.uuid4(), None, "present", guest_id=uuid.uuid4(), guest_name="过路客")
    assert attendance.mark(course.events[0].id, [guest], cast.organizer)[0].kept_safe
    page = organizer.get(f"/courses/{course.id}/register")
    assert cells(page, "Guests by name")[0] == "1"
    assert cells(page, "Attendances")[0] == "2"
    assert "people came 1" in page.text


def test_a_cancelled_class_is_left_out_unless_somebody_was_marked(
    organizer: Visitor, course: Course, cast: Cast, clock: TestClock
) -> None:
    events.cancel(course.events[3].id, "", cast.organizer.id)
    mark(cast, clock, course.events[0], present=cast.outsider)
    clock.set(at("2026-11-24 20:00"))
    events.cancel(course.events[0].id, "停电", cast.organizer.id)
    assert len(cells(organizer.get(f"/courses/{course.id}/register"), "周外人")) == 3 + 2


def test_a_long_course_is_parted_into_tables_that_fit_a_page(organizer: Visitor, cast: Cast) -> None:
    course = started(cast, classes=45)
    events.enrol_in_course(course.id, cast.outsider.id, uuid.uuid4(), None)
    page = organizer.get(f"/courses/{course.id}/register")
    assert [len(table.select("thead .on")) for table in page.soup.select(".register")] == [15, 15, 15]


def test_a_course_nobody_is_enrolled_in_says_what_to_do(organizer: Visitor, cast: Cast) -> None:
    page = organizer.get(f"/courses/{started(cast).id}/register")
    assert "Nobody is enrolled yet" in page.text
    assert organizer.client.get(f"{page.path}.xlsx").status_code == 200


def workbook(visitor: Visitor, course: Course) -> tuple[list[list[Any]], Any]:
    answer = visitor.client.get(f"/courses/{course.id}/register.xlsx", headers=visitor.headers)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()], sheet


def test_the_spreadsheet_holds_the_same_and_says_when_and_by_whom_it_was_made(
    organizer: Visitor, course: Course, cast: Cast, second: Resident, clock: TestClock
) -> None:
    mark(cast, clock, course.events[0], present=cast.outsider, late=second)
    rows, sheet = workbook(organizer, course)
    assert rows[0][0] == "果树修剪 · 2026年冬季 · 村委会二楼"
    assert f"Made by {cast.organizer.name} on Tuesday 24 November 2026 at 19:00" in rows[3][0]
    head = rows[4]
    assert head[:3] == ["No.", "Name", "2026-11-24"]
    lines = {row[1]: row for row in rows[5:]}
    assert lines["周外人"][2:9] == ["✓", None, None, None, 2, 6, None]
    assert lines["=阿Q"][2:9] == ["L", None, None, None, 2, 6, None]
    assert lines["Attendances"][2:6] == [2, 0, 0, 0]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_the_register_is_for_staff_of_the_place(app: Flask, course: Course, cast: Cast) -> None:
    # A steward takes attendance, but of no course's classes: not in the very place either.
    of_the_place = add_staff("钱片长", "13900000062", "steward", course.community_id)
    db.session.commit()
    for person, status in (
        (cast.librarian, 404),
        (cast.resident, 403),
        (cast.steward, 404),
        (of_the_place, 404),
        (cast.admin, 200),
    ):
        visitor = Visitor(app).sign_in(person)
        visitor.get(f"/courses/{course.id}/register", status)
        assert visitor.client.get(f"/courses/{course.id}/register.xlsx").status_code == status


def test_the_register_of_many_asks_no_more_questions_than_that_of_few(
    organizer: Visitor, course: Course, cast: Cast, clock: TestClock
) -> None:
    def asked() -> int:
        with statements() as sent:
            organizer.get(f"/courses/{course.id}/register")
        return len(sent)

    mark(cast, clock, course.events[0], present=cast.outsider)
    few = asked()
    crowd = [add_resident(f"郑{number}", RENCUN) for number in "一二三四五六七八"]
    db.session.commit()
    for one in crowd:
        mark(cast, clock, course.events[1], present=one)
    assert asked() == few
