"""长辈版: one switch, on every page, and it stays."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import axe, measures
from tests.browser.conftest import Phones
from tests.browser.journey import main_action
from tests.stage import Stage

pytestmark = pytest.mark.look

SWITCH = ".switch a[href*='/text-size/{}']"


def is_set(page: Page, size: str) -> None:
    """Wait until the page is set in text of this size."""
    classes = {"normal": "html:not(.large)", "large": "html.large", "largest": "html.large.largest"}
    expect(page.locator(classes[size])).to_have_count(1)


@pytest.mark.parametrize("start", ["/events?view=past", "/logbook/new", "/me/household"])
def test_the_switch_comes_back_to_the_page_and_stays_on_the_next_ones(
    start: str, phone: Phones, stage: Stage
):
    page = phone(stage.cast.resident).new_page()
    page.goto(start)
    is_set(page, "normal")
    page.locator(SWITCH.format("large")).click()
    is_set(page, "large")
    page.wait_for_url("**" + start.replace("?", r"\?"))
    for path in ("/", "/events", "/logbook", "/leaderboards", "/no-such-page"):
        page.goto(path)
        is_set(page, "large")
        assert measures(page, "large") + axe(page) == [], path
    page.locator(SWITCH.format("normal")).click()
    expect(page).to_have_url(re.compile("/no-such-page"))
    is_set(page, "normal")


def test_large_text_can_be_made_larger_still(phone: Phones, stage: Stage):
    page = phone(stage.cast.resident).new_page()
    page.goto("/text-size/large?next=/")
    page.locator(SWITCH.format("largest")).click()
    is_set(page, "largest")
    page.wait_for_url("**/")
    for path in ("/", "/logbook/new", "/me"):
        page.goto(path)
        is_set(page, "largest")
        assert measures(page, "largest") + axe(page) == [], path
    page.locator(SWITCH.format("normal")).click()
    is_set(page, "normal")


def test_a_book_is_logged_in_large_text_with_nothing_in_the_way(phone: Phones, stage: Stage):
    page = phone(stage.cast.resident).new_page()
    page.goto("/text-size/large?next=/")
    main_action(page).click()
    page.locator("label", has_text="平凡的世界").click()
    page.fill("[name=pages]", "20")
    main_action(page).click()
    expect(page.locator(".note-success")).to_contain_text("平凡的世界")
    is_set(page, "large")
