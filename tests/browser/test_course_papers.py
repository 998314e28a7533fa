"""A course on paper: the certificate on exactly one A4 page, the register across with its head on every page."""

import re
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from reading.attendance import actions as attendance
from reading.attendance.rules import MarkSent
from reading.events import actions as events
from reading.events.models import Course
from reading.events.rules import CoursePlan
from reading.extensions import db
from reading.people.models import Resident
from tests.browser.conftest import Phones
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.stage import HOME, Stage

CITY = ZoneInfo("Asia/Shanghai")
A4_ACROSS = (842, 595)  # points


def printed(page: Page) -> list[tuple[int, int]]:
    """Return the width and height in points of each page that the browser prints."""
    pdf = page.pdf(prefer_css_page_size=True).decode("latin-1")
    boxes = re.findall(r"/Type /Page\s.*?/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf, re.DOTALL)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def one_class_course(cast: Cast, clock: TestClock, title: str, resident: Resident) -> Course:
    """Return a course of one class, to which the resident came."""
    start = datetime(2026, 11, 10, 19, tzinfo=CITY)
    plan = CoursePlan(
        title, HOME, "社区活动室", start, start + timedelta(hours=2), 1, 2, term="二〇二六年秋冬" * 5
    )
    course = events.start_course(uuid.uuid4(), plan, cast.librarian.id)
    sent = MarkSent(uuid.uuid4(), resident.id, "present")
    assert attendance.mark(course.events[0].id, [sent], cast.librarian)[0].kept_safe
    return course


@pytest.mark.parametrize("large", [False, True])
def test_a_certificate_prints_on_exactly_one_a4_page(phone: Phones, stage: Stage, large: bool):
    page = phone(stage.cast.resident).new_page()
    page.goto(f"/courses/{stage.course.id}/certificates/{stage.cast.resident.id}")
    if large:
        page.evaluate("document.documentElement.classList.add('large')")
    assert printed(page) == [A4_ACROSS]


def test_a_certificate_with_the_longest_words_is_one_page_with_all_of_them(
    phone: Phones, cast: Cast, clock: TestClock
):
    resident = add_resident("阿卜杜热合曼·买买提艾力·" * 3, HOME)
    db.session.commit()
    course = one_class_course(cast, clock, "果树冬季修剪与病虫害防治" * 8, resident)
    page = phone(cast.librarian).new_page()
    page.goto(f"/courses/{course.id}/certificates/{resident.id}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1123, "height": 794})
    leaf = page.locator(".certificate")
    hidden = leaf.evaluate("leaf => leaf.scrollHeight - leaf.clientHeight")
    assert hidden <= 0
    assert printed(page) == [A4_ACROSS]


def test_the_register_of_forty_people_and_twenty_dates_prints_across_with_its_head_repeated(
    phone: Phones, cast: Cast
):
    start = datetime(2026, 11, 10, 19, tzinfo=CITY)
    course = events.start_course(
        uuid.uuid4(),
        CoursePlan("果树冬季修剪", HOME, "社区活动室", start, start + timedelta(hours=2), 20, 20),
        cast.librarian.id,
    )
    crowd = [add_resident(f"欧阳{number}", HOME) for number in "一二三四五六七八九十" * 4]
    db.session.commit()
    for one in crowd:
        events.enrol_in_course(course.id, one.id, uuid.uuid4(), None)
    sent = [MarkSent(uuid.uuid4(), one.id, "present") for one in crowd]
    assert all(answer.kept_safe for answer in attendance.mark(course.events[0].id, sent, cast.librarian))
    page = phone(cast.librarian).new_page()
    page.goto(f"/courses/{course.id}/register")
    assert printed(page) == [A4_ACROSS] * 2
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1047, "height": 718})  # A4 across, less its margins
    shown = page.locator(".register").evaluate(
        """table => {
          const cells = [...table.tBodies[0].querySelectorAll("td, th")];
          const smallest = Math.min(...cells.map(cell => parseFloat(getComputedStyle(cell).fontSize)));
          return [table.scrollWidth <= 1047, getComputedStyle(table.tHead).display, smallest >= 12];
        }"""
    )
    assert shown == [True, "table-header-group", True]


def test_on_a_phone_the_register_moves_sideways_under_names_that_stay(phone: Phones, stage: Stage):
    page = phone(stage.cast.librarian).new_page()
    page.goto(f"/courses/{stage.course.id}/register")
    name = page.locator(".register tbody .name").first
    page.locator(".scroll").evaluate("box => { box.scrollLeft = 1000; }")
    box = name.bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= 20
