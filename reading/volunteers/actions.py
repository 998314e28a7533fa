"""Every write of who helps at events. ``by`` is the account that acts."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events.actions import OtherContent, refuse_if_of_others, taking_part
from reading.events.models import Event
from reading.extensions import db
from reading.meanwhile import Changed, changed
from reading.people import consent_queries as consents
from reading.people import queries as people
from reading.people.household_queries import OwnHousehold
from reading.people.models import Account, Resident
from reading.people.rules import is_minor
from reading.templating import date_words
from reading.volunteers import queries
from reading.volunteers.models import Helper, HelperHours
from reading.volunteers.rules import (
    trouble_with_helping,
    trouble_with_hours,
    trouble_with_writing_in,
    written_in_until,
)


def page_of(event: Event) -> str:
    """Return the path of the page of the event's helpers."""
    return f"/events/{event.id}/helpers"


def _held(event_id: uuid.UUID) -> Event:
    """Return the event, shared with others who sign up but not with who changes or cancels it."""
    held = select(Event).where(Event.id == event_id).with_for_update(read=True, of=Event)
    return db.session.scalars(held).one()


def _locked(event_id: uuid.UUID, helper_id: uuid.UUID) -> Helper:
    """Return the helper, held by this transaction alone; raises ``LookupError`` for one of another event."""
    locked = select(Helper).where(Helper.id == helper_id, Helper.event_id == event_id)
    found = db.session.scalar(locked.with_for_update(of=Helper))
    if found is None:
        raise LookupError(helper_id)
    return found


@again_if_raced("uq_helpers_event_resident", "helpers.event_id", "helpers.resident_id")
@again_if_raced("pk_helpers", "helpers.id")
@action
def sign_up(
    event_id: uuid.UUID, resident_id: uuid.UUID, helper_id: uuid.UUID, by: uuid.UUID | None,
    *, is_staff: bool = False,
) -> Helper:  # fmt: skip
    """Let the resident help at the event; who helps already goes on doing so.

    Raises ``OtherContent`` for an id that stands for another sign-up; refuses children, who takes part no more,
    and an event that is cancelled or over. Of one that is over, staff of its place write down who helped, but nobody
    of their own household.
    """
    event = _held(event_id)
    known = db.session.get(Helper, helper_id)
    if known is not None:
        refuse_if_of_others(known.created_by, by)
        if (known.event_id, known.resident_id) != (event_id, resident_id):
            raise OtherContent(known)
        return known
    resident_id = people.held_standing([resident_id])[resident_id]
    return queries.standing(event_id, resident_id) or _new(event, resident_id, helper_id, by, is_staff)


def _new(
    event: Event, resident_id: uuid.UUID, helper_id: uuid.UUID, by: uuid.UUID | None, is_staff: bool
) -> Helper:
    now, resident = clock.now(), taking_part(resident_id, page_of(event))
    consents.refuse_if_withdrawn(resident_id, by)
    _refuse_if_closed(event, now, is_staff)
    if by is not None and event.ends_at <= now:
        OwnHousehold(by).refuse(resident)
    if is_minor(resident.relation, resident.born_on, clock.today()):
        raise Refused(_("Only grown-ups can sign up to help."), back=page_of(event))
    helper = Helper(
        id=helper_id, event_id=event.id, resident_id=resident_id, community_id=resident.community_id,
        created_at=now, created_by=by,
    )  # fmt: skip
    db.session.add(helper)
    return helper


def _refuse_if_closed(event: Event, now: datetime, is_staff: bool) -> None:
    over = _("This event is over; nobody can sign up to help any more.")
    sentences = {"cancelled": _("This event has been cancelled."), "over": over}
    trouble = trouble_with_helping(event.ends_at, event.cancelled_at, now)
    if is_staff:
        until = date_words(written_in_until(event.ends_at))
        sentences["over"] = _("Who helped could be written down until %(day)s.", day=until)
        trouble = trouble_with_writing_in(event.ends_at, event.cancelled_at, now)
    if trouble is not None:
        raise Refused(sentences[trouble], back=page_of(event))


@action
def give_up(event_id: uuid.UUID, helper_id: uuid.UUID) -> Helper:
    """Let a helper off before the event begins; who gave up before stays so."""
    event, helper, now = _held(event_id), _locked(event_id, helper_id), clock.now()
    if helper.given_up_at is None and event.starts_at <= now:
        raise Refused(_("It has begun; helping can no longer be given up."), back=page_of(event))
    helper.given_up_at = helper.given_up_at or now
    return helper


@action
def set_hours(
    event_id: uuid.UUID, minutes: Mapping[uuid.UUID, int], by: Account,
    *, seen: str | None = None, touched: Collection[uuid.UUID] = (),
) -> None:  # fmt: skip
    """Write down how many minutes these helpers helped; what was written before is kept, the same changes nothing.

    What another wrote since the form was ``seen`` stays where its writer has not ``touched`` it, and raises
    ``Changed``, with nothing saved, where they have. Refuses the own household of ``by``, and an event that has not
    begun or was cancelled before it did.
    """
    event, now, own = _held(event_id), clock.now(), OwnHousehold(by.id)
    sentences = {
        "cancelled": _("This event has been cancelled."),
        "ahead": _("The hours are written down once the event has begun."),
    }
    trouble = trouble_with_hours(event.starts_at, event.cancelled_at, now)
    if trouble is not None:
        raise Refused(sentences[trouble], back=page_of(event))
    # In one order, so that two who write at once never wait for each other.
    others: dict[str, int | None] = {}
    for helper_id in sorted(minutes):
        helper = _locked(event_id, helper_id)
        if changed({str(helper_id): helper.minutes}, seen):
            others |= {str(helper_id): helper.minutes}
        else:
            _tell_hours(helper, minutes[helper_id], own, now)
    told_twice = [one for one in touched if others.get(str(one), minutes[one]) != minutes[one]]
    if told_twice:
        raise Changed({str(one): others[str(one)] for one in told_twice})


def _tell_hours(helper: Helper, minutes: int, own: OwnHousehold, now: datetime) -> None:
    if own.holds(helper.resident):
        sentence = _("Nobody writes down their own hours or their household's. Ask a colleague to do it.")
        raise Refused(sentence, back=f"/events/{helper.event_id}/helpers")
    if helper.given_up_at is not None or helper.minutes == minutes:
        return
    helper.minutes, helper.minutes_at, helper.minutes_by = minutes, now, own.account_id
    told = HelperHours(
        helper_id=helper.id, community_id=helper.community_id, minutes=minutes, at=now, by=own.account_id
    )
    db.session.add(told)


@action
def name(event_id: uuid.UUID, helper_id: uuid.UUID, by: uuid.UUID) -> Helper:
    """Let a helper take this one event's attendance, on its day only; who is named already stays so.

    Refuses who has no account of their own, who gave up, and an event that is cancelled or whose day is over.
    """
    event, helper, now = _held(event_id), _locked(event_id, helper_id), clock.now()
    own = helper.resident.account_id is not None and helper.resident.relation == "self"
    _since, until = queries.evening_of(event)
    refusals = (
        (event.cancelled_at is not None, _("This event has been cancelled.")),
        (until < now, _("The day of this event is over; a helper takes attendance on that day only.")),
        (helper.given_up_at is not None, _("%(name)s no longer helps here.", name=helper.resident.name)),
        (not own, _("%(name)s needs an account of their own to take attendance.", name=helper.resident.name)),
    )
    for holds, sentence in refusals:
        if holds:
            raise Refused(sentence, back=page_of(event))
    if helper.named_at is None or helper.naming_ended_at is not None:
        helper.named_at, helper.named_by, helper.naming_ended_at = now, by, None
    return helper


def put_in_charge(event: Event, resident: Resident, by: uuid.UUID) -> None:
    """Let a resident help at an event and take its attendance, as who leads it does; inside the caller's action."""
    helper = queries.standing(event.id, resident.id)
    if helper is None:
        helper = Helper(
            id=uuid.uuid4(), event_id=event.id, resident_id=resident.id, community_id=resident.community_id,
            created_at=clock.now(), created_by=by,
        )  # fmt: skip
        db.session.add(helper)
    helper.named_at, helper.named_by, helper.naming_ended_at = clock.now(), by, None


def take_charge_back(event: Event, resident_id: uuid.UUID) -> None:
    """End what :func:`put_in_charge` began; inside the caller's action."""
    helper = queries.standing(event.id, resident_id)
    if helper is not None:
        helper.given_up_at = clock.now()
        helper.naming_ended_at = helper.naming_ended_at or clock.now()


@action
def end_naming(event_id: uuid.UUID, helper_id: uuid.UUID) -> Helper:
    """Take the right to take attendance back from now on; who has none, or whose right ended, keeps it so."""
    helper = _locked(event_id, helper_id)
    if helper.named_at is not None and helper.naming_ended_at is None:
        helper.naming_ended_at = clock.now()
    return helper


def give_everything_up(residents: Collection[uuid.UUID], at: datetime) -> None:
    """Let these residents help at no event to come, in the caller's transaction; what they helped at stays."""
    mine = select(Helper).join(Event, Event.id == Helper.event_id)
    standing = mine.where(Helper.resident_id.in_(residents), Helper.given_up_at.is_(None), Event.ends_at > at)
    for helper in db.session.scalars(standing.order_by(Helper.id).with_for_update(of=Helper)):
        helper.given_up_at, helper.naming_ended_at = at, helper.naming_ended_at or at
