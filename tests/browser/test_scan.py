"""Cards before the camera and typed: what the organizer is told of each, and what is kept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import select

from reading.attendance.models import Mark
from reading.cards import actions as cards
from reading.cards.models import Card
from reading.cards.queries import signing_key, standing_cards
from reading.cards.rules import qr_text
from reading.extensions import db
from reading.people.models import Resident
from tests.browser.checks import axe, measures
from tests.browser.conftest import CHROMIUM, PATIENCE_MS, PHONE, QUIET, Phones
from tests.browser.fake_camera import NOTHING, ean13, film, qr, torn
from tests.browser.offline import READY, all_sent
from tests.pages import Visitor
from tests.stage import Stage

pytestmark = pytest.mark.look

SECONDS = 1.5
# The film begins anew several times before a busy machine counts as one that saw nothing.
WHOLE_FILM_MS = 4 * PATIENCE_MS
BOOK = "这是书上的条形码，不是签到卡。"
Filmed = Callable[..., Page]
# What a hand and an ear would notice.
FELT = """
window.shaken = []; window.heard = 0;
navigator.vibrate = pattern => { shaken.push(String(pattern)); return true; };
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { heard += 1; return make.call(this); };
"""


def card_of(resident: Resident) -> Card:
    cards.issue([resident.id], resident.account_id)  # type: ignore[arg-type]
    return standing_cards([resident.id])[resident.id]


def held_up(card: Card) -> list[str]:
    return qr(qr_text(card.id, signing_key()))


@pytest.fixture
def filmed(chromium: Browser, app: Flask, address: str, tmp_path: Path) -> Iterator[Filmed]:
    """Make the librarian's phone whose camera shows these scenes over and over: a browser of its own."""
    opened: list[Browser] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # A phone that was offline by intention complains of that.
        if message.type == "error" and "ERR_INTERNET_DISCONNECTED" not in message.text:
            complaints.append(message.text)

    def make(stage: Stage, *scenes: list[str]) -> Page:
        shown = film(chromium, tmp_path / "camera.mjpeg", scenes, SECONDS)
        camera = (
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={shown}",
        )
        browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*QUIET, *camera])
        opened.append(browser)
        context = browser.new_context(locale="zh-CN", viewport=PHONE, base_url=address)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        context.grant_permissions(["camera"], origin=address)
        cookie = (
            Visitor(app).sign_in(stage.cast.librarian).client.get_cookie(app.config["SIGN_IN_COOKIE_NAME"])
        )
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", heard)
        return page

    yield make
    for browser in opened:
        browser.close()
    assert complaints == []


def kept() -> list[tuple[str, str]]:
    """Return the name and the method of each mark of a card."""
    db.session.rollback()
    found = select(Resident.name, Mark.method).join(Resident, Resident.id == Mark.resident_id)
    return [(name, method) for name, method in db.session.execute(found.where(Mark.card_id.is_not(None)))]


def test_cards_and_a_book_before_the_camera_are_told_apart(filmed: Filmed, stage: Stage):
    expected, stranger = card_of(stage.cast.neighbour), card_of(stage.cast.phoneless)
    page = filmed(
        stage, held_up(expected), ean13("9787506365437"), torn("SX" + "A" * 39), held_up(stranger), NOTHING
    )
    page.add_init_script(FELT)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"/events/{stage.soon.id}/roster")
    page.locator(".scan summary").click()
    assert not [url for url in loaded if "zxing" in url]
    page.locator("[data-camera]").click()
    told = page.locator("[data-list]")
    expect(told).to_contain_text("单田方 到了。", timeout=WHOLE_FILM_MS)
    assert [url for url in loaded if "zxing" in url]
    expect(told).to_contain_text(BOOK, timeout=WHOLE_FILM_MS)
    expect(told).to_contain_text("吴大爷没有报名，要加上吗？", timeout=WHOLE_FILM_MS)
    # The film begins anew: who came is here already, and the same card is no second mark.
    expect(told).to_contain_text("已经到了。", timeout=WHOLE_FILM_MS)
    all_sent(page)
    assert kept() == [("单田方", "card")]
    assert set(page.evaluate("shaken")) == {"60", "300", "120,60,120", "60,60,60"}
    assert page.evaluate("heard") >= len(page.evaluate("shaken"))
    with page.expect_response("**/attendance"):
        page.locator(".scan-ask button").click()
    expect(told).to_contain_text("吴大爷 到了。", timeout=WHOLE_FILM_MS)
    assert sorted(kept()) == [("单田方", "card"), ("吴大爷", "card")]
    page.locator("[data-camera]").click()
    expect(page.locator("[data-view]")).to_be_hidden()


def test_without_a_network_cards_are_scanned_and_sent_when_it_is_back(filmed: Filmed, stage: Stage):
    expected, stranger = card_of(stage.cast.neighbour), card_of(stage.cast.phoneless)
    foreign = qr(qr_text(expected.id, b"the secret of another city"))
    page = filmed(stage, held_up(expected), held_up(stranger), foreign)
    page.goto(f"/events/{stage.soon.id}/roster")
    expect(page.locator("[data-ready]")).to_have_text(READY)
    page.context.set_offline(True)
    page.reload()
    page.locator(".scan summary").click()
    page.locator("[data-camera]").click()
    told, waiting = page.locator("[data-list]"), page.locator("[data-kept]")
    expect(told).to_contain_text("单田方 到了。", timeout=WHOLE_FILM_MS)
    expect(waiting).to_contain_text("3", timeout=WHOLE_FILM_MS)
    expect(told).to_contain_text("联网后就知道是谁的卡", timeout=WHOLE_FILM_MS)
    assert kept() == []
    page.context.set_offline(False)
    expect(waiting).to_be_hidden(timeout=WHOLE_FILM_MS)
    assert sorted(kept()) == [("单田方", "card"), ("吴大爷", "card")]
    expect(page.locator("[data-said]")).to_contain_text("这张卡不是本市的卡")


def test_numbers_of_cards_are_typed_one_after_another(phone: Phones, stage: Stage):
    expected, lost = card_of(stage.cast.neighbour), card_of(stage.cast.phoneless)
    cards.replace(lost.id, stage.cast.steward.id)
    page = phone(stage.cast.librarian).new_page()
    page.goto(f"/events/{stage.soon.id}/roster")
    page.locator(".scan summary").click()
    field, said = page.locator(".scan input[name=card]"), page.locator("[data-result]")
    wide = "".join(chr(ord(one) + 0xFEE0) for one in expected.code)
    for typed, words in (
        (f"{expected.code[:4]} {expected.code[4:]}".upper(), "单田方 到了。"),
        (wide, "已经到了。"),
        (lost.code, "挂失"),
        ("zzzz9999", "没有这个号"),
    ):
        field.fill(typed)
        field.press("Enter")
        expect(said).to_contain_text(words)
        expect(field).to_have_value("")
        expect(field).to_be_focused()
    all_sent(page)
    assert kept() == [("单田方", "card")]
    assert [*axe(page), *measures(page)] == []
    page.emulate_media(color_scheme="dark")
    assert axe(page) == []
    page.evaluate("document.documentElement.classList.add('large')")
    assert [*axe(page), *measures(page, "large")] == []


def test_without_a_camera_the_page_says_what_to_do(phone: Phones, stage: Stage):
    page = phone(stage.cast.librarian).new_page()
    page.goto(f"/events/{stage.soon.id}/roster")
    page.locator(".scan summary").click()
    page.locator("[data-camera]").click()
    expect(page.locator("[data-result]")).to_contain_text("输入卡号")
    expect(page.locator("[data-view]")).to_be_hidden()
