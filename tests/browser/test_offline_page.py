"""The roster's page as it is kept for want of a network: what it says of the network, its menu, what it refuses."""

import pytest
from playwright.sync_api import expect

from reading.events import actions as events
from reading.events.models import Event
from tests.browser.checks import axe, measures
from tests.browser.conftest import Phones
from tests.browser.offline import all_sent, back_online, keeps, line_of, mark, marks_of, opened
from tests.browser.offline import hall as hall
from tests.clock import TestClock
from tests.stage import Stage

pytestmark = pytest.mark.look


def test_a_network_that_is_back_is_no_longer_missed(phone: Phones, stage: Stage, hall: Event):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    context.set_offline(True)
    page.reload()
    as_of = page.locator("[data-as-of]")
    expect(as_of).to_contain_text("没有网络")
    mark(page, "单田方", "present")
    keeps(page, 1)
    back_online(context, page)
    expect(as_of).to_have_text("名单是 14:00 的。")
    assert (axe(page), measures(page)) == ([], [])
    context.set_offline(True)
    expect(as_of).to_contain_text("没有网络")


def test_the_page_kept_without_names_has_the_menu_of_who_is_signed_in(
    phone: Phones, stage: Stage, hall: Event
):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    context.set_offline(True)
    page.reload()
    expect(page.locator(".nav a[href='/me']")).to_be_visible()
    expect(page.locator(".nav a[href='/sign-in']")).to_have_count(0)


def test_a_walk_in_with_a_name_nobody_can_keep_is_refused_by_the_phone(
    phone: Phones, stage: Stage, hall: Event
):
    context, name = phone(stage.cast.librarian), "王" * 41
    page = opened(context, hall)
    context.set_offline(True)
    page.reload()
    page.locator("input[type=search]").fill(name)
    page.locator("[data-nobody] button").click()
    expect(page.locator("[data-said] p")).to_have_text("最多写 40 个字。")
    keeps(page, 0)
    expect(line_of(page, name)).to_have_count(0)
    expect(page.locator("#walk-in [name=name]")).to_have_attribute("maxlength", "40")


def test_a_phone_that_is_back_says_that_the_event_was_cancelled_and_only_takes_back(
    phone: Phones, stage: Stage, hall: Event, clock: TestClock
):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    context.set_offline(True)
    page.reload()
    mark(page, "单田方", "present")
    keeps(page, 1)
    clock.advance(minutes=5)
    events.cancel(hall.id, "停电", stage.cast.librarian.id)
    expect(page.locator("[data-off]")).to_be_hidden()
    back_online(context, page)
    # What the phone noted before it knew is kept; nothing new is offered.
    assert marks_of(hall) == [("单田方", "present")]
    told = page.locator("[data-off]")
    expect(told).to_contain_text("活动已取消")
    expect(told).to_contain_text("现在只能撤销已有的记录")
    for gone in ("#walk-in", "#heads", "[data-scan]"):
        expect(page.locator(gone)).to_be_hidden()
    expect(line_of(page, "张晓明").locator(".mark:visible")).to_have_count(0)
    expect(line_of(page, "单田方").locator(".mark:visible:enabled")).to_have_count(1)
    assert (axe(page), measures(page)) == ([], [])
    mark(page, "单田方", "undone")
    all_sent(page)
    assert set(marks_of(hall)) == {("单田方", "present"), ("单田方", "undone")}
    expect(line_of(page, "单田方").locator(".mark:visible")).to_have_count(0)


def test_a_page_that_was_open_while_the_event_was_cancelled_says_so_with_the_next_mark(
    phone: Phones, stage: Stage, hall: Event, clock: TestClock
):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    clock.advance(minutes=5)
    events.cancel(hall.id, "停电", stage.cast.librarian.id)
    mark(page, "单田方", "present")
    expect(page.locator("[data-off]")).to_be_visible()
    expect(page.locator("[data-ready]")).to_be_hidden()
    expect(line_of(page, "张晓明").locator(".mark:visible")).to_have_count(0)
