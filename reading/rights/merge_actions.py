"""Every write of duplicates: two records made one, a merge undone, two people told apart."""

import uuid
from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.attendance import actions as attendance
from reading.audit import actions as audit
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events import queries as events
from reading.events.actions import hold
from reading.events.models import SEATED, WAITING
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.logbook.models import LogEntry
from reading.people import household_queries as households
from reading.people.actions import number_child, unname_minor
from reading.people.models import Account, Resident
from reading.points import ledger
from reading.rights import merge_queries as queries
from reading.rights.merge_models import Distinction, Merge
from reading.rights.merge_moves import Moves, put_back
from reading.rights.merge_parts import move_everything
from reading.rights.merge_rules import is_settled, which_goes_on

PAGE, MERGES = "/residents/duplicates", "/residents/merges"


@again_if_raced("uq_merges_standing", "merges.merged_id")
@again_if_raced("pk_merges", "merges.id")
@action
def merge(merge_id: uuid.UUID, pair: tuple[uuid.UUID, uuid.UUID], by: Account) -> Merge:
    """Make two records of one person one; every record is kept, and points are settled again.

    The record with an account goes on, else the older. Sent again, or for two that were merged so already, it
    is the same merge. Refuses two accounts, the own household of ``by``, and records merged with others before.
    Raises ``LookupError`` where ``by`` may not merge them.
    """
    _check_reach(pair, by)
    known = db.session.get(Merge, merge_id)
    if known is not None:
        return _same(known, pair)
    first, second = _held(pair, queries.events_signed_up_twice(pair))
    standing = queries.standing_merge(pair)
    if standing is not None:
        return standing
    _refuse_pair(first, second, by)
    keep, old = which_goes_on(first, second)
    merged = Merge(
        id=merge_id, survivor_id=keep.id, merged_id=old.id, community_id=keep.community_id, at=clock.now(),
        by=by.id,
    )  # fmt: skip
    db.session.add(merged)
    db.session.flush()
    moves = Moves(merged)
    move_everything(moves, keep, old)
    _close(moves, keep, old)
    _settle({keep.id, old.id})
    audit.write(
        "residents.merged", by=by.id, subject=keep.id, community_code=keep.home_code, merged=str(old.id)
    )
    return merged


def _check_reach(pair: Collection[uuid.UUID], by: Account) -> None:
    found = [db.session.get(Resident, one) for one in pair]
    if not all(one is not None and queries.may_merge(by, one) for one in found):
        raise LookupError(*pair)


def _same(known: Merge, pair: Collection[uuid.UUID]) -> Merge:
    if {known.survivor_id, known.merged_id} != set(pair):
        raise Refused(_("This form was used before. Please open the page again."), back=PAGE)
    return known


def _held(pair: Collection[uuid.UUID], seats: Collection[uuid.UUID]) -> list[Resident]:
    """Return the two residents, held so that nobody writes a record of theirs meanwhile, in the order of their ids.

    Whoever gives out seats or corrects an entry holds that first; so does this.
    """
    for event_id in sorted(seats):
        hold(event_id)
    entries = select(LogEntry.id).where(LogEntry.resident_id.in_(pair)).order_by(LogEntry.id)
    db.session.execute(entries.with_for_update()).all()
    held = select(Resident).where(Resident.id.in_(pair)).order_by(Resident.id)
    found = db.session.scalars(held.with_for_update(of=Resident).execution_options(populate_existing=True))
    return list(found)


def _refuse_pair(first: Resident, second: Resident, by: Account) -> None:
    for one in (first, second):
        households.OwnHousehold(by.id).refuse(one)
    refusals = (
        (
            first.id == second.guardian_id or second.id == first.guardian_id,
            _("One is the guardian of the other; they are two people."),
        ),
        (
            any(one.merged_into_id or one.left_at for one in (first, second)),
            _("One of the two was merged already, or has left."),
        ),
        (
            not is_settled(first, second),
            _("Both have an account. One of the two accounts has to leave first; ask the person which."),
        ),
    )
    for holds, sentence in refusals:
        if holds:
            raise Refused(sentence, back=PAGE)


def _close(moves: Moves, keep: Resident, old: Resident) -> None:
    """Let the old record lead to the one that goes on, which takes over what it lacks."""
    moves.change(
        keep,
        phone=keep.phone or (None if keep.account_id else old.phone),
        born_on=keep.born_on or old.born_on,
    )
    # Who turns out to be a child is shown as one; that stays so even if the merge is undone.
    number_child(keep)
    unname_minor(keep)
    alone = {"account_id": None, "guardian_id": None, "relation": "self"}
    moves.change(old, merged_into_id=keep.id, show_as="hidden", **alone)
    db.session.flush()


def _settle(ids: Collection[uuid.UUID]) -> None:
    for one in sorted(ids):
        learning_days.restore(one)
    for one in sorted(ids):
        ledger.rebuild_some([one])


@action
def undo(merge_id: uuid.UUID, by: Account) -> Merge:
    """Make one record two again: what the merge moved goes back; what came since stays with who got it.

    Undone before it stays so. Refuses while the record that went on is merged itself, and the own household of
    ``by``. Raises ``LookupError`` where ``by`` may not.
    """
    merged = db.session.scalars(select(Merge).where(Merge.id == merge_id).with_for_update(of=Merge)).one()
    if merged.undone_at is not None:
        return merged
    ids = merged.survivor_id, merged.merged_id
    seats = queries.events_of_lines(merge_id, "signups")
    pair = {one.id: one for one in _held(ids, seats)}
    keep, old = pair[merged.survivor_id], pair[merged.merged_id]
    _refuse_undoing(keep, by)
    _take_apart(merged, seats)
    _settle(pair)
    merged.undone_at, merged.undone_by = clock.now(), by.id
    _tell_apart(ids, by.id)
    audit.write(
        "residents.merge_undone", by=by.id, subject=keep.id, community_code=keep.home_code, merged=str(old.id)
    )
    return merged


def _refuse_undoing(keep: Resident, by: Account) -> None:
    if not queries.may_merge(by, keep, "residents.split"):
        raise LookupError(keep.id)
    households.OwnHousehold(by.id).refuse(keep)
    if keep.merged_into_id is not None or keep.left_at is not None:
        sentence = _("The record that went on was merged itself, or has left. Undo that first.")
        raise Refused(sentence, back=MERGES)


def _take_apart(merged: Merge, seats: Collection[uuid.UUID]) -> None:
    for line in queries.lines(merged.id):
        put_back(line)
    for event_id in sorted(seats):
        _fit_in(event_id, {line.row_id for line in queries.lines(merged.id) if line.table == "signups"})
    for event_id in queries.events_of_lines(merged.id, "marks", "guests", "attendance"):
        attendance.follow_again(event_id, [merged.survivor_id, merged.merged_id])


def _fit_in(event_id: uuid.UUID, ids: Collection[uuid.UUID]) -> None:
    """Let who had a seat that was given to somebody else meanwhile wait for the next."""
    event = hold(event_id)
    seated = events.signups(event_id, (SEATED,))
    if event.capacity is not None and len(seated) > event.capacity:
        for signup in [one for one in seated if one.id in ids][-(len(seated) - event.capacity) :]:
            signup.state, signup.seated_at = WAITING, None


@again_if_raced("pk_distinctions", "distinctions.first_id", "distinctions.second_id")
@action
def tell_apart(pair: tuple[uuid.UUID, uuid.UUID], by: Account) -> None:
    """Note that two records are two people, so that nobody is asked again. Told before it stays told.

    Raises ``LookupError`` where ``by`` may not merge them.
    """
    _check_reach(pair, by)
    _tell_apart(pair, by.id)


def _tell_apart(pair: Collection[uuid.UUID], by: uuid.UUID) -> None:
    first, second = sorted(pair)
    if db.session.get(Distinction, (first, second)) is None:
        db.session.add(Distinction(first_id=first, second_id=second, at=clock.now(), by=by))
