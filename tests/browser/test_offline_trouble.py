"""A phone at the door when something else than the network fails: what it kept is still sent."""

import re

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from reading.attendance.models import Mark
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Role
from tests.browser.checks import axe, measures
from tests.browser.conftest import PATIENCE_MS, Phones
from tests.browser.offline import all_sent, back_online, keeps, line_of, mark, marks_of, opened, stands
from tests.browser.offline import hall as hall
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.stage import Stage

pytestmark = pytest.mark.look


def test_data_cleared_under_an_open_roster_cost_no_mark(
    phone: Phones, stage: Stage, hall: Event, address: str
):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    context.set_offline(True)
    mark(page, "单田方", "present")
    keeps(page, 1)
    cleared = {"origin": address, "storageTypes": "indexeddb"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", cleared)
    mark(page, "郭建国", "late")
    keeps(page, 2)
    kept = page.evaluate("readingStore.read('queue').then(all => all.map(one => one.name))")
    assert sorted(kept) == ["单田方", "郭建国"]
    back_online(context, page)
    assert sorted(marks_of(hall)) == [("单田方", "present"), ("郭建国", "late")]


def test_marks_that_wait_are_told_of_on_every_page_and_lead_back_to_the_roster(
    phone: Phones, stage: Stage, hall: Event
):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    context.set_offline(True)
    mark(page, "单田方", "present")
    keeps(page, 1)
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/")
    assert (axe(page), measures(page)) == ([], [])
    page.get_by_role("link", name="有 1 条点名存在这部手机上，还没发送").click()
    all_sent(page)
    assert marks_of(hall) == [("单田方", "present")]
    page.goto("/")
    expect(page.locator("main")).not_to_contain_text("还没发送")


def test_whose_role_ended_sends_from_a_roster_opened_again(
    phone: Phones, stage: Stage, hall: Event, clock: TestClock
):
    context = phone(stage.cast.librarian, answers=(404,))
    page = opened(context, hall)
    context.set_offline(True)
    mark(page, "单田方", "present")
    keeps(page, 1)
    page.close()
    role = db.session.scalars(select(Role).where(Role.account_id == stage.cast.librarian.id)).one()
    clock.advance(minutes=5)
    role.ended_at = clock()
    db.session.commit()
    clock.advance(minutes=5)
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"/events/{hall.id}/roster")
    all_sent(page)
    kept = db.session.scalars(select(Mark).where(Mark.event_id == hall.id)).one()
    assert "role_ended" in kept.flags
    shown = page.goto(f"/events/{hall.id}/roster")
    assert shown is not None
    assert shown.status == 404


def test_one_event_in_trouble_holds_up_no_other(phone: Phones, stage: Stage, hall: Event):
    other = planned(
        stage.cast, title="另一场", starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 15:30")
    )
    context = phone(stage.cast.librarian, answers=(500,))
    page = opened(context, hall)
    context.route(
        f"**/events/{hall.id}/attendance", lambda route: route.fulfill(status=500, body="<h1>500</h1>")
    )
    mark(page, "单田方", "present")
    keeps(page, 1)
    second = opened(context, other)
    second.locator("#walk-in [name=name]").fill("王大嫂")
    second.locator("#walk-in button").click()
    stands(second, "王大嫂", "present")
    for _time in range(PATIENCE_MS // 100):
        if marks_of(other):
            break
        second.wait_for_timeout(100)
    assert marks_of(other) == [("王大嫂", "present")]
    assert marks_of(hall) == []


def test_a_page_open_since_before_a_new_version_keeps_the_new_one_whole(
    phone: Phones, stage: Stage, hall: Event, app: Flask
):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    # As after a new version: the page without names asks for files the open page never heard of.
    keep = page.locator("[data-phone]").get_attribute("data-keep") or ""
    older = re.sub(r"queue\.js\?v=\w+", "queue.js?v=0123456789", keep)
    assert older != keep
    page.evaluate("caches.delete('reading-roster')")
    page.evaluate("keep => { document.querySelector('[data-phone]').dataset.keep = keep; }", older)
    page.evaluate(
        "async keep => { const channel = new MessageChannel();"
        " const done = new Promise(resolve => { channel.port1.onmessage = resolve; });"
        " (await navigator.serviceWorker.ready).active.postMessage({keep: JSON.parse(keep)}, [channel.port2]);"
        " await done; }",
        older,
    )
    held = page.evaluate(
        "caches.open('reading-roster').then(async cache => (await cache.keys()).map(one => one.url))"
    )
    current = re.search(r"queue\.js\?v=\w+", keep)
    assert current is not None
    assert any(url.endswith(current.group()) for url in held)
    context.set_offline(True)
    page.reload()
    mark(page, "单田方", "present")
    keeps(page, 1)
    back_online(context, page)


FULL = (
    "const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (...values) {"
    " if (window.full) { throw new DOMException('full', 'QuotaExceededError'); } return put.apply(this, values); };"
)


def test_a_full_phone_sends_what_it_cannot_keep_and_says_what_it_can_do_neither_with(
    phone: Phones, stage: Stage, hall: Event
):
    context = phone(stage.cast.librarian)
    context.add_init_script(FULL)
    page = opened(context, hall)
    page.evaluate("window.full = true")
    with page.expect_response("**/attendance"):
        mark(page, "单田方", "present")
    all_sent(page)
    stands(page, "单田方", "present")
    assert marks_of(hall) == [("单田方", "present")]
    context.set_offline(True)
    mark(page, "郭建国", "late")
    expect(page.locator("[data-said] .refused")).to_contain_text("郭建国：没有保存")
    stands(page, "郭建国", "")
    page.locator("#walk-in [name=name]").fill("王大嫂")
    page.locator("#walk-in button").click()
    expect(page.locator("[data-said]")).to_contain_text("王大嫂：没有保存")
    expect(line_of(page, "王大嫂")).to_have_count(0)


def test_a_browser_whose_store_never_answers_still_sends(phone: Phones, stage: Stage, hall: Event):
    context = phone(stage.cast.librarian)
    context.add_init_script("IDBFactory.prototype.open = () => ({})")
    page = context.new_page()
    page.goto(f"/events/{hall.id}/roster")
    with page.expect_response("**/attendance"):
        mark(page, "单田方", "present")
    stands(page, "单田方", "present")
    assert marks_of(hall) == [("单田方", "present")]
