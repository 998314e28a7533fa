"""Every write of the second step at sign-in: confirming a phone, using its codes, ending it."""

import uuid

from flask_babel import gettext as _

from reading import clock
from reading.audit import actions as audit
from reading.audit.models import AuditLine
from reading.database import action, again_if_raced, done_before, own_id
from reading.errors import Refused
from reading.extensions import db
from reading.people.models import Account
from reading.sign_ins import actions, queries, totp_queries
from reading.sign_ins.code_actions import WrongCode
from reading.sign_ins.code_rules import as_typed
from reading.sign_ins.keyed import digest, digests
from reading.sign_ins.queries import Standing
from reading.sign_ins.rules import Device, hash_of_token
from reading.sign_ins.totp_models import RecoveryCode, SecondFactor
from reading.sign_ins.totp_rules import HALF_LASTS, digits_as_typed, step_of


@again_if_raced("uq_second_factors_standing", "second_factors.account_id")
@again_if_raced("pk_second_factors", "second_factors.id")
@action
def confirm(factor_id: uuid.UUID, account_id: uuid.UUID, code: str) -> SecondFactor | None:
    """Return the generator the account signs in with from now on, None for a wrong code.

    The same form sent again gives the same generator. Raises ``Refused`` while another one stands.
    """
    account = db.session.get_one(Account, account_id, with_for_update=True)
    standing = totp_queries.held(account_id)
    if standing is not None:
        if standing.id == factor_id and clock.now() < standing.confirmed_at + HALF_LASTS:
            return standing
        raise Refused(_("Your second step is set up already."))
    number = totp_queries.next_number(account_id)
    step = step_of(totp_queries.secret_of(account_id, number), digits_as_typed(code) or "", clock.now(), 0)
    if step is None:
        return None
    made = SecondFactor(
        id=factor_id, account_id=account_id, number=number, confirmed_at=clock.now(), last_step=step
    )
    db.session.add(made)
    db.session.flush()
    for one in totp_queries.recovery_codes(made):
        db.session.add(RecoveryCode(factor_id=made.id, digest=digest("recovery", one)))
    account.secured_at = clock.now()
    audit.write("second_factor.confirmed", by=account_id, subject=account_id)
    return made


def enter(account: Account, typed: str, device: Device, token: str) -> Standing | None:
    """Return the sign-in of a device whose password was proven a step before; ``typed`` is the phone's code, or a
    recovery code, and each is taken once.

    The ``token`` follows from that step and from the code (``half``): by it the same form sent again, and nobody else,
    finds the sign-in that it began, for as long as that stands. None when another password was set meanwhile. Raises
    :class:`WrongCode`, and ``Refused`` for an account that is closed.
    """
    return _enter(account.id, account.password_hash, typed, device, token)


@action
def _enter(
    account_id: uuid.UUID, proven_hash: str, typed: str, device: Device, token: str
) -> Standing | None:
    # One write, and one after the other: of two taps at once the second finds the code taken and by whom, or neither.
    db.session.get_one(Account, account_id, with_for_update=True)
    begun = queries.by_token(token, clock.now())
    if begun is not None:
        return begun
    if not _answer(account_id, typed):
        raise WrongCode
    db.session.flush()
    return actions.begin(account_id, proven_hash, proven_hash, device, hash_of_token(token))


def _answer(account_id: uuid.UUID, typed: str) -> bool:
    """Tell whether this is the phone's code, or a recovery code; each is taken once.

    Also when a commit was not answered: then the phone's next code is asked for, and a recovery code is known.
    """
    if done_before(AuditLine):
        return True
    factor = totp_queries.held(account_id)
    if factor is None:
        return False
    digits = digits_as_typed(typed)
    if digits:
        secrets, now = totp_queries.secrets_of(account_id, factor.number), clock.now()
        steps = [step_of(secret, digits, now, factor.last_step) for secret in secrets]
        step = next((one for one in steps if one), None)
        factor.last_step = step or factor.last_step
        return step is not None
    recovery = totp_queries.recovery_code(factor.id, digests("recovery", as_typed(typed) or ""))
    if recovery:
        recovery.used_at = clock.now()
        audit.write("second_factor.recovered", by=account_id, subject=account_id).id = own_id()
    return recovery is not None


@action
def end_own(account_id: uuid.UUID, typed: str) -> bool:
    """End the account's own second step, which takes one of its codes; tell whether that was right."""
    right = _answer(account_id, typed)
    if right:
        end(account_id, account_id)
    return right


def end(account_id: uuid.UUID, by: uuid.UUID) -> None:
    """End the account's second step, inside the caller's action; where none stands nothing changes."""
    factor = totp_queries.held(account_id)
    if factor is None:
        return
    factor.ended_at, factor.ended_by = clock.now(), by
    db.session.get_one(Account, account_id).secured_at = None
    audit.write("second_factor.ended", by=by, subject=account_id)
