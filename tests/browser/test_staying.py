"""The notice before staff are signed out: it comes in time, is read aloud, and one tap keeps them in."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from reading.people.models import Account
from tests.browser.checks import axe, measures
from tests.browser.conftest import Phones
from tests.cast import Cast
from tests.clock import TestClock
from tests.sign_ins.conftest import Enter
from tests.sign_ins.conftest import enter as enter

pytestmark = pytest.mark.look


def opened(phone: Phones, app: Flask, enter: Enter, person: Account, address: str) -> Page:
    """Sign in with the page's own lifetimes, and open a long form with the browser's clock in hand."""
    token = enter(person).client.get_cookie(app.config["SIGN_IN_COOKIE_NAME"])
    assert token is not None
    context = phone()
    context.add_cookies([{"name": token.key, "value": token.value, "url": address}])
    page = context.new_page()
    page.clock.install()
    page.goto("/events/new")
    return page


def test_one_tap_keeps_staff_in_and_what_they_typed(
    phone: Phones, cast: Cast, app: Flask, enter: Enter, address: str, clock: TestClock
):
    page = opened(phone, app, enter, cast.librarian, address)
    page.get_by_label("名称").first.fill("《活着》分享会")
    notice = page.locator("[data-stay]")
    page.clock.run_for(24 * 60_000)
    expect(notice).to_be_hidden()
    page.clock.run_for(2 * 60_000)
    clock.advance(minutes=26)
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("5 分钟后会自动退出登录")
    assert (axe(page), measures(page)) == ([], [])
    notice.get_by_role("button", name="继续使用").click()
    expect(notice).to_be_hidden()
    expect(page.get_by_label("名称").first).to_have_value("《活着》分享会")
    clock.advance(minutes=29)
    page.reload()
    expect(page).to_have_url(f"{address}/events/new")


def test_who_lets_it_pass_is_told_where_to_sign_in(
    phone: Phones, cast: Cast, app: Flask, enter: Enter, address: str
):
    page = opened(phone, app, enter, cast.librarian, address)
    page.clock.run_for(31 * 60_000)
    notice = page.locator("[data-stay]")
    expect(notice).to_contain_text("您已退出登录")
    expect(notice.get_by_role("button")).to_be_hidden()
    expect(notice.get_by_role("link")).to_have_attribute("href", "/sign-in")
