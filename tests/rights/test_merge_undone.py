"""A merge that was a mistake is undone."""

import uuid
from datetime import date

import pytest

from reading.errors import Refused
from reading.events import actions as events
from reading.events.models import SEATED, WAITING
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.people import queries as people
from reading.people.models import Account, Resident
from reading.rights import merge_actions as actions
from reading.rights.merge_models import Distinction, Merge
from tests.attendance.marking import disagreements, send, sent, statuses
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import planned
from tests.recorded import rows
from tests.rights.twins import Twins, merge, number, of, put_on_stage, read, seats, without

LEARNING_DAY = date(2026, 11, 10)


def test_a_merge_undone_leaves_everything_as_it_was(twins: Twins, cast: Cast) -> None:
    before = rows()
    merged = merge(twins, cast.librarian)
    undone = actions.undo(merged.id, db.session.get_one(Account, cast.admin.id))
    assert undone.undone_by == cast.admin.id
    db.session.rollback()
    after = rows()
    assert without(after) == without(before)
    assert disagreements() == []
    assert number(Distinction) == 1


def test_what_came_after_the_merge_stays_with_who_got_it(twins: Twins, cast: Cast, clock: TestClock) -> None:
    merged = merge(twins, cast.librarian)
    clock.advance(hours=1)
    late = read(twins.keep, "三国演义", date(2026, 11, 18), 20, cast.steward)
    assert send(twins.stage.soon, cast.librarian, sent(twins.keep)) == ["stored"]
    actions.undo(merged.id, db.session.get_one(Account, cast.admin.id))
    actions.undo(merged.id, db.session.get_one(Account, cast.admin.id))
    assert db.session.get_one(LogEntry, late.id).resident_id == twins.keep.id
    assert statuses(twins.stage.soon) == {twins.keep.id: "present"}
    assert {one.book.title for one in of(LogEntry, twins.old)} == {"活着", "红旗渠", "平凡的世界"}
    assert disagreements() == []


def test_a_seat_that_was_given_on_is_not_taken_from_anybody_when_a_merge_is_undone(
    cast: Cast, clock: TestClock
) -> None:
    twins = put_on_stage(cast, clock)
    event = planned(cast, capacity=2)
    for one in (twins.keep, twins.old, cast.neighbour):
        clock.advance(seconds=1)
        events.sign_up(event.id, one.id, uuid.uuid4(), cast.librarian.id)
    merged = merge(twins, cast.librarian)
    actions.undo(merged.id, db.session.get_one(Account, cast.admin.id))
    assert {one.resident_id: one.state for one in seats(event)} == {
        twins.keep.id: SEATED, cast.neighbour.id: SEATED, twins.old.id: WAITING,
    }  # fmt: skip


def test_a_merge_is_not_undone_below_another(twins: Twins, cast: Cast) -> None:
    first = merge(Twins(twins.stage, cast.phoneless, twins.old), cast.librarian)
    admin = db.session.get_one(Account, cast.admin.id)
    second = actions.merge(uuid.uuid4(), (twins.keep.id, first.survivor_id), admin)
    with pytest.raises(Refused, match="先撤销"):
        actions.undo(first.id, db.session.get_one(Account, cast.admin.id))
    assert people.merged_into(twins.keep.id) == {first.survivor_id, first.merged_id}
    actions.undo(second.id, db.session.get_one(Account, cast.admin.id))
    actions.undo(first.id, db.session.get_one(Account, cast.admin.id))
    assert people.merged_into(twins.keep.id) == set()
    assert disagreements() == []


def test_a_merge_is_undone_by_an_admin_of_the_place_only(twins: Twins, cast: Cast) -> None:
    merged = merge(twins, cast.librarian)
    for by in (cast.librarian, cast.steward, cast.other_admin):
        with pytest.raises(LookupError):
            actions.undo(merged.id, db.session.get_one(Account, by.id))
    assert db.session.get_one(Merge, merged.id).undone_at is None


def test_the_children_of_the_old_record_are_looked_after_by_the_one_that_goes_on(
    twins: Twins, cast: Cast
) -> None:
    child = add_resident("张小果", "410581001001-1-1-1", born_on=date(2019, 1, 1))
    child.relation, child.guardian_id = "child", twins.old.id
    db.session.commit()
    before = rows()
    with pytest.raises(Refused, match="监护人"):
        merge(Twins(twins.stage, twins.old, child), cast.librarian)
    merged = merge(twins, cast.librarian)
    kept = db.session.get_one(Resident, child.id)
    assert (kept.guardian_id, kept.account_id) == (twins.keep.id, twins.keep.account_id)
    assert kept.id in {one.id for one in people.household(twins.keep.account_id)}  # type: ignore[arg-type]
    actions.undo(merged.id, db.session.get_one(Account, cast.admin.id))
    db.session.rollback()
    assert without(rows()) == without(before)
