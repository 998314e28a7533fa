"""Who gets a seat, and who must be told; plain functions inside the caller's transaction.

The caller holds the event's row (``FOR UPDATE``): whoever counts seats does so alone.
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from reading.events import queries
from reading.events.models import SEATED, WAITING, Event, Notice
from reading.events.rules import free_seats
from reading.extensions import db
from reading.people.models import Resident


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


def _free(event: Event) -> int | None:
    return free_seats(event.capacity, queries.seat_counts([event.id])[event.id].seated)


def tell_of_change(event: Event, before: dict[str, Any], at: datetime) -> None:
    """Tell everybody who means to come what it was ``before``; once, however often it changed unseen."""
    if event.ends_at <= at or not before:
        return
    unseen = {one.resident_id: one for one in queries.unseen([event.id], ("changed",))}
    everyone = _expected(event)
    for notice in (unseen[resident.id] for resident in everyone if resident.id in unseen):
        # From what they knew last to what holds now; a change taken back is no news.
        old = {**_as_kept(before), **notice.before}
        notice.before, notice.at = {key: old[key] for key in old if old[key] != _now_is(event, key)}, at
        if not notice.before:
            db.session.delete(notice)
    new = (resident for resident in everyone if resident.id not in unseen)
    _tell(new, event, "changed", at, _as_kept(before))


def tell_of_cancellation(event: Event, at: datetime) -> None:
    """Tell everybody who meant to come that the event is off; what they were told of it before is no news now."""
    take_back([event.id], at)
    _tell(_expected(event), event, "cancelled", at)


def take_back(event_ids: Iterable[uuid.UUID], at: datetime, resident_id: uuid.UUID | None = None) -> None:
    """Take the unseen news of a change or a seat off the home pages (of one resident, if given)."""
    for notice in queries.unseen(event_ids, ("changed", "seated")):
        if resident_id in (None, notice.resident_id):
            notice.seen_at = at


def _expected(event: Event) -> list[Resident]:
    """Return who is signed up or enrolled, each once."""
    people = {signup.resident_id: signup.resident for signup in queries.signups(event.id)}
    if event.course_id is not None:
        people |= {one.resident_id: one.resident for one in queries.enrolments(event.course_id)}
    return list(people.values())


def _tell(
    people: Iterable[Resident], event: Event, kind: str, at: datetime, before: dict[str, Any] | None = None
) -> None:
    db.session.add_all(
        Notice(
            resident_id=resident.id,
            community_id=resident.community_id,
            event_id=event.id,
            kind=kind,
            before=before or {},
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
