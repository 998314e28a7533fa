"""The log form with its scripts: suggestions while typing, one book and not two, days with one tap."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.books.catalogue import DREAM_13, add
from tests.browser.checks import axe
from tests.browser.conftest import Phones
from tests.cast import Cast
from tests.logbook.telling import TODAY, entries, keep, only_entry

pytestmark = pytest.mark.look


@pytest.fixture
def form(app: Flask, cast: Cast, phone: Phones) -> Page:
    """The open log form of somebody who has begun 活着."""
    add("红楼梦", "曹雪芹", isbn=DREAM_13)
    add("红楼梦研究", "俞平伯")
    keep(cast.resident, "活着", TODAY - timedelta(days=1))
    page = phone(cast.resident).new_page()
    page.goto("/logbook/new")
    return page


def test_a_book_read_before_is_saved_with_three_taps_and_one_typed_field(form: Page) -> None:
    form.goto("/")
    form.get_by_role("link", name="记一笔").first.click()
    form.locator("label", has_text="活着").click()
    form.get_by_label("读了多少页").fill("30")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("status")).to_contain_text("记好了：《活着》。")
    assert [entry.book.title for entry in entries()] == ["活着", "活着"]


def test_a_suggested_book_is_chosen_with_the_keyboard(form: Page) -> None:
    title, listbox = form.get_by_label("书名"), form.get_by_role("listbox")
    title.fill("hlm")
    expect(listbox.get_by_role("option")).to_have_count(2)
    expect(title).to_have_attribute("aria-expanded", "true")
    assert axe(form) == []
    title.press("ArrowUp")
    title.press("ArrowDown")
    first = listbox.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert title.get_attribute("aria-activedescendant") == first.get_attribute("id")
    title.press("Enter")
    expect(title).to_have_value("红楼梦")
    expect(listbox).to_be_hidden()
    form.get_by_label("读了多少页").fill("12")
    form.get_by_role("button", name="保存").click()
    form.wait_for_url("**/logbook")
    assert [entry.book.isbn for entry in entries() if entry.pages == 12] == [DREAM_13]


def test_a_chosen_number_goes_when_another_title_is_typed(form: Page) -> None:
    title = form.get_by_label("书名")
    title.press_sequentially("红楼")
    form.get_by_role("option", name="红楼梦 曹雪芹").click()
    expect(form.locator("#isbn")).to_have_value(DREAM_13)
    title.fill("别的书")
    expect(form.locator("#isbn")).to_have_value("")


def test_escape_and_leaving_the_field_close_the_list(form: Page) -> None:
    title, listbox = form.get_by_label("书名"), form.get_by_role("listbox")
    title.fill("红楼")
    expect(listbox).to_be_visible()
    title.press("Escape")
    expect(listbox).to_be_hidden()
    expect(title).to_have_value("红楼")
    title.press("ArrowDown")
    expect(listbox).to_be_visible()
    title.press("Tab")
    expect(listbox).to_be_hidden()
    expect(title).to_have_attribute("aria-expanded", "false")


def test_typing_a_title_and_choosing_a_book_undo_each_other(form: Page) -> None:
    title, pick = form.get_by_label("书名"), form.get_by_role("radio", name="活着")
    form.locator("label", has_text="活着").click()
    title.fill("三体")
    expect(pick).not_to_be_checked()
    form.locator("label", has_text="活着").click()
    expect(title).to_have_value("")


def test_yesterday_is_one_tap(form: Page) -> None:
    day = form.get_by_role("button", name="昨天")
    expect(form.get_by_role("button", name="今天")).to_have_attribute("aria-pressed", "true")
    day.click()
    expect(day).to_have_attribute("aria-pressed", "true")
    expect(form.locator("#read_on")).to_have_value("2026-11-17")


def test_when_no_suggestion_comes_the_field_stays_a_field(app: Flask, cast: Cast, phone: Phones) -> None:
    page = phone(cast.resident).new_page()
    page.route("**/books/search*", lambda route: route.fulfill(body="a wall of the Wi-Fi"))
    page.goto("/logbook/new")
    page.get_by_label("书名").press_sequentially("红楼梦")
    page.get_by_label("读了多少页").fill("3")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/logbook")
    assert only_entry().book.title == "红楼梦"


def test_without_scripts_everything_is_there(app: Flask, cast: Cast, phone: Phones) -> None:
    keep(cast.resident, "活着")
    page = phone(cast.resident, java_script_enabled=False).new_page()
    page.goto("/logbook/new")
    expect(page.get_by_role("button", name="昨天")).to_be_hidden()
    page.locator("label", has_text="活着").click()
    page.get_by_label("读了多少分钟").fill("15")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/logbook")
    page.get_by_role("link", name="活着").first.click()
    page.get_by_label("读了多少分钟").fill("20")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/logbook?month=2026-11")
    assert 20 in {entry.minutes for entry in entries()}


def test_the_catalogue_s_search_opens_the_chosen_book(app: Flask, phone: Phones) -> None:
    book_id: uuid.UUID = add("红楼梦", "曹雪芹", isbn=DREAM_13).id
    page = phone().new_page()
    page.goto("/books")
    page.locator("#q").press_sequentially("hlm")
    page.get_by_role("option", name="红楼梦").click()
    page.wait_for_url(f"**/books/{book_id}")
