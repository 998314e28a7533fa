"""Why a mark is not taken: a word for the phone and a sentence for whoever sent it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from reading import clock
from reading.attendance.models import CAME, UNDONE, Mark
from reading.attendance.rights import Right
from reading.attendance.rules import MarkSent, Standing, is_quick, marking_window
from reading.cards import queries as cards
from reading.communities import queries as communities
from reading.events.models import Event
from reading.people import consent_queries as consents
from reading.people.household_queries import OwnHousehold
from reading.people.models import Account, Resident
from reading.templating import date_words, time_words

FORGOTTEN = "forgotten"


@dataclass(frozen=True)
class Refusal:
    """Why a mark is not taken: ``code`` for the phone, ``why`` for a person."""

    code: str
    why: str


def of_scan(scan: cards.Scan, holder: Resident | None, event: Event) -> Refusal | None:
    """Return why a card, held by ``holder``, is not taken at the event; None for a good one of the event's city."""
    trouble = scan.trouble
    if not trouble and holder and not communities.in_one_city(holder.home, event.community):
        trouble = cards.FOREIGN
    sentences = {
        cards.UNKNOWN: _("There is no card with this code."),
        cards.FOREIGN: _("This card is of another city, or no card of ours."),
        cards.REVOKED: _("This card was reported lost and is no longer valid."),
        cards.LEFT: _("Whoever held this card takes part no more."),
    }
    return Refusal(f"card_{trouble}", sentences[trouble]) if trouble else None


def of_person(resident: Resident | None, own: OwnHousehold) -> Refusal | None:
    """Return why this resident may not be marked by whoever's household ``own`` is."""
    if resident is None:
        return Refusal("not_here", _("There is no such person on this roster or in this community."))
    if resident.left_at is not None:
        return Refusal("left", _("This person takes part no more."))
    if own.holds(resident):
        return Refusal(
            "own_household", _("You cannot mark yourself or your own household. Ask a colleague to do it.")
        )
    return None


def of_withdrawn(status: str, made_at: datetime, withdrawn_at: datetime | None) -> Refusal | None:
    """Return why no new coming is noted of who no longer agrees to take part; what was before stands."""
    if withdrawn_at is None or status == UNDONE or made_at < withdrawn_at:
        return None
    return Refusal("withdrawn", consents.withdrawn_words())


def of_forgotten() -> Refusal:
    """Return why nobody is marked who was erased."""
    return Refusal(FORGOTTEN, _("This person takes part no more."))


def of_cancelled(event: Event, status: str) -> Refusal | None:
    """Return why no new coming is noted at an event that does not take place; what stands can be taken back."""
    if event.cancelled_at is None or status == UNDONE:
        return None
    return Refusal("cancelled", _("This event has been cancelled."))


def of_time(event: Event, sent: MarkSent, made_at: datetime, now: datetime, right: Right) -> Refusal | None:
    """Return why it is too early, too late, or not this person's to mark any more.

    ``made_at`` is when the mark was made, by the server's clock. A cancelled event takes what a phone noted
    that did not know of the cancellation: people did meet.
    """
    opens, closes = marking_window(event.starts_at, event.ends_at)
    if not right.holds(made_at):
        until = moment_words(right.until or now, now)
        return Refusal("right_ended", _("Your right to take this attendance ended at %(time)s.", time=until))
    unaware = (
        sent.downloaded_at is not None and event.cancelled_at and sent.downloaded_at < event.cancelled_at
    )
    cancelled = None if unaware else of_cancelled(event, sent.status)
    if cancelled is not None:
        return cancelled
    if now < opens:
        return Refusal("not_open", _("Attendance opens: %(time)s.", time=moment_words(opens, now)))
    if now > closes and (sent.status != UNDONE or not right.holds(now)):
        return Refusal("closed", _("Attendance was open until %(time)s.", time=moment_words(closes, now)))
    return None


def of_undoing(
    sent: MarkSent, made_at: datetime, now: datetime, right: Right, by: Account,
    marks: list[Mark], state: Standing | None,
) -> Refusal | None:  # fmt: skip
    """Return why a coming is not taken back: nothing to undo, or a later correction without role or reason."""
    # A form that corrects says what it had seen stand: it may add another reason to an undoing.
    nothing = state is None or (state.status == UNDONE and not (sent.stood and sent.reason))
    if sent.status == UNDONE and sent.seen is None and nothing:
        return Refusal("nothing_to_undo", _("There is no mark to undo."))
    if sent.status in CAME:
        return None
    replaced = sent.seen if sent.seen is not None else (state.heads if state else ())
    for mark in marks:
        if mark.id not in replaced or mark.status not in CAME:
            continue
        if mark.made_by == by.id and is_quick(made_at, now, mark.happened_at, mark.arrived_at):
            continue
        if not right.by_role:
            return Refusal("not_yours", _("Only staff of this place can correct this mark now."))
        if not sent.reason:
            return Refusal("reason_needed", _("Say why this mark is taken back."))
    return None


def moment_words(moment: datetime, now: datetime) -> str:
    """Return the time of day, with the date when that is not today's."""
    if clock.city_date(moment) == clock.city_date(now):
        return time_words(moment)
    return f"{date_words(moment)} {time_words(moment)}"
