"""A librarian plans a sharing session at the desk; a resident comes; the roster is kept in the hall."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, Phones
from tests.browser.journey import main_action, said
from tests.stage import HOME, Stage

TITLE = "《朝花夕拾》分享会"


def test_plan_sign_up_and_mark_with_one_tap(phone: Phones, stage: Stage):
    desk = phone(stage.cast.librarian, viewport=DESKTOP).new_page()
    desk.goto("/staff")
    desk.locator("main a[href='/events/new']").first.click()
    desk.locator("label", has_text="读书分享会").first.click()
    desk.fill("[name=title]", TITLE)
    desk.fill("[name=starts_at]", "2026-11-18T14:30")
    desk.fill("[name=ends_at]", "2026-11-18T16:00")
    desk.fill("[name=venue]", "社区书屋")
    desk.select_option("[name=community]", HOME)
    desk.fill("[name=capacity]", "20")
    main_action(desk).click()
    expect(desk.locator("h1")).to_have_text(TITLE)
    planned = desk.url

    own = phone(stage.cast.neighbour).new_page()
    own.goto("/events")
    own.get_by_role("link", name=TITLE).click()
    main_action(own).click()
    expect(said(own)).to_contain_text("单田方")

    hall = phone(stage.cast.librarian).new_page()
    hall.goto(f"{planned}/roster")
    line = hall.locator(".roster > li", has_text="单田方")
    present, undo = line.locator(".mark[value=present]"), line.locator(".mark[value=undone]")
    for mark, pressed, count in ((present, "true", "1"), (undo, "false", "0"), (present, "true", "1")):
        with hall.expect_response("**/attendance") as answer:
            mark.click()
        assert answer.value.json()["marks"][0]["result"] == "stored"
        expect(present).to_have_attribute("aria-pressed", pressed)
        expect(hall.locator("[data-count=present]")).to_have_text(count)
    hall.reload()
    expect(hall.locator("[data-count=present]")).to_have_text("1")

    own.goto("/points")
    expect(own.locator("main")).to_contain_text(TITLE)
    own.goto(re.sub(r"\?.*", "", planned))
    expect(own.locator("main")).to_contain_text("单田方")


def test_a_mark_that_cannot_be_sent_is_kept_and_said_and_sent_later(phone: Phones, stage: Stage):
    context = phone(stage.cast.librarian)
    page = context.new_page()
    page.goto(f"/events/{stage.soon.id}/roster")
    line = page.locator(".roster > li", has_text="单田方")
    context.set_offline(True)
    line.locator(".mark[value=present]").click()
    expect(page.locator("[data-kept]")).to_contain_text("有 1 条点名存在这部手机上，还没发送")
    with page.expect_response("**/attendance"):
        context.set_offline(False)
    expect(page.locator("[data-kept]")).to_be_hidden()
    expect(line.locator(".mark[value=present]")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(line.locator(".mark[value=present]")).to_have_attribute("aria-pressed", "true")


def test_somebody_who_just_came_is_found_by_initials_and_marked(phone: Phones, stage: Stage):
    page = phone(stage.cast.librarian).new_page()
    page.goto(f"/events/{stage.soon.id}/roster")
    page.fill("[type=search]", "wdy")
    page.locator("[role=search] button").click()
    line = page.locator(".roster > li", has_text="吴大爷")
    with page.expect_response("**/attendance"):
        line.locator(".mark[value=present]").click()
    page.goto(f"/events/{stage.soon.id}/roster")
    expect(line.locator(".mark[value=present]")).to_have_attribute("aria-pressed", "true")


def test_who_waits_moves_up_and_is_told_at_home(phone: Phones, stage: Stage):
    seated = phone(stage.readers[0]).new_page()
    seated.goto(f"/events/{stage.full.id}")
    seated.locator("main form[action$=removal] button").click()
    expect(seated.locator(".note-success")).to_be_visible()

    waiting = phone(stage.readers[2]).new_page()
    waiting.goto("/")
    notice = waiting.locator(".note", has_text=stage.full.title)
    expect(notice).to_be_visible()
    notice.locator("form button").click()
    expect(notice).to_have_count(0)
