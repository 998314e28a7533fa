"""Writing down how long helpers helped, and seeing it."""

from typing import Any

import pytest
from flask import Flask

from reading.errors import Refused
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Resident, Role
from reading.volunteers import actions, queries
from reading.volunteers.models import HelperHours
from tests.cast import LONG_AGO, Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Page, Visitor
from tests.volunteers.helping import as_is, helps


@pytest.fixture
def event(cast: Cast) -> Event:
    """An evening of an hour and a half."""
    return planned(cast)


def write(visitor: Visitor, event: Event, typed: dict[str, str], status: int = 302) -> Page:
    """Send the form of hours; what is ``typed`` goes by the helpers' ids."""
    hours: dict[str, Any] = {**typed}
    return visitor.post(f"/events/{event.id}/helpers/hours", status, **hours)


def over(clock: TestClock) -> None:
    clock.set(at("2026-11-20 21:30"))


def test_the_length_of_the_event_is_offered_and_saved_with_one_button(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    first, second = helps(event, cast.neighbour), helps(event, cast.resident)
    over(clock)
    librarian = Visitor(app).sign_in(cast.librarian)
    page = librarian.get(f"/events/{event.id}/helpers")
    assert page.soup.find("input", attrs={"name": str(first.id)})["value"] == "1.5"
    assert page.soup.find("input", attrs={"name": str(first.id)})["form"] == "hours"
    sent = {str(first.id): "1.5", str(second.id): "２．５"}
    page = librarian.get(write(librarian, event, sent).response.headers["Location"])
    assert "Saved." in page.text
    assert (as_is(first).minutes, as_is(second).minutes) == (90, 150)
    assert as_is(first).minutes_by == cast.librarian.id
    assert "In all 4" in page.text


@pytest.mark.parametrize(
    "typed", ["abc", "-1", "1.55", "1,5", "1e1", "24.1", "99", "100", "\u0661", "1:30", "." * 400]
)
def test_what_are_no_hours_is_told_and_kept_as_typed_and_nothing_is_saved(
    app: Flask, cast: Cast, clock: TestClock, event: Event, typed: str
) -> None:
    good, bad = helps(event, cast.neighbour), helps(event, cast.resident)
    over(clock)
    librarian = Visitor(app).sign_in(cast.librarian)
    sent = {str(good.id): "1", str(bad.id): typed}
    page = write(librarian, event, sent, 400)
    assert page.errors_of(str(bad.id))
    assert page.soup.find("input", attrs={"name": str(bad.id)})["value"] == typed
    assert page.soup.find("input", attrs={"name": str(good.id)})["value"] == "1"
    assert as_is(good).minutes is None


def test_left_empty_means_not_yet_known_until_something_was_written(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    helper = helps(event, cast.neighbour)
    over(clock)
    librarian = Visitor(app).sign_in(cast.librarian)
    empty = {str(helper.id): ""}
    write(librarian, event, empty, 302)
    assert as_is(helper).minutes is None
    write(librarian, event, {str(helper.id): "2"}, 302)
    page = write(librarian, event, empty, 400)
    assert "Write 0 if they did not help." in page.errors_of(str(helper.id))
    write(librarian, event, {str(helper.id): "0"}, 302)
    assert as_is(helper).minutes == 0


def test_a_correction_keeps_what_was_written_before_by_whom_and_when(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    helper = helps(event, cast.neighbour)
    over(clock)
    actions.set_hours(event.id, {helper.id: 90}, cast.librarian)
    clock.advance(minutes=5)
    for _time in range(2):
        actions.set_hours(event.id, {helper.id: 60}, cast.admin)
    told = queries.told_hours(event.id)[helper.id]
    assert [(one.minutes, one.by) for one in told] == [(60, cast.admin.id), (90, cast.librarian.id)]
    assert as_is(helper).minutes_at == clock()
    page = Visitor(app).sign_in(cast.librarian).get(f"/events/{event.id}/helpers")
    assert "1.5 · 李馆员 · 20 Nov 21:30" in page.text
    assert "1 · 王主任 · 20 Nov 21:35" in page.text


def test_nobody_writes_their_own_hours_or_their_households(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    own, other = helps(event, cast.neighbour), helps(event, cast.resident)
    db.session.add(
        Role(
            account_id=cast.neighbour.account_id, name="librarian", community_id="410581001",
            granted_at=LONG_AGO,
        )
    )  # fmt: skip
    db.session.commit()
    over(clock)
    visitor = Visitor(app).sign_in(cast.neighbour)
    page = visitor.get(f"/events/{event.id}/helpers")
    assert not page.soup.find("input", attrs={"name": str(own.id)})
    assert "A colleague writes down your household's hours." in page.text
    sent = {str(own.id): "9", str(other.id): "1"}
    page = write(visitor, event, sent, 409)
    assert "Nobody writes down their own hours" in page.text
    assert (as_is(own).minutes, as_is(other).minutes) == (None, None)
    write(visitor, event, {str(other.id): "1"}, 302)
    assert as_is(other).minutes == 60


def test_hours_are_written_once_it_has_begun(app: Flask, cast: Cast, clock: TestClock, event: Event) -> None:
    helper, librarian = helps(event, cast.neighbour), Visitor(app).sign_in(cast.librarian)
    assert not librarian.get(f"/events/{event.id}/helpers").soup.find("input", attrs={"name": str(helper.id)})
    page = write(librarian, event, {str(helper.id): "1"}, 409)
    assert "once the event has begun" in page.text
    clock.set(at("2026-11-20 19:30"))
    write(librarian, event, {str(helper.id): "1"}, 302)


def test_an_event_cancelled_before_it_began_has_no_hours_one_broken_off_has(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    broken_off = planned(cast, title="露天放映")
    never, came = helps(event, cast.neighbour), helps(broken_off, cast.neighbour)
    events.cancel(event.id, "", cast.librarian.id)
    clock.set(at("2026-11-20 20:00"))
    events.cancel(broken_off.id, "下雨", cast.librarian.id)
    over(clock)
    with pytest.raises(Refused, match="取消"):
        actions.set_hours(event.id, {never.id: 60}, cast.librarian)
    actions.set_hours(broken_off.id, {came.id: 30}, cast.librarian)
    assert as_is(came).minutes == 30


def test_staff_elsewhere_and_residents_write_no_hours(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    helper = helps(event, cast.neighbour)
    over(clock)
    sent = {str(helper.id): "1"}
    write(Visitor(app).sign_in(cast.organizer), event, sent, 404)
    write(Visitor(app).sign_in(cast.resident), event, sent, 403)
    assert as_is(helper).minutes is None


def test_a_helper_of_another_event_is_not_reached_through_this_one(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    elsewhere = planned(cast, community="410581001004", title="别处")
    helper = helps(elsewhere, cast.neighbour)
    over(clock)
    write(Visitor(app).sign_in(cast.librarian), event, {str(helper.id): "1"})
    assert as_is(helper).minutes is None
    with pytest.raises(LookupError):
        actions.set_hours(event.id, {helper.id: 60}, cast.librarian)


def test_a_resident_sees_the_hours_of_the_household_in_total_and_by_event(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    other = planned(cast, title="交流会", starts_at=at("2026-11-20 14:00"), ends_at=at("2026-11-20 15:00"))
    clock.set(at("2026-11-20 13:00"))
    for one, minutes in ((event, 90), (other, 60)):
        helper = helps(one, cast.neighbour)
        clock.set(at("2026-11-20 14:30") if one is other else at("2026-11-20 19:45"))
        actions.set_hours(one.id, {helper.id: minutes}, cast.librarian)
        clock.set(at("2026-11-20 13:00"))
    page = Visitor(app).sign_in(cast.neighbour).get("/me/helping")
    assert "hours helped 2.5" in page.text
    assert "1.5 hours" in page.text
    assert "交流会" in page.text
    assert page.soup.select_one("ul.list li .title").get_text() == "《活着》读书分享会"
    assert "Helping as a volunteer" in Visitor(app).sign_in(cast.neighbour).get("/me").text
    empty = Visitor(app).sign_in(cast.outsider).get("/me/helping")
    assert "Nobody of your household has helped" in empty.text
    assert "交流会" not in empty.text


def test_the_history_of_hours_is_only_added_to(cast: Cast, clock: TestClock, event: Event) -> None:
    helper = helps(event, cast.neighbour)
    over(clock)
    for minutes in (30, 60, 30):
        clock.advance(minutes=1)
        actions.set_hours(event.id, {helper.id: minutes}, cast.librarian)
    kept = db.session.query(HelperHours).order_by(HelperHours.at).all()
    assert [one.minutes for one in kept] == [30, 60, 30]
    assert db.session.get_one(Resident, cast.neighbour.id).name == "单田方"
