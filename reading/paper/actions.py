"""Every write of rosters on paper: a new sheet, and what was written on it."""

import uuid
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.attendance import actions as attendance
from reading.attendance import queries as rosters
from reading.attendance.rules import MarkAnswer
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events.actions import OtherContent, refuse_if_of_others
from reading.events.models import Event
from reading.extensions import db
from reading.paper import queries
from reading.paper.models import Sheet
from reading.paper.rules import Entry, blanks_for
from reading.people.models import Account


@again_if_raced("pk_sheets", "sheets.id")
@action
def print_sheet(
    event_id: uuid.UUID, sheet_id: uuid.UUID, blanks: int, by: uuid.UUID | None, *, with_names: bool = True
) -> Sheet:
    """Keep a new numbered sheet of the roster as it is now; sent again with its id it is the same sheet.

    ``blanks`` lines or more are left for walk-ins: the last page is filled up. Raises ``OtherContent`` for an
    id that stands for another sheet.
    """
    event = db.session.scalars(select(Event).where(Event.id == event_id).with_for_update(of=Event)).one()
    known = db.session.get(Sheet, sheet_id)
    if known is not None:
        refuse_if_of_others(known.printed_by, by)
        named = len(known.resident_ids) if with_names else 0
        same = (known.event_id, len(known.resident_ids), known.blanks)
        if same != (event_id, named, blanks_for(named, blanks)):
            raise OtherContent(known)
        return known
    if event.cancelled_at is not None:
        raise Refused(_("This event has been cancelled."))
    ids = [str(line.resident.id) for line in rosters.roster(event)] if with_names else []
    before = queries.sheets(event_id)
    sheet = Sheet(
        id=sheet_id, event_id=event_id, community_id=event.community_id, resident_ids=ids,
        number=before[0].number + 1 if before else 1, blanks=blanks_for(len(ids), blanks),
        printed_at=clock.now(), printed_by=by,
    )  # fmt: skip
    db.session.add(sheet)
    return sheet


@dataclass(frozen=True)
class Entered:
    """What became of an entry: the answers to its marks with whom they are of, and trouble with the headcount."""

    answers: list[tuple[str, MarkAnswer]]
    heads_refused: str = ""

    @property
    def refusals(self) -> list[str]:
        """What was not saved: who, and why."""
        told = [f"{name}{_(': ')}{one.why}" for name, one in self.answers if not one.kept_safe]
        return told + ([self.heads_refused] if self.heads_refused else [])

    @property
    def number_saved(self) -> int:
        """How many marks are on disk."""
        return sum(one.kept_safe for _name, one in self.answers)


def enter(sheet: Sheet, entry: Entry, form_id: uuid.UUID, by: Account) -> Entered:
    """Save what was typed from a sheet as marks "on paper"; with the same form it is saved once.

    Each mark is answered by itself, so that one that is refused holds no other back. The headcount stands as
    made at the event's end: it is the last word about this evening, as the paper is.
    """
    sent = queries.marks_to_send(sheet, entry, form_id, by)
    names = queries.names_of(sheet, sent)
    event_id, ends_at = sheet.event_id, sheet.event.ends_at
    answers = list(zip(names, attendance.mark(event_id, sent, by, "paper"), strict=True)) if sent else []
    refused = ""
    if entry.heads is not None:
        heads_id = uuid.uuid5(form_id, "heads")
        try:
            attendance.count_heads(event_id, heads_id, entry.heads, min(clock.now(), ends_at), by)
        except OtherContent as other:
            refused = _("The headcount saved with this form is %(num)d; it stands.", num=other.kept.number)
        except Refused as told:
            refused = told.message
    return Entered(answers, refused)
