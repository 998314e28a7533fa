"""Who comes without signing in, or with a code that is too old: kept, for the organizer to confirm."""

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.attendance.models import Attendance, Guest, Mark
from reading.check_in import arrival
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from tests.cast import Cast
from tests.check_in.codes import link
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Page, Visitor


def guests() -> list[Guest]:
    return list(db.session.scalars(select(Guest).order_by(Guest.arrived_at, Guest.name)))


def told(visitor: Visitor, page: Page, status: int = 200, **typed: Any) -> Page:
    return visitor.submit(page, status, form=page.form(holding="last_four"), **typed)


def test_who_is_not_signed_in_tells_name_and_digits_and_sees_what_was_kept(
    app: Flask, event: Event, clock: TestClock
) -> None:
    phone = Visitor(app)
    page = told(phone, phone.get(link(event)), name=" 吴大爷 ", last_four="０４２３")
    assert "吴大爷: told at 18:40. The organizer still has to confirm it." in page.text
    kept = guests()[0]
    assert (kept.name, kept.last_four, kept.why, kept.status) == (
        "吴大爷",
        "0423",
        "not_signed_in",
        "waiting",
    )
    assert (kept.happened_at, kept.made_by, kept.resident_id) == (clock(), None, None)
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 0


def test_a_name_told_twice_is_one_claim(app: Flask, event: Event) -> None:
    phone = Visitor(app)
    page = phone.get(link(event))
    told(phone, page, name="吴大爷", last_four="0423")
    told(phone, page, name="吴大爷", last_four="0423")
    assert len(guests()) == 1


def test_another_name_under_the_same_id_is_shown_and_can_be_kept_too(app: Flask, event: Event) -> None:
    phone = Visitor(app)
    page = phone.get(link(event))
    told(phone, page, name="吴大爷", last_four="0423")
    both = told(phone, page, 409, name="吴大娘", last_four="0423")
    assert "吴大爷" in both.text
    assert "吴大娘" in both.text
    assert len(guests()) == 1
    page = phone.submit(both)
    assert [one.name for one in guests()] == ["吴大娘", "吴大爷"] or len(guests()) == 2
    assert "吴大娘: told at" in page.text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": "", "last_four": "0423"}, "name", "Write your name."),
        ({"name": "吴" * 41, "last_four": "0423"}, "name", "40 characters"),
        ({"name": "吴大爷", "last_four": ""}, "last_four", "Write the last four digits."),
        ({"name": "吴大爷", "last_four": "423"}, "last_four", "Write four digits"),
        ({"name": "吴大爷", "last_four": "042x"}, "last_four", "Write four digits"),
        ({"name": "吴大爷", "last_four": "٠٤٢٣"}, "last_four", "Write four digits"),
        ({"name": "吴\u202e爷", "last_four": "0423"}, "name", "control character"),
    ],
)
def test_what_is_wrong_in_a_claim_is_told_and_what_was_typed_stays(
    app: Flask, event: Event, typed: dict[str, str], field: str, said: str
) -> None:
    phone = Visitor(app)
    page = told(phone, phone.get(link(event)), 400, **typed)
    assert said in page.errors_of(field)
    other = "name" if field == "last_four" else "last_four"
    assert page.soup.select_one(f"[name={other}]")["value"] == typed[other]
    assert guests() == []


def test_a_late_code_offers_a_claim_for_each_of_the_household_who_is_not_in(
    app: Flask, event: Event, cast: Cast, clock: TestClock
) -> None:
    phone, where = Visitor(app).sign_in(cast.resident), link(event)
    clock.advance(seconds=31)
    page = phone.get(where)
    buttons = [one["aria-label"] for one in page.soup.select("main form button")]
    assert buttons == ["Ask to confirm 张晓明", "Ask to confirm 张小花"]
    page = phone.submit(page)
    kept = guests()[0]
    assert (kept.name, kept.last_four, kept.why) == ("张晓明", "0001", "late_code")
    assert (kept.resident_id, kept.made_by) == (cast.resident.id, cast.account("resident").id)
    assert "张晓明: told at 18:40" in page.text
    # Whoever waits already is not offered again, and a second tap from another page is the same claim.
    assert [one["aria-label"] for one in page.soup.select("main form button")] == ["Ask to confirm 张小花"]
    phone.post(f"{where}/claims", 302, resident=str(cast.resident.id))
    assert len(guests()) == 1


def test_a_late_code_without_signing_in_keeps_the_name_too(
    app: Flask, event: Event, clock: TestClock
) -> None:
    phone, where = Visitor(app), link(event)
    clock.advance(minutes=2)
    page = phone.get(where)
    assert "This code is too old" in page.text
    told(phone, page, name="吴大爷", last_four="0423")
    assert [one.why for one in guests()] == ["late_code"]


def test_a_claim_in_time_is_as_early_as_the_page_was_opened(
    app: Flask, event: Event, clock: TestClock
) -> None:
    phone = Visitor(app)
    page = phone.get(link(event))
    clock.advance(minutes=7)
    told(phone, page, name="吴大爷", last_four="0423")
    assert (guests()[0].happened_at, guests()[0].arrived_at) == (at("2026-11-18 18:40"), clock())


def test_who_scans_anew_after_asking_is_checked_in_at_once(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    clock.advance(minutes=1)
    page = neighbour.get(where)
    neighbour.get(link(event))
    neighbour.submit(page)
    assert guests() == []
    assert db.session.scalars(select(Attendance.status)).all() == ["present"]


def test_who_asked_with_an_old_code_is_checked_in_by_the_fresh_one(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    clock.advance(minutes=1)
    neighbour.submit(neighbour.get(where))
    assert [one.status for one in guests()] == ["waiting"]
    page = neighbour.get(link(event))
    assert "still has to confirm it" in page.text
    page = neighbour.submit(page)
    assert "is checked in" in page.text
    assert "still has to confirm it" not in page.text
    assert db.session.scalars(select(Attendance.status)).all() == ["present"]


def test_who_is_in_already_is_not_asked_about(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    neighbour.submit(neighbour.get(link(event)))
    neighbour.client.delete_cookie("hall")
    where = link(event)
    clock.advance(minutes=1)
    page = neighbour.get(where)
    assert "since 18:40" in page.text
    assert "too old" not in page.text
    neighbour.post(f"{where}/claims", 302, resident=str(cast.neighbour.id))
    neighbour.post(where, 302, resident=str(cast.neighbour.id))
    assert (guests(), len(db.session.scalars(select(Mark)).all())) == ([], 1)


def test_nobody_asks_for_somebody_of_another_household(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    clock.advance(minutes=1)
    neighbour.post(f"{where}/claims", 404, resident=str(cast.resident.id))
    neighbour.post(f"{where}/claims", 400, resident="nonsense")
    assert guests() == []


@pytest.mark.parametrize("moment", ["2026-11-18 18:29", "2026-11-18 20:31"])
def test_outside_the_window_no_claim_is_kept(app: Flask, event: Event, clock: TestClock, moment: str) -> None:
    clock.set(at(moment))
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "name": "吴大爷", "last_four": "0423"}
    Visitor(app).post(f"{link(event)}/claims", 409, **sent)
    assert guests() == []


def test_a_cancelled_event_keeps_no_claim(app: Flask, event: Event, cast: Cast) -> None:
    where = link(event)
    events.cancel(event.id, "停电", cast.librarian.id)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "name": "吴大爷", "last_four": "0423"}
    assert "cancelled" in Visitor(app).post(f"{where}/claims", 409, **sent).text
    assert guests() == []


def test_from_one_phone_six_names_may_wait(app: Flask, event: Event) -> None:
    phone, where = Visitor(app), link(event)
    for number in range(6):
        phone.post(f"{where}/claims", 302, id=str(uuid.uuid4()), name=f"村民{number}", last_four="0423")
    again = str(uuid.uuid4())
    page = phone.post(f"{where}/claims", 429, id=again, name="村民七", last_four="0423")
    assert "6 names told on this phone wait" in page.text
    assert len(guests()) == 6
    # Another phone in the hall may still ask.
    Visitor(app).post(f"{where}/claims", 302, id=again, name="村民七", last_four="0423")


def test_so_many_may_wait_at_an_event_and_no_more(
    app: Flask, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "MOST_WAITING", 2)
    where = link(event)
    for number in range(2):
        Visitor(app).post(
            f"{where}/claims", 302, id=str(uuid.uuid4()), name=f"村民{number}", last_four="0423"
        )
    page = Visitor(app).post(f"{where}/claims", 429, id=str(uuid.uuid4()), name="村民三", last_four="0423")
    assert "Go to the organizer." in page.text
    assert len(guests()) == 2


def test_one_phone_is_not_told_what_another_one_asked(app: Flask, event: Event) -> None:
    phone = Visitor(app)
    told(phone, phone.get(link(event)), name="吴大爷", last_four="0423")
    assert "吴大爷" not in Visitor(app).get(link(event)).text


def test_an_id_used_at_another_event_is_told(app: Flask, event: Event, cast: Cast) -> None:
    other = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "name": "吴大爷", "last_four": "0423"}
    phone = Visitor(app)
    phone.post(f"{link(event)}/claims", 302, **sent)
    phone.post(f"{link(other)}/claims", 409, **sent)
    assert len(guests()) == 1
