"""A form that was open while its sign-in ended: one signs in on the page that says so, and sends it with one tap."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.sign_ins import actions
from tests.browser.checks import axe, measures
from tests.browser.conftest import Phones
from tests.cast import PASSWORD, Cast

SIZES = ("normal", "large", "largest")


def signed_in(page: Page) -> Page:
    """Sign in with the page, so that the browser has all that it is given."""
    page.goto("/sign-in")
    fill(page)
    page.wait_for_url("**/")
    return page


def fill(page: Page) -> None:
    page.get_by_label("手机号").fill("13800000001")
    page.get_by_label("密码").fill(PASSWORD)
    page.locator(".actions .btn").click()


def wrong_with(page: Page, size: str) -> list[str]:
    return axe(page) + measures(page, size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("javascript", [True, False])
def test_what_was_typed_is_sent_after_signing_in_again(
    phone: Phones, cast: Cast, address: str, size: str, javascript: bool
) -> None:
    context = phone(color_scheme="dark" if javascript else "light", java_script_enabled=javascript)
    context.add_cookies([{"name": "size", "value": size, "url": address}])
    page = signed_in(context.new_page())
    page.goto("/logbook/new")
    page.locator("input[name=book]").fill("活着")
    page.locator("input[name=pages]").fill("30")
    page.locator("main details:not([open]) > summary").first.click()
    page.locator("textarea[name=reflection]").fill("留着这一句")
    actions.end_others(cast.account("resident").id, None)
    page.locator(".actions .btn-main").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    expect(page.locator("main")).to_contain_text("留着这一句")
    if javascript:
        assert wrong_with(page, size) == []
    fill(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("请再发一次")
    expect(page.locator("main")).to_contain_text("留着这一句")
    if javascript:
        assert wrong_with(page, size) == []
    page.get_by_role("button", name="再发一次").click()
    page.wait_for_url(lambda url: "/logbook" in url)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(LogEntry)) == 1
