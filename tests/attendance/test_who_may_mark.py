"""Who may mark and take back, and until when: roles that ended, helpers named for the evening."""

from datetime import timedelta

import pytest

from reading.events.models import Event
from tests.attendance.marking import (
    attempts,
    end_role,
    flags_of,
    name_helper,
    send,
    sent,
    statuses,
)
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at

START = at("2026-11-18 14:30")


def test_marks_made_before_a_role_ended_are_kept_and_flagged_and_later_ones_kept_as_attempts(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    end_role(cast.librarian, at("2026-11-18 15:00"))
    clock.set(at("2026-11-18 21:00"))
    before = sent(cast.neighbour, happened_at=at("2026-11-18 14:59"))
    after = sent(cast.phoneless, happened_at=at("2026-11-18 15:01"))
    now = sent(cast.phoneless)
    assert send(evening, cast.librarian, before, after, now) == ["stored", "right_ended", "right_ended"]
    assert flags_of(before) == ["role_ended"]
    assert sorted(attempts()) == sorted([(after.id, "right_ended"), (now.id, "right_ended")])
    assert statuses(evening) == {cast.neighbour.id: "present"}


def test_whose_role_ended_just_before_the_roster_opened_loses_no_marks_without_a_trace(
    evening: Event, cast: Cast
) -> None:
    end_role(cast.librarian, START - timedelta(days=2))
    mark = sent(cast.neighbour, happened_at=START)
    assert send(evening, cast.librarian, mark) == ["right_ended"]
    assert attempts() == [(mark.id, "right_ended")]


@pytest.mark.parametrize("who", ["steward", "neighbour", "organizer", "other_admin"])
def test_who_never_had_the_right_sends_nothing(evening: Event, cast: Cast, who: str) -> None:
    with pytest.raises(LookupError):
        send(evening, cast.account(who), sent(cast.phoneless))
    assert attempts() == []


def test_whose_role_ended_long_before_sends_nothing(evening: Event, cast: Cast) -> None:
    end_role(cast.librarian, START - timedelta(days=9))
    with pytest.raises(LookupError):
        send(evening, cast.librarian, sent(cast.phoneless))


def test_an_ended_role_takes_nothing_back_once_nobody_could_put_it_right(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    assert send(evening, cast.librarian, sent(cast.neighbour)) == ["stored"]
    end_role(cast.librarian, at("2026-11-18 15:00"))
    clock.advance(days=40)
    undone = sent(cast.neighbour, "undone", happened_at=at("2026-11-18 14:50"))
    assert send(evening, cast.librarian, undone) == ["closed"]
    assert send(evening, cast.admin, sent(cast.neighbour, "undone", reason="记错了")) == ["stored"]


@pytest.mark.parametrize(
    ("sent_at", "happened", "answer", "flags"),
    [
        ("2026-11-18 15:00", "2026-11-18 14:50", "stored", []),
        ("2026-11-18 23:59", None, "stored", []),
        ("2026-11-19 08:00", "2026-11-18 14:50", "stored", ["role_ended"]),
        ("2026-11-19 08:00", "2026-11-19 07:50", "right_ended", None),
        ("2026-11-19 08:00", None, "right_ended", None),
    ],
)
def test_a_named_helper_takes_this_evenings_attendance_and_no_more(
    evening: Event, cast: Cast, clock: TestClock, sent_at: str, happened: str | None, answer: str,
    flags: list[str] | None,
) -> None:  # fmt: skip
    name_helper(evening, cast.outsider, START)
    clock.set(at(sent_at))
    mark = sent(cast.neighbour, happened_at=at(happened) if happened else None)
    assert send(evening, cast.account("outsider"), mark) == [answer]
    assert flags is None or flags_of(mark) == flags


@pytest.mark.parametrize("how", ["naming_ended_at", "given_up_at"])
def test_a_helper_whose_naming_ended_marks_only_what_was_before(
    evening: Event, cast: Cast, clock: TestClock, how: str
) -> None:
    name_helper(evening, cast.outsider, START, **{how: at("2026-11-18 14:45")})
    clock.set(at("2026-11-18 14:50"))
    before = sent(cast.neighbour, happened_at=at("2026-11-18 14:44"))
    after = sent(cast.phoneless, happened_at=at("2026-11-18 14:46"))
    assert send(evening, cast.account("outsider"), before, after) == ["stored", "right_ended"]


def test_a_helper_takes_back_only_the_own_marks_and_soon(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    name_helper(evening, cast.outsider, START)
    helper = cast.account("outsider")
    send(evening, cast.librarian, sent(cast.neighbour))
    send(evening, helper, sent(cast.phoneless))
    undo = [sent(one, "undone", reason="看错了") for one in (cast.neighbour, cast.phoneless)]
    assert send(evening, helper, *undo) == ["not_yours", "stored"]
    send(evening, helper, sent(cast.phoneless))
    clock.advance(minutes=16)
    assert send(evening, helper, sent(cast.phoneless, "excused", reason="晚了")) == ["not_yours"]


@pytest.mark.parametrize("status", ["undone", "excused"])
def test_taking_a_coming_back_takes_a_reason_but_for_the_own_hand_within_a_quarter_of_an_hour(
    evening: Event, cast: Cast, clock: TestClock, status: str
) -> None:
    send(evening, cast.librarian, sent(cast.neighbour), sent(cast.phoneless))
    assert send(evening, cast.admin, sent(cast.neighbour, status)) == ["reason_needed"]
    assert send(evening, cast.admin, sent(cast.neighbour, status, reason="没来")) == ["stored"]
    assert send(evening, cast.librarian, sent(cast.phoneless, status)) == ["stored"]
    send(evening, cast.librarian, sent(cast.phoneless))
    clock.advance(minutes=16)
    assert send(evening, cast.librarian, sent(cast.phoneless, status)) == ["reason_needed"]
    backdated = sent(cast.phoneless, status, happened_at=clock() - timedelta(hours=1))
    assert send(evening, cast.librarian, backdated) == ["reason_needed"]
    assert send(evening, cast.librarian, sent(cast.phoneless, status, reason="没来")) == ["stored"]
    assert set(statuses(evening).values()) == {status}
