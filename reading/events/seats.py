"""Who gets a seat, and who must be told; plain functions inside the caller's transaction.

The caller holds the event's row (``FOR UPDATE``): whoever counts seats does so alone.
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from reading.events import queries
from reading.events.models import GIVEN_UP, SEATED, WAITING, Event, Notice, Signup
from reading.events.rules import free_seats
from reading.extensions import db
from reading.people import consent_queries as consents
from reading.people.models import Resident


def hold(event_id: uuid.UUID) -> Event:
    """Return the event, held by this transaction alone until its end."""
    return db.session.scalars(select(Event).where(Event.id == event_id).with_for_update(of=Event)).one()


def state_for_next(event: Event) -> str:
    """Return what the next person to sign up gets: a seat, or a place on the waiting list."""
    return WAITING if _free(event) == 0 else SEATED


def move_up(event: Event, at: datetime) -> None:
    """Give the free seats to those who have waited longest, and let them know."""
    if event.cancelled_at is not None or event.starts_at <= at:
        return
    lucky = queries.signups(event.id, (WAITING,))[: _free(event)]
    for signup in lucky:
        signup.state, signup.seated_at = SEATED, at
    _tell([signup.resident for signup in lucky], event, "seated", at)


def give_seats(event: Event, people: Iterable[Resident], by: uuid.UUID | None, at: datetime) -> None:
    """Sign these people up for an event with a seat for everybody; who is signed up already stays so.

    Of whoever agrees to take part no more nothing new is written: they are left out.
    """
    people = list(people)
    there = {signup.resident_id for signup in queries.signups(event.id)}
    there |= consents.withdrawn(one.id for one in people).keys()
    db.session.add_all(
        Signup(
            id=uuid.uuid4(), event_id=event.id, resident_id=one.id, community_id=one.community_id, state=SEATED,
            created_at=at, created_by=by, seated_at=at,
        )
        for one in people
        if one.id not in there
    )  # fmt: skip


def give_back(event: Event, resident_id: uuid.UUID, at: datetime) -> None:
    """Give up the resident's seat or place on the waiting list; nothing to give up is fine."""
    signup = queries.standing_signup(event.id, resident_id)
    if signup is not None:
        signup.state, signup.given_up_at = GIVEN_UP, at
        take_back([event.id], at, resident_id)


def _free(event: Event) -> int | None:
    return free_seats(event.capacity, queries.seat_counts([event.id])[event.id].seated)


def tell_of_change(event: Event, before: dict[str, Any], at: datetime, reason: str = "") -> None:
    """Tell everybody who means to come what it was ``before``, and why; once, however often it changed unseen."""
    if event.ends_at <= at or not before:
        return
    unseen = {one.resident_id: one for one in queries.unseen([event.id], ("changed",))}
    everyone = _expected(event)
    for notice in (unseen[resident.id] for resident in everyone if resident.id in unseen):
        # From what they knew last to what holds now; a change taken back is no news.
        old = {**_as_kept(before), **notice.before}
        notice.before, notice.at = {key: old[key] for key in old if old[key] != _now_is(event, key)}, at
        notice.reason = reason or notice.reason
        if not notice.before:
            db.session.delete(notice)
    new = (resident for resident in everyone if resident.id not in unseen)
    _tell(new, event, "changed", at, _as_kept(before), reason)


def tell_of_make_up(event: Event, at: datetime) -> None:
    """Tell everybody enrolled of a class that was added, if it is still to come."""
    if event.ends_at > at:
        _tell(_expected(event), event, "added", at)


def tell_of_cancellation(event: Event, at: datetime) -> None:
    """Tell everybody who meant to come that the event is off; what they were told of it before is no news now."""
    take_back([event.id], at)
    _tell(_expected(event), event, "cancelled", at)


def take_back(event_ids: Iterable[uuid.UUID], at: datetime, resident_id: uuid.UUID | None = None) -> None:
    """Take the unseen news of a change, a seat or a new class off the home pages (of one resident, if given)."""
    for notice in queries.unseen(event_ids, ("changed", "seated", "added")):
        if resident_id in (None, notice.resident_id):
            notice.seen_at = at


def _expected(event: Event) -> list[Resident]:
    """Return who is signed up or enrolled, each once."""
    people = {signup.resident_id: signup.resident for signup in queries.signups(event.id)}
    if event.course_id is not None:
        people |= {one.resident_id: one.resident for one in queries.enrolments(event.course_id)}
    return list(people.values())


def _tell(
    people: Iterable[Resident], event: Event, kind: str, at: datetime, before: dict[str, Any] | None = None,
    reason: str = "",
) -> None:  # fmt: skip
    db.session.add_all(
        Notice(
            resident_id=resident.id,
            community_id=resident.community_id,
            event_id=event.id,
            kind=kind,
            before=before or {},
            reason=reason,
            at=at,
        )
        for resident in people
    )


def _as_kept(before: dict[str, Any]) -> dict[str, Any]:
    return {key: _kept(value) for key, value in before.items()}


def _now_is(event: Event, key: str) -> Any:
    return _kept(getattr(event, key))


def _kept(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
