"""Reading moves the board."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Phones
from tests.browser.journey import log
from tests.stage import HOME, Stage
from tests.stage_data import READERS

BY_PAGES = f"/communities/{HOME}/leaderboard?by=pages"
LAST = len(READERS) - 1


def own_place(page: Page) -> int:
    """Return the place of one's own line on the board of pages."""
    page.goto(BY_PAGES)
    return int(page.locator(".board li.me .place").inner_text())


def test_a_shown_reader_moves_up_for_everybody(phone: Phones, stage: Stage):
    reader, name, seen_as = stage.readers[LAST], "欧阳文轩", "欧**轩"
    own = phone(reader).new_page()
    before = own_place(own)
    other = phone(stage.cast.outsider).new_page()
    other.goto(BY_PAGES)
    lines = other.locator(".board li:not(.gap) .who")
    expect(lines.filter(has_text=name)).to_have_count(0)
    assert seen_as in lines.nth(before - 1).inner_text()

    own.goto("/logbook/new")
    log(own, "红旗渠", 50)
    after = own_place(own)
    assert after < before
    other.reload()
    place = other.locator(".board li", has_text=seen_as).locator(".place")
    expect(place).to_have_text(str(after))


def test_a_hidden_reader_sees_their_own_line_and_nobody_else_does(phone: Phones, stage: Stage):
    own = phone(stage.cast.neighbour).new_page()
    own.goto("/logbook/new")
    log(own, "红旗渠", 70)
    own.goto(BY_PAGES)
    expect(own.locator(".board li.me")).to_have_count(1)
    other = phone(stage.readers[0]).new_page()
    other.goto(BY_PAGES)
    expect(other.locator(".board")).not_to_contain_text("70")
    expect(other.locator(".board")).not_to_contain_text("单")
