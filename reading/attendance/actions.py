"""Every write of attendance. Marks are only ever added; attendances and guests follow them."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from reading.attendance import queries, refusals
from reading.attendance.arriving import check_in as check_in
from reading.attendance.closing import close as close
from reading.attendance.closing import forget as forget
from reading.attendance.guests import claim as claim
from reading.attendance.guests import confirm_guest as confirm_guest
from reading.attendance.guests import decline_guest as decline_guest
from reading.attendance.guests import match_guest as match_guest
from reading.attendance.models import PRESENT, REASON_LENGTH, Attempt, Headcount, Mark
from reading.attendance.refusals import Refusal
from reading.attendance.rights import Right
from reading.attendance.rights import right_to_take as right_to_take
from reading.attendance.rules import MarkAnswer, MarkSent
from reading.attendance.taking import Taking, take
from reading.attendance.taking import contradiction_of as contradiction_of
from reading.attendance.taking import fields_of as fields_of
from reading.attendance.taking import follow_again as follow_again
from reading.attendance.taking import state_of as state_of
from reading.cards import queries as cards
from reading.cards.models import Card
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events.actions import OtherContent, refuse_if_of_others
from reading.extensions import db
from reading.meanwhile import refuse_unless_seen
from reading.people import consent_queries as consents
from reading.people import queries as people
from reading.people.household_queries import OwnHousehold
from reading.people.models import Account

# So many marks are written in one transaction; a long one would keep everybody else waiting.
AT_ONCE = 50


def mark(
    event_id: uuid.UUID, marks: Sequence[MarkSent], by: Account, method: str = "roster"
) -> list[MarkAnswer]:
    """Keep the marks of a roster and return what became of each, in order.

    One that was refused does not hold back the others. What is answered "stored" is on disk; what is refused is
    kept as an attempt. Raises ``LookupError`` for whoever never had the right to take this attendance, and
    ``Changed`` where something else stands than a mark's ``stood`` says.
    """
    answers: list[MarkAnswer] = []
    for first in range(0, len(marks), AT_ONCE):
        answers += _mark_some(event_id, marks[first : first + AT_ONCE], by, method)
    return answers


@again_if_raced("pk_attendance", "attendance.id")
@again_if_raced("pk_guests", "guests.id")
@again_if_raced("pk_attempts", "attempts.id")
@again_if_raced("pk_marks", "marks.id")
@action
def _mark_some(event_id: uuid.UUID, marks: Sequence[MarkSent], by: Account, method: str) -> list[MarkAnswer]:
    writing = _Writing(event_id, marks, by, method)
    answers = [writing.answer(sent) for sent in marks]
    writing.taking.settle()
    return answers


class _Writing:
    """Some marks by one account, each answered by itself, in one transaction.

    All that they need is read beforehand, for all of them at once.
    """

    def __init__(self, event_id: uuid.UUID, marks: Sequence[MarkSent], by: Account, method: str) -> None:
        self.by, self.method, self.own = by, method, OwnHousehold(by.id)
        self.scans = cards.scans(sent.card for sent in marks if sent.card)
        named = {card.resident_id for card in map(self._card_of, marks) if card}
        named |= {sent.resident_id for sent in marks}
        guests = [sent.guest_id for sent in marks if sent.guest_id]
        # Who was merged into another record meanwhile is marked there.
        self.taking, self.standing_for = take(event_id, (one for one in named if one), guests)
        event = self.taking.event
        right = right_to_take(event, by, self.taking.now)
        if right is None:
            raise LookupError(event_id)
        self.right: Right = right
        ids = [sent.id for sent in marks]
        self.known, self.attempted = queries.marks(ids), queries.attempted(ids)
        self.onward = people.standing_for(one.resident_id for one in self.known.values() if one.resident_id)
        self.residents = queries.residents(self.standing_for.values())
        told_as = (guest.resident_id for guest in self.taking.guests.values() if guest.resident_id)
        self.withdrawn = consents.withdrawn([*self.standing_for.values(), *told_as])
        self.markable = queries.markable(event, by, {*self.standing_for, *self.residents}).keys()

    def _card_of(self, sent: MarkSent) -> Card | None:
        return self.scans[sent.card].card if sent.card else None

    def answer(self, sent: MarkSent) -> MarkAnswer:
        """Keep one mark, or say why not."""
        card = self._card_of(sent)
        # Of whoever holds the card, and under the record that goes on.
        told_id = card.resident_id if card else sent.resident_id
        meant = replace(sent, resident_id=self.standing_for[told_id] if told_id else None)
        known = self.known.get(sent.id)
        if known is not None:
            return self._known_answer(known, meant, card)
        refusal = self._refusal_of_person(meant, told_id)
        if refusal is None:
            self._refuse_if_changed(meant)
            refusal = self._refusal(meant)
        if refusal is not None:
            self._keep_attempt(meant, refusal)
            return MarkAnswer(str(sent.id), "refused", refusal.why, code=refusal.code)
        method = "card" if card else "walk_in" if meant.guest_id and self.method == "roster" else self.method
        self.known[sent.id] = self.taking.store(
            meant, method, self.by.id, self.right, card.id if card else None
        )
        return MarkAnswer(str(sent.id), "stored", person=meant.resident_id if card else None)

    def _known_answer(self, known: Mark, sent: MarkSent, card: Card | None) -> MarkAnswer:
        """Return the answer for an id that came before; other content is another person, status, event or reason."""
        if known.made_by != self.by.id:
            used = _("This form has been used already. Open the page again.")
            return MarkAnswer(str(sent.id), "refused", used, code="used")
        same = (known.event_id, known.status) == (self.taking.event.id, sent.status)
        if same and self._is_of(known, sent, card) and self._says_why(known, sent):
            return MarkAnswer(str(sent.id), "duplicate", person=sent.resident_id if card else None)
        why = _("This mark was sent before with other content; the first one stands.")
        person = known.resident_id or known.guest_id
        kept = (person, known.status) if person else None
        return MarkAnswer(str(sent.id), "conflict", why, kept, kept_reason=known.reason)

    def _says_why(self, known: Mark, sent: MarkSent) -> bool:
        """Tell whether a mark kept before has the reason told now, if any."""
        if sent.reason in ("", known.reason):
            return True
        # Of whoever was erased the reason is gone, as their name is.
        return known.guest is not None and not known.guest.name

    def _is_of(self, known: Mark, sent: MarkSent, card: Card | None) -> bool:
        """Tell whether a mark kept before is of the person ``sent`` is of, who may have been merged since."""
        if sent.guest_id or known.guest_id:
            guest = self.taking.guests.get(sent.guest_id) if sent.guest_id else None
            # Of whoever was erased the name is gone, but not that this mark was kept.
            same_name = guest is None or not sent.guest_name or guest.name in ("", sent.guest_name)
            return sent.guest_id == known.guest_id and same_name
        if card is not None and known.card_id == card.id:
            return True
        return known.resident_id is not None and (
            self.onward.get(known.resident_id, known.resident_id) == sent.resident_id
        )

    def _refuse_if_changed(self, sent: MarkSent) -> None:
        standing = self.taking.standing_of(sent) if sent.stood else None
        if standing is not None:
            fields = fields_of(standing.status, self.taking.marks_of(sent))
            refuse_unless_seen(fields, sent.stood, is_sent=standing.status == sent.status)

    def _refusal(self, sent: MarkSent) -> Refusal | None:
        happened_at, _wrong = self.taking.moment_of(sent)
        # A mark without a time is made now, though whom it is of came earlier: the right is needed now.
        made_at = happened_at if sent.happened_at else self.taking.now
        event, now, marks = self.taking.event, self.taking.now, self.taking.marks_of(sent)
        guest = self.taking.guests.get(sent.guest_id) if sent.guest_id else None
        resident_id = guest.resident_id if guest else sent.resident_id
        withdrawn_at = self.withdrawn.get(resident_id) if resident_id else None
        return (
            refusals.of_undoing(sent, made_at, now, self.right, self.by, marks, state_of(marks))
            or refusals.of_time(event, sent, made_at, now, self.right)
            or refusals.of_withdrawn(sent.status, made_at, withdrawn_at)
        )

    def _refusal_of_person(self, sent: MarkSent, told_id: uuid.UUID | None) -> Refusal | None:
        if sent.guest_id:
            return self._refusal_of_guest(sent.guest_id, sent.guest_name)
        resident = self.residents.get(sent.resident_id) if sent.resident_id else None
        if not sent.card:
            is_here = not {told_id, sent.resident_id}.isdisjoint(self.markable)
            return refusals.of_person(resident if is_here else None, self.own)
        scan, event = self.scans[sent.card], self.taking.event
        return refusals.of_scan(scan, resident, event) or refusals.of_person(resident, self.own)

    def _refusal_of_guest(self, guest_id: uuid.UUID, name: str) -> Refusal | None:
        guest = self.taking.guests.get(guest_id)
        if guest is None:
            return None if name else refusals.of_person(None, self.own)
        if guest.event_id != self.taking.event.id:
            return refusals.of_person(None, self.own)
        if not guest.name:
            return refusals.of_forgotten()
        return refusals.of_person(guest.resident, self.own) if guest.resident else None

    def _keep_attempt(self, sent: MarkSent, refusal: Refusal) -> None:
        if sent.id in self.attempted:
            return
        if refusal.code == refusals.FORGOTTEN:
            sent = replace(sent, guest_id=None, guest_name="", reason="")
        self.attempted.add(sent.id)
        told: dict[str, Any] = {
            "status": sent.status, "resident": str(sent.resident_id or ""), "guest": str(sent.guest_id or ""),
            "name": sent.guest_name, "card": sent.card, "reason": sent.reason, "code": refusal.code,
        }  # fmt: skip
        event, (happened_at, _wrong) = self.taking.event, self.taking.moment_of(sent)
        attempt = Attempt(
            id=sent.id, event_id=event.id, community_id=event.community_id, sent=told, made_by=self.by.id,
            why=refusal.why[:REASON_LENGTH], happened_at=happened_at, arrived_at=self.taking.now,
        )  # fmt: skip
        db.session.add(attempt)


@again_if_raced("pk_headcounts", "headcounts.id")
@action
def count_heads(
    event_id: uuid.UUID, headcount_id: uuid.UUID, number: int, counted_at: datetime | None, by: Account,
    *, clock_offset: int = 0, downloaded_at: datetime | None = None,
) -> Headcount:  # fmt: skip
    """Note how many heads there are in the hall; sent again with its id it is the same count.

    ``clock_offset`` and ``downloaded_at`` are the phone's, as with a mark.

    Raises ``OtherContent`` for an id that stands for another count, ``LookupError`` without the right.
    """
    taking = Taking(event_id, [])
    right = right_to_take(taking.event, by, taking.now)
    if right is None:
        raise LookupError(event_id)
    known = db.session.get(Headcount, headcount_id)
    if known is not None:
        refuse_if_of_others(known.made_by, by.id)
        if (known.event_id, known.number) != (event_id, number):
            raise OtherContent(known)
        return known
    sent = MarkSent(
        headcount_id, None, PRESENT, counted_at, clock_offset=clock_offset, downloaded_at=downloaded_at
    )
    moment, _wrong = taking.moment_of(sent)
    refusal = refusals.of_time(taking.event, sent, moment if counted_at else taking.now, taking.now, right)
    if refusal is not None:
        raise Refused(refusal.why)
    counted = Headcount(
        id=headcount_id, event_id=event_id, community_id=taking.event.community_id, number=number,
        counted_at=moment, arrived_at=taking.now, made_by=by.id,
    )  # fmt: skip
    db.session.add(counted)
    return counted
