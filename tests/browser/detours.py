"""Ways to begin a form, leave it for a moment, and look whether the tab holds what was typed."""

import re
from datetime import timedelta

from playwright.sync_api import Page, Route, expect

from reading.people.models import Account, Resident
from tests.browser.conftest import Phones
from tests.logbook.telling import TODAY

PHONE = "13866660000"
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()


def opened(phone: Phones, who: Account | Resident | None, path: str) -> Page:
    """Return a page of somebody's phone that shows ``path``."""
    page = phone(who).new_page()
    page.goto(path)
    return page


def touch(page: Page) -> None:
    """Begin to fill in, and wait for the script that comes with that."""
    with page.expect_response(re.compile(r"/static/keep\.js")):
        page.locator("main form[id] input:visible").first.focus()


def choose_xinglin(page: Page) -> None:
    """Choose a community by its township, and come back to the form."""
    page.locator("a.pick").click()
    page.get_by_role("link", name="开元街道").click()
    page.get_by_role("link", name="兴林社区").click()
    home = page.get_by_role("link", name="就选兴林社区")
    if "/communities" in page.url and home.count():
        home.click()
    expect(page.locator("[name=community]")).to_have_value(re.compile("兴林社区"))


def write_a_record(page: Page) -> None:
    touch(page)
    page.fill("[name=book]", "三体")
    page.fill("[name=pages]", "30")
    page.check("[name=finished]")
    page.get_by_role("button", name="昨天").click()
    page.locator("main summary").click()
    page.fill("[name=reflection]", "第一行\n第二行")


def expect_that_record(page: Page) -> None:
    expect(page.locator("[name=book]")).to_have_value("三体")
    expect(page.locator("[name=pages]")).to_have_value("30")
    expect(page.locator("[name=finished]")).to_be_checked()
    expect(page.get_by_role("button", name="昨天")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[name=reflection]")).to_have_value("第一行\n第二行")
    expect(page.locator("[name=reflection]")).to_be_visible()


def begin_to_move(page: Page) -> None:
    """Say who moves and since when, and leave for the list of townships."""
    touch(page)
    page.get_by_label("张晓明").uncheck()
    page.fill("[name=since]", YESTERDAY)
    page.locator("a.pick").click()
    page.wait_for_url(re.compile(r"/communities\?"))
    assert is_held(page)


def is_held(page: Page) -> bool:
    """Tell whether this tab holds what was typed in a form."""
    return bool(page.evaluate("'typed' in sessionStorage"))


def no_script(route: Route) -> None:
    """Answer as if the script were not there."""
    route.fulfill(body="", content_type="text/javascript")
