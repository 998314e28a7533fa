"""Erased is gone from every table; the sums of the past stay, and nobody else loses anything."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading import clock
from reading.attendance import actions as attendance
from reading.attendance import queries as rosters
from reading.attendance.models import Attempt, Attendance, Guest
from reading.attendance.rules import MarkSent
from reading.books.models import Book
from reading.events.models import Signup
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.logbook import actions as logbook
from reading.logbook.models import LogEntry
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.paper import queries as paper
from reading.people import queries as people
from reading.people.models import Account, Resident
from reading.points import ledger
from reading.rights import actions, erasing, erasures
from reading.rights.models import Leaving
from reading.rights.rules import LATER, NOW
from tests.clock import TestClock
from tests.rights.traces import totals, traces
from tests.stage import Stage


def leave_now(resident: Resident) -> bool:
    by = resident.account_id or uuid.uuid4()
    wish = actions.leave(uuid.uuid4(), resident.id, NOW, by)
    return erasing.erase_wished(wish.id)


def erased(*residents: Resident) -> None:
    """Let these residents leave as staff would write it down, and erase them at once."""
    for one in residents:
        assert leave_now(one)


@pytest.fixture
def remarks(stage: Stage) -> Stage:
    """`resident` also has a guest matched to them, a refused mark, a corrected entry and one with a reflection."""
    cast = stage.cast
    with_guest = MarkSent(uuid.uuid4(), None, "present", guest_id=uuid.uuid4(), guest_name="张小明儿")
    assert attendance.mark(stage.soon.id, [with_guest], cast.librarian)[0].kept_safe
    assert with_guest.guest_id is not None
    attendance.match_guest(with_guest.guest_id, cast.resident.id, cast.librarian)
    refused = MarkSent(uuid.uuid4(), cast.resident.id, "undone", reason="张晓明说他没来", seen=())
    attendance.mark(stage.coming.id, [refused], cast.librarian)
    late = MarkSent(
        uuid.uuid4(), None, "undone", guest_id=with_guest.guest_id, guest_name="张小明儿", seen=()
    )
    attendance.mark(stage.coming.id, [late], cast.librarian)
    told = Told(
        cast.resident.id, BookAsked(stage.books[0].id), clock.today(), Amounts(20, None, False), "我叫张晓明"
    )
    entry = logbook.log(uuid.uuid4(), told, cast.account("resident").id)
    again = Told(
        cast.resident.id, BookAsked(stage.books[0].id), clock.today(), Amounts(21, None, False), "张晓明读过"
    )
    logbook.correct(entry.id, again, cast.account("resident").id)
    assert traces("张小明儿", "张晓明说", "我叫张晓明")
    return stage


def test_nothing_names_an_erased_person_in_any_column_of_any_table(remarks: Stage) -> None:
    cast = remarks.cast
    account_id = cast.account("resident").id
    ids = {str(one) for one in (cast.resident.id, cast.child.id, account_id)}
    erased(cast.resident, cast.child)
    words = ("张晓明", "张小花", "张小明儿", "13800000001", "福贵的一生")
    assert traces(*words) == []
    # The trail and a printed roster keep ids, which lead nowhere.
    assert {one.partition(":")[0] for one in traces(*ids)} <= {
        "audit_lines.subject_id", "audit_lines.by_id", "audit_lines.detail", "sheets.resident_ids",
    }  # fmt: skip
    assert db.session.get(Account, account_id, populate_existing=True) is None


def test_the_sums_of_the_past_stay(remarks: Stage, clock: TestClock) -> None:
    cast, by = remarks.cast, remarks.cast.account("resident").id
    people = [cast.resident, cast.child, cast.neighbour, remarks.readers[0], remarks.readers[3]]
    wishes = [actions.leave(uuid.uuid4(), one.id, LATER, one.account_id or by) for one in people]
    before = totals()
    assert any(before[key].active for key in before if key == ("410581", "2026-11"))
    for wish in wishes:
        assert erasing.erase_wished(wish.id)
    assert totals() == before
    assert learning_days.verify() + ledger.verify() == []
    assert learning_days.rebuild() == 0
    assert ledger.rebuild() == 0
    assert totals() == before
    clock.advance(days=40)
    later = totals()
    assert later["410581", "2026-10"] == before["410581", "2026-10"]


def test_what_they_wrote_for_others_stays_and_says_by_nobody(stage: Stage) -> None:
    reader = stage.readers[0]
    told = Told(stage.readers[1].id, BookAsked(title="一本新书"), clock.today(), Amounts(9, None, False))
    by = reader.account_id
    assert by is not None
    entry = logbook.log(uuid.uuid4(), told, by)
    erased(reader)
    kept = db.session.get_one(LogEntry, entry.id, populate_existing=True)
    assert kept.entered_by is None
    assert kept.pages == 9
    assert db.session.get_one(Book, kept.book_id, populate_existing=True).created_by is None


def test_a_guest_who_was_the_person_is_nameless_and_stays_known_to_the_phone(remarks: Stage) -> None:
    cast = remarks.cast
    guest = db.session.scalars(select(Guest).where(Guest.name == "张小明儿")).one()
    mark_id = rosters.marks_of_guests([guest.id])[guest.id][0].id
    erased(cast.resident)
    assert guest.id not in {one.id for one in rosters.guests(remarks.soon.id)}
    again = MarkSent(mark_id, None, "present", guest_id=guest.id, guest_name="张小明儿")
    assert attendance.mark(remarks.soon.id, [again], cast.librarian)[0].answer == "duplicate"
    new = MarkSent(uuid.uuid4(), None, "late", guest_id=guest.id, guest_name="张小明儿")
    answer = attendance.mark(remarks.soon.id, [new], cast.librarian)[0]
    assert (answer.answer, answer.code) == ("refused", "forgotten")
    assert traces("张小明儿") == []
    assert db.session.get(Attempt, new.id) is not None


def test_a_claim_by_ones_name_and_the_end_of_ones_number_is_forgotten_too(stage: Stage) -> None:
    outsider = stage.cast.outsider
    assert outsider.account_id is not None
    household = people.household(outsider.account_id)
    words = [one.name for one in household] + [stage.cast.account("outsider").phone]
    assert any(one.startswith("guests.name") for one in traces(outsider.name))
    erased(*reversed(household))
    assert traces(*words) == []


def test_a_mark_a_phone_kept_of_an_erased_person_is_refused_softly_and_kept_without_a_name(
    stage: Stage,
) -> None:
    reader_id = stage.readers[1].id
    erased(stage.readers[1])
    sent = MarkSent(uuid.uuid4(), reader_id, "present")
    other = MarkSent(uuid.uuid4(), stage.readers[2].id, "present")
    answers = attendance.mark(stage.soon.id, [sent, other], stage.cast.librarian)
    assert [(one.answer, one.code) for one in answers] == [("refused", "not_here"), ("stored", "")]
    assert db.session.get_one(Attempt, sent.id).sent["name"] == ""
    assert db.session.scalar(select(func.count()).where(Attendance.resident_id == reader_id)) == 0


def test_a_printed_roster_keeps_its_numbers(stage: Stage) -> None:
    before = [(line.number, line.name) for line in paper.lines(stage.sheet)]
    number = next(number for number, name in before if name == stage.readers[0].name)
    erased(stage.readers[0])
    after = [(line.number, line.name) for line in paper.lines(stage.sheet)]
    assert after == [(one, "–" if one == number else name) for one, name in before]


def test_an_account_stays_while_it_looks_after_somebody(stage: Stage) -> None:
    cast = stage.cast
    account_id = cast.account("resident").id
    erased(cast.resident)
    assert db.session.get(Account, account_id) is not None
    wish = actions.leave(uuid.uuid4(), cast.child.id, NOW, account_id)
    assert erasing.erase_wished(wish.id)
    assert db.session.get(Account, account_id, populate_existing=True) is None


def test_nobody_is_erased_before_the_day_and_everybody_on_it(stage: Stage, clock: TestClock) -> None:
    wish_id = actions.leave(uuid.uuid4(), stage.readers[0].id, LATER, stage.cast.librarian.id).id
    clock.advance(days=14, hours=23)
    assert erasing.erase_due(clock()) == 0
    clock.advance(hours=1)
    assert erasing.erase_due(clock()) == 2  # and whom the stage knows
    assert db.session.get(Leaving, wish_id) is None
    assert erasing.erase_due(clock()) == 0


def test_a_wish_taken_back_erases_nobody(stage: Stage, clock: TestClock) -> None:
    wish = actions.leave(uuid.uuid4(), stage.readers[0].id, LATER, stage.cast.librarian.id)
    actions.take_back(wish.id, stage.cast.librarian.id)
    clock.advance(days=20)
    assert erasing.erase_due(clock()) == 1  # whom the stage knows
    assert not erasing.erase_wished(wish.id)
    assert db.session.get(Resident, stage.readers[0].id) is not None


def test_records_merged_into_the_person_go_with_them(stage: Stage) -> None:
    kept, merged = stage.readers[0], stage.readers[1]
    ids = {kept.id, merged.id}
    row = db.session.get_one(Resident, merged.id)
    row.merged_into_id, row.left_at = kept.id, clock.now() - timedelta(days=1)
    db.session.commit()
    erased(kept)
    assert db.session.scalars(select(Resident.id).where(Resident.id.in_(ids))).all() == []
    assert ledger.verify() == []
    assert {one.id for one in erasures.listed()} >= ids


def test_the_seat_of_who_leaves_goes_to_who_waits(stage: Stage) -> None:
    waits = db.session.scalars(
        select(Signup).where(Signup.event_id == stage.full.id, Signup.state == "waiting")
    ).all()
    first = min(waits, key=lambda one: one.created_at)
    actions.leave(uuid.uuid4(), stage.readers[0].id, LATER, stage.cast.librarian.id)
    assert db.session.get_one(Signup, first.id, populate_existing=True).state == "seated"


def test_the_command_erases_who_is_due(app: Flask, stage: Stage, clock: TestClock) -> None:
    actions.leave(uuid.uuid4(), stage.readers[0].id, LATER, stage.cast.librarian.id)
    clock.advance(days=16)
    done = app.test_cli_runner().invoke(args=["people", "erase"])
    assert (done.exit_code, done.output) == (0, "2 erased.\n")
