"""Writes about who is known by name only: told on the own phone, confirmed, declined, matched to a resident."""

import uuid
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from reading.attendance import matching, queries
from reading.attendance.models import PRESENT, UNDONE, WAITING, Guest
from reading.attendance.refusals import Refusal, of_cancelled, of_person, of_time, of_withdrawn
from reading.attendance.rights import Right, right_to_take
from reading.attendance.rules import MarkSent
from reading.attendance.taking import Taking
from reading.communities.queries import in_one_city
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events.actions import refuse_if_of_others
from reading.extensions import db
from reading.meanwhile import refuse_unless_seen
from reading.people import consent_queries as consents
from reading.people import queries as people
from reading.people.household_queries import OwnHousehold
from reading.people.models import Account


@again_if_raced("pk_guests", "guests.id")
@action
def claim(
    event_id: uuid.UUID, guest_id: uuid.UUID, name: str, *, why: str, by: Account | None,
    last_four: str = "", resident_id: uuid.UUID | None = None, opened_at: datetime | None = None,
) -> Guest:  # fmt: skip
    """Keep somebody's word that they are here until the organizer confirms it.

    An id that stands for a claim of theirs returns that one, whatever is told now: the caller compares.
    """
    known = db.session.get(Guest, guest_id)
    if known is not None:
        refuse_if_of_others(known.made_by, by.id if by else None)
        return known
    taking = Taking(event_id, [])
    guest = taking.add_guest(guest_id, name, "claim", opened_at or taking.now, by.id if by else None, WAITING)
    guest.last_four, guest.why, guest.resident_id = last_four, why, resident_id
    return guest


@again_if_raced("pk_marks", "marks.id")
@action
def confirm_guest(
    guest_id: uuid.UUID, mark_id: uuid.UUID, by: Account, resident_id: uuid.UUID | None = None
) -> Guest:
    """Say that a guest who was to be confirmed came, as this resident or by name only.

    Whoever was confirmed or declined already stays so. Refuses one's own household, and when no mark would be
    taken. Raises ``LookupError`` without the right to take this attendance now.
    """
    resident_id = _going_on(resident_id)
    taking, guest, right = _held(guest_id, resident_id, by)
    if guest.status == WAITING:
        _match(taking, guest, resident_id, by)
        _decide(taking, MarkSent(mark_id, None, PRESENT, guest.happened_at, guest_id=guest_id), by, right)
    return guest


@again_if_raced("pk_marks", "marks.id")
@action
def decline_guest(guest_id: uuid.UUID, mark_id: uuid.UUID, by: Account, reason: str) -> Guest:
    """Say that a guest who was to be confirmed is not here; the record of it stays. Raises as confirming does."""
    taking, guest, right = _held(guest_id, None, by)
    if guest.status == WAITING:
        _decide(taking, MarkSent(mark_id, None, UNDONE, guest_id=guest_id, reason=reason), by, right)
    return guest


@again_if_raced("pk_matchings", "matchings.id")
@action
def match_guest(
    guest_id: uuid.UUID, resident_id: uuid.UUID | None, by: Account,
    matching_id: uuid.UUID | None = None, seen: str | None = None,
) -> Guest:  # fmt: skip
    """Say which resident a named guest is (None: nobody's record after all); their marks go where they belong.

    Refuses one's own household, also as who the guest was until now, and who withdrew before the guest came; and
    anybody new at an event that was cancelled. Raises ``LookupError`` as confirming does, and ``Changed`` where the
    guest is somebody else by now than was ``seen``. The same ``matching_id`` says the same once.
    """
    resident_id = _going_on(resident_id)
    taking, guest, _right = _held(guest_id, resident_id, by)
    if guest.status == WAITING or matching.was_said(guest, matching_id, resident_id, by.id):
        return guest
    if guest.resident_id != resident_id:
        refuse_unless_seen(matching.fields_of_guest(guest), seen, is_sent=False)
        if resident_id is not None:
            _refuse(of_cancelled(taking.event, guest.status))
        if guest.resident is not None:
            _refuse(of_person(guest.resident, OwnHousehold(by.id)))
        matching.end(guest, taking.now, by.id, matching_id)
        _match(taking, guest, resident_id, by)
        matching.begin(guest, taking.now, by.id, matching_id)
        taking.settle()
    return guest


def _going_on(resident_id: uuid.UUID | None) -> uuid.UUID | None:
    """Return the record that goes on of a resident who was merged meanwhile."""
    return people.standing_for([resident_id])[resident_id] if resident_id else None


def _held(guest_id: uuid.UUID, resident_id: uuid.UUID | None, by: Account) -> tuple[Taking, Guest, Right]:
    """Return the guest held for writing with the resident, and the right of ``by`` to decide about them."""
    event_id = db.session.scalars(select(Guest.event_id).where(Guest.id == guest_id)).one()
    taking = Taking(event_id, [resident_id] if resident_id else [], [guest_id])
    right = right_to_take(taking.event, by, taking.now)
    if right is None or not right.holds(taking.now):
        raise LookupError(event_id)
    return taking, taking.guests[guest_id], right


def _decide(taking: Taking, sent: MarkSent, by: Account, right: Right) -> None:
    if queries.marks([sent.id]):
        raise Refused(_("This form has been used already. Open the page again."))
    _refuse(of_time(taking.event, sent, taking.now, taking.now, right))
    taking.store(sent, "claim", by.id, right)
    taking.settle()


def _match(taking: Taking, guest: Guest, resident_id: uuid.UUID | None, by: Account) -> None:
    """Let the guest be this resident: the guest's marks count as theirs, and no longer as anybody else's."""
    before = guest.resident_id
    if resident_id is not None:
        resident = queries.residents([resident_id]).get(resident_id)
        is_near = resident is not None and in_one_city(resident.home, taking.event.community)
        _refuse(of_person(resident if is_near else None, OwnHousehold(by.id)))
        _refuse_if_withdrawn(guest, resident_id, by)
    if before is not None and before != resident_id:
        taking.of_residents[before] = [
            mark for mark in taking.of_residents.get(before, []) if mark.guest_id != guest.id
        ]
        taking.touched.add(before)
    guest.resident_id = resident_id
    if resident_id is not None and before != resident_id:
        taking.of_residents.setdefault(resident_id, []).extend(taking.of_guests.get(guest.id, []))
        taking.touched.add(resident_id)


def _refuse_if_withdrawn(guest: Guest, resident_id: uuid.UUID, by: Account) -> None:
    """A guest who came before the resident withdrew may be them, as a mark of before is taken when it arrives."""
    since = consents.withdrawn([resident_id]).get(resident_id)
    if of_withdrawn(guest.status, guest.happened_at, since):
        raise consents.refusal(resident_id, by.id)


def _refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal.why)
