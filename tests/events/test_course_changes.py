"""Courses that change: one class moved, one made up for, all of them changed or cancelled, and who is told."""

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.events import actions
from reading.events.checks import Unfit
from reading.events.models import Course, Event, Notice
from reading.events.rules import CourseWords, NewDate
from reading.extensions import db
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import KAIYUAN, RENCUN, a_plan, at, dates, planned, told
from tests.pages import Visitor


def as_it_is(event: Event) -> Event:
    return db.session.get_one(Event, event.id, populate_existing=True)


def words(**other: Any) -> CourseWords:
    usual = {
        "title": "果树修剪",
        "term": "",
        "venue": "村委会二楼",
        "required_hours": 6,
        "host": "",
        "about": "",
    }
    return CourseWords(**{**usual, **other})


def test_a_class_of_a_course_stays_a_class(organizer: Visitor, course: Course) -> None:
    page = organizer.get(f"/events/{course.events[0].id}/edit")
    assert [one["value"] for one in page.soup.find_all("input", attrs={"name": "kind"})] == ["class"]
    organizer.submit(page, 400, kind="sharing")
    assert "小学教室" in organizer.submit(page, venue="小学教室").text


def test_a_class_is_not_taken_to_other_people_than_its_course(app: Flask, course: Course, cast: Cast) -> None:
    event, admin = course.events[0], Visitor(app).sign_in(cast.admin)
    page = admin.get(f"/events/{event.id}/edit")
    assert [one["value"] for one in page.soup.select("select[name=community] option")] == [RENCUN]
    assert admin.submit(page, 400, community=KAIYUAN).errors_of("community")
    elsewhere = a_plan(kind="class", community=KAIYUAN, starts_at=event.starts_at, ends_at=event.ends_at)
    with pytest.raises(Unfit, match="不能改到别的社区"):
        actions.change(event.id, elsewhere, cast.admin.id)
    assert as_it_is(event).community_id == RENCUN


def test_a_class_moved_for_rain_keeps_its_course_and_the_enrolled_read_why(
    app: Flask, organizer: Visitor, course: Course, cast: Cast
) -> None:
    page = organizer.get(f"/events/{course.events[1].id}")
    assert "Another date or place" in page.text
    form = organizer.get(f"/events/{course.events[1].id}/new-date")
    page = organizer.submit(
        form,
        starts_at="2026-12-02T19:30",
        ends_at="2026-12-02T21:00",
        venue="小学教室",
        reason="下大雨，路滑",
    )
    assert "Wednesday 2 December" in page.text
    assert dates(course) == ["11-24 19:00", "12-02 19:30", "12-08 19:00", "12-15 19:00"]
    (notice,) = told(cast)
    assert (notice.kind, notice.reason, sorted(notice.before)) == (
        "changed",
        "下大雨，路滑",
        ["ends_at", "starts_at", "venue"],
    )
    home = Visitor(app).sign_in(cast.outsider).get("/")
    assert "Why: 下大雨，路滑" in home.text
    assert "小学教室" in home.text


def test_moved_twice_unseen_is_told_once_with_the_last_reason(course: Course, cast: Cast) -> None:
    event = course.events[1]
    for day, reason in (("02", "下雨"), ("03", "收玉米"), ("04", "")):
        to = NewDate(at(f"2026-12-{day} 19:00"), at(f"2026-12-{day} 21:00"), event.venue, reason)
        actions.move(event.id, to, cast.organizer.id)
    (notice,) = told(cast)
    assert notice.reason == "收玉米"
    back = NewDate(event.starts_at, event.ends_at, event.venue, "天晴了")
    actions.move(event.id, back, cast.organizer.id)
    actions.move(event.id, back, cast.organizer.id)
    assert told(cast) == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("starts_at", "", "Say when it starts."),
        ("starts_at", "2026-12-08T20:00", "Another class of this course is at that time: Tuesday 8 December"),
        ("starts_at", "2026-11-17T19:00", "This time has passed."),
        ("ends_at", "2026-12-01T18:00", "The end must come after the start."),
        ("venue", "", "Say where it is held."),
        ("reason", "雨" * 201, "at most 200 characters"),
    ],
)
def test_a_class_is_not_moved_to_where_it_cannot_be(
    organizer: Visitor, course: Course, cast: Cast, field: str, value: str, sentence: str
) -> None:
    ends = {"2026-12-08T20:00": "2026-12-08T22:00", "2026-11-17T19:00": "2026-11-17T21:00"}.get(value)
    form = organizer.get(f"/events/{course.events[1].id}/new-date")
    typed: dict[str, Any] = {**({"ends_at": ends} if ends else {}), field: value}
    page = organizer.submit(form, 400, **typed)
    assert sentence in page.errors_of(field)
    assert "12-01 19:00" in dates(course)
    assert told(cast) == []


def test_a_class_that_has_begun_keeps_its_day_and_a_cancelled_one_is_not_moved(
    organizer: Visitor, course: Course, cast: Cast, clock: TestClock
) -> None:
    form = organizer.get(f"/events/{course.events[0].id}/new-date")
    cancelled = organizer.get(f"/events/{course.events[1].id}/new-date")
    actions.cancel(course.events[1].id, "停电", cast.organizer.id)
    assert "cancelled already" in organizer.submit(cancelled, 409).text
    clock.set(at("2026-11-24 19:10"))
    page = organizer.submit(form, 400, starts_at="2026-11-25T19:00", ends_at="2026-11-25T21:00")
    assert "the day can no longer be changed" in page.errors_of("starts_at")


def test_another_event_than_a_class_can_be_moved_with_a_reason_too(app: Flask, cast: Cast) -> None:
    event, librarian = planned(cast), Visitor(app).sign_in(cast.librarian)
    actions.sign_up(event.id, cast.resident.id, uuid.uuid4(), cast.resident.account_id)
    librarian.submit(librarian.get(f"/events/{event.id}/new-date"), venue="文化广场", reason="停电")
    (notice,) = told(cast, "resident")
    assert (notice.before, notice.reason) == ({"venue": "社区图书室"}, "停电")


def test_a_course_changed_as_a_whole_changes_what_is_to_come_and_leaves_the_past(
    organizer: Visitor, course: Course, cast: Cast, clock: TestClock
) -> None:
    alone = course.events[2]
    to = NewDate(alone.starts_at, alone.ends_at, "果园", "现场教学")
    actions.move(alone.id, to, cast.organizer.id)
    clock.set(at("2026-11-25 09:00"))
    form = organizer.get(f"/courses/{course.id}/edit")
    page = organizer.submit(
        form, title="果树冬剪", venue="小学教室", host="王师傅", term="2026年冬季", required_hours="8"
    )
    assert page.h1 == "果树冬剪"
    assert "2026年冬季" in page.text
    found = [as_it_is(one) for one in course.events]
    assert [one.title for one in found] == ["果树修剪", "果树冬剪", "果树冬剪", "果树冬剪"]
    assert [one.venue for one in found] == ["村委会二楼", "小学教室", "果园", "小学教室"]
    assert {one.host for one in found[1:]} == {"王师傅"}


def test_of_another_venue_for_the_whole_course_everybody_is_told_once(
    app: Flask, course: Course, cast: Cast
) -> None:
    actions.change_course(course.id, words(venue="小学教室"), cast.organizer.id)
    (notice,) = told(cast)
    assert (notice.event_id, notice.before) == (course.events[0].id, {"venue": "村委会二楼"})
    assert (
        "is held at 小学教室 from Tuesday 24 November on" in Visitor(app).sign_in(cast.outsider).get("/").text
    )
    actions.change_course(course.id, words(), cast.organizer.id)
    assert told(cast) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("venue", ""), ("required_hours", ""), ("required_hours", "9"), ("term", "长" * 41)],
)
def test_a_course_is_not_changed_to_what_cannot_be(
    organizer: Visitor, course: Course, field: str, value: str
) -> None:
    form = organizer.get(f"/courses/{course.id}/edit")
    typed: dict[str, Any] = {field: value}
    assert organizer.submit(form, 400, **typed).errors_of(field)
    kept = db.session.get_one(Course, course.id)
    assert (kept.title, kept.venue, kept.required_hours) == ("果树修剪", "村委会二楼", 6)


def test_the_rest_of_a_course_is_cancelled_at_once_and_each_is_told_once(
    app: Flask, organizer: Visitor, course: Course, cast: Cast, clock: TestClock
) -> None:
    actions.change_course(course.id, words(venue="小学教室"), cast.organizer.id)
    clock.set(at("2026-11-24 20:00"))
    form = organizer.get(f"/courses/{course.id}/cancellation")
    assert "3 classes are still to come, from Tuesday 1 December on" in form.text
    assert "1 person is enrolled" in form.text
    page = organizer.submit(form, reason="老师调走")
    assert "老师调走" in page.text
    assert dates(course) == ["11-24 19:00"]
    assert [one.cancel_reason for one in map(as_it_is, course.events)] == [
        "",
        "老师调走",
        "老师调走",
        "老师调走",
    ]
    assert [one.kind for one in told(cast) if one.event_id != course.events[0].id] == ["cancelled"]
    home = Visitor(app).sign_in(cast.outsider).get("/").text
    assert "The rest of the course “果树修剪” will not take place. 老师调走" in home
    assert "has been cancelled" in organizer.submit(form, 409).text


def test_before_one_class_is_cancelled_it_says_how_many_are_enrolled(
    organizer: Visitor, course: Course, cast: Cast
) -> None:
    address = f"/events/{course.events[1].id}/cancellation"
    assert "1 person is enrolled and will be told." in organizer.get(address).text
    actions.leave_course(course.id, cast.outsider.id)
    assert "Nobody is enrolled yet." in organizer.get(address).text


def test_no_form_is_shown_for_what_is_cancelled(organizer: Visitor, course: Course, cast: Cast) -> None:
    first, second = f"/events/{course.events[0].id}", f"/events/{course.events[1].id}"
    actions.cancel(course.events[0].id, "下雨", cast.organizer.id)
    for path in ("edit", "new-date", "cancellation"):
        assert "This event has been cancelled already." in organizer.get(f"{first}/{path}", 409).text
    assert "Add a make-up class for it" in organizer.get(first).text
    actions.cancel_course(course.id, "", cast.organizer.id)
    for address in (first, second):
        assert "make-up class" not in organizer.get(address).text
    for path in ("edit", "make-up"):
        page = organizer.get(f"/courses/{course.id}/{path}", 409)
        assert "This course has been cancelled." in page.text


def test_a_cancelled_course_takes_nobody_and_no_class_and_does_not_change(
    app: Flask, organizer: Visitor, course: Course, cast: Cast
) -> None:
    edit, further = (
        organizer.get(f"/courses/{course.id}/edit"),
        organizer.get(f"/courses/{course.id}/make-up"),
    )
    actions.cancel_course(course.id, "", cast.organizer.id)
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.post(f"/courses/{course.id}/enrolment", 409, resident=str(cast.resident.id))
    assert "This course has been cancelled." in page.text
    assert "This course has been cancelled." in organizer.submit(edit, 409).text
    sent: dict[str, Any] = {
        "makes_up": str(course.events[0].id),
        "starts_at": "2026-12-20T14:00",
        "ends_at": "2026-12-20T16:00",
    }
    assert "This course has been cancelled." in organizer.submit(further, 409, **sent).text
    assert not visitor.get(f"/courses/{course.id}").soup.select("main form")


def test_a_course_that_is_over_has_no_rest_to_cancel(
    organizer: Visitor, course: Course, clock: TestClock
) -> None:
    clock.set(at("2026-12-16 09:00"))
    assert "over" in organizer.get(f"/courses/{course.id}/cancellation").text
    assert "over" in organizer.post(f"/courses/{course.id}/cancellation", 409).text


def test_only_staff_of_the_place_change_a_course(app: Flask, course: Course, cast: Cast) -> None:
    librarian = Visitor(app).sign_in(cast.librarian)
    for path in ("edit", "cancellation", "make-up"):
        librarian.get(f"/courses/{course.id}/{path}", 404)
    librarian.get(f"/events/{course.events[0].id}/new-date", 404)
    for path in (f"courses/{course.id}", f"courses/{course.id}/cancellation", f"courses/{course.id}/make-up"):
        librarian.post(f"/{path}", 404, title="夺来的课")
    librarian.post(f"/events/{course.events[0].id}/new-date", 404)
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0
