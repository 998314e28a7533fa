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
from reading.people.models import Role
from tests.cast import LONG_AGO, Cast
from tests.clock import TestClock
from tests.events.planned import CITY, RENCUN, at, fields, started
from tests.pages import Visitor, fields_of


def course_fields(**other: Any) -> dict[str, Any]:
    usual = fields(
        title="果树修剪", community=RENCUN, starts_at="2026-11-24T19:00", ends_at="2026-11-24T21:00"
    )
    for absent in ("kind", "book", "capacity"):
        del usual[absent]
    return {**usual, "classes": "8", "required_hours": "12", **other}


def how_many(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


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


WEEKLY_FIELDS = {"no_class_on": "2026-12-08", "term": "2026年秋季"}
DATES_FIELDS = {"repeat": "dates", "classes": "", "dates": "12-1\n12-8 14:00-17:00"}


@pytest.mark.parametrize(
    ("other", "field", "sentence"),
    [
        ({"classes": ""}, "classes", "Say how many classes, or the last day."),
        ({"last_on": "2027-01-12"}, "last_on", "not both"),
        ({"classes": "", "last_on": "2026-11-23"}, "last_on", "before the first class"),
        ({"classes": "", "last_on": "2028-01-26"}, "last_on", "at most 60 classes"),
        ({"no_class_on": "12-8\nnext Tuesday"}, "no_class_on", "“next Tuesday” is no date"),
        ({"no_class_on": "2026-02-30"}, "no_class_on", "“2026-02-30” is no date"),
        ({"no_class_on": "1999-12-08"}, "no_class_on", "Check the year"),
        ({"no_class_on": "１１月２４日"}, "no_class_on", "stands here as a day without class"),
        ({"no_class_on": "12-8\n" * 500}, "no_class_on", "at most 2000 characters"),
        ({"dates": "12-8"}, "dates", "choose “On dates of its own”"),
        ({**DATES_FIELDS, "dates": ""}, "dates", "Write the dates after the first class"),
        ({**DATES_FIELDS, "dates": "2026-11-24"}, "dates", "Write the dates after the first class"),
        ({**DATES_FIELDS, "dates": "12-8\n12-8"}, "dates", "2026-12-08 stands here twice"),
        ({**DATES_FIELDS, "dates": "12-8\n12-8 20:00-22:00"}, "dates", "at the same time"),
        ({**DATES_FIELDS, "dates": "12-8 21:00-19:00"}, "dates", "The end must come after the start"),
        ({**DATES_FIELDS, "dates": "2026-10-01"}, "dates", "more than 31 days ago"),
        ({**DATES_FIELDS, "dates": "2029-10-01"}, "dates", "more than two years ahead"),
        ({**DATES_FIELDS, "classes": "8"}, "classes", "You said 8 classes; with the first one these are 3"),
        ({**DATES_FIELDS, "no_class_on": "12-8"}, "no_class_on", "Leave this empty"),
        ({"repeat": "daily"}, "repeat", "Choose how often it is held."),
        ({"classes": "60", "repeat": "fortnightly"}, "classes", "more than two years ahead"),
        ({"weekdays": "0,2"}, "", "The first class is on Tuesday 24 November: choose that weekday too"),
        ({"weekdays": "9"}, "", "There is no such weekday."),
        ({"term": "长" * 41}, "term", "at most 40 characters"),
    ],
)
def test_dates_that_cannot_be_are_told_in_a_sentence_and_what_was_typed_is_kept(
    organizer: Visitor, other: dict[str, str], field: str, sentence: str
) -> None:
    sent = course_fields(**other)
    page = organizer.post("/courses/new", 400, **sent)
    assert sentence in (page.errors_of(field) if field else page.text)
    assert (how_many(Course), how_many(Event)) == (0, 0)
    kept = fields_of(page.form(holding="title"))
    assert {name: kept[name].strip() for name in ("title", "starts_at", "dates", "no_class_on")} == {
        name: sent.get(name, "").strip() for name in ("title", "starts_at", "dates", "no_class_on")
    }


def starts() -> list[str]:
    found = db.session.scalars(select(Event.starts_at).order_by(Event.starts_at))
    return [f"{one.astimezone(CITY):%m-%d %H:%M}" for one in found]


def test_a_holiday_struck_out_makes_the_course_a_week_longer(organizer: Visitor) -> None:
    page = organizer.submit(
        organizer.get("/courses/new"), **course_fields(**WEEKLY_FIELDS, classes="3", required_hours="6")
    )
    assert starts() == ["11-24 19:00", "12-01 19:00", "12-15 19:00"]
    assert "2026年秋季" in page.text


def test_a_course_on_several_weekdays_every_two_weeks(organizer: Visitor) -> None:
    sent = course_fields(repeat="fortnightly", weekdays="1,3", classes="4", required_hours="8")
    organizer.post("/courses/new", 302, **sent)
    assert starts() == ["11-24 19:00", "11-26 19:00", "12-08 19:00", "12-10 19:00"]


def test_a_course_on_dates_of_its_own_each_with_its_hour(organizer: Visitor) -> None:
    organizer.post("/courses/new", 302, **course_fields(**DATES_FIELDS, required_hours="7"))
    assert starts() == ["11-24 19:00", "12-01 19:00", "12-08 14:00"]


def test_the_dates_are_shown_before_anything_is_saved(organizer: Visitor) -> None:
    sent = course_fields(**WEEKLY_FIELDS)
    page = organizer.post("/courses/new", 200, **sent, show="dates")
    assert "8 classes, 16 hours together" in page.text
    assert [line.get_text() for line in page.soup.select("#shown li")][1:3] == [
        "1 Dec Tuesday 19:00–21:00",
        "15 Dec Tuesday 19:00–21:00",
    ]
    assert how_many(Course) == 0
    assert "果树修剪" in organizer.submit(page, form=page.form(holding="title")).h1
    assert how_many(Event) == 8
    assert "Say how many" in organizer.post("/courses/new", 400, **{**sent, "classes": ""}, show="dates").text


def test_a_second_content_with_dates_of_its_own_can_be_saved_too(organizer: Visitor) -> None:
    sent = course_fields()
    organizer.post("/courses/new", 302, **sent)
    other = {**sent, **DATES_FIELDS, "required_hours": "7", "weekdays": ["1", "3"]}
    page = organizer.post("/courses/new", 409, **other)
    organizer.submit(page)
    assert (how_many(Course), how_many(Event)) == (2, 11)


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


def test_whose_name_is_masked_is_found_without_the_building(app: Flask, cast: Cast) -> None:
    course, account = started(cast, community="410581001"), cast.account("outsider")
    role = {"name": "organizer", "community_id": "410581001", "granted_at": LONG_AGO}
    db.session.add(Role(account_id=account.id, **role))
    db.session.commit()
    page = Visitor(app).sign_in(account).get(f"/courses/{course.id}?q=wdy")
    assert "吴*爷 开元社区" in page.text
    assert "单元" not in str(page.soup)


def test_only_staff_of_the_place_see_who_is_enrolled(app: Flask, cast: Cast) -> None:
    course = started(cast)
    actions.enrol_in_course(course.id, cast.outsider.id, uuid.uuid4(), None)
    for person in (cast.resident, cast.librarian):
        assert "周外人" not in Visitor(app).sign_in(person).get(f"/courses/{course.id}?q=zwr").text
    assert "周外人" not in Visitor(app).get(f"/courses/{course.id}").text
