"""A resident scans the code in the hall before they are signed in."""

import re

from playwright.sync_api import expect
from sqlalchemy import func, select

from reading.attendance.models import Attendance, Mark
from reading.extensions import db
from tests.browser.conftest import Phones
from tests.browser.journey import main_action, sign_in
from tests.stage import Stage


def kept() -> tuple[int, int]:
    """Return how many attendances and marks there are."""
    db.session.remove()
    counts = [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Attendance, Mark)]
    db.session.remove()
    return counts[0] or 0, counts[1] or 0


def test_the_link_leads_through_sign_in_back_to_one_button(phone: Phones, stage: Stage):
    attendances, marks = kept()
    page = phone().new_page()
    page.goto(f"/check-in/{stage.soon.check_in_key}")
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, "13800000002")
    expect(page).to_have_url(re.compile(f"/check-in/{stage.soon.check_in_key}$"))
    expect(page.locator("main .btn")).to_have_count(1)
    page.reload()
    assert kept() == (attendances, marks), "opening the page must change nothing"

    main_action(page).click()
    expect(page.locator(".note-success")).to_contain_text("单田方")
    assert kept() == (attendances + 1, marks + 1)
    page.goto(f"/check-in/{stage.soon.check_in_key}")
    expect(page.locator(".note-success")).to_contain_text("单田方")
    expect(main_action(page)).to_have_count(0)
    assert kept() == (attendances + 1, marks + 1)


def test_the_code_is_typed_as_it_is_read_aloud(phone: Phones, stage: Stage):
    key = stage.soon.check_in_key
    page = phone(stage.cast.neighbour).new_page()
    page.goto("/check-in")
    page.fill("[name=code]", f"{key[:4]} {key[4:]}".upper())
    page.locator("main button.btn").first.click()
    main_action(page).click()
    expect(page.locator(".note-success")).to_contain_text("单田方")


def test_a_household_checks_in_one_by_one(phone: Phones, stage: Stage):
    page = phone(stage.cast.resident).new_page()
    page.goto(f"/check-in/{stage.soon.check_in_key}")
    page.get_by_role("button", name="张小花").click()
    expect(page.locator(".note-success")).to_contain_text("张小花")
    main_action(page).click()
    expect(page.locator(".note-success")).to_have_count(2)
