"""Every SELECT about who is signed in where."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Select, String, and_, or_, select
from sqlalchemy.orm.attributes import set_committed_value

from reading.communities.models import Community
from reading.extensions import db
from reading.people import queries as people
from reading.people.models import Account, PlainAccount, Role
from reading.plain import Plain, told
from reading.sign_ins.models import SignIn
from reading.sign_ins.rules import hash_of_token, is_former_taken, lapses_at, mark_of_roles

NO_ROLES = mark_of_roles(())
# A form that was open while its sign-in ended is known as its writer's for so long; on a library's desk many sign in.
REMEMBERED, MOST_OF_DEVICE = timedelta(days=2), 50
# Tells of an account whether an event of theirs that had begun by the first moment still runs at the second.
Busy = Callable[[Account, datetime, datetime], bool]


def init_app(app: Flask, busy: Busy) -> None:
    """Let ``busy`` tell who is in the middle of an event: they are not thrown out (ASVS 7.3 as agreed)."""
    app.extensions["sign_ins_busy"] = busy


@dataclass(frozen=True)
class Standing:
    """A sign-in that stands. The account is a plain value, the ORM's own for staff and who was when they signed in."""

    account: Account | PlainAccount
    id: uuid.UUID
    token_hash: str
    token_at: datetime
    seen_at: datetime
    roles_mark: str
    is_staff: bool

    @property
    def mark_now(self) -> str:
        """The mark of the roles that are held now."""
        return mark_of(self.account)


def mark_of(account: Account | PlainAccount) -> str:
    """Return the mark of the roles an account holds."""
    held = account.roles if isinstance(account, Account) else []
    return mark_of_roles(role.id for role in held) if held else NO_ROLES


_OWN: list[Any] = [
    SignIn.id,
    SignIn.token_hash,
    SignIn.token_at,
    SignIn.seen_at,
    SignIn.roles_mark,
    SignIn.is_staff,
]
ACCOUNT: list[Any] = [Account.__table__.c[field.name] for field in fields(PlainAccount)]
_ROLE: list[Any] = list(Role.__table__.columns)
_PLACE: list[Any] = list(Community.__table__.columns)
HELD_ROLES = _ROLE + _PLACE


def with_roles(found: Select[Any]) -> Select[Any]:
    """Let a statement about accounts find, with each, the roles it holds now and their places, if any."""
    held = found.outerjoin(Role, and_(Role.account_id == Account.id, Role.ended_at.is_(None)))
    return held.outerjoin(Community, Community.code == Role.community_id)


_kept = told("kept", String())
_BY_TOKEN = Plain(
    lambda: with_roles(
        select(*_OWN, *ACCOUNT, *HELD_ROLES)
        .select_from(SignIn)
        .join(Account, Account.id == SignIn.account_id)
        .where(or_(SignIn.token_hash == _kept, SignIn.former_hash == _kept), SignIn.ended_at.is_(None))
    )
)


def by_token(token: str, now: datetime) -> Standing | None:
    """Return the sign-in that stands and whose token this is, with the account and its roles: one statement.

    A plain one, since every page of everybody signed in begins with it.
    """
    kept = hash_of_token(token)
    rows: Sequence[Any] = _BY_TOKEN.look({"kept": kept})
    if not rows:
        return None
    own = rows[0][: len(_OWN)]
    *_times, is_staff = own
    one = Standing(account_of([row[len(_OWN) :] for row in rows], is_staff), *own)
    return one if _stands(one, kept, now) else None


def account_of(rows: Sequence[Any], is_staff: bool = False) -> Account | PlainAccount:
    """Return the account of these rows of ``ACCOUNT`` and ``HELD_ROLES``: the ORM's own for ``is_staff`` and with a
    role."""
    plain = PlainAccount(*rows[0][: len(ACCOUNT)])
    has_none = len(rows) == 1 and rows[0][len(ACCOUNT)] is None
    return plain if has_none and not is_staff else _with_roles(plain, rows)


def _with_roles(plain: PlainAccount, rows: Sequence[Any]) -> Account:
    account = people.attached(Account, {column.key: getattr(plain, column.key) for column in ACCOUNT})
    roles = []
    for row in rows:
        held, at = (
            _named(_ROLE, row[-len(_ROLE + _PLACE) : -len(_PLACE)]),
            _named(_PLACE, row[-len(_PLACE) :]),
        )
        if held["id"] is not None:
            role = people.attached(Role, held)
            set_committed_value(role, "account", account)
            set_committed_value(role, "community", people.attached(Community, at))
            roles.append(role)
    set_committed_value(account, "roles", roles)
    return account


def _named(columns: Sequence[Any], values: Sequence[Any]) -> dict[str, Any]:
    return {column.key: value for column, value in zip(columns, values, strict=True)}


def _stands(one: Standing, kept: str, now: datetime) -> bool:
    if one.account.disabled_at or not (one.token_hash == kept or is_former_taken(one.token_at, now)):
        return False
    end = lapses_at(one.is_staff, one.token_at, one.seen_at)
    if now < end:
        return True
    busy: Busy = current_app.extensions["sign_ins_busy"]
    return isinstance(one.account, Account) and one.is_staff and busy(one.account, end, now)


def devices(account_id: uuid.UUID, now: datetime) -> list[SignIn]:
    """Return the account's sign-ins that stand, the one seen last first."""
    found = select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    ordered = db.session.scalars(found.order_by(SignIn.seen_at.desc(), SignIn.id))
    return [one for one in ordered if now < lapses_at(one.is_staff, one.token_at, one.seen_at)]


def of_device(device_hash: str, now: datetime) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """Return the sign-ins on this device, each with its account, the latest first; those that ended long ago are left
    out."""
    lately = or_(SignIn.ended_at.is_(None), SignIn.ended_at > now - REMEMBERED)
    found = select(SignIn.id, SignIn.account_id).where(SignIn.device_hash == device_hash, lately)
    rows = db.session.execute(found.order_by(SignIn.made_at.desc()).limit(MOST_OF_DEVICE))
    return [(one.id, one.account_id) for one in rows]


def own(account_id: uuid.UUID, sign_in_id: uuid.UUID) -> SignIn | None:
    """Return the sign-in if it is the account's; one that has ended too, so that a second tap finds it."""
    one = db.session.get(SignIn, sign_in_id)
    return one if one and one.account_id == account_id else None
