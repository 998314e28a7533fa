"""A helper who takes the attendance of one event, on its day only."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from reading.attendance.rights import right_to_take
from reading.errors import Refused
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account
from reading.volunteers import actions, queries
from tests.attendance.pressing import a_mark
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor
from tests.volunteers.helping import as_is, helps

MIDNIGHT, OPENING, DURING = at("2026-11-20 00:00"), at("2026-11-20 18:30"), at("2026-11-20 20:00")
NEXT_DAY = at("2026-11-21 00:00")


@pytest.fixture
def event(cast: Cast) -> Event:
    """An evening of Friday the 20th, 19:30 to 21:00."""
    return planned(cast)


def may(event: Event, account: Account, clock: TestClock) -> bool:
    """Tell whether the account may take the event's attendance now, as the roster asks."""
    db.session.rollback()
    known = db.session.get_one(Event, event.id)
    right = right_to_take(known, db.session.get_one(Account, account.id), clock())
    return right is not None and right.holds(clock())


def test_the_right_holds_on_the_events_day_and_no_longer(cast: Cast, clock: TestClock, event: Event) -> None:
    helper, account = helps(event, cast.neighbour), cast.account("neighbour")
    actions.name(event.id, helper.id, cast.librarian.id)
    found = {}
    second = timedelta(seconds=1)
    for moment in (clock(), MIDNIGHT - second, MIDNIGHT, OPENING, DURING, NEXT_DAY, NEXT_DAY + second):
        clock.set(moment)
        found[moment] = may(event, account, clock)
    assert list(found.values()) == [False, False, True, True, True, True, False]


def test_an_event_that_ends_at_midnight_leaves_an_hour_to_send_the_marks(
    cast: Cast, clock: TestClock
) -> None:
    late = planned(cast, starts_at=at("2026-11-20 22:00"), ends_at=at("2026-11-21 00:00"))
    # The night of the 20th ends on the 21st: that day is the evening's too.
    helper, account = helps(late, cast.neighbour), cast.account("neighbour")
    actions.name(late.id, helper.id, cast.librarian.id)
    clock.set(at("2026-11-21 00:59"))
    assert may(late, account, clock)
    early = planned(cast, starts_at=at("2026-11-22 00:30"), ends_at=at("2026-11-22 02:00"))
    actions.name(early.id, helps(early, cast.neighbour).id, cast.librarian.id)
    clock.set(at("2026-11-21 23:30"))
    assert may(early, account, clock)


def test_the_right_ends_with_the_naming_and_comes_back_with_a_new_one(
    cast: Cast, clock: TestClock, event: Event
) -> None:
    helper, account = helps(event, cast.neighbour), cast.account("neighbour")
    actions.name(event.id, helper.id, cast.librarian.id)
    clock.set(DURING)
    actions.end_naming(event.id, helper.id)
    clock.advance(seconds=1)
    assert not may(event, account, clock)
    db.session.rollback()
    right = right_to_take(db.session.get_one(Event, event.id), account, clock())
    assert right is not None
    assert right.holds(DURING), "what was marked before, without a network, may still be sent"
    actions.name(event.id, helper.id, cast.librarian.id)
    assert may(event, account, clock)


def test_who_gave_up_helping_has_no_right_and_none_after_signing_up_again(
    cast: Cast, clock: TestClock, event: Event
) -> None:
    helper, account = helps(event, cast.neighbour), cast.account("neighbour")
    actions.name(event.id, helper.id, cast.librarian.id)
    clock.set(OPENING)
    assert may(event, account, clock)
    actions.give_up(event.id, helper.id)
    clock.advance(seconds=1)
    assert not may(event, account, clock)
    helps(event, cast.neighbour)
    assert not may(event, account, clock)


def test_only_the_account_of_the_named_person_has_the_right(
    cast: Cast, clock: TestClock, event: Event
) -> None:
    other = planned(cast, title="同一晚的另一场")
    actions.name(event.id, helps(event, cast.neighbour).id, cast.librarian.id)
    helps(other, cast.neighbour)
    helps(event, cast.resident)
    clock.set(DURING)
    assert not may(other, cast.account("neighbour"), clock)
    assert not may(event, cast.account("resident"), clock)
    assert not may(event, cast.organizer, clock)


def test_who_has_no_account_of_their_own_is_not_named(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    phoneless = helps(event, cast.phoneless, cast.librarian.id)
    librarian = Visitor(app).sign_in(cast.librarian)
    assert "Let them take attendance" not in librarian.get(f"/events/{event.id}/helpers").text
    page = librarian.post(f"/events/{event.id}/helpers/{phoneless.id}/naming", 409)
    assert "吴大爷 needs an account of their own" in page.text
    assert as_is(phoneless).named_at is None


def test_another_member_of_the_household_gives_its_account_no_right(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    granny = db.session.merge(cast.phoneless)
    granny.account_id, granny.relation = cast.neighbour.account_id, "other"
    db.session.commit()
    helper = helps(event, cast.phoneless, cast.neighbour.account_id)
    with pytest.raises(Refused):
        actions.name(event.id, helper.id, cast.librarian.id)
    clock.set(DURING)
    assert not may(event, cast.account("neighbour"), clock)


def test_an_organizer_names_a_helper_and_ends_it_with_one_button(
    app: Flask, cast: Cast, event: Event
) -> None:
    helper, librarian = helps(event, cast.neighbour), Visitor(app).sign_in(cast.librarian)
    page, where = (
        librarian.get(f"/events/{event.id}/helpers"),
        f"/events/{event.id}/helpers/{helper.id}/naming",
    )
    page = librarian.submit(page, form=page.form(where))
    assert "单田方 may take the attendance of this event, on its day only." in page.text
    assert as_is(helper).named_by == cast.librarian.id
    page = librarian.submit(page, form=page.form(f"{where}/ending"))
    assert as_is(helper).naming_ended_at is not None
    assert page.form(where)


def test_naming_and_ending_twice_change_nothing(cast: Cast, clock: TestClock, event: Event) -> None:
    helper = helps(event, cast.neighbour)
    actions.end_naming(event.id, helper.id)
    assert as_is(helper).naming_ended_at is None
    first = as_is(actions.name(event.id, helper.id, cast.librarian.id)).named_at
    clock.advance(minutes=1)
    assert as_is(actions.name(event.id, helper.id, cast.admin.id)).named_at == first
    ended = as_is(actions.end_naming(event.id, helper.id)).naming_ended_at
    clock.advance(minutes=1)
    assert as_is(actions.end_naming(event.id, helper.id)).naming_ended_at == ended


def test_nobody_is_named_for_a_day_that_is_over_or_an_event_that_is_off(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    off = planned(cast, title="取消的活动")
    helper, other = helps(event, cast.neighbour), helps(off, cast.neighbour)
    events.cancel(off.id, "", cast.librarian.id)
    librarian = Visitor(app).sign_in(cast.librarian)
    page = librarian.post(f"/events/{off.id}/helpers/{other.id}/naming", 409)
    assert "This event has been cancelled." in page.text
    clock.set(NEXT_DAY + timedelta(minutes=1))
    page = librarian.post(f"/events/{event.id}/helpers/{helper.id}/naming", 409)
    assert "The day of this event is over" in page.text


def test_who_gave_up_is_not_named(app: Flask, cast: Cast, event: Event) -> None:
    helper = helps(event, cast.neighbour)
    actions.give_up(event.id, helper.id)
    page = Visitor(app).sign_in(cast.librarian).post(f"/events/{event.id}/helpers/{helper.id}/naming", 409)
    assert "单田方 no longer helps here." in page.text


def test_staff_elsewhere_residents_and_the_helper_name_nobody(app: Flask, cast: Cast, event: Event) -> None:
    helper, nowhere = helps(event, cast.neighbour), uuid.uuid4()
    for who, status in (("organizer", 404), ("neighbour", 403), ("steward", 403)):
        visitor = Visitor(app).sign_in(cast.account(who))
        visitor.post(f"/events/{event.id}/helpers/{helper.id}/naming", status)
        visitor.post(f"/events/{event.id}/helpers/{helper.id}/naming/ending", status)
    librarian = Visitor(app).sign_in(cast.librarian)
    for one, other in (
        (event.id, nowhere),
        (nowhere, helper.id),
        (planned(cast, title="别的").id, helper.id),
    ):
        librarian.post(f"/events/{one}/helpers/{other}/naming", 404)
        librarian.post(f"/events/{one}/helpers/{other}/naming/ending", 404)
    assert as_is(helper).named_at is None


def test_the_named_helper_finds_the_roster_from_home_and_the_event_on_the_day(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    actions.name(event.id, helps(event, cast.neighbour).id, cast.librarian.id)
    visitor, roster = Visitor(app).sign_in(cast.neighbour), f"/events/{event.id}/roster"
    pages = ("/", f"/events/{event.id}", f"/events/{event.id}/helpers")
    for moment, shown in (
        (clock(), False),
        (MIDNIGHT, True),
        (DURING, True),
        (NEXT_DAY + timedelta(1), False),
    ):
        clock.set(moment)
        for path in pages:
            link = visitor.get(path).soup.find("main").find("a", href=roster)
            assert (link is not None) == shown, (moment, path)
    clock.set(DURING)
    for path in pages:
        assert not Visitor(app).sign_in(cast.resident).get(path).soup.find("main").find("a", href=roster)


def test_the_named_helper_sees_nothing_else_of_the_event(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    actions.name(event.id, helps(event, cast.neighbour).id, cast.librarian.id)
    helps(event, cast.resident)
    clock.set(DURING)
    visitor = Visitor(app).sign_in(cast.neighbour)
    assert "张晓明" not in visitor.get(f"/events/{event.id}/helpers").text
    for path in ("edit", "cancellation", "sheets", "record", "record.xlsx", "record.csv"):
        assert visitor.client.get(f"/events/{event.id}/{path}").status_code in (403, 404), path
    for path in ("/volunteers", "/residents", "/residents/cards", "/staff"):
        assert visitor.client.get(path).status_code in (403, 404), path
    for path in ("/volunteers.xlsx", "/volunteers.csv"):
        assert visitor.client.get(path).status_code == 403
    visitor.post(f"/events/{event.id}/helpers/hours", 403)


def test_the_named_helper_takes_the_attendance_that_evening(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    helper = helps(event, cast.neighbour)
    actions.name(event.id, helper.id, cast.librarian.id)
    events.sign_up(event.id, cast.resident.id, uuid.uuid4(), cast.resident.account_id)
    visitor, roster = Visitor(app).sign_in(cast.neighbour), f"/events/{event.id}/roster"
    visitor.get(roster, 404)
    clock.set(DURING)
    assert "张晓明" in visitor.get(roster).text
    sent = {"marks": [a_mark(cast.resident), a_mark(cast.neighbour)]}
    answer = visitor.post_json(f"/events/{event.id}/attendance", sent)
    assert [one["result"] for one in answer["marks"]] == ["stored", "refused"]
    assert "your own household" in answer["marks"][1]["why"]
    actions.end_naming(event.id, helper.id)
    clock.advance(minutes=1)
    visitor.get(roster, 404)
    visitor.get(f"{roster}.json", 404)
    late = {"marks": [a_mark(cast.outsider)]}
    answer = visitor.post_json(f"/events/{event.id}/attendance", late, 409)
    assert [one["result"] for one in answer["marks"]] == ["refused"]


def test_what_a_named_helper_may_take_now_is_listed_once(cast: Cast, clock: TestClock, event: Event) -> None:
    actions.name(event.id, helps(event, cast.neighbour).id, cast.librarian.id)
    account = cast.account("neighbour")
    assert queries.ahead(account.id, clock()).takes == []
    clock.set(DURING)
    assert [one.id for one in queries.ahead(account.id, clock()).takes] == [event.id]


def test_a_cancelled_event_offers_neither_its_attendance_nor_giving_up(
    app: Flask, cast: Cast, clock: TestClock, event: Event
) -> None:
    actions.name(event.id, helps(event, cast.neighbour).id, cast.librarian.id)
    clock.set(OPENING)
    helper, librarian = (Visitor(app).sign_in(one) for one in (cast.neighbour, cast.librarian))
    page = f"/events/{event.id}/helpers"
    assert "You take the attendance of this event" in helper.get(page).text
    assert "Cannot come" in librarian.get(page).text
    events.cancel(event.id, "", cast.librarian.id)
    told = helper.get(page)
    assert "This event has been cancelled." in told.text
    assert "You take the attendance" not in told.text
    assert not told.soup.find("a", href=f"/events/{event.id}/roster")
    assert "Cannot come" not in told.text + librarian.get(page).text
    assert queries.ahead(cast.account("neighbour").id, clock()).takes == []
