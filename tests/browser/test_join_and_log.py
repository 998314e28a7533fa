"""A resident joins on an old phone, writes down what they read, and does it again in a moment."""

import re

from playwright.sync_api import Route, expect

from tests.browser.conftest import Phones
from tests.browser.journey import Thumb, join, log, main_action, said
from tests.stage import Stage

NEW_PHONE = "13866660000"


def test_what_is_typed_before_the_script_is_there_finds_the_community_too(phone: Phones, stage: Stage):
    page, held = phone().new_page(), list[Route]()
    page.route(re.compile(r"/static/communities\.js"), lambda script: held.append(script))
    page.goto("/join", wait_until="commit")
    page.locator("[name=community]").press_sequentially("kysq")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator(".offered button").first).to_have_text("开元街道 开元社区")


def test_a_resident_joins_by_pinyin_initials_and_logs_a_book(phone: Phones, stage: Stage):
    page = phone().new_page()
    page.goto("/")
    main_action(page).click()
    page.locator("[name=community]").press_sequentially("kysq")
    offered = page.locator(".offered button").first
    expect(offered).to_have_text("开元街道 开元社区")
    offered.click()
    expect(page.locator("[name=community]")).to_have_value("开元街道 开元社区")
    join(page, "马晓燕", NEW_PHONE, "开元街道 开元社区")
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.locator("h1")).to_contain_text("马晓燕")

    main_action(page).click()
    log(page, "红旗渠的故事", 30)
    expect(page).to_have_url(re.compile(r"/logbook$"))
    expect(said(page)).to_contain_text("3")  # thirty pages, three points
    expect(page.locator("main")).to_contain_text("红旗渠的故事")


def test_a_place_typed_by_its_initials_is_found_when_the_suggestion_is_not_taken(phone: Phones, stage: Stage):
    page = phone().new_page()
    page.goto("/join")
    join(page, "马晓燕", NEW_PHONE, "szc")
    expect(page.locator("h1")).to_contain_text("马晓燕")
    page.goto("/me")
    expect(page.locator("main")).to_contain_text("上庄村")


def test_a_book_read_before_takes_three_taps_and_one_typed_field_at_most(phone: Phones, stage: Stage):
    page = phone(stage.cast.resident, has_touch=True).new_page()
    thumb = Thumb(page)
    page.goto("/")
    thumb.tap(page.locator("main a", has_text="平凡的世界").first)
    thumb.type(page.locator("[name=pages]"), "18")
    thumb.tap(main_action(page))
    expect(said(page)).to_contain_text("平凡的世界")
    assert thumb.taps <= 3
    assert thumb.typed <= 1

    thumb = Thumb(page)
    page.goto("/")
    thumb.tap(main_action(page))
    thumb.tap(page.locator("label", has_text="平凡的世界"))
    thumb.type(page.locator("[name=pages]"), "12")
    thumb.tap(main_action(page))
    expect(said(page)).to_contain_text("平凡的世界")
    assert thumb.taps <= 3
    assert thumb.typed <= 1


def test_a_double_tap_on_save_makes_one_record(phone: Phones, stage: Stage):
    page = phone(stage.cast.neighbour).new_page()
    page.goto("/logbook/new")
    page.fill("[name=book]", "朝花夕拾")
    page.fill("[name=pages]", "10")
    main_action(page).dblclick()
    expect(said(page)).to_contain_text("朝花夕拾")
    page.goto("/logbook?month=2026-11")
    expect(page.locator("main .list .title", has_text="朝花夕拾")).to_have_count(1)
