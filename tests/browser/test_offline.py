"""The roster without a network: the phone keeps the marks, and the server gets each of them once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect
from sqlalchemy import func, select

from reading.attendance.models import Attendance, Guest, Headcount, Mark
from reading.cards import actions as cards
from reading.cards.queries import standing_cards
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Role
from tests.browser.checks import axe, measures
from tests.browser.conftest import CHROMIUM, PATIENCE_MS, PHONE, QUIET, Phones
from tests.browser.journey import sign_in
from tests.browser.offline import all_sent, back_online, keeps, line_of, mark, marks_of, opened, stands
from tests.browser.offline import hall as hall
from tests.clock import TestClock
from tests.stage import Stage

pytestmark = pytest.mark.look


def test_a_whole_evening_without_a_network_arrives_once(
    phone: Phones, stage: Stage, hall: Event, clock: TestClock
):
    context, event = phone(stage.cast.librarian), hall
    page = opened(context, event)
    context.set_offline(True)
    mark(page, "单田方", "present")
    mark(page, "张晓明", "late")
    mark(page, "郭建国", "present")
    keeps(page, 3)
    page.reload()
    expect(page.locator("[data-as-of]")).to_contain_text("没有网络。名单是 14:00 的")
    expect(page.locator("[data-count=present]")).to_have_text("2")
    stands(page, "张晓明", "late")
    mark(page, "郭建国", "undone")
    page.locator("#walk-in [name=name]").fill("王大嫂")
    page.locator("#walk-in button").click()
    page.locator("#heads [name=number]").fill("４２")
    page.locator("#heads button").click()
    keeps(page, 6)
    stands(page, "王大嫂", "present")
    assert (axe(page), measures(page)) == ([], [])
    expect(page.locator("[data-count=guests]")).to_have_text("1")
    back_online(context, page)
    expected = {
        ("单田方", "present"),
        ("张晓明", "late"),
        ("郭建国", "present"),
        ("郭建国", "undone"),
        ("王大嫂", "present"),
    }
    assert set(marks_of(event)) == expected
    assert len(marks_of(event)) == 5
    assert db.session.scalars(select(Headcount.number).where(Headcount.event_id == event.id)).all() == [42]
    assert db.session.scalars(select(Guest.name).where(Guest.event_id == event.id)).all() == ["王大嫂"]
    stands(page, "郭建国", "")


def test_a_phone_whose_clock_is_wrong_is_corrected(
    phone: Phones, stage: Stage, hall: Event, clock: TestClock
):
    context = phone(stage.cast.librarian)
    # The browser lives in the machine's present, the service in the tests': days apart.
    page = opened(context, hall)
    context.set_offline(True)
    mark(page, "单田方", "present")
    keeps(page, 1)
    clock.advance(minutes=30)
    back_online(context, page)
    kept = db.session.scalars(select(Mark).where(Mark.event_id == hall.id)).one()
    assert kept.flags == ["clock"]
    assert abs((kept.happened_at - clock()).total_seconds() + 1800) < 120


def test_a_card_is_scanned_without_a_network(phone: Phones, stage: Stage, hall: Event):
    cast, event = stage.cast, hall
    cards.issue([cast.neighbour.id, cast.phoneless.id], cast.librarian.id)
    codes = standing_cards([cast.neighbour.id, cast.phoneless.id])
    context = phone(cast.librarian)
    page = opened(context, event)
    context.set_offline(True)
    page.reload()
    page.locator("[data-scan] summary").click()
    for one in (cast.neighbour, cast.phoneless):
        page.locator("[data-scan] [name=card]").fill(codes[one.id].code)
        page.locator("[data-scan] [name=card]").press("Enter")
        expect(page.locator("[data-result]")).to_contain_text(
            "单田方" if one is cast.neighbour else "存在这台手机里"
        )
    stands(page, "单田方", "present")
    keeps(page, 2)
    back_online(context, page)
    assert sorted(marks_of(event)) == [("单田方", "present"), ("吴大爷", "present")]
    stands(page, "吴大爷", "present")


def test_an_answer_that_got_lost_makes_no_second_record(phone: Phones, stage: Stage, hall: Event):
    context = phone(stage.cast.librarian)
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.fallback()
            return
        lost.append(route.fetch().status)
        route.abort("internetdisconnected")

    page = opened(context, hall)
    context.route("**/attendance", lose_the_first)
    mark(page, "单田方", "present")
    keeps(page, 1)
    page.evaluate("readingQueue.send()")
    all_sent(page)
    assert lost == [200]
    assert marks_of(hall) == [("单田方", "present")]


@pytest.fixture
def restarted(chromium: Browser, address: str, tmp_path: Path, stage: Stage) -> Iterator[Any]:
    """Open the librarian's browser again and again: what it keeps on disk is all that lasts."""
    opened_so_far: list[BrowserContext] = []

    def again() -> BrowserContext:
        for one in opened_so_far:
            one.close()
        context = chromium.browser_type.launch_persistent_context(
            str(tmp_path / "phone"), executable_path=CHROMIUM, args=list(QUIET), locale="zh-CN",
            viewport=PHONE, base_url=address,  # type: ignore[arg-type]
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        if not opened_so_far:
            page = context.new_page()
            page.goto("/sign-in")
            sign_in(page, stage.cast.librarian.phone)
            page.wait_for_url("**/")
        opened_so_far[:] = [context]
        return context

    yield again
    opened_so_far[0].close()


def test_marks_outlive_the_browser(restarted: Any, stage: Stage, hall: Event):
    context = restarted()
    page = opened(context, hall)
    context.set_offline(True)
    mark(page, "单田方", "present")
    keeps(page, 1)
    context = restarted()
    context.set_offline(True)
    page = context.new_page()
    page.goto(f"/events/{hall.id}/roster")
    keeps(page, 1)
    stands(page, "单田方", "present")
    mark(page, "郭建国", "late")
    keeps(page, 2)
    back_online(context, page)
    assert sorted(marks_of(hall)) == [("单田方", "present"), ("郭建国", "late")]


def test_what_was_refused_stays_until_somebody_has_read_it(
    phone: Phones, stage: Stage, hall: Event, clock: TestClock
):
    context, event = phone(stage.cast.librarian), hall
    page = opened(context, event)
    context.set_offline(True)
    mark(page, "单田方", "present")
    keeps(page, 1)
    clock.advance(days=40)
    context.set_offline(False)
    all_sent(page)
    refused = page.locator("[data-said] .refused")
    expect(refused).to_contain_text("单田方 · 已到 · ")
    stands(page, "单田方", "")
    page.reload()
    expect(refused).to_have_count(1)
    refused.locator("button").click()
    expect(refused).to_have_count(0)
    page.reload()
    expect(page.locator("[data-count=expected]")).to_have_text("4")
    expect(refused).to_have_count(0)


def test_two_phones_in_one_hall_come_to_one_record(phone: Phones, stage: Stage, hall: Event):
    event, contexts = hall, [phone(stage.cast.librarian), phone(stage.cast.admin)]
    pages = [opened(one, event) for one in contexts]
    for one in contexts:
        one.set_offline(True)
    for page, name in zip(pages, ("郭建国", "秦玉兰"), strict=True):
        mark(page, "单田方", "present")
        keeps(page, 1)
        mark(page, name, "late")
        keeps(page, 2)
    # An undo takes back what this phone has seen: its own mark, not the other's.
    mark(pages[1], "单田方", "undone")
    keeps(pages[1], 3)
    for context, page in zip(contexts, pages, strict=True):
        back_online(context, page)
    stands(pages[1], "单田方", "present")
    found = dict(db.session.execute(select(Attendance.status, func.count()).group_by(Attendance.status).where(
        Attendance.event_id == event.id)).all())  # fmt: skip
    assert found == {"present": 1, "late": 2}
    assert len(marks_of(event)) == 5


def test_an_event_cancelled_meanwhile_keeps_who_met_all_the_same(
    phone: Phones, stage: Stage, hall: Event, clock: TestClock
):
    context, event = phone(stage.cast.librarian), hall
    page = opened(context, event)
    context.set_offline(True)
    mark(page, "单田方", "present")
    keeps(page, 1)
    clock.advance(minutes=5)
    events.cancel(event.id, "停电", stage.cast.librarian.id)
    page.reload()
    back_online(context, page)
    kept = db.session.scalars(select(Mark).where(Mark.event_id == event.id)).one()
    assert "cancelled" in kept.flags


def test_a_role_that_ended_meanwhile_still_hands_in_its_evening(
    phone: Phones, stage: Stage, hall: Event, clock: TestClock
):
    # The roster itself is no longer this person's to see.
    context = phone(stage.cast.librarian, answers=(404,))
    page = opened(context, hall)
    context.set_offline(True)
    mark(page, "单田方", "present")
    keeps(page, 1)
    clock.advance(minutes=5)
    role = db.session.scalars(select(Role).where(Role.account_id == stage.cast.librarian.id)).one()
    role.ended_at = clock()
    db.session.commit()
    clock.advance(minutes=5)
    back_online(context, page)
    kept = db.session.scalars(select(Mark).where(Mark.event_id == hall.id)).one()
    assert "role_ended" in kept.flags


def test_a_late_undo_asks_why_on_the_spot(phone: Phones, stage: Stage, clock: TestClock):
    context, event = phone(stage.cast.librarian), stage.past
    page = opened(context, event)
    clock.advance(minutes=20)
    mark(page, "单田方", "undone")
    refused = page.locator("[data-said] .refused")
    expect(refused).to_contain_text("单田方")
    assert (axe(page), measures(page)) == ([], [])
    refused.locator("[name=reason]").fill("点错人了")
    refused.locator("form button").click()
    expect(refused).to_have_count(0)
    stands(page, "单田方", "")
    all_sent(page)
    assert db.session.scalars(select(Mark.reason).where(Mark.reason == "点错人了")).all() == ["点错人了"]


def test_two_tabs_of_one_roster_send_each_mark_once(phone: Phones, stage: Stage, hall: Event):
    context = phone(stage.cast.librarian)
    first, second = opened(context, hall), opened(context, hall)
    context.set_offline(True)
    mark(first, "单田方", "present")
    mark(second, "郭建国", "late")
    keeps(first, 2)
    keeps(second, 2)
    stands(first, "郭建国", "late")
    back_online(context, first)
    all_sent(second)
    assert sorted(marks_of(hall)) == [("单田方", "present"), ("郭建国", "late")]


def test_the_search_finds_by_pinyin_and_offers_to_add_who_is_not_there(
    phone: Phones, stage: Stage, hall: Event
):
    context = phone(stage.cast.librarian)
    page = opened(context, hall)
    context.set_offline(True)
    page.reload()
    field = page.locator("input[type=search]")
    for typed in ("dtf", "stf", "shantian", "单"):
        field.fill(typed)
        expect(line_of(page, "单田方")).to_be_visible()
        expect(line_of(page, "郭建国")).to_be_hidden()
    field.fill("赵铁柱")
    page.locator("[data-nobody] button").click()
    stands(page, "赵铁柱", "present")
    keeps(page, 1)
    back_online(context, page)
    assert marks_of(hall) == [("赵铁柱", "present")]
