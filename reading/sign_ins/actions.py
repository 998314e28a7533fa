"""Every write of signing in: a device comes and goes, passwords, an account is closed."""

import uuid

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, true, update

from reading import clock, passwords
from reading.audit import actions as audit
from reading.database import action, done_before, own_id
from reading.errors import Refused
from reading.extensions import db
from reading.people.models import Account, PlainAccount
from reading.plain import together
from reading.sign_ins import entry_queries
from reading.sign_ins.models import SignIn
from reading.sign_ins.queries import Standing, mark_of
from reading.sign_ins.rules import Device, mark_of_roles
from reading.sign_ins.throttle_queries import counter, forgiving


def proven(account: PlainAccount | None, password: str) -> PlainAccount | None:
    """Return the account if this is its password; as slow to refuse nobody (an unknown phone) as a wrong password.

    Either refusal leaves the same line in the trail.
    """
    if passwords.matches(account.password_hash if account else None, password):
        return account
    audit.write_down("sign_in.refused", by=None, subject=account.id if account else None)
    return None


def start(account: Account | PlainAccount, password: str, device: Device, token_hash: str) -> Standing | None:
    """Return the new sign-in of the account whose ``password`` was proven; what stood on this device for it ends.

    A hash made at another cost than the settings ask for is made anew. None when another password was set meanwhile.
    Raises ``Refused`` for an account that is closed.
    """
    held = account.password_hash
    renewed = passwords.hash_of(password) if passwords.is_outdated(held) else held
    return _start(account.id, held, renewed, device, token_hash)


def renew_hash(account: Account | PlainAccount, password: str) -> str:
    """Make a hash anew that was made at another cost than the settings ask for; ``password`` was just proven.

    Return the hash that is kept of it now.
    """
    held = account.password_hash
    return _keep_hash(account.id, held, passwords.hash_of(password)) if passwords.is_outdated(held) else held


@action
def _keep_hash(account_id: uuid.UUID, held: str, renewed: str) -> str:
    account = db.session.get_one(Account, account_id, with_for_update=True)
    if account.password_hash not in (held, renewed):  # another password was set meanwhile
        return held
    account.password_hash = renewed
    return renewed


def refuse_if_closed(account: Account | PlainAccount) -> None:
    """Raise ``Refused`` for an account that lets nobody in."""
    if account.disabled_at:
        raise Refused(_("This account was closed. Ask whoever runs the program in your community."))


def begin(
    account_id: uuid.UUID, proven_hash: str, renewed_hash: str, device: Device, token_hash: str
) -> Standing | None:
    """As :func:`start`, inside the caller's action, which sends before what waits in its session and ends with this."""
    account, is_known = entry_queries.to_enter(account_id, device.key_hash)
    if account is None:
        return None
    now = clock.now()
    one = Standing(account, own_id(), token_hash, now, now, mark_of(account), account.is_staff)
    if done_before(SignIn):
        return one
    if account.password_hash != proven_hash:
        return None
    refuse_if_closed(account)
    if renewed_hash != proven_hash:
        renewed = update(Account).where(Account.id == account_id).values(password_hash=renewed_hash)
        db.session.execute(renewed)
    row = {
        "id": one.id, "account_id": account_id, "token_hash": token_hash, "former_hash": None, "token_at": now,
        "roles_mark": one.roles_mark, "is_staff": one.is_staff, "made_at": now, "seen_at": now,
        "address": device.address, "device": device.words, "device_hash": device.key_hash,
        "ended_at": None, "ended_by": None, "why": "",
    }  # fmt: skip
    together(
        forgiving(counter(account.phone, device.key_hash, is_known)),
        *entry_queries.letting_in(row),
        audit.writing("sign_in", by=account_id, subject=account_id),
        last=True,
    )
    return one


_start = action(begin)


@action
def note_seen(sign_in_id: uuid.UUID, address: str) -> None:
    """Write that the device was seen now, and where."""
    seen = update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    db.session.execute(seen.values(seen_at=clock.now(), address=address))


@action
def renew(sign_in_id: uuid.UUID, held: str, token_hash: str) -> bool:
    """Let the device hold another token, as its account's roles have changed; tell whether this request was first.

    ``held`` is the hash of the token that the request was made with.
    """
    known = SignIn.token_hash.in_((held, token_hash))
    same = select(SignIn).where(SignIn.id == sign_in_id, known, SignIn.ended_at.is_(None))
    one = db.session.scalar(same.with_for_update(of=SignIn))
    if one is None:
        return False
    if one.token_hash == token_hash:  # by an earlier run of this, whose commit was not answered
        return True
    one.former_hash, one.token_hash = held, token_hash
    one.token_at = one.seen_at = clock.now()
    one.roles_mark, one.is_staff = mark_of_roles(role.id for role in one.account.roles), one.account.is_staff
    return True


@action
def end(sign_in_id: uuid.UUID, by: uuid.UUID, why: str) -> None:
    """End a sign-in of one's own, ``why`` is "out" or "elsewhere"; one that has ended already is left."""
    if _end(by, by, why, SignIn.id == sign_in_id):
        audit.write("sign_out" if why == "out" else "sign_in.ended", by=by, subject=by, why=why)


@action
def end_others(account_id: uuid.UUID, kept: uuid.UUID | None) -> int:
    """End the account's sign-ins but ``kept``; return how many."""
    number = _end(account_id, account_id, "others", SignIn.id != kept)
    if number:
        audit.write("sign_in.ended", by=account_id, subject=account_id, why="others", number=number)
    return number


def change_password(account: Account, present: str, new: str, kept: uuid.UUID | None) -> bool:
    """Set a new password if ``present`` is the one that holds, and tell whether it is.

    All sign-ins but ``kept`` end.
    """
    is_present = passwords.matches(account.password_hash, present)
    if is_present:
        set_password(account.id, new, by=account.id, kept=kept)
    return is_present


def set_password(
    account_id: uuid.UUID, password: str, *, by: uuid.UUID | None, kept: uuid.UUID | None = None
) -> None:
    """Let the account have this password from now on; every sign-in of it but ``kept`` ends (ASVS 7.4.3)."""
    _keep_password(account_id, passwords.hash_of(password), by, kept)


@action
def _keep_password(
    account_id: uuid.UUID, password_hash: str, by: uuid.UUID | None, kept: uuid.UUID | None
) -> None:
    db.session.get_one(Account, account_id, with_for_update=True).password_hash = password_hash
    number = _end(account_id, by, "password", SignIn.id != kept)
    audit.write("password.changed", by=by, subject=account_id, ended=number)


def end_all(account_id: uuid.UUID, by: uuid.UUID | None, why: str) -> int:
    """End all the account's sign-ins, inside the caller's action; return how many."""
    return _end(account_id, by, why, true())


def _end(account_id: uuid.UUID, by: uuid.UUID | None, why: str, which: ColumnElement[bool]) -> int:
    standing = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), which)
    ended = standing.values(ended_at=clock.now(), ended_by=by, why=why).returning(SignIn.id)
    return len(db.session.scalars(ended).all())
