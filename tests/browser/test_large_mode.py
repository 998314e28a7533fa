"""长辈版: one switch, on every page, and it stays."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import axe, measures
from tests.browser.conftest import Phones
from tests.browser.journey import main_action
from tests.stage import Stage

SWITCH = ".switch a[href*='/text-size/{}']"


def is_large(page: Page) -> bool:
    """Tell whether the page is set in large text."""
    return page.locator("html.large").count() == 1


@pytest.mark.look
@pytest.mark.parametrize("start", ["/events?view=past", "/logbook/new", "/me/household"])
def test_the_switch_comes_back_to_the_page_and_stays_on_the_next_ones(
    start: str, phone: Phones, stage: Stage
):
    page = phone(stage.cast.resident).new_page()
    page.goto(start)
    assert not is_large(page)
    page.locator(SWITCH.format("large")).click()
    page.wait_for_url("**" + start.replace("?", r"\?"))
    assert is_large(page)
    for path in ("/", "/events", "/logbook", "/leaderboards", "/no-such-page"):
        page.goto(path)
        assert is_large(page), path
        assert measures(page, "large") + axe(page) == [], path
    page.locator(SWITCH.format("normal")).click()
    expect(page).to_have_url(re.compile("/no-such-page"))
    assert not is_large(page)


@pytest.mark.look
def test_large_text_can_be_made_larger_still(phone: Phones, stage: Stage):
    page = phone(stage.cast.resident).new_page()
    page.goto("/text-size/large?next=/")
    page.locator(SWITCH.format("largest")).click()
    page.wait_for_url("**/")
    for path in ("/", "/logbook/new", "/me"):
        page.goto(path)
        assert page.locator("html.large.largest").count() == 1
        assert measures(page, "largest") + axe(page) == [], path
    page.locator(SWITCH.format("normal")).click()
    assert not is_large(page)


def test_a_book_is_logged_in_large_text_with_nothing_in_the_way(phone: Phones, stage: Stage):
    page = phone(stage.cast.resident).new_page()
    page.goto("/text-size/large?next=/")
    main_action(page).click()
    page.locator("label", has_text="平凡的世界").click()
    page.fill("[name=pages]", "20")
    main_action(page).click()
    expect(page.locator(".note-success")).to_contain_text("平凡的世界")
    assert is_large(page)
