"""How long a device stays signed in, and what its requests leave in the row."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from reading.events import actions as events
from reading.extensions import db
from reading.people import role_actions
from reading.people.models import Account, Role
from reading.sign_ins import actions
from reading.sign_ins.models import SignIn
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.groups.stewarding import of_kind
from tests.pages import Visitor
from tests.sign_ins.conftest import Enter
from tests.sign_ins.test_devices import is_in, sid
from tests.statements import statements

PRESENT = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)


def row() -> SignIn:
    db.session.expire_all()
    return db.session.scalars(select(SignIn)).one()


def admin(cast: Cast) -> Account:
    return db.session.get_one(Account, cast.admin.id)


def works(visitor: Visitor, clock: TestClock, *, every: timedelta, until: timedelta) -> list[bool]:
    """Ask again and again until so long after now; return the answers."""
    answers, begun = [], clock()
    while clock() - begun < until:
        clock.advance(seconds=every.total_seconds())
        answers.append(is_in(visitor))
    return answers


def test_staff_are_out_after_thirty_idle_minutes(cast: Cast, enter: Enter, clock: TestClock) -> None:
    visitor = enter(cast.librarian)
    clock.advance(minutes=29, seconds=59)
    assert is_in(visitor)
    clock.advance(minutes=30)
    assert visitor.get("/me", 302).response.location == "/sign-in?next=/me"
    assert is_in(enter(cast.librarian))


def test_staff_are_out_after_twelve_busy_hours(cast: Cast, enter: Enter, clock: TestClock) -> None:
    visitor = enter(cast.librarian)
    answers = works(visitor, clock, every=timedelta(minutes=10), until=timedelta(hours=12))
    assert answers == [True] * 71 + [False]


def test_residents_stay_a_month_idle_and_half_a_year_in_all(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    idle, busy = enter(cast.resident), enter(cast.neighbour)
    answers = works(busy, clock, every=timedelta(days=29), until=timedelta(days=29))
    assert is_in(idle)
    answers += works(busy, clock, every=timedelta(days=29), until=timedelta(days=151))
    assert answers == [True] * 6 + [False]
    idle = enter(cast.resident)
    clock.advance(days=30)
    assert not is_in(idle)


@pytest.mark.parametrize("who", ["librarian", "organizer"])
def test_who_is_at_an_event_of_theirs_stays_until_it_is_over(
    cast: Cast, enter: Enter, clock: TestClock, who
) -> None:
    place = {"librarian": "410581001001", "organizer": "410581106200"}[who]
    planned(cast, community=place, starts_at=at("2026-11-18 14:50"), ends_at=at("2026-11-18 16:20"))
    visitor = enter(cast.account(who))
    clock.set(at("2026-11-18 17:19"))  # an hour after the end
    assert is_in(visitor)
    clock.set(at("2026-11-18 17:50"))
    assert not is_in(visitor)


def test_the_event_holds_nobody_who_was_out_before_it_opened(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    planned(cast, starts_at=at("2026-11-18 15:31"), ends_at=at("2026-11-18 17:00"))
    visitor = enter(cast.librarian)
    clock.set(at("2026-11-18 14:31"))
    assert not is_in(visitor)
    clock.set(at("2026-11-18 15:40"))
    assert not is_in(visitor)


@pytest.mark.parametrize(("kind", "stays"), [("meeting", True), ("sharing", False)])
def test_a_meeting_of_the_own_building_holds_a_steward_and_no_other_event(
    cast: Cast, enter: Enter, clock: TestClock, kind: str, stays: bool
) -> None:
    of_kind(cast, kind)
    visitor = enter(cast.steward)
    clock.advance(minutes=45)
    assert is_in(visitor) == stays


@pytest.mark.parametrize("who", ["admin", "organizer"])
def test_an_event_of_others_holds_nobody(cast: Cast, enter: Enter, clock: TestClock, who: str) -> None:
    planned(cast, starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 17:00"))
    visitor = enter(cast.account(who))
    clock.advance(minutes=31)
    assert not is_in(visitor)


def test_a_cancelled_event_holds_nobody(cast: Cast, enter: Enter, clock: TestClock) -> None:
    event = planned(cast, starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 17:00"))
    events.cancel(event.id, "停电", cast.librarian.id)
    visitor = enter(cast.librarian)
    clock.advance(minutes=31)
    assert not is_in(visitor)


def test_a_request_is_noted_every_five_minutes_of_staff_and_once_a_day_of_residents(
    cast: Cast, enter: Enter, clock: TestClock
) -> None:
    for person, every in ((cast.librarian, timedelta(minutes=5)), (cast.resident, timedelta(days=1))):
        visitor, begun = enter(person), clock()
        clock.advance(seconds=every.total_seconds() - 1)
        with statements() as sent:
            visitor.get("/me")
        assert [one for one in sent if one.startswith(("UPDATE", "INSERT", "DELETE"))] == []
        assert row().seen_at == begun
        clock.advance(seconds=1)
        visitor.get("/me")
        assert row().seen_at == clock()
        db.session.delete(row())
        db.session.commit()


def test_a_page_comes_even_when_the_note_cannot_be_written(cast, enter, clock, monkeypatch) -> None:
    visitor = enter(cast.librarian)
    clock.advance(minutes=6)

    def locked(*_args: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(actions, "note_seen", locked)
    assert visitor.get("/me").h1 == "李馆员"


def test_a_file_is_no_request_of_somebody(cast: Cast, enter: Enter, clock: TestClock) -> None:
    visitor = enter(cast.librarian)
    clock.advance(minutes=6)
    with statements() as sent:
        visitor.client.get("/static/base.css").close()
    assert sent == []


def test_a_granted_role_gives_the_device_a_new_token(cast: Cast, app, enter: Enter, clock: TestClock) -> None:
    visitor = enter(cast.resident)
    old = sid(visitor)
    account = cast.account("resident")
    role_actions.grant_role(account.id, "librarian", "410581001", admin(cast))
    clock.advance(days=2)
    assert visitor.get("/staff").status == 200
    assert sid(visitor) != old
    assert is_in(visitor)
    clock.advance(minutes=2)
    replayed = Visitor(app)
    replayed.client.set_cookie("sid", old)
    assert not is_in(replayed)
    assert is_in(visitor)
    assert (row().is_staff, row().made_at) == (True, PRESENT)


def test_an_ended_role_gives_a_new_token_too_and_the_next_request_has_no_right(
    cast: Cast, enter: Enter
) -> None:
    visitor = enter(cast.librarian)
    old = sid(visitor)
    role = db.session.scalars(select(Role).where(Role.account_id == cast.librarian.id)).one()
    role_actions.end_role(role.id, admin(cast))
    visitor.get("/staff", 403)
    assert sid(visitor) != old
    assert is_in(visitor)
    assert not row().is_staff


def test_a_request_on_its_way_with_the_token_before_is_taken_and_changes_nothing(
    cast: Cast, app, enter: Enter, clock: TestClock
) -> None:
    visitor, late = enter(cast.resident), Visitor(app)
    late.client.set_cookie("sid", sid(visitor))
    role_actions.grant_role(cast.account("resident").id, "steward", "410581001001-1", admin(cast))
    visitor.get("/me")
    new = sid(visitor)
    clock.advance(seconds=59)
    answer = late.get("/me")
    assert "sid=" not in answer.response.headers.get("Set-Cookie", "")
    assert sid(visitor) == new
    assert is_in(visitor)
    clock.advance(seconds=1)
    assert not is_in(late)


def test_the_same_roles_keep_the_token(cast: Cast, enter: Enter) -> None:
    visitor = enter(cast.librarian)
    old = sid(visitor)
    visitor.get("/me")
    assert sid(visitor) == old
