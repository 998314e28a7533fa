"""What phones send that should not be: each is answered by itself, kept, and does no harm."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from reading.attendance.models import Attendance, Mark
from reading.cards.queries import signing_key
from reading.cards.rules import qr_text
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from tests.attendance.marking import (
    add_card,
    answers,
    attempts,
    change,
    flags_of,
    name_helper,
    send,
    sent,
    statuses,
)
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned

START, END = at("2026-11-18 14:30"), at("2026-11-18 16:00")


def how_many(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    "text", ["nonsense", "abcd-2345", "SX" + "A" * 39, "\0", "书香" * 300, "SX" + "é" * 39]
)
def test_what_is_no_card_of_ours_is_refused_in_words(evening: Event, cast: Cast, text: str) -> None:
    told = answers(evening, cast.librarian, sent(card=text))[0]
    assert told.answer == "refused"
    assert told.code in ("card_unknown", "card_foreign")
    assert told.why
    assert len(attempts()) == 1


def test_a_good_card_is_taken_by_its_qr_and_by_its_code_as_people_type_it(evening: Event, cast: Cast) -> None:
    card = add_card(cast.outsider, "abcd2345", START)
    qr = qr_text(card.id, signing_key())
    for text in (qr, f" {qr.lower()} ", "ABCD-2345", "abcd ２３４５"):
        told = answers(evening, cast.librarian, sent(card=text))[0]
        assert (told.answer, told.person) == ("stored", cast.outsider.id)
    assert statuses(evening) == {cast.outsider.id: "present"}
    kept = db.session.scalars(select(Mark)).all()
    assert {(one.method, one.card_id, one.resident_id) for one in kept} == {
        ("card", card.id, cast.outsider.id)
    }


def test_a_card_signed_with_another_key_is_another_citys(evening: Event, cast: Cast) -> None:
    card = add_card(cast.neighbour, "abcd2345", START)
    assert send(evening, cast.librarian, sent(card=qr_text(card.id, b"another"))) == ["card_foreign"]


def test_a_card_of_another_city_on_the_same_service_is_refused(evening: Event, cast: Cast) -> None:
    stranger = add_resident("安阳人", "410500001001")
    add_card(stranger, "abcd2345", START)
    assert send(evening, cast.librarian, sent(card="abcd2345")) == ["card_foreign"]


def test_a_lost_card_and_one_of_who_left_are_told_as_such(evening: Event, cast: Cast) -> None:
    add_card(cast.neighbour, "aaaa2222", START, revoked_at=START)
    add_card(cast.phoneless, "bbbb3333", START)
    change(cast.phoneless, left_at=START)
    forgotten = add_card(cast.outsider, "cccc4444", START)
    forgotten.resident_id = None
    db.session.commit()
    codes = send(evening, cast.librarian, *(sent(card=one) for one in ("aaaa2222", "bbbb3333", "cccc4444")))
    assert codes == ["card_revoked", "card_left", "card_left"]
    assert statuses(evening) == {}


def test_nobody_marks_their_own_household_by_its_card(evening: Event, cast: Cast) -> None:
    name_helper(evening, cast.resident, START)
    add_card(cast.child, "abcd2345", START)
    assert send(evening, cast.account("resident"), sent(card="abcd2345")) == ["own_household"]


def test_a_scan_sent_again_after_the_card_was_revoked_is_the_same_mark(evening: Event, cast: Cast) -> None:
    card, mark = add_card(cast.neighbour, "abcd2345", START), sent(card="abcd2345")
    assert send(evening, cast.librarian, mark) == ["stored"]
    db.session.refresh(card)
    card.revoked_at = START
    db.session.commit()
    assert send(evening, cast.librarian, mark) == ["duplicate"]
    card.resident_id = None
    db.session.commit()
    assert send(evening, cast.librarian, mark) == ["duplicate"]


def test_what_a_phone_noted_that_did_not_know_of_the_cancellation_is_kept_and_flagged(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    events.cancel(evening.id, "停电", cast.librarian.id)
    unaware = sent(cast.neighbour, downloaded_at=clock() - timedelta(minutes=20))
    aware = sent(cast.phoneless, downloaded_at=clock() + timedelta(minutes=1))
    assert send(evening, cast.librarian, unaware, aware, sent(cast.phoneless)) == [
        "stored", "cancelled", "cancelled",
    ]  # fmt: skip
    assert flags_of(unaware) == ["cancelled"]
    undone = sent(cast.neighbour, "undone")
    assert send(evening, cast.librarian, undone) == ["stored"]
    assert flags_of(undone) == []


@pytest.mark.parametrize(
    ("status", "happened", "flags"),
    [
        ("present", "2026-11-18 00:00", []),
        ("present", "2026-11-17 23:59", ["other_day"]),
        ("late", "2024-11-18 14:40", ["other_day"]),
        ("excused", "2026-11-16 09:00", []),
    ],
)
def test_a_coming_on_another_day_is_kept_as_told_and_flagged(
    evening: Event, cast: Cast, status: str, happened: str, flags: list[str]
) -> None:
    mark = sent(cast.neighbour, status, happened_at=at(happened))
    assert send(evening, cast.librarian, mark) == ["stored"]
    assert db.session.scalars(select(Attendance.happened_at)).one() == at(happened)
    assert flags_of(mark) == flags


@pytest.mark.parametrize("hours", [-30, -3, 3, 30])
def test_a_phone_whose_clock_is_wrong_by_hours_is_corrected_and_flagged(
    evening: Event, cast: Cast, clock: TestClock, hours: int
) -> None:
    came_at = clock() - timedelta(minutes=5)
    mark = sent(cast.neighbour, happened_at=came_at + timedelta(hours=hours), clock_offset=-hours * 3600)
    assert send(evening, cast.librarian, mark) == ["stored"]
    kept = db.session.get_one(Mark, mark.id)
    assert (kept.happened_at, kept.flags, kept.clock_offset) == (came_at, ["clock"], -hours * 3600)


def test_no_offset_is_so_large_that_it_cannot_be_kept(evening: Event, cast: Cast, clock: TestClock) -> None:
    marks = [sent(cast.neighbour, happened_at=clock(), clock_offset=one) for one in (10**30, -(10**30))]
    assert send(evening, cast.librarian, *marks) == ["stored", "stored"]
    assert abs(db.session.get_one(Mark, marks[0].id).clock_offset) < 2**31


def test_an_id_with_other_content_is_a_conflict_and_the_first_stands(evening: Event, cast: Cast) -> None:
    first = sent(cast.neighbour)
    send(evening, cast.librarian, first)
    others = [
        sent(cast.neighbour, "late", id=first.id),
        sent(cast.phoneless, id=first.id),
        sent(guest_id=uuid.uuid4(), guest_name="路人", id=first.id),
        sent(card="nonsense", id=first.id),
    ]
    told = answers(evening, cast.librarian, *others)
    assert [(one.answer, one.kept) for one in told] == [("conflict", (cast.neighbour.id, "present"))] * 4
    other_event = planned(cast, starts_at=START, ends_at=END)
    assert send(other_event, cast.librarian, first) == ["conflict"]
    assert (how_many(Mark), statuses(evening)) == (1, {cast.neighbour.id: "present"})


def test_an_id_of_somebody_elses_mark_is_refused_and_tells_nothing(evening: Event, cast: Cast) -> None:
    first = sent(cast.neighbour)
    send(evening, cast.librarian, first)
    told = answers(evening, cast.admin, first)[0]
    assert (told.answer, told.code, told.kept, told.person) == ("refused", "used", None, None)


def test_a_refused_mark_is_kept_once_however_often_it_is_sent(evening: Event, cast: Cast) -> None:
    mark = sent(cast.outsider)
    assert send(evening, cast.librarian, mark, mark, sent(cast.phoneless)) == [
        "not_here",
        "not_here",
        "stored",
    ]
    assert send(evening, cast.librarian, mark) == ["not_here"]
    assert send(evening, cast.admin, sent(resident_id=uuid.uuid4(), id=mark.id)) == ["not_here"]
    assert attempts() == [(mark.id, "not_here")]


def test_what_was_refused_is_taken_once_nothing_speaks_against_it(
    evening: Event, cast: Cast, clock: TestClock
) -> None:
    mark = sent(cast.neighbour)
    clock.set(at("2026-11-18 13:00"))
    assert send(evening, cast.librarian, mark) == ["not_open"]
    clock.set(at("2026-11-18 14:40"))
    assert send(evening, cast.librarian, mark) == ["stored"]
    assert len(attempts()) == 1


@pytest.mark.parametrize("number", [1, 49, 50, 51, 101])
def test_a_long_queue_is_answered_in_its_order(evening: Event, cast: Cast, number: int) -> None:
    marks = [sent(cast.neighbour if one % 2 else cast.outsider) for one in range(number)]
    told = answers(evening, cast.librarian, *marks)
    assert [one.id for one in told] == [str(one.id) for one in marks]
    assert [one.answer for one in told] == ["stored" if one % 2 else "refused" for one in range(number)]
