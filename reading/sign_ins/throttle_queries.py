"""Every SELECT about wrong passwords: how often, for whom, from where."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from reading.extensions import db
from reading.sign_ins.keyed import digest
from reading.sign_ins.models import WrongPassword
from reading.sign_ins.throttle_rules import (
    ADDRESS_COUNTED_FOR,
    COUNTED_FOR,
    LONGEST_WAIT,
    MOST_OF_ADDRESS,
    next_try_at,
)


def counter(phone: str, device_hash: str, is_known: bool) -> str:
    """Return what the tries for this phone number are counted under; a known device has a counter of its own.

    Made alike for numbers that nobody has: what was typed is not kept.
    """
    return digest("password tried", f"{phone}\n{device_hash}" if is_known else phone)


def one_at_a_time(counted_as: str) -> None:
    """Let the caller's action be the only one that counts this; SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        key = int.from_bytes(bytes.fromhex(counted_as[:16]), signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def account_waits_until(counted_as: str, now: datetime) -> datetime | None:
    """Return when the account may be tried again; None while it may at once."""
    late = (WrongPassword.counted_as == counted_as, *_between(now - COUNTED_FOR, now))
    number, last = db.session.execute(select(func.count(), func.max(WrongPassword.at)).where(*late)).one()
    return next_try_at(number, last)


def address_waits_until(address: str, now: datetime) -> datetime | None:
    """Return when another try may come from this address; None while it may at once."""
    since = now - ADDRESS_COUNTED_FOR
    late = select(WrongPassword.at).where(WrongPassword.address == address, *_between(since, now))
    nth = db.session.scalar(late.order_by(WrongPassword.at.desc()).offset(MOST_OF_ADDRESS - 1).limit(1))
    return nth + ADDRESS_COUNTED_FOR if nth else None


def _between(since: datetime, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What a clock wrote that was far ahead counts for nothing: nobody waits until that moment has come."""
    return WrongPassword.at > since, WrongPassword.at <= now + LONGEST_WAIT
