"""An organizer plans a course around a holiday, moves a class for rain, and a resident reads why; without a script."""

from playwright.sync_api import expect

from tests.browser.conftest import Phones
from tests.browser.journey import main_action
from tests.stage import HOME, Stage


def test_plan_look_at_the_dates_start_move_and_be_told(phone: Phones, stage: Stage):
    desk = phone(stage.cast.librarian, java_script_enabled=False).new_page()
    desk.goto("/courses/new")
    typed = {
        "title": "养蜂入门", "starts_at": "2026-12-01T19:00", "ends_at": "2026-12-01T20:30", "classes": "4",
        "required_hours": "4", "venue": "社区活动室",
    }  # fmt: skip
    for name, value in typed.items():
        desk.fill(f"[name={name}]", value)
    desk.select_option("[name=community]", HOME)
    desk.locator("details summary").first.click()
    desk.fill("[name=no_class_on]", "12月15日")
    desk.locator("button[name=show]").click()
    expect(desk.locator("#shown li")).to_have_count(4)
    expect(desk.locator("#shown li").nth(2)).to_contain_text("12月22日")
    main_action(desk).click()
    expect(desk.locator("h1")).to_have_text("养蜂入门")
    course = desk.url

    own = phone(stage.cast.neighbour, java_script_enabled=False).new_page()
    own.goto(course)
    main_action(own).click()
    expect(own.locator(".note-success")).to_contain_text("单田方")

    desk.locator("main .list a.title").first.click()
    desk.locator("a[href$=new-date]").click()
    desk.fill("[name=starts_at]", "2026-12-02T19:00")
    desk.fill("[name=ends_at]", "2026-12-02T20:30")
    desk.fill("[name=reason]", "下雨，路滑")
    main_action(desk).click()
    expect(desk.locator(".when")).to_contain_text("12月2日")

    own.goto("/")
    expect(own.locator(".note", has_text="养蜂入门")).to_contain_text("下雨，路滑")
