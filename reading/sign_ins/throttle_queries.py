"""Every statement about wrong passwords: how often, for whom, from where; plain ones, as each sign-in needs them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Executable, and_, delete, func, insert, select

from reading.extensions import db
from reading.plain import Plain, Sent, together, told
from reading.sign_ins.keyed import digest
from reading.sign_ins.models import WrongPassword
from reading.sign_ins.throttle_rules import (
    ADDRESS_COUNTED_FOR,
    COUNTED_FOR,
    LONGEST_WAIT,
    MOST_OF_ADDRESS,
    next_try_at,
)

_TRY: Any = WrongPassword.__table__.c
# In the place of an address that counts for nothing: no digest is empty.
NO_ADDRESS = ""


def counter(phone: str, device_hash: str, is_known: bool) -> str:
    """Return what the tries for this phone number are counted under; a known device has a counter of its own.

    Made alike for numbers that nobody has: what was typed is not kept.
    """
    return digest("password tried", f"{phone}\n{device_hash}" if is_known else phone)


def next_try(counted_as: str, address: str, now: datetime) -> datetime | None:
    """Return when another try may be made, for this counter and from this address; None for at once.

    Until the caller's action ends no other one counts the same; SQLite has one writer anyway.
    """
    values = {
        "counter": counted_as, "day": now - COUNTED_FOR, "from": address, "lately": now - ADDRESS_COUNTED_FOR,
        # What a clock wrote that was far ahead counts for nothing: nobody waits until that moment has come.
        "latest": now + LONGEST_WAIT,
    }  # fmt: skip
    *_held, ((number, last, nth),) = together(*_holding(counted_as), _TRIES.told(values))
    waits = (next_try_at(number, last), nth + ADDRESS_COUNTED_FOR if nth else None)
    return max((moment for moment in waits if moment and moment > now), default=None)


def counting(try_id: uuid.UUID, counted_as: str, address: str, now: datetime) -> list[Sent]:
    """Return what writes a try down, and takes out those that are too old to count."""
    row = {"id": try_id, "counted_as": counted_as, "address": address, "at": now}
    return [_FORGET.told({"day": now - COUNTED_FOR}), _COUNT.told(row)]


def forgiving(counted_as: str) -> Sent:
    """Return what takes back all that was counted: the password was right."""
    return _FORGIVE.told({"counter": counted_as})


def _holding(counted_as: str) -> list[Sent]:
    if db.engine.dialect.name != "postgresql":
        return []
    return [_HOLD.told({"key": int.from_bytes(bytes.fromhex(counted_as[:16]), signed=True)})]


def _tries() -> Executable:
    latest = _TRY.at <= told("latest", _TRY.at.type)
    of_address = and_(_TRY.address == told("from", _TRY.address.type), latest)
    nth = select(_TRY.at).where(of_address, _TRY.at > told("lately", _TRY.at.type))
    nth = nth.order_by(_TRY.at.desc()).offset(MOST_OF_ADDRESS - 1).limit(1)
    found = select(func.count(), func.max(_TRY.at), nth.scalar_subquery())
    mine = _TRY.counted_as == told("counter", _TRY.counted_as.type)
    return found.where(mine, latest, _TRY.at > told("day", _TRY.at.type))


_TRIES = Plain(_tries)
_HOLD = Plain(lambda: select(func.pg_advisory_xact_lock(told("key", BigInteger()))))
_COUNT = Plain(lambda: insert(WrongPassword).values({one.name: told(one.name, one.type) for one in _TRY}))
_FORGET = Plain(lambda: delete(WrongPassword).where(_TRY.at <= told("day", _TRY.at.type)))
_FORGIVE = Plain(
    lambda: delete(WrongPassword).where(_TRY.counted_as == told("counter", _TRY.counted_as.type))
)
