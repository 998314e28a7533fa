"""What a merge does to each kind of record of the old one; plain functions inside the merge's transaction.

``FATES`` names every column of the database that says whose record a row is: a test asks for it.
"""

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from reading import clock
from reading.attendance.actions import state_of
from reading.attendance.models import CAME, Attendance, Guest, Mark, Matching
from reading.attendance.queries import marks_of_residents
from reading.attendance.rules import WEIGHT
from reading.calendars.models import CalendarAddress
from reading.cards.models import Card
from reading.events.actions import hold, move_up
from reading.events.models import GIVEN_UP, SEATED, Enrolment, Notice, Signup
from reading.extensions import db
from reading.groups.models import GroupMember
from reading.learning_days.models import Stamp
from reading.logbook.models import LogEntry
from reading.people.models import Consent, Residence, Resident
from reading.rights.merge_moves import Moves, Row
from reading.rights.merge_rules import Seat, better_seat
from reading.volunteers.models import Helper

Part = Callable[[Moves, Resident, Resident], None]


def rows_of(model: type[Any], resident: Resident) -> list[Row]:
    """Return the rows of a table that are this resident's, in the order of their ids."""
    found = select(model).where(model.resident_id == resident.id).order_by(model.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)).unique())


def given(model: type[Any]) -> Part:
    """Return the part that gives every row of a table to the record that goes on."""

    def give(moves: Moves, keep: Resident, old: Resident) -> None:
        moves.give(rows_of(model, old), keep.id)

    return give


def _attendance(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give all marks on; where both came to an event one attendance stands, as all the marks together say."""
    kept = {row.event_id: row for row in rows_of(Attendance, keep)}
    gone = rows_of(Attendance, old)
    moves.give(rows_of(Mark, old), keep.id)
    moves.give(rows_of(Guest, old), keep.id)
    moves.give(rows_of(Matching, old), keep.id)
    db.session.flush()
    for row in gone:
        own = kept.get(row.event_id)
        if own is None:
            # The id of an attendance follows from the event and the resident.
            moves.change(row, id=uuid.uuid5(row.event_id, str(keep.id)), resident_id=keep.id)
        else:
            moves.change(own, **_together(own, row))
            moves.remove(row)


def _together(own: Attendance, other: Attendance) -> dict[str, Any]:
    marks = {
        one.id: one for one in marks_of_residents(own.event_id, [own.resident_id]).get(own.resident_id, [])
    }
    state = state_of(marks.values())
    came = [one.arrived_at for one in (own, other) if one.status in CAME]
    arrived_at = min(came, default=own.arrived_at)
    if state is None:
        best = min((own, other), key=lambda one: (WEIGHT[one.status], one.happened_at))
        return {"status": best.status, "happened_at": best.happened_at, "method": best.method,
                "arrived_at": arrived_at}  # fmt: skip
    method = marks[state.mark_id].method
    return {
        "status": state.status,
        "happened_at": state.since,
        "method": method,
        "arrived_at": arrived_at,
    }


def _signups(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give sign-ups on; of two for one event the better seat stays, and who waits moves up to the other."""
    now, freed = clock.now(), set()
    kept = {row.event_id: row for row in rows_of(Signup, keep) if row.state != GIVEN_UP}
    for row in rows_of(Signup, old):
        own = kept.get(row.event_id)
        if own is not None and row.state != GIVEN_UP:
            seats = [Seat(one.id, one.state == SEATED, one.created_at) for one in (own, row)]
            worse = row if better_seat(*seats).id == own.id else own
            if worse.state == SEATED:
                freed.add(row.event_id)
            moves.change(worse, state=GIVEN_UP, given_up_at=now)
            db.session.flush()
        moves.change(row, resident_id=keep.id)
    db.session.flush()
    for event_id in sorted(freed):
        move_up(hold(event_id), now)


def _enrolments(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give enrolments on; of two in one course the earlier stands, and the other is as if it had not been."""
    kept = {row.course_id: row for row in rows_of(Enrolment, keep) if row.ended_at is None}
    for row in rows_of(Enrolment, old):
        own = kept.get(row.course_id)
        if own is not None and row.ended_at is None:
            later = max((own, row), key=lambda one: (one.enrolled_at, one.id))
            moves.change(later, ended_at=later.enrolled_at)
            db.session.flush()
        moves.change(row, resident_id=keep.id)


def _helpers(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give helping on; who helped at an event by both records helped once, for the longer time told."""
    kept = {row.event_id: row for row in rows_of(Helper, keep) if row.given_up_at is None}
    for row in rows_of(Helper, old):
        own = kept.get(row.event_id)
        if own is not None and row.given_up_at is None:
            if (row.minutes or 0) > (own.minutes or 0):
                moves.change(own, minutes=row.minutes, minutes_at=row.minutes_at, minutes_by=row.minutes_by)
            moves.change(row, given_up_at=clock.now())
            db.session.flush()
        moves.change(row, resident_id=keep.id)


def _memberships(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give memberships on; of two in one group the earlier stands, and leads if either did."""
    kept = {row.group_id: row for row in rows_of(GroupMember, keep) if row.left_at is None}
    for row in rows_of(GroupMember, old):
        own = kept.get(row.group_id)
        if own is not None and row.left_at is None:
            later, earlier = sorted((own, row), key=lambda one: (one.joined_at, one.id), reverse=True)
            leads = later.leads_since or earlier.leads_since
            moves.change(later, left_at=later.joined_at, leads_since=None)
            db.session.flush()
            moves.change(earlier, leads_since=leads)
        moves.change(row, resident_id=keep.id)


def _notices(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give notices on; nobody reads the same news twice."""
    unseen = {(row.event_id, row.kind) for row in rows_of(Notice, keep) if row.seen_at is None}
    for row in rows_of(Notice, old):
        read = {"seen_at": row.seen_at or clock.now()} if (row.event_id, row.kind) in unseen else {}
        moves.change(row, resident_id=keep.id, **read)


def _stamps(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give stamps on; a month has one, on its first learning day that either record kept."""
    kept = {row.month: row for row in rows_of(Stamp, keep)}
    for row in rows_of(Stamp, old):
        own = kept.get(row.month)
        if own is None:
            moves.change(row, resident_id=keep.id)
            continue
        if row.on < own.on:
            moves.change(own, on=row.on, community_id=row.community_id)
        moves.remove(row)


def _standing_one(model: type[Any]) -> Part:
    """Return the part that gives the standing card (or address) on to who has none.

    Otherwise it stays with the old record and leads from there to the one that goes on.
    """

    def give(moves: Moves, keep: Resident, old: Resident) -> None:
        if not any(row.revoked_at is None for row in rows_of(model, keep)):
            moves.give([row for row in rows_of(model, old) if row.revoked_at is None], keep.id)

    return give


def _consents(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give what was agreed to on, as the past: how somebody is shown is as the record that goes on says."""
    standing = {row.kind for row in rows_of(Consent, keep) if row.withdrawn_at is None}
    for row in rows_of(Consent, old):
        ends = row.withdrawn_at is None and (row.kind in standing or row.kind != "taking_part")
        moves.change(row, resident_id=keep.id, **({"withdrawn_at": clock.now()} if ends else {}))


def _residences(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give on where they lived before the record that goes on was made; one person lives in one home at a time."""
    first = min((row.since for row in rows_of(Residence, keep)), default=None)
    for row in rows_of(Residence, old):
        if first is not None and row.since < first:
            until = min(row.until or first, first)
            told = {} if until == row.until else {"until": until, "end_recorded_at": clock.now()}
            moves.change(row, resident_id=keep.id, **told)
        elif row.until is None:
            # Nobody more lived there: in no figure that is still open they count twice.
            moves.change(row, until=row.since, end_recorded_at=clock.now())


def _wards(moves: Moves, keep: Resident, old: Resident) -> None:
    """Let the record that goes on look after the children the old one is the guardian of, and stand for what it
    said for them."""
    for child in db.session.scalars(select(Resident).where(Resident.guardian_id == old.id)):
        moves.change(child, guardian_id=keep.id, account_id=child.account_id or keep.account_id)
    for said in db.session.scalars(select(Consent).where(Consent.guardian_id == old.id)):
        moves.change(said, guardian_id=keep.id)


STAYS, SETTLED = "stays: it tells of the merge itself, or leads on", "settled again from the records"
FATES: dict[str, Part | str] = {
    "attendance.resident_id": _attendance,
    "calendar_addresses.resident_id": _standing_one(CalendarAddress),
    "cards.resident_id": _standing_one(Card),
    "consents.guardian_id": _wards,
    "consents.resident_id": _consents,
    "day_totals.resident_id": SETTLED,
    "distinctions.first_id": STAYS,
    "distinctions.second_id": STAYS,
    "enrolments.resident_id": _enrolments,
    # A code for the old record opens nothing any more; the person asks for a new one.
    "given_codes.resident_id": STAYS,
    "group_members.resident_id": _memberships,
    "guests.resident_id": _attendance,
    "helpers.resident_id": _helpers,
    "leavings.resident_id": STAYS,
    "log_entries.resident_id": given(LogEntry),
    "marks.resident_id": _attendance,
    "matchings.resident_id": _attendance,
    "merges.merged_id": STAYS,
    "merges.survivor_id": STAYS,
    "notices.resident_id": _notices,
    "point_entries.resident_id": SETTLED,
    "residences.resident_id": _residences,
    "residents.guardian_id": _wards,
    "residents.merged_into_id": STAYS,
    "signups.resident_id": _signups,
    "stamps.resident_id": _stamps,
    "standings.resident_id": SETTLED,
}


def move_everything(moves: Moves, keep: Resident, old: Resident) -> None:
    """Give all that is the old record's to the one that goes on."""
    for part in dict.fromkeys(fate for fate in FATES.values() if not isinstance(fate, str)):
        part(moves, keep, old)
        db.session.flush()
