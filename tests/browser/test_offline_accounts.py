"""Whose the rosters and marks on a phone are: nobody else sees them, and nobody else sends them."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from reading.events.models import Event
from tests.browser.checks import axe, measures
from tests.browser.conftest import Phones
from tests.browser.journey import sign_in
from tests.browser.offline import all_sent, keeps, kept_rosters, mark, marks_of, opened, stands
from tests.browser.offline import hall as hall
from tests.pages import Visitor
from tests.stage import Stage

pytestmark = pytest.mark.look

DAY_MS = 24 * 3600 * 1000


def signed_in_as(app: Flask, context: BrowserContext, address: str, person: Any) -> None:
    """Let somebody else use this phone: signing in also begins a new session, with another token for its forms."""
    context.clear_cookies(name=app.config["SESSION_COOKIE_NAME"])
    cookie = Visitor(app).sign_in(person).client.get_cookie(app.config["SIGN_IN_COOKIE_NAME"])
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


def test_another_account_on_the_phone_sees_and_sends_nothing(
    phone: Phones, stage: Stage, hall: Event, app: Flask, address: str
):
    # The roster asks again every ten seconds, and must tell the other account nothing.
    context, event = phone(stage.cast.librarian, answers=(404,)), hall
    page = opened(context, event)
    context.route("**/attendance", lambda route: route.abort("internetdisconnected"))
    # Until the phone has tried, a sending that began for this account would go on under the other's cookie.
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/attendance")):
        mark(page, "单田方", "present")
    keeps(page, 1)
    other = context.new_page()
    signed_in_as(app, context, address, stage.cast.resident)
    other.goto("/")
    context.unroute("**/attendance")
    page.evaluate("readingQueue.send()")
    assert marks_of(event) == []
    context.set_offline(True)
    other.goto(f"/events/{event.id}/roster")
    expect(other.locator("[data-as-of]")).to_contain_text("以前没打开过这份点名册")
    assert "单田方" not in other.content()
    other.goto("about:blank")
    page.close()
    context.set_offline(False)
    signed_in_as(app, context, address, stage.cast.librarian)
    other.goto("/")
    other.goto(f"/events/{event.id}/roster")
    all_sent(other)
    stands(other, "单田方", "present")
    assert marks_of(event) == [("单田方", "present")]


def test_a_session_that_ended_asks_to_sign_in_and_goes_on(
    phone: Phones, stage: Stage, hall: Event, app: Flask
):
    context, event = phone(stage.cast.librarian), hall
    page = opened(context, event)
    context.clear_cookies(name=app.config["SIGN_IN_COOKIE_NAME"])
    mark(page, "单田方", "present")
    keeps(page, 1)
    page.locator("[data-sign-in]").click()
    page.wait_for_url("**/sign-in?**")
    sign_in(page, stage.cast.librarian.phone)
    page.wait_for_url("**/roster")
    all_sent(page)
    assert marks_of(event) == [("单田方", "present")]


def test_a_token_that_went_stale_is_renewed(
    phone: Phones, stage: Stage, hall: Event, app: Flask, address: str
):
    context = phone(stage.cast.librarian, answers=(400,))
    page = opened(context, hall)
    with page.expect_response("**/attendance"):
        mark(page, "单田方", "present")
    all_sent(page)
    signed_in_as(app, context, address, stage.cast.librarian)
    with page.expect_response(lambda answer: answer.url.endswith("/attendance") and answer.status == 200):
        mark(page, "郭建国", "present")
    all_sent(page)
    assert sorted(marks_of(hall)) == [("单田方", "present"), ("郭建国", "present")]


def test_signing_out_warns_while_marks_wait(phone: Phones, stage: Stage, hall: Event):
    context, event = phone(stage.cast.librarian), hall
    page = opened(context, event)
    context.route("**/attendance", lambda route: route.abort("internetdisconnected"))
    mark(page, "单田方", "present")
    keeps(page, 1)
    page.locator(".foot form button").click()
    expect(page.locator("main")).to_contain_text("还有 1 条点名没有发送")
    assert (axe(page), measures(page)) == ([], [])
    context.unroute("**/attendance")
    page.locator("main .actions a").click()
    all_sent(page)
    page.locator(".foot form button").click()
    expect(page.locator("main .actions")).not_to_contain_text("回到点名册")
    assert marks_of(event) == [("单田方", "present")]


def test_signing_out_takes_the_rosters_off_the_phone_and_leaves_the_marks(
    phone: Phones, stage: Stage, hall: Event
):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    context.route("**/attendance", lambda route: route.abort("internetdisconnected"))
    mark(page, "单田方", "present")
    keeps(page, 1)
    assert kept_rosters(page) == ["夜读会"]
    page.locator(".foot form button").click()
    page.get_by_role("button", name="仍然退出").click()
    expect(page.locator("[role=status]")).to_have_text("这部手机上存的点名册已经删除。")
    assert (axe(page), measures(page)) == ([], [])
    assert kept_rosters(page) == []
    assert page.locator(".foot form").count() == 0
    assert page.evaluate("readingStore.read('queue').then(all => all.length)") == 1
    assert context.cookies()[0]["name"] not in ("rosters", "account")


def test_the_worker_keeps_no_name(phone: Phones, stage: Stage, hall: Event):
    page = opened(phone(stage.cast.librarian), hall)
    kept = page.evaluate(
        "caches.open('reading-roster').then(async cache => Promise.all((await cache.keys()).map(async one =>"
        " [new URL(one.url).pathname, await (await cache.match(one)).text()])))"
    )
    paths = [path for path, _text in kept]
    assert "/events/roster-shell" in paths
    assert all(path == "/events/roster-shell" or path.startswith("/static/") for path in paths)
    shell = dict(kept)["/events/roster-shell"]
    for name in ("单田方", "李馆员", hall.title, "csrf_token"):
        assert name not in shell


def test_a_roster_leaves_the_phone_a_day_after_its_event(phone: Phones, stage: Stage, hall: Event):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    assert kept_rosters(page) == [hall.title]
    context.set_offline(True)
    shifted = f"{{ const now = Date.now; Date.now = () => now() + {2 * DAY_MS}; }}"
    later = context.new_page()
    later.add_init_script(shifted)
    later.goto(f"/events/{hall.id}/roster")
    expect(later.locator("[data-as-of]")).to_contain_text("以前没打开过")
    assert kept_rosters(later) == []
