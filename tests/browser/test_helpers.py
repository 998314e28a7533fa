"""A resident offers to help, takes the attendance that evening, and finds the hours afterwards; without a script."""

from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.conftest import Phones
from tests.browser.journey import main_action, said
from tests.clock import TestClock
from tests.stage import Stage

# On how many lines each of these elements is written.
LINES = """cells => cells.map(cell => {
    const words = document.createRange();
    words.selectNodeContents(cell);
    return new Set(Array.from(words.getClientRects(), line => line.top)).size;
})"""


def test_help_be_named_take_attendance_and_see_ones_hours(
    phone: Phones, stage: Stage, clock: TestClock
) -> None:
    event = stage.coming
    own = phone(stage.cast.neighbour, java_script_enabled=False).new_page()
    own.goto(f"/events/{event.id}")
    own.get_by_role("link", name="来当志愿者").click()
    main_action(own).click()
    expect(said(own)).to_contain_text("单田方已报名当志愿者")

    desk = phone(stage.cast.librarian, java_script_enabled=False).new_page()
    desk.goto(f"/events/{event.id}")
    desk.get_by_role("link", name="志愿者（1 人）").click()
    desk.get_by_role("button", name="请单田方点名").click()
    expect(desk.locator(".tag-strong")).to_have_text("负责点名")

    clock.set(event.starts_at)
    own.goto("/")
    own.get_by_role("link", name="开始点名").click()
    expect(own.locator(".roster > li", has_text="张晓明")).to_be_visible()

    clock.set(event.ends_at + timedelta(minutes=5))
    desk.reload()
    hours = desk.get_by_label("单田方的时长")
    expect(hours).to_have_value("1.5")
    hours.fill("二")
    main_action(desk).click()
    expect(desk.locator(".summary")).to_contain_text("最多一位小数")
    expect(hours).to_have_value("二")
    hours.fill("2")
    main_action(desk).click()
    expect(said(desk)).to_contain_text("保存好了")

    own.goto("/me/helping")
    expect(own.locator(".figures")).to_contain_text("2")
    expect(own.locator("ul.list .tag-strong")).to_have_text("2 小时")

    desk.get_by_role("link", name="本地志愿服务时长").click()
    row = desk.locator(".scroll tbody tr", has_text="单田方")
    expect(row).to_be_visible()
    assert row.locator("th, td").evaluate_all(LINES) == [1, 1, 1, 1]


def test_a_secret_calendar_is_made_and_revoked(phone: Phones, stage: Stage) -> None:
    page = phone(stage.cast.neighbour, java_script_enabled=False).new_page()
    page.goto("/me")
    page.get_by_role("link", name="手机日历").click()
    page.get_by_role("button", name="为单田方生成地址").click()
    address = page.get_by_label("专用地址").input_value()
    feed = page.request.get(address)
    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "《红旗渠》读书交流会" in feed.text().replace("\r\n ", "")
    page.get_by_role("button", name="作废单田方的地址").click()
    expect(said(page)).to_contain_text("已作废")
    assert page.request.get(address).status == 404
