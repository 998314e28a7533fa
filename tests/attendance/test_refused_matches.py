"""A guest is matched to nobody of whom a mark would not be taken either."""

import uuid

import pytest

from reading.attendance import actions
from reading.errors import Refused
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.consent_queries import Withdrawn
from reading.people.models import Account, Resident
from reading.rights.consent_actions import decide
from tests.attendance.marking import disagreements, send, sent, statuses
from tests.attendance.walking_in import claimed, fresh, kept, match, points_of, walked_in
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Visitor


def withdraw(resident: Resident, *, agree: bool = False) -> None:
    """Let somebody withdraw the consent to take part, or give it again."""
    decide(resident.id, "taking_part", agree, db.session.get_one(Account, resident.account_id))


def test_a_guest_is_not_matched_to_who_had_withdrawn_before_they_came(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    withdraw(cast.neighbour)
    clock.advance(minutes=5)
    guest = walked_in(evening, cast.librarian)
    assert send(evening, cast.librarian, sent(cast.neighbour)) == ["withdrawn"]
    with pytest.raises(Withdrawn, match="no longer agrees"):
        match(guest, cast.neighbour, cast.librarian)
    assert kept(guest.id).resident_id is None
    assert (statuses(evening), points_of(cast.neighbour), disagreements()) == ({}, 0, [])
    withdraw(cast.neighbour, agree=True)
    match(guest, cast.neighbour, cast.librarian)
    assert statuses(evening) == {cast.neighbour.id: "present"}


def test_a_guest_who_came_before_the_withdrawal_is_matched_as_a_mark_of_before_is_taken(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    guest, waiting = walked_in(evening, cast.librarian), claimed(evening, cast.neighbour)
    clock.advance(minutes=5)
    withdraw(cast.neighbour)
    clock.advance(minutes=5)
    match(guest, cast.neighbour, cast.librarian)
    actions.confirm_guest(waiting, uuid.uuid4(), fresh(cast.librarian), cast.neighbour.id)
    assert statuses(evening) == {cast.neighbour.id: "present"}


def test_a_claim_made_after_the_withdrawal_is_confirmed_by_name_only(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    withdraw(cast.neighbour)
    clock.advance(minutes=5)
    waiting = claimed(evening, None)
    with pytest.raises(Withdrawn):
        actions.confirm_guest(waiting, uuid.uuid4(), fresh(cast.librarian), cast.neighbour.id)
    assert kept(waiting).status == "waiting"
    actions.confirm_guest(waiting, uuid.uuid4(), fresh(cast.librarian))
    assert (kept(waiting).status, statuses(evening)) == ("present", {})


def test_who_was_not_here_after_all_may_be_anybody(evening: Event, cast: Cast, clock: TestClock) -> None:
    withdraw(cast.neighbour)
    clock.advance(minutes=5)
    guest = walked_in(evening, cast.librarian)
    send(evening, cast.librarian, sent(status="undone", guest_id=guest.id))
    match(guest, cast.neighbour, cast.librarian)
    assert statuses(evening) == {cast.neighbour.id: "undone"}


def test_a_mark_of_a_guest_is_refused_as_that_of_the_resident_they_are(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    guest, waiting = walked_in(evening, cast.librarian), claimed(evening, cast.neighbour)
    match(guest, cast.neighbour, cast.librarian)
    send(evening, cast.librarian, sent(status="undone", guest_id=guest.id))
    clock.advance(minutes=5)
    withdraw(cast.neighbour)
    clock.advance(minutes=5)
    marks = [sent(guest_id=one, status="late") for one in (guest.id, waiting)]
    assert send(evening, cast.librarian, *marks) == ["withdrawn", "withdrawn"]
    assert statuses(evening) == {cast.neighbour.id: "undone"}


def test_at_a_cancelled_event_a_guest_becomes_nobody_new_and_may_be_nobody_again(
    evening: Event, cast: Cast
) -> None:
    guest, other = (walked_in(evening, cast.librarian, name) for name in ("老赵", "老孙"))
    match(other, cast.phoneless, cast.librarian)
    events.cancel(evening.id, "停电", cast.librarian.id)
    for one in (guest, other):
        with pytest.raises(Refused, match="This event has been cancelled"):
            match(one, cast.neighbour, cast.librarian)
    match(other, cast.phoneless, cast.librarian)
    assert (statuses(evening), points_of(cast.neighbour)) == ({cast.phoneless.id: "present"}, 0)
    match(other, None, cast.librarian)
    assert statuses(evening) == {cast.phoneless.id: "undone"}
    assert (points_of(cast.phoneless), disagreements()) == (0, [])


def test_the_record_of_a_cancelled_event_does_not_ask_who_a_guest_is(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    guest = walked_in(event, cast.librarian)
    path = f"/events/{event.id}/record/{guest.id}"
    assert "Who is this?" in librarian.get(path).text
    events.cancel(event.id, "停电", cast.librarian.id)
    assert "Who is this?" not in librarian.get(path).text
    page = librarian.post(f"{path}/resident", 409, resident=str(cast.neighbour.id))
    assert "This event has been cancelled." in page.text
