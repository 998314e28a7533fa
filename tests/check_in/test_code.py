"""The six digits, typed after choosing the event."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.attendance.models import Attendance
from reading.check_in.models import WrongCode
from reading.events.models import Event
from reading.extensions import db
from reading.rights.consent_actions import decide
from tests.cast import Cast
from tests.check_in.codes import six_digits, taken_digits, wrong_digits
from tests.clock import TestClock
from tests.events.planned import RENCUN, at, planned
from tests.pages import Page, Visitor


def typed(visitor: Visitor, event: Event, code: str, status: int = 302, **other: Any) -> Page:
    return visitor.post("/check-in", status, event=str(event.id), code=code, **other)


def wrong_codes() -> int:
    return db.session.scalar(select(func.count()).select_from(WrongCode)) or 0


def test_the_event_is_chosen_its_digits_are_typed_and_one_button_checks_in(
    neighbour: Visitor, event: Event, clock: TestClock
) -> None:
    page = neighbour.get("/check-in")
    assert "19:00 《活着》读书分享会 · 开元社区" in page.text
    code = six_digits(event)
    page = neighbour.submit(page, code=f" {code[:3]} {code[3:]} ")
    clock.advance(minutes=20)
    assert "since 18:40" in neighbour.submit(page).text
    kept = db.session.scalars(select(Attendance)).one()
    assert (kept.method, kept.happened_at) == ("code", at("2026-11-18 18:40"))
    assert wrong_codes() == 0


@pytest.mark.parametrize(("later", "status"), [(0, 302), (120 + 59, 302), (180, 400)])
def test_the_digits_are_taken_for_three_minutes_from_when_they_appear(
    neighbour: Visitor, event: Event, clock: TestClock, later: int, status: int
) -> None:
    code = six_digits(event)
    clock.advance(seconds=later)
    while status == 400 and code in taken_digits(event):
        clock.advance(minutes=1)
    typed(neighbour, event, code, status)


def test_wrong_digits_are_told_and_what_was_typed_stays(neighbour: Visitor, event: Event) -> None:
    code = wrong_digits(event)
    page = typed(neighbour, event, code, 400)
    assert "not the digits on the screen" in page.errors_of("code")
    assert page.soup.select_one("[name=code]")["value"] == code
    assert page.soup.select_one(f"[name=event][value='{event.id}'][checked]")
    assert wrong_codes() == 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３"])
def test_what_are_no_six_digits_is_told_and_not_counted(neighbour: Visitor, event: Event, code: str) -> None:
    assert typed(neighbour, event, code, 400).errors_of("code")
    assert wrong_codes() == 0


@pytest.mark.parametrize("chosen", ["", "nonsense", "7c1c1f7e-4d0c-4b1f-8f5e-0f1d6f1f7e11"])
def test_without_an_event_the_digits_mean_nothing(neighbour: Visitor, event: Event, chosen: str) -> None:
    page = neighbour.post("/check-in", 400, event=chosen, code=six_digits(event))
    assert "Choose the event you are at." in page.text


def test_the_digits_of_one_event_do_not_open_another(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    other = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    while six_digits(event) in taken_digits(other):
        clock.advance(minutes=1)
    typed(neighbour, other, six_digits(event), 400)


def test_nobody_can_try_all_the_digits(neighbour: Visitor, event: Event, clock: TestClock) -> None:
    for _try in range(10):
        typed(neighbour, event, wrong_digits(event), 400)
    page = typed(neighbour, event, six_digits(event), 429)
    assert "Too many wrong codes." in page.text
    assert wrong_codes() == 10
    clock.advance(minutes=10)
    typed(neighbour, event, six_digits(event))
    # What no longer counts is forgotten with the next wrong one.
    typed(neighbour, event, wrong_digits(event), 400)
    assert wrong_codes() == 1


def test_tries_are_counted_by_account_and_by_address_and_by_event(
    app: Flask, neighbour: Visitor, event: Event, cast: Cast
) -> None:
    other = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    for _try in range(10):
        typed(neighbour, event, wrong_digits(event), 400)
    typed(neighbour, other, six_digits(other))
    typed(Visitor(app).sign_in(cast.resident), event, six_digits(event))
    typed(Visitor(app), event, six_digits(event))


def test_an_address_may_be_wrong_more_often_than_an_account_but_not_forever(app: Flask, event: Event) -> None:
    visitor = Visitor(app)
    for _try in range(30):
        typed(visitor, event, wrong_digits(event), 400)
    typed(Visitor(app), event, six_digits(event), 429)
    kept = db.session.scalars(select(WrongCode.typed_by)).all()
    assert "127.0.0.1" not in "".join(kept)


def test_right_digits_outside_the_window_open_nothing(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    clock.set(at("2026-11-18 18:20"))
    page = neighbour.post("/check-in", 200, follow=True, event=str(event.id), code=six_digits(event))
    assert "Check-in opens:" in page.text
    assert neighbour.client.get_cookie("hall") is None


def test_the_reader_is_offered_what_is_open_now_and_near(
    app: Flask, neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    planned(
        cast,
        title="村里的",
        community=RENCUN,
        starts_at=at("2026-11-18 18:00"),
        ends_at=at("2026-11-18 20:00"),
    )
    planned(cast, title="明天的", starts_at=at("2026-11-19 19:00"), ends_at=at("2026-11-19 20:00"))
    offered = [
        one.get_text(strip=True) for one in neighbour.get("/check-in").soup.select("main .choice label")
    ]
    assert offered == ["19:00 《活着》读书分享会 · 开元社区", "18:00 村里的 · 任村村"]
    visitor = Visitor(app)
    assert "明天的" not in visitor.get("/check-in").text
    page = visitor.get("/check-in?q=任村")
    assert [one.get_text(strip=True) for one in page.soup.select("main .choice label")] == [
        "18:00 村里的 · 任村村"
    ]
    assert "Nothing to check in to at “北关” now." in visitor.get("/check-in?q=北关").text
    clock.set(at("2026-11-18 23:00"))
    assert "There is nothing to check in to now." in neighbour.get("/check-in").text


def test_who_withdrew_is_told_before_typing_and_led_back(
    app: Flask, neighbour: Visitor, event: Event, cast: Cast
) -> None:
    decide(cast.neighbour.id, "taking_part", False, cast.account("neighbour"))
    page = neighbour.get("/check-in")
    assert "You withdrew your consent to take part, so nothing new is recorded." in page.text
    assert page.soup.select_one(".actions a[href^='/me/consents']")
    assert not page.soup.select("form#digits, form.find")
    decide(cast.neighbour.id, "taking_part", True, cast.account("neighbour"))
    page = neighbour.get("/check-in")
    assert "You withdrew" not in page.text
    assert page.soup.select("form#digits")


def test_of_a_household_the_others_can_type_the_digits_still(app: Flask, event: Event, cast: Cast) -> None:
    decide(cast.child.id, "taking_part", False, cast.account("resident"))
    parent = Visitor(app).sign_in(cast.resident)
    page = parent.get("/check-in")
    assert "The consent of 张小花 to take part was withdrawn" in page.text
    assert page.soup.select_one("main a[href^='/me/consents']")
    parent.submit(page, code=six_digits(event))


def test_what_who_withdrew_typed_wrong_comes_back_under_what_is_so(
    neighbour: Visitor, event: Event, cast: Cast
) -> None:
    decide(cast.neighbour.id, "taking_part", False, cast.account("neighbour"))
    page = typed(neighbour, event, "12345", 400)
    assert "You withdrew your consent to take part" in page.text
    assert page.soup.select_one("main a[href^='/me/consents']")
    assert page.soup.select_one("[name=code]")["value"] == "12345"
