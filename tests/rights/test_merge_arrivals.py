"""Whose records are merged, what is refused, and what arrives during and after a merge."""

import uuid
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from reading.attendance.models import Attendance
from reading.audit.models import AuditLine
from reading.errors import Refused
from reading.events import actions as events
from reading.events.models import Signup
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.rights.merge_models import Merge, MergeLine
from tests import logged
from tests.at_once import at_once
from tests.attendance.marking import change, disagreements, send, sent, statuses
from tests.cast import Cast, add_resident
from tests.events.planned import at, planned
from tests.recorded import rows
from tests.rights.twins import Twins, merge, number, of, told

LEARNING_DAY = date(2026, 11, 10)


def test_a_merge_sent_again_is_the_same_merge(twins: Twins, cast: Cast) -> None:
    merge_id = uuid.uuid4()
    merge(twins, cast.librarian, merge_id)
    after = rows()
    assert merge(twins, cast.librarian, merge_id).id == merge_id
    assert merge(twins, cast.steward).id == merge_id
    assert rows() == after


def test_two_who_merge_at_once_merge_once(app: Flask, twins: Twins, cast: Cast) -> None:
    at_once(app, *[lambda: merge(twins, cast.librarian)] * 4)
    assert number(Merge) == 1
    assert disagreements() == []


def test_a_merge_is_on_the_trail_and_lists_what_it_moved(twins: Twins, cast: Cast) -> None:
    merged = merge(twins, cast.librarian)
    (line,) = db.session.scalars(select(AuditLine).where(AuditLine.deed == "residents.merged"))
    assert (line.by_id, line.subject_id) == (cast.librarian.id, twins.keep.id)
    assert line.detail == {"merged": str(twins.old.id)}
    moved = db.session.scalars(select(MergeLine.row_id).where(MergeLine.merge_id == merged.id)).all()
    assert {one.id for one in of(LogEntry, twins.keep) if one.entered_by == cast.steward.id} <= set(moved)


def test_two_accounts_are_not_merged(twins: Twins, cast: Cast) -> None:
    before = rows()
    with pytest.raises(Refused, match="两边都有账号"):
        merge(Twins(twins.stage, cast.resident, cast.neighbour), cast.librarian)
    assert rows() == before


def test_nobody_merges_their_own_household(twins: Twins, cast: Cast) -> None:
    before = rows()
    change(twins.old, account_id=cast.librarian.id)
    change(twins.keep, account_id=None)
    with pytest.raises(Refused, match="自己家"):
        merge(twins, cast.librarian)
    change(twins.old, account_id=None)
    change(twins.keep, account_id=cast.account("resident").id)
    assert rows() == before


def test_who_does_not_reach_both_merges_neither(twins: Twins, cast: Cast) -> None:
    for by, pair in (
        (cast.other_admin, twins),
        (cast.organizer, twins),
        (cast.steward, Twins(twins.stage, twins.keep, add_resident("张晓明", "410581001001-1-2"))),
    ):
        db.session.commit()
        before = rows()
        with pytest.raises(LookupError):
            merge(pair, by)
        assert rows() == before


def test_who_was_merged_or_has_left_is_not_merged_again(twins: Twins, cast: Cast) -> None:
    merge(twins, cast.librarian)
    other = Twins(twins.stage, twins.old, cast.phoneless)
    with pytest.raises(Refused, match="已经合并过"):
        merge(other, cast.librarian)
    change(cast.phoneless, left_at=at("2026-11-01 08:00"))
    with pytest.raises(Refused, match="已经注销"):
        merge(Twins(twins.stage, twins.keep, cast.phoneless), cast.librarian)


def test_a_form_used_for_another_pair_is_refused(twins: Twins, cast: Cast) -> None:
    merge_id = merge(twins, cast.librarian).id
    with pytest.raises(Refused, match="已经用过"):
        merge(Twins(twins.stage, twins.keep, cast.phoneless), cast.librarian, merge_id)


def test_what_still_arrives_for_the_old_record_lands_at_the_one_that_goes_on(
    twins: Twins, cast: Cast
) -> None:
    steward, form_id = cast.steward.id, uuid.uuid4()
    first = told(twins.old, "西游记", date(2026, 11, 17), 12)
    logged.log(form_id, first, steward)
    mark = sent(twins.old)
    merge(twins, cast.librarian)
    # The same form again, sent for the old record and for the new one.
    assert logged.log(form_id, first, steward).resident_id == twins.keep.id
    again = told(twins.keep, "西游记", date(2026, 11, 17), 12)
    assert logged.log(form_id, again, steward).id == form_id
    assert logged.log(
        uuid.uuid4(), told(twins.old, "水浒传", date(2026, 11, 18), 9), steward
    ).resident_id == (twins.keep.id)
    assert send(twins.stage.soon, cast.librarian, mark) == ["stored"]
    assert statuses(twins.stage.soon)[twins.keep.id] == "present"
    signup = events.sign_up(twins.stage.shared.id, twins.old.id, uuid.uuid4(), cast.librarian.id)
    assert signup.resident_id == twins.keep.id
    assert disagreements() == []


@pytest.mark.parametrize("round_", range(2))
def test_what_is_written_during_the_merge_lands_at_the_one_that_goes_on(
    app: Flask, twins: Twins, cast: Cast, round_: int
) -> None:
    steward, librarian, old, soon = cast.steward.id, cast.librarian, twins.old, twins.stage.soon
    extra = planned(cast)
    works = [
        lambda: merge(twins, librarian),
        lambda: logged.log(uuid.uuid4(), told(old, "西游记", date(2026, 11, 17), 12), steward),
        lambda: logged.log(uuid.uuid4(), told(old, "水浒传", LEARNING_DAY, 40), steward),
        lambda: send(soon, librarian, sent(old)),
        lambda: events.sign_up(extra.id, old.id, uuid.uuid4(), librarian.id),
    ]
    at_once(app, *works)
    for model in (LogEntry, Attendance, Signup):
        assert of(model, old) == []
    titles = {one.book.title for one in of(LogEntry, twins.keep)}
    assert {"西游记", "水浒传"} <= titles
    assert statuses(soon) == {twins.keep.id: "present"}
    assert disagreements() == []
