"""Everything a resident and a host must do works in a browser that runs no script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Phones
from tests.browser.journey import join, log, main_action, said
from tests.check_in.codes import link, six_digits
from tests.stage import HOME, Stage

pytestmark = pytest.mark.look


def plain(phone: Phones, person=None) -> Page:
    """Return a page of a browser without JavaScript."""
    return phone(person, java_script_enabled=False).new_page()


def test_join_and_log(phone: Phones, stage: Stage):
    page = plain(phone)
    page.goto("/")
    main_action(page).click()
    join(page, "马晓燕", "13866660000", "kysq")
    expect(page.locator("h1")).to_contain_text("马晓燕")
    main_action(page).click()
    log(page, "红旗渠的故事", 30)
    expect(page.locator("main")).to_contain_text("红旗渠的故事")


def test_join_choosing_the_community_by_township(phone: Phones, stage: Stage):
    page = plain(phone)
    page.goto("/join")
    page.locator("a[href*='/communities']").first.click()
    page.get_by_role("link", name="开元街道").click()
    page.get_by_role("link", name="兴林社区").click()
    expect(page).to_have_url(re.compile("/join"))
    expect(page.locator("[name=community]")).to_have_value(re.compile("兴林社区"))


def test_a_name_that_means_several_places_is_chosen_from_a_list(phone: Phones, stage: Stage):
    page = plain(phone)
    page.goto("/join")
    join(page, "马晓燕", "13866660000", "社区")
    page.get_by_label("兴林社区").check()
    page.fill("[name=password]", "书香伴我行2026")
    main_action(page).click()
    expect(page.locator("h1")).to_contain_text("马晓燕")


def test_sign_up_and_give_up(phone: Phones, stage: Stage):
    page = plain(phone, stage.cast.neighbour)
    page.goto("/events")
    page.get_by_role("link", name=stage.coming.title).click()
    main_action(page).click()
    expect(said(page)).to_contain_text("单田方")
    page.locator("main form[action$=removal] button").click()
    expect(said(page)).to_contain_text("单田方")
    expect(main_action(page)).to_have_count(1)


def test_mark_attendance_and_undo(phone: Phones, stage: Stage):
    page = plain(phone, stage.cast.librarian)
    page.goto(f"/events/{stage.soon.id}/roster")
    line = page.locator(".roster > li", has_text="单田方")
    line.locator(".mark[value=present]").click()
    expect(line.locator(".mark[value=present]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-count=present]")).to_have_text("1")
    line.locator(".mark[value=undone]").click()
    expect(page.locator("[data-count=present]")).to_have_text("0")
    page.fill("[type=search]", "8888")
    page.locator("[role=search] button").click()
    expect(page.locator(".roster > li")).to_have_count(0)


def test_plan_an_event(phone: Phones, stage: Stage):
    page = plain(phone, stage.cast.librarian)
    page.goto("/events/new")
    page.fill("[name=title]", "《西游记》交流会")
    page.fill("[name=starts_at]", "2026-11-20T19:00")
    page.fill("[name=ends_at]", "2026-11-20T20:30")
    page.fill("[name=venue]", "社区书屋")
    page.select_option("[name=community]", HOME)
    main_action(page).click()
    expect(page.locator("h1")).to_have_text("《西游记》交流会")


def test_search_a_book(phone: Phones, stage: Stage):
    page = plain(phone)
    page.goto("/books")
    page.fill("[type=search]", "pfdsj")
    page.locator("[role=search] button").click()
    page.get_by_role("link", name="平凡的世界").click()
    expect(page.locator("h1")).to_contain_text("平凡的世界")


def test_check_in(phone: Phones, stage: Stage):
    page = plain(phone, stage.cast.neighbour)
    page.goto(link(stage.soon))
    main_action(page).click()
    expect(said(page)).to_contain_text("单田方")


def test_check_in_by_the_six_digits(phone: Phones, stage: Stage):
    page = plain(phone, stage.cast.neighbour)
    page.goto("/check-in")
    page.get_by_label(stage.soon.title).check()
    page.fill("[name=code]", six_digits(stage.soon))
    main_action(page).click()
    main_action(page).click()
    expect(said(page)).to_contain_text("单田方")


def test_the_screen_of_the_hall_loads_itself_anew(phone: Phones, stage: Stage):
    page = plain(phone, stage.cast.librarian)
    page.goto(f"/events/{stage.soon.id}/screen")
    expect(page.locator(".qr svg")).to_be_visible()
    assert page.evaluate("document.querySelector('meta[http-equiv=refresh]').content") == "8"
