"""What a sign-in asks for and writes: plain statements, since in the evening of a learning day everybody signs in."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, and_, exists, insert, select, update

from reading.people.models import Account, PlainAccount
from reading.plain import Plain, Sent, together, told
from reading.sign_ins.models import SignIn
from reading.sign_ins.queries import ACCOUNT, HELD_ROLES, account_of, with_roles

_ONE: Any = SignIn.__table__.c
_WHO: Any = Account.__table__.c


def to_prove(phone: str, device_hash: str) -> tuple[PlainAccount | None, bool]:
    """Return the account with this phone number, None for none, and whether it has signed in on this device before."""
    rows = _TO_PROVE.look({"typed": phone, "device": device_hash})
    return (PlainAccount(*rows[0][1:]), bool(rows[0][0])) if rows else (None, False)


def to_enter(account_id: uuid.UUID, device_hash: str) -> tuple[Account | PlainAccount | None, bool]:
    """As :func:`to_prove`, of an account and its roles, which are held until the caller's action ends."""
    (rows,) = together(_TO_ENTER.told({"account": account_id, "device": device_hash}))
    return (account_of([row[1:] for row in rows]), bool(rows[0][0])) if rows else (None, False)


def letting_in(row: Mapping[str, Any]) -> list[Sent]:
    """Return what ends the sign-ins of this account on this device, and writes the new one, told by its columns."""
    again = {"account": row["account_id"], "device": row["device_hash"], "moment": row["made_at"]}
    return [_AGAIN.told(again), _LET_IN.told(row)]


def _knows_device() -> Any:
    device = told("device", _ONE.device_hash.type)
    return exists().where(_ONE.device_hash == device, _ONE.account_id == _WHO.id)


def _to_prove() -> Executable:
    return select(_knows_device(), *ACCOUNT).where(_WHO.phone == told("typed", _WHO.phone.type))


def _to_enter() -> Executable:
    found = with_roles(select(_knows_device(), *ACCOUNT, *HELD_ROLES).select_from(Account))
    return found.where(_WHO.id == told("account", _WHO.id.type)).with_for_update(of=Account)


def _again() -> Executable:
    account = told("account", _ONE.account_id.type)
    here = and_(_ONE.account_id == account, _ONE.device_hash == told("device", _ONE.device_hash.type))
    moment = told("moment", _ONE.ended_at.type)
    return (
        update(SignIn)
        .where(here, _ONE.ended_at.is_(None))
        .values(ended_at=moment, ended_by=account, why="again")
    )


_TO_PROVE, _TO_ENTER, _AGAIN = Plain(_to_prove), Plain(_to_enter), Plain(_again)
_LET_IN = Plain(lambda: insert(SignIn).values({one.name: told(one.name, one.type) for one in _ONE}))
