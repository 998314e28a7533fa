"""An administrator signs in on a phone with a second step; codes are read out and typed: each page sound."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Phones
from tests.browser.test_axe import in_all_looks
from tests.cast import PASSWORD, Cast
from tests.clock import TestClock
from tests.sign_ins.totp import phone_shows

MAIN = "main .actions .btn-main"


def fresh_look(page: Page) -> list[str]:
    wrong = in_all_looks(page)
    page.evaluate("document.documentElement.classList.remove('large', 'largest')")
    return wrong


@pytest.mark.look
def test_an_administrator_signs_in_with_the_code_the_phone_shows(phone: Phones, cast: Cast):
    page = phone().new_page()
    page.goto("/roles")
    page.fill("#phone", cast.admin.phone)
    page.fill("#password", PASSWORD)
    page.click(MAIN)
    expect(page.locator("h1")).to_have_text("第二步")
    assert fresh_look(page) == []
    page.fill("#code", phone_shows(cast.admin))
    page.click(MAIN)
    expect(page).to_have_url("/roles")


@pytest.mark.look
def test_recovery_codes_and_what_stands_are_shown_soundly(phone: Phones, cast: Cast, clock: TestClock):
    page = phone(cast.librarian).new_page()
    page.goto("/me/second-factor")
    page.fill("#code", phone_shows(cast.librarian))
    page.click(MAIN)
    expect(page.locator(".recovery-codes li")).to_have_count(8)
    assert fresh_look(page) == []
    page.goto("/me/second-factor")
    assert fresh_look(page) == []
    clock.advance(seconds=30)
    page.fill("#code", phone_shows(cast.librarian))
    page.click("#ending .btn-danger")
    expect(page.locator(".note-success")).to_be_visible()


@pytest.mark.look
def test_a_code_is_read_off_one_phone_and_typed_on_another(phone: Phones, cast: Cast):
    staff, own = phone(cast.steward).new_page(), phone().new_page()
    staff.goto(f"/residents/{cast.phoneless.id}/code")
    staff.click(MAIN)
    code = staff.locator(".given-code").inner_text()
    assert fresh_look(staff) == []
    own.goto("/claim")
    own.fill("#code", code.upper())
    own.fill("#phone", "13700000099")
    own.fill("#password", "吴大爷爱看红旗渠")
    own.check("#agree")
    own.click(MAIN)
    expect(own.locator(".note-success")).to_have_text("欢迎！这份记录现在是您自己的了。")
