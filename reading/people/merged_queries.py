"""Every SELECT about records of one person: which goes on, and which were merged into it."""

import uuid
from collections.abc import Iterable

from sqlalchemy import Select, select

from reading.extensions import db
from reading.people.models import Resident
from reading.plain import Plain, Sent, any_of, numbered

# Nobody's records are merged more often; a circle, which must never be, ends here too.
LONGEST_CHAIN = 20


def standing_for(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return, for each of these residents, the record that goes on: their own, or the one it was merged into."""
    found = {one: one for one in ids}
    merged = select(Resident.id, Resident.merged_into_id).where(Resident.merged_into_id.is_not(None))
    for _step in range(LONGEST_CHAIN):
        rows = db.session.execute(merged.where(Resident.id.in_(set(found.values())))).all() if found else []
        if not rows:
            break
        onward = {one: into for one, into in rows if into is not None}
        found = {one: onward.get(into, into) for one, into in found.items()}
    return found


def held_standing(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """As :func:`standing_for`, the records that go on held until the transaction ends: no merge comes between.

    For an action, before it writes a record of these people.
    """
    found = {one: one for one in ids}
    for _step in range(LONGEST_CHAIN):
        wanted = sorted(set(found.values()))
        rows = _HELD.rows(numbered("resident", wanted), len(wanted))
        onward = {one: into for one, into in rows if into is not None}
        if not onward:
            break
        found = {one: onward.get(into, into) for one, into in found.items()}
    return found


def holding(resident_id: uuid.UUID) -> list[Sent]:
    """Return what holds one resident until the transaction ends, before what is asked of them with it.

    Nothing on SQLite, where whoever writes holds everything.
    """
    return [_HELD.told({"resident_0": resident_id}, 1)] if db.engine.dialect.name == "postgresql" else []


def _held(number: int) -> Select[uuid.UUID, uuid.UUID | None]:
    person = Resident.__table__.c
    held = select(person.id, person.merged_into_id).where(any_of("resident", number, person.id))
    # NO KEY: as settling points does, so that who is named by a new record elsewhere need not wait.
    return held.order_by(person.id).with_for_update(key_share=True)


# Every record of a person is written behind this one.
_HELD = Plain(_held)


def merged_into(resident_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the records that were merged into this one, also by way of others."""
    found: set[uuid.UUID] = set()
    latest = {resident_id}
    while latest:
        merged = select(Resident.id).where(Resident.merged_into_id.in_(latest))
        latest = set(db.session.scalars(merged)) - found - {resident_id}
        found |= latest
    return found
