"""A phone that takes attendance where there is no network: its steps, shared by the tests of it."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select

from reading.attendance.models import Mark
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Resident
from tests.browser.conftest import PATIENCE_MS
from tests.events.planned import at, planned
from tests.stage import Stage

READY = "没有网络时，这部手机上也能用。"


@pytest.fixture
def hall(stage: Stage) -> Event:
    """An event in twenty minutes, four people signed up."""
    start, end = at("2026-11-18 14:20"), at("2026-11-18 15:50")
    found = planned(stage.cast, title="夜读会", starts_at=start, ends_at=end)
    for one in (stage.cast.neighbour, stage.cast.resident, *stage.readers[:2]):
        events.sign_up(found.id, one.id, uuid.uuid4(), one.account_id)
    return found


def opened(phone: BrowserContext, event: Event) -> Page:
    """Open the roster once with a network, until the phone can do without."""
    page = phone.new_page()
    page.goto(f"/events/{event.id}/roster")
    expect(page.locator("[data-ready]")).to_have_text(READY)
    return page


def line_of(page: Page, name: str) -> Locator:
    """Return the line of the person called so."""
    return page.locator(".roster > li", has_text=name)


def mark(page: Page, name: str, status: str) -> None:
    """Press a mark."""
    line_of(page, name).locator(f".mark[value={status}]").click()


def stands(page: Page, name: str, status: str) -> None:
    """Wait until this is the mark that stands, "" for none."""
    pressed = line_of(page, name).locator(".mark[aria-pressed=true]")
    if status:
        expect(pressed).to_have_attribute("value", status)
    else:
        expect(pressed).to_have_count(0)


def keeps(page: Page, number: int) -> None:
    """Wait until the phone says that so many marks wait on it."""
    line = page.locator("[data-kept]")
    if number:
        expect(line).to_contain_text(f"有 {number} 条点名存在这部手机上，还没发送")
    else:
        expect(line).to_be_hidden()


def back_online(phone: BrowserContext, page: Page) -> None:
    """Give the phone its network back, and wait until nothing waits on it."""
    phone.set_offline(False)
    all_sent(page)


def all_sent(page: Page) -> None:
    """Wait until nothing waits on the phone, on its disk as on the page; the press before may have led here."""
    page.wait_for_url("**/roster*")
    for _time in range(PATIENCE_MS // 100):
        waiting = "readingStore.read('queue').then(all => all.filter(one => one.state === 'waiting').length)"
        if page.evaluate(waiting) == 0:
            break
        page.wait_for_timeout(100)
    keeps(page, 0)


def marks_of(event: Event) -> list[tuple[str, str]]:
    """Return the name and the status of every mark the server has, walk-ins' included, in their order."""
    db.session.rollback()
    found = select(Mark).where(Mark.event_id == event.id).order_by(Mark.happened_at, Mark.id)
    return [(_name(one), one.status) for one in db.session.scalars(found)]


def _name(kept: Mark) -> str:
    resident = db.session.get(Resident, kept.resident_id) if kept.resident_id else None
    return resident.name if resident else kept.guest.name if kept.guest else ""


def kept_rosters(page: Page) -> Any:
    """Return what the phone keeps of rosters: the titles of their events."""
    return page.evaluate("readingStore.read('rosters').then(all => all.map(one => one.data.event.title))")
