"""The certificate of who has completed a course."""

import uuid

import pytest
from flask import Flask

from reading.attendance import actions as attendance
from reading.attendance.rules import MarkSent
from reading.events import actions as events
from reading.events.models import Course
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, started
from tests.pages import Visitor


@pytest.fixture
def course(cast: Cast) -> Course:
    """Four evenings of two hours, four hours needed; `outsider` is enrolled."""
    found = started(cast, required_hours=4, term="2026年冬季")
    events.enrol_in_course(found.id, cast.outsider.id, uuid.uuid4(), None)
    return found


def attend(course: Course, cast: Cast, clock: TestClock, *numbers: int) -> None:
    for number in numbers:
        clock.set(course.events[number].starts_at)
        sent = MarkSent(uuid.uuid4(), cast.outsider.id, "present")
        assert attendance.mark(course.events[number].id, [sent], cast.organizer)[0].kept_safe


def path(course: Course, cast: Cast) -> str:
    return f"/courses/{course.id}/certificates/{cast.outsider.id}"


def test_who_has_completed_a_course_finds_the_certificate_on_its_page(
    app: Flask, course: Course, cast: Cast, clock: TestClock
) -> None:
    attend(course, cast, clock, 0, 2, 3)
    visitor = Visitor(app).sign_in(cast.outsider)
    page = visitor.get(f"/courses/{course.id}")
    assert "6 of 4 hours · completed" in page.text
    assert page.soup.find("a", href=path(course, cast))
    page = visitor.get(path(course, cast))
    for said in (
        "林州市",
        "周外人",
        "果树修剪",
        "2026年冬季",
        "6 hours",
        "4 required",
        "8 Dec 2026",
        "stamp",
    ):
        assert said in page.text
    assert not page.soup.select("main .seal")


def test_in_chinese_it_reads_as_a_certificate_does(
    app: Flask, course: Course, cast: Cast, clock: TestClock
) -> None:
    attend(course, cast, clock, 0, 1)
    page = Visitor(app, "zh").sign_in(cast.outsider).get(path(course, cast))
    assert page.h1 == "结业证书"
    assert "参加“果树修剪”课程（2026年冬季）学习，实修 4 学时，修满规定的 4 学时，准予结业。" in page.text
    assert "2026年12月1日" in page.text


def test_before_the_hours_are_full_there_is_a_sentence_and_no_certificate(
    app: Flask, course: Course, cast: Cast, clock: TestClock
) -> None:
    attend(course, cast, clock, 0)
    for person in (cast.outsider, cast.organizer):
        page = Visitor(app).sign_in(person).get(path(course, cast), 409)
        assert "周外人 has 2 of the 4 hours this course takes." in page.text
    assert "Certificate" not in Visitor(app).sign_in(cast.outsider).get(f"/courses/{course.id}").text


def test_a_certificate_is_for_the_own_household_and_the_staff_of_the_place(
    app: Flask, course: Course, cast: Cast, clock: TestClock
) -> None:
    attend(course, cast, clock, 0, 1)
    answers = {
        "outsider": 200, "organizer": 200, "admin": 200, "resident": 404, "librarian": 404, "steward": 404,
    }  # fmt: skip
    for person, status in answers.items():
        Visitor(app).sign_in(cast.account(person)).get(path(course, cast), status)
    Visitor(app).get(path(course, cast), 302)


def test_staff_learn_nothing_of_people_who_are_not_on_the_course(
    app: Flask, course: Course, cast: Cast
) -> None:
    visitor = Visitor(app).sign_in(cast.organizer)
    visitor.get(f"/courses/{course.id}/certificates/{cast.resident.id}", 404)
    visitor.get(f"/courses/{course.id}/certificates/{uuid.uuid4()}", 404)
    visitor.get(f"/courses/{uuid.uuid4()}/certificates/{cast.outsider.id}", 404)


def test_who_left_after_completing_keeps_the_certificate(
    app: Flask, course: Course, cast: Cast, clock: TestClock
) -> None:
    attend(course, cast, clock, 0, 1)
    clock.set(at("2026-12-02 09:00"))
    events.leave_course(course.id, cast.outsider.id)
    visitor = Visitor(app).sign_in(cast.outsider)
    assert visitor.get(f"/courses/{course.id}").soup.find("a", href=path(course, cast))
    visitor.get(path(course, cast))
