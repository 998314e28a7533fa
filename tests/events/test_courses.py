"""Courses: all classes in one action, enrolment, leaving."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.events import actions, queries
from reading.events.models import Course, Enrolment, Event
from reading.extensions import db
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import RENCUN, at, fields, started
from tests.pages import Visitor


def course_fields(**other: Any) -> dict[str, Any]:
    usual = fields(
        title="果树修剪", community=RENCUN, starts_at="2026-11-24T19:00", ends_at="2026-11-24T21:00"
    )
    for absent in ("kind", "book", "capacity"):
        del usual[absent]
    return {**usual, "classes": "8", "required_hours": "12", **other}


def how_many(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def organizer(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.organizer)


def test_a_course_is_planned_with_all_its_weekly_classes(organizer: Visitor, app: Flask) -> None:
    page = organizer.submit(organizer.get("/courses/new"), **course_fields())
    assert page.h1 == "果树修剪"
    starts = db.session.scalars(select(Event.starts_at).order_by(Event.starts_at)).all()
    assert (starts[0], starts[-1], len(starts)) == (at("2026-11-24 19:00"), at("2027-01-12 19:00"), 8)
    assert "果树修剪" in Visitor(app).get("/courses").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("classes", ""),
        ("classes", "0"),
        ("classes", "61"),
        ("classes", "eight"),
        ("required_hours", ""),
        ("required_hours", "0"),
        ("required_hours", "17"),
        ("starts_at", "2026-02-30T19:00"),
        ("ends_at", "2026-11-24T18:00"),
        ("ends_at", "2026-11-26T19:00"),
        ("community", "410581001001"),
        ("community", "nowhere"),
    ],
)
def test_a_course_that_cannot_be_is_told_and_nothing_is_kept(
    organizer: Visitor, field: str, value: str
) -> None:
    page = organizer.post("/courses/new", 400, **course_fields(**{field: value}))
    assert page.errors_of(field)
    assert (how_many(Course), how_many(Event)) == (0, 0)


def test_started_twice_with_one_id_is_one_course(organizer: Visitor) -> None:
    sent = course_fields()
    for _time in range(2):
        organizer.post("/courses/new", 302, **sent)
    assert (how_many(Course), how_many(Event)) == (1, 8)


def test_the_same_id_with_other_content_shows_both(organizer: Visitor, app: Flask, cast: Cast) -> None:
    sent = course_fields()
    organizer.post("/courses/new", 302, **sent)
    page = organizer.post("/courses/new", 409, **{**sent, "title": "养蜂"})
    assert "果树修剪" in page.text
    assert "养蜂" in page.text
    assert how_many(Course) == 1
    other = Visitor(app).sign_in(cast.admin)
    assert "果树修剪" not in other.post("/courses/new", 409, **{**sent, "title": "养蜂"}).text


def test_who_is_enrolled_stands_on_the_roster_of_each_class(cast: Cast) -> None:
    course = started(cast)
    actions.enrol_in_course(course.id, cast.outsider.id, uuid.uuid4(), None)
    assert all(queries.on_roster(event) == {cast.outsider.id: "enrolled"} for event in course.events)


def test_a_class_of_a_course_stays_a_class(organizer: Visitor, cast: Cast) -> None:
    event = started(cast).events[0]
    page = organizer.get(f"/events/{event.id}/edit")
    assert [one["value"] for one in page.soup.find_all("input", attrs={"name": "kind"})] == ["class"]
    organizer.submit(page, 400, kind="sharing")
    assert "小学教室" in organizer.submit(page, venue="小学教室").text


def test_a_resident_enrols_with_one_button_and_leaves_again(app: Flask, cast: Cast) -> None:
    course, visitor = started(cast), Visitor(app).sign_in(cast.outsider)
    page = visitor.submit(visitor.get(f"/courses/{course.id}"))
    assert "0 of 6 hours" in page.text
    page = visitor.submit(page)
    assert "has left the course" in page.text
    assert queries.enrolments(course.id) == []


def test_who_left_still_stands_on_the_rosters_of_the_time_before(cast: Cast, clock: TestClock) -> None:
    course = started(cast)
    actions.enrol_in_course(course.id, cast.outsider.id, uuid.uuid4(), None)
    clock.set(at("2026-11-25 09:00"))
    actions.leave_course(course.id, cast.outsider.id)
    actions.leave_course(course.id, cast.outsider.id)
    assert [len(queries.on_roster(event)) for event in course.events] == [1, 0, 0, 0]


def test_enrolled_twice_is_one_enrolment(app: Flask, cast: Cast) -> None:
    course, visitor = started(cast), Visitor(app).sign_in(cast.outsider)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.outsider.id)}
    for data in (sent, sent, {**sent, "id": str(uuid.uuid4())}):
        visitor.post(f"/courses/{course.id}/enrolment", 302, **data)
    assert how_many(Enrolment) == 1


def test_enrolled_at_the_same_moment_by_two_is_one_enrolment(app: Flask, cast: Cast) -> None:
    course_id, resident_id, ready = started(cast).id, cast.outsider.id, Barrier(4)

    def enrol(_number: int) -> uuid.UUID:
        with app.app_context():
            ready.wait()
            return actions.enrol_in_course(course_id, resident_id, uuid.uuid4(), None).id

    db.session.remove()
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(enrol, range(4)))) == 1
    assert how_many(Enrolment) == 1


def test_nobody_enrols_a_resident_of_another_household(app: Flask, cast: Cast) -> None:
    course, visitor = started(cast), Visitor(app).sign_in(cast.resident)
    for path in ("enrolment", "enrolment/removal"):
        visitor.post(f"/courses/{course.id}/{path}", 404, resident=str(cast.outsider.id))
    visitor.post(f"/courses/{uuid.uuid4()}/enrolment", 404, resident=str(cast.resident.id))


def test_a_course_that_is_over_takes_nobody(app: Flask, cast: Cast, clock: TestClock) -> None:
    course, visitor = started(cast), Visitor(app).sign_in(cast.outsider)
    clock.set(at("2026-12-15 21:00"))
    page = visitor.post(f"/courses/{course.id}/enrolment", 409, resident=str(cast.outsider.id))
    assert "over" in page.text


def test_staff_find_and_enrol_people_of_the_place(organizer: Visitor, cast: Cast) -> None:
    course = started(cast, community="410581106")
    page = organizer.get(f"/courses/{course.id}?q=zwr")
    assert "周*人" in page.text
    assert "周外人" not in page.text
    form = page.soup.find("input", attrs={"value": str(cast.outsider.id)}).find_parent("form")
    assert "周外人" in organizer.submit(page, form=form).text


def test_only_staff_of_the_place_see_who_is_enrolled(app: Flask, cast: Cast) -> None:
    course = started(cast)
    actions.enrol_in_course(course.id, cast.outsider.id, uuid.uuid4(), None)
    for person in (cast.resident, cast.librarian):
        assert "周外人" not in Visitor(app).sign_in(person).get(f"/courses/{course.id}?q=zwr").text
    assert "周外人" not in Visitor(app).get(f"/courses/{course.id}").text
