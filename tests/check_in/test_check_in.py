"""Checking in on one's own phone, by the code of the hall's screen."""

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.attendance.models import Attendance, Guest, Mark
from reading.check_in.models import WrongCode
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Resident
from tests.attendance.pressing import a_mark
from tests.cast import PASSWORD, Cast
from tests.check_in.codes import link
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor


def how_many(kind: Any = Attendance) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_opening_the_page_writes_nothing_and_one_button_checks_in(
    neighbour: Visitor, event: Event, clock: TestClock
) -> None:
    page = neighbour.get(link(event))
    assert [how_many(kind) for kind in (Attendance, Mark, Guest, WrongCode)] == [0, 0, 0, 0]
    assert page.response.headers["Cache-Control"] == "no-store"
    page = neighbour.submit(page)
    assert "单田方 is checked in, since 18:40." in page.text
    attendance = db.session.scalars(select(Attendance)).one()
    assert (attendance.status, attendance.method, attendance.happened_at) == ("present", "screen", clock())


def test_checked_in_twice_says_since_when_and_keeps_one_record(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.neighbour.id)}
    neighbour.post(where, 302, **sent)
    neighbour.post(where, 302, **sent)
    clock.advance(minutes=10)
    page = neighbour.post(where, 200, follow=True, resident=str(cast.neighbour.id))
    assert "since 18:40" in page.text
    assert (how_many(), how_many(Mark)) == (1, 1)


def test_each_of_the_household_has_a_button(app: Flask, event: Event, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.get(link(event))
    buttons = [one["aria-label"] for one in page.soup.select("main form button")]
    assert buttons == ["Check 张晓明 in", "Check 张小花 in"]
    page = visitor.submit(page)
    assert "张晓明 is checked in" in page.text
    assert "张小花 is checked in" in visitor.submit(page).text


def test_a_photo_of_the_code_is_dead_after_thirty_seconds(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    clock.advance(seconds=30)
    page = neighbour.get(where)
    assert "This code is too old" in page.text
    assert "Check 单田方 in" not in str(page.soup)
    assert "too old" in neighbour.post(where, 409, resident=str(cast.neighbour.id)).text
    assert how_many() == 0


def test_who_opened_the_page_in_time_came_then_though_they_press_an_hour_later(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    page = neighbour.get(where)
    clock.advance(minutes=60)
    assert "since 18:40" in neighbour.submit(page).text
    kept = db.session.scalars(select(Attendance)).one()
    assert kept.happened_at == at("2026-11-18 18:40")
    assert kept.arrived_at == at("2026-11-18 19:40")


def test_after_an_hour_the_opened_page_counts_no_more(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    where = link(event)
    neighbour.get(where)
    clock.advance(minutes=60, seconds=1)
    neighbour.post(where, 409, resident=str(cast.neighbour.id))
    assert how_many() == 0


def test_an_elder_who_takes_ten_minutes_to_sign_in_came_when_the_code_was_scanned(
    app: Flask, event: Event, clock: TestClock
) -> None:
    elder, where = Visitor(app), link(event)
    page = elder.get(where)
    onward = page.soup.select_one("main .actions a")
    assert onward is not None
    assert onward["href"] == f"/sign-in?next={where}"
    clock.advance(minutes=10)
    page = elder.get(str(onward["href"]))
    page = elder.submit(page, phone="13800000002", password=PASSWORD)
    assert page.path == where
    assert "since 18:40" in elder.submit(page).text
    assert db.session.scalars(select(Attendance.happened_at)).one() == at("2026-11-18 18:40")


def test_who_opened_it_before_the_end_still_gets_in_after_it(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    clock.set(at("2026-11-18 20:29"))
    page = neighbour.get(link(event))
    clock.set(at("2026-11-18 20:45"))
    assert "since 20:29" in neighbour.submit(page).text


def test_a_post_with_a_good_code_needs_no_page_before_it(
    neighbour: Visitor, event: Event, cast: Cast
) -> None:
    neighbour.post(link(event), 302, resident=str(cast.neighbour.id))
    assert how_many() == 1


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        ("2026-11-18 18:29", 409),
        ("2026-11-18 18:30", 302),
        ("2026-11-18 20:30", 302),
        ("2026-11-18 20:31", 409),
    ],
)
def test_check_in_is_open_from_half_an_hour_before_the_start_to_the_end(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock, moment: str, answer: int
) -> None:
    clock.set(at(moment))
    page = neighbour.post(link(event), answer, resident=str(cast.neighbour.id))
    assert how_many() == (1 if answer == 302 else 0)
    assert answer == 302 or "Check-in opens: 18:30." in page.text or "Check-in closed" in page.text


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-17 12:00", "Check-in opens: Wednesday 18 November 18:30."),
        ("2026-11-18 20:31", "Check-in closed when the event ended."),
    ],
)
def test_outside_the_window_a_good_code_says_when_and_opens_nothing(
    app: Flask, neighbour: Visitor, event: Event, clock: TestClock, moment: str, said: str
) -> None:
    clock.set(at(moment))
    for visitor in (Visitor(app), neighbour):
        page = visitor.get(link(event))
        assert said in page.text
        assert not page.soup.select("main form")
        assert visitor.client.get_cookie("hall") is None


def test_a_page_opened_in_the_window_does_not_open_an_event_that_moved_to_another_day(
    neighbour: Visitor, event: Event, cast: Cast
) -> None:
    where = link(event)
    neighbour.get(where)
    kept = db.session.get_one(Event, event.id)
    kept.starts_at, kept.ends_at = at("2026-11-25 19:00"), at("2026-11-25 20:30")
    db.session.commit()
    neighbour.post(where, 409, resident=str(cast.neighbour.id))
    assert how_many() == 0


def test_a_cancelled_event_takes_no_check_in(neighbour: Visitor, event: Event, cast: Cast) -> None:
    where = link(event)
    neighbour.get(where)
    events.cancel(event.id, "停电", cast.librarian.id)
    assert "cancelled" in neighbour.get(where).text
    assert "cancelled" in neighbour.post(where, 409, resident=str(cast.neighbour.id)).text
    assert how_many() == 0


def test_nobody_checks_in_a_resident_of_another_household(
    neighbour: Visitor, event: Event, cast: Cast
) -> None:
    for resident in (cast.resident, cast.phoneless):
        neighbour.post(link(event), 404, resident=str(resident.id))
    neighbour.post(link(event), 400, resident="nonsense")
    assert how_many() == 0


def test_who_was_excused_and_came_is_here(
    neighbour: Visitor, librarian: Visitor, event: Event, cast: Cast
) -> None:
    librarian.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(cast.neighbour, "excused")]})
    neighbour.post(link(event), 302, resident=str(cast.neighbour.id))
    assert db.session.scalars(select(Attendance.status)).all() == ["present"]


def test_who_was_marked_late_stays_late(
    neighbour: Visitor, librarian: Visitor, event: Event, cast: Cast
) -> None:
    librarian.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(cast.neighbour, "late")]})
    neighbour.post(link(event), 302, resident=str(cast.neighbour.id))
    assert db.session.scalars(select(Attendance.status)).all() == ["late"]


def test_the_same_id_for_another_person_is_shown_and_not_saved(app: Flask, event: Event, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.resident.id)}
    visitor.post(link(event), **sent)
    page = visitor.post(link(event), 409, **{**sent, "resident": str(cast.child.id)})
    assert "张晓明" in page.text
    assert how_many() == 1
    visitor.submit(page)
    assert how_many() == 2


def test_the_same_id_from_another_account_is_refused(
    app: Flask, neighbour: Visitor, event: Event, cast: Cast
) -> None:
    visitor, sent_id = Visitor(app).sign_in(cast.resident), str(uuid.uuid4())
    neighbour.post(link(event), id=sent_id, resident=str(cast.neighbour.id))
    page = visitor.post(link(event), 409, id=sent_id, resident=str(cast.resident.id))
    assert "单田方" not in page.text
    assert how_many() == 1


@pytest.mark.parametrize("token", ["nonsense", "zzzzzzzz", "书香", "%00", "a" * 40, "a" * 300])
def test_a_code_of_no_event_is_told_in_words(neighbour: Visitor, event: Event, token: str) -> None:
    page = neighbour.get(f"/check-in/{token}", status=404)
    assert "No event has this code." in page.text
    neighbour.post(f"/check-in/{token}", 404, resident=str(uuid.uuid4()))
    neighbour.post(f"/check-in/{token}/claims", 404, resident=str(uuid.uuid4()))
    assert how_many(Guest) == 0


def test_a_changed_code_and_one_from_the_future_open_nothing(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    clock.advance(minutes=5)
    ahead = link(event)
    clock.advance(minutes=-5)
    assert "does not hold yet" in neighbour.get(ahead, status=404).text
    where = link(event)
    changed = where[:-1] + ("A" if where[-1] != "A" else "B")
    assert "No event has this code." in neighbour.get(changed, status=404).text
    for wrong in (ahead, changed):
        neighbour.post(wrong, 404, resident=str(cast.neighbour.id))
    assert how_many() == 0


def test_the_code_of_one_event_checks_nobody_in_at_another(
    neighbour: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    other = planned(cast, starts_at=at("2026-11-18 19:00"), ends_at=at("2026-11-18 20:30"))
    old = link(other)
    clock.advance(seconds=40)
    neighbour.get(link(event))
    # The phone opened this event's page; the other event's old code is no better for it.
    assert "too old" in neighbour.post(old, 409, resident=str(cast.neighbour.id)).text
    assert how_many() == 0


def test_staff_without_a_household_are_told_to_ask(librarian: Visitor, event: Event) -> None:
    assert "no household" in librarian.get(link(event)).text


def test_a_record_merged_meanwhile_is_checked_in_as_the_one_that_goes_on(
    app: Flask, event: Event, cast: Cast
) -> None:
    phone, where = Visitor(app).sign_in(cast.resident), link(event)
    before = phone.get(where)
    db.session.get_one(Resident, cast.child.id).merged_into_id = cast.resident.id
    db.session.commit()
    assert "张小花" not in phone.get(where).text
    phone.submit(before, form=before.soup.select("main form")[1])
    assert db.session.scalars(select(Attendance.resident_id)).all() == [cast.resident.id]


def test_who_takes_part_no_more_has_no_button(app: Flask, event: Event, cast: Cast, clock: TestClock) -> None:
    phone, where = Visitor(app).sign_in(cast.resident), link(event)
    db.session.get_one(Resident, cast.child.id).left_at = clock()
    db.session.commit()
    assert "张小花" not in phone.get(where).text
    phone.post(where, 404, resident=str(cast.child.id))
    assert how_many() == 0
