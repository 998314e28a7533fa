"""A resident scans the code in the hall; the hall sees who came, and goes on when the network does not."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

import config
from reading.attendance.models import Attendance, Mark
from reading.extensions import db
from tests.browser.conftest import Phones
from tests.browser.journey import main_action, said, sign_in
from tests.check_in.codes import link, old_link, six_digits
from tests.clock import TestClock
from tests.stage import Stage

pytestmark = pytest.mark.look

READER = config.ROOT / "static" / "vendor" / "zxing" / "zxing.min.js"


def kept() -> tuple[int, int]:
    """Return how many attendances and marks there are."""
    db.session.remove()
    counts = [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Attendance, Mark)]
    db.session.remove()
    return counts[0] or 0, counts[1] or 0


def hall(phone: Phones, stage: Stage, **options: Any) -> Page:
    """Return the screen of the evening, open."""
    page = phone(stage.cast.librarian, **options).new_page()
    page.goto(f"/events/{stage.soon.id}/screen")
    return page


# Draws what the screen shows onto a canvas and reads it there as camera.js does: upright, and tilted where that fails.
READ = """
new Promise((resolve, reject) => {
  const svg = document.querySelector("[data-qr] svg").cloneNode(true), picture = new Image();
  svg.setAttribute("width", 600);
  svg.setAttribute("height", 600);
  const read = tilt => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 900, height: 900 });
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, 900, 900);
    paper.translate(450, 450);
    paper.rotate(tilt);
    paper.drawImage(picture, -300, -300);
    const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
    return new ZXing.QRCodeReader().decode(new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source))).getText();
  };
  picture.onload = () => {
    for (const tilt of [0, Math.PI / 4, Math.PI / 18]) {
      try { resolve(read(tilt)); return; } catch (unread) { /* the next one */ }
    }
    reject(new Error("the code cannot be read"));
  };
  picture.src = "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
})
"""


def shown_link(page: Page) -> str:
    """Return where the code leads that the hall's screen shows, read from its picture."""
    if page.evaluate("typeof ZXing === 'undefined'"):
        page.evaluate(READER.read_text(encoding="utf-8"))
    return urlsplit(page.evaluate(READ)).path


def test_the_code_leads_through_sign_in_back_to_one_button(phone: Phones, stage: Stage, clock: TestClock):
    attendances, marks = kept()
    page, where = phone().new_page(), link(stage.soon)
    page.goto(where)
    main_action(page).click()
    expect(page).to_have_url(re.compile("/sign-in"))
    clock.advance(minutes=10)
    sign_in(page, "13800000002")
    expect(page).to_have_url(re.compile(f"{where}$"))
    expect(page.locator("main .actions .btn")).to_have_count(1)
    page.reload()
    assert kept() == (attendances, marks), "opening the page must change nothing"

    main_action(page).click()
    expect(said(page)).to_contain_text("单田方")
    assert kept() == (attendances + 1, marks + 1)
    page.goto(where)
    expect(said(page)).to_contain_text("14:00")
    expect(main_action(page)).to_have_count(0)
    assert kept() == (attendances + 1, marks + 1)


def test_the_digits_are_typed_as_they_are_read_aloud(phone: Phones, stage: Stage):
    code = six_digits(stage.soon)
    page = phone(stage.cast.neighbour).new_page()
    page.goto("/check-in")
    page.get_by_label(stage.soon.title).check()
    page.fill("[name=code]", f"{code[:3]} {code[3:]}")
    main_action(page).click()
    main_action(page).click()
    expect(said(page)).to_contain_text("单田方")


def test_a_household_checks_in_one_by_one(phone: Phones, stage: Stage):
    page = phone(stage.cast.resident).new_page()
    page.goto(link(stage.soon))
    page.get_by_role("button", name="张小花").click()
    expect(said(page)).to_contain_text("张小花")
    main_action(page).click()
    expect(said(page)).to_have_count(2)


def test_the_hall_sees_who_came_without_loading_anew(phone: Phones, stage: Stage, clock: TestClock):
    screen = hall(phone, stage)
    screen.evaluate("window.notLoadedAnew = true")
    expect(screen.locator("[data-count]")).to_have_text("1")
    before = shown_link(screen)
    assert before == link(stage.soon)
    # Whenever the screen asks next, there is a new code; the one on it counts for a while.
    clock.advance(seconds=10)
    resident = phone(stage.cast.resident).new_page()
    resident.goto(before)
    resident.locator("main").get_by_role("button", name="张晓明").click()
    expect(said(resident)).to_contain_text("张晓明")
    expect(screen.locator("[data-count]")).to_have_text("2")
    expect(screen.locator("[data-names] li")).to_have_text(["14:00 张*明"])
    # The script put a new code there, which reads as well.
    assert shown_link(screen) == link(stage.soon) != before
    assert screen.evaluate("window.notLoadedAnew")


def test_a_screen_that_slept_shows_no_dead_code_and_asks_at_once(
    phone: Phones, stage: Stage, clock: TestClock
):
    page = phone(stage.cast.librarian).new_page()
    page.clock.install()
    page.goto(f"/events/{stage.soon.id}/screen")
    expect(page.locator("[data-qr]")).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(page.locator("[data-lost]")).not_to_be_empty()
    # The phone lies in a pocket for a minute: its timers stand still, its clock does not.
    page.clock.fast_forward(60_000)
    expect(page.locator("[data-qr]")).to_be_hidden()
    expect(page.locator("[data-gone]")).to_be_visible()
    expect(page.locator("[data-code]")).to_be_visible()
    page.clock.fast_forward(180_000)
    expect(page.locator("[data-code]")).to_be_hidden()
    clock.advance(minutes=4)
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-qr]")).to_be_visible()
    expect(page.locator("[data-lost]")).to_be_empty()
    code = six_digits(stage.soon)
    expect(page.locator("[data-code]")).to_have_text(f"{code[:3]} {code[3:]}")
    # Waking up, it does not wait for its turn.
    clock.advance(minutes=1)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    code = six_digits(stage.soon)
    expect(page.locator("[data-code]")).to_have_text(f"{code[:3]} {code[3:]}")


def test_a_screen_nobody_may_show_any_more_says_so(phone: Phones, stage: Stage):
    page = hall(phone, stage)
    # What the server answers to whoever is signed out: tests/check_in/test_screen.py.
    page.evaluate("window.fetch = () => Promise.resolve(new Response('{}', {status: 401}))")
    expect(page.locator("[data-lost]")).to_have_text(re.compile("登录"))


def test_the_screen_fits_a_projector_a_tablet_and_a_phone(phone: Phones, stage: Stage):
    for size in (
        {"width": 1280, "height": 720},
        {"width": 1024, "height": 768},
        {"width": 360, "height": 780},
    ):
        page = hall(phone, stage, viewport=size)
        for one in ("[data-qr]", "[data-code]"):
            box = page.locator(one).bounding_box()
            assert box is not None
            assert box["x"] >= 0, (size, one)
            assert box["x"] + box["width"] <= size["width"], (size, one)
            assert box["y"] + box["height"] <= size["height"], (size, one)


def test_an_old_code_ends_with_the_organizer_who_confirms(phone: Phones, stage: Stage):
    page = phone().new_page()
    page.goto(old_link(stage.soon))
    expect(page.locator(".note-warn")).to_be_visible()
    page.fill("[name=name]", "远方客")
    page.fill("[name=last_four]", "8888")
    page.locator("#by-name button").click()
    expect(page.locator(".note", has_text="远方客")).to_be_visible()

    organizer = phone(stage.cast.librarian).new_page()
    organizer.goto(f"/events/{stage.soon.id}/roster")
    organizer.locator("a[href$=guests]").click()
    waiting = organizer.locator(".part", has_text="远方客")
    waiting.locator(".btns button").click()
    expect(said(organizer)).to_contain_text("远方客")
    page.reload()
    expect(said(page)).to_contain_text("远方客")
