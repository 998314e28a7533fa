"""Who told their name on the own phone and waits to be confirmed; and the heads counted in the hall."""

import uuid

import pytest

from reading.attendance import actions, queries
from reading.attendance.models import Guest, Mark
from reading.errors import Refused
from reading.events import actions as events
from reading.events.actions import OtherContent
from reading.events.models import Event
from tests.attendance.marking import disagreements, name_helper, send, sent, statuses
from tests.attendance.walking_in import claimed, fresh, how_many, kept, match, points_of
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at

START, END = at("2026-11-18 14:30"), at("2026-11-18 16:00")


def test_a_claim_sent_twice_waits_once_and_the_first_stands(evening: Event, cast: Cast) -> None:
    guest_id = uuid.uuid4()
    for _time in range(2):
        actions.claim(evening.id, guest_id, "老钱", why="not_signed_in", by=None, last_four="0002")
    assert (how_many(Guest), kept(guest_id).status) == (1, "waiting")
    changed = actions.claim(evening.id, guest_id, "老孙", why="not_signed_in", by=None, last_four="0002")
    assert changed.name == "老钱"
    with pytest.raises(Refused):
        actions.claim(
            evening.id, guest_id, "老钱", why="late_code", by=cast.account("neighbour"), last_four="0002"
        )


def test_who_waits_counts_only_once_confirmed(evening: Event, cast: Cast) -> None:
    waiting = claimed(evening, cast.neighbour)
    assert (statuses(evening), how_many(Mark)) == ({}, 0)
    for _time in range(2):
        actions.confirm_guest(waiting, uuid.uuid4(), fresh(cast.librarian), cast.neighbour.id)
    actions.decline_guest(waiting, uuid.uuid4(), fresh(cast.librarian), "不在")
    assert (statuses(evening), how_many(Mark)) == ({cast.neighbour.id: "present"}, 1)
    assert kept(waiting).matched_by == cast.librarian.id
    assert (points_of(cast.neighbour), disagreements()) == (10, [])


def test_who_was_declined_stays_so_and_is_nobodys_record(evening: Event, cast: Cast) -> None:
    waiting = claimed(evening, cast.neighbour)
    for _time in range(2):
        actions.decline_guest(waiting, uuid.uuid4(), fresh(cast.librarian), "不在")
    actions.confirm_guest(waiting, uuid.uuid4(), fresh(cast.librarian), cast.neighbour.id)
    assert (kept(waiting).status, kept(waiting).resident_id) == ("undone", None)
    assert (statuses(evening), how_many(Mark)) == ({}, 1)


def test_who_waits_can_be_confirmed_by_name_or_as_somebody_else(evening: Event, cast: Cast) -> None:
    waiting, other = claimed(evening, cast.neighbour), claimed(evening, cast.neighbour)
    actions.confirm_guest(waiting, uuid.uuid4(), fresh(cast.librarian))
    actions.confirm_guest(other, uuid.uuid4(), fresh(cast.librarian), cast.phoneless.id)
    assert (kept(waiting).status, kept(waiting).resident_id) == ("present", None)
    assert {one: status for one, status in statuses(evening).items() if status != "undone"} == {
        cast.phoneless.id: "present"
    }


def test_the_roster_confirms_who_waits_by_any_mark(evening: Event, cast: Cast) -> None:
    waiting = claimed(evening, cast.neighbour)
    assert send(evening, cast.librarian, sent(status="late", guest_id=waiting)) == ["stored"]
    assert statuses(evening) == {cast.neighbour.id: "late"}
    assert kept(waiting).matched_by == cast.librarian.id


def test_declining_on_the_roster_takes_nobodys_own_coming_away(evening: Event, cast: Cast) -> None:
    waiting = claimed(evening, cast.neighbour)
    send(evening, cast.librarian, sent(cast.neighbour))
    assert send(evening, cast.librarian, sent(status="undone", guest_id=waiting, seen=())) == ["stored"]
    assert (kept(waiting).status, statuses(evening)) == ("undone", {cast.neighbour.id: "present"})


def test_who_waits_is_not_matched_and_the_own_household_not_confirmed(evening: Event, cast: Cast) -> None:
    name_helper(evening, cast.resident, START)
    waiting, helper = claimed(evening, cast.child), cast.account("resident")
    match(kept(waiting), cast.neighbour, cast.librarian)
    assert kept(waiting).resident_id == cast.child.id
    with pytest.raises(Refused, match="own household"):
        actions.confirm_guest(waiting, uuid.uuid4(), fresh(helper), cast.child.id)
    assert send(evening, helper, sent(guest_id=waiting)) == ["own_household"]
    assert kept(waiting).status == "waiting"


def test_a_decision_under_a_used_id_is_refused_in_words(evening: Event, cast: Cast) -> None:
    mark, waiting = sent(cast.phoneless), claimed(evening, cast.neighbour)
    send(evening, cast.librarian, mark)
    with pytest.raises(Refused, match="used already"):
        actions.confirm_guest(waiting, mark.id, fresh(cast.librarian), cast.neighbour.id)
    assert kept(waiting).status == "waiting"


def test_nobody_is_confirmed_where_no_mark_would_be_taken(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    waiting, other = claimed(evening, cast.neighbour), claimed(evening, cast.phoneless)
    clock.advance(days=40)
    with pytest.raises(Refused, match="Attendance was open until"):
        actions.confirm_guest(waiting, uuid.uuid4(), fresh(cast.librarian), cast.neighbour.id)
    clock.advance(days=-40)
    events.cancel(evening.id, "停电", cast.librarian.id)
    with pytest.raises(Refused, match="cancelled"):
        actions.confirm_guest(waiting, uuid.uuid4(), fresh(cast.librarian), cast.neighbour.id)
    actions.decline_guest(other, uuid.uuid4(), fresh(cast.librarian), "取消了")
    assert (kept(waiting).status, kept(other).status) == ("waiting", "undone")


def test_the_count_made_last_stands_and_the_same_one_is_kept_once(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    actions.count_heads(evening.id, second, 41, at("2026-11-18 14:40"), fresh(cast.librarian))
    for _time in range(2):
        actions.count_heads(evening.id, first, 38, at("2026-11-18 14:35"), fresh(cast.librarian))
    assert queries.headcount(evening.id).number == 41  # type: ignore[union-attr]
    with pytest.raises(OtherContent):
        actions.count_heads(evening.id, first, 39, at("2026-11-18 14:35"), fresh(cast.librarian))
    with pytest.raises(Refused):
        actions.count_heads(evening.id, first, 38, None, fresh(cast.admin))


def test_of_two_counts_entered_after_the_end_the_later_one_stands(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    for number in (41, 38, 52, 7):
        clock.set(END if number == 41 else clock())
        clock.advance(hours=1)
        actions.count_heads(evening.id, uuid.uuid4(), number, None, fresh(cast.librarian))
        assert queries.headcount(evening.id).number == number  # type: ignore[union-attr]


def test_heads_counted_before_the_phone_knew_of_the_cancellation_are_kept(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    downloaded = clock()
    clock.advance(minutes=5)
    events.cancel(evening.id, "停电", cast.librarian.id)
    by = fresh(cast.librarian)
    with pytest.raises(Refused, match="cancelled"):
        actions.count_heads(evening.id, uuid.uuid4(), 12, None, by)
    counted = actions.count_heads(evening.id, uuid.uuid4(), 12, None, by, downloaded_at=downloaded)
    assert counted.number == 12
    with pytest.raises(LookupError):
        actions.count_heads(evening.id, uuid.uuid4(), 12, None, fresh(cast.organizer))
