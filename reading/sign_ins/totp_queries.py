"""Every SELECT of the second step at sign-in."""

import uuid

from sqlalchemy import func, select

from reading.extensions import db
from reading.people.models import Account
from reading.sign_ins.code_rules import code_from
from reading.sign_ins.keyed import every_keyed, keyed
from reading.sign_ins.totp_models import RecoveryCode, SecondFactor
from reading.sign_ins.totp_rules import RECOVERY_CODES, SECRET_BYTES


def standing(account_id: uuid.UUID) -> SecondFactor | None:
    """Return the generator the account signs in with."""
    return db.session.scalar(
        select(SecondFactor).where(SecondFactor.account_id == account_id, SecondFactor.ended_at.is_(None))
    )


def held(account_id: uuid.UUID) -> SecondFactor | None:
    """Return the same, read anew and kept from other hands until the transaction ends."""
    found = select(SecondFactor).where(SecondFactor.account_id == account_id, SecondFactor.ended_at.is_(None))
    return db.session.scalar(found.with_for_update().execution_options(populate_existing=True))


def next_number(account_id: uuid.UUID) -> int:
    """Return the number of the generator that would be confirmed next."""
    drawn = select(func.max(SecondFactor.number)).where(SecondFactor.account_id == account_id)
    return (db.session.scalar(drawn) or 0) + 1


def secret_of(account_id: uuid.UUID, number: int) -> bytes:
    """Return the secret of an account's generator; it is kept nowhere."""
    return keyed("second factor", account_id.bytes, number.to_bytes(4))[:SECRET_BYTES]


def secrets_of(account_id: uuid.UUID, number: int) -> list[bytes]:
    """Return the secrets the generator may have, one for each key that is believed."""
    return [one[:SECRET_BYTES] for one in every_keyed("second factor", account_id.bytes, number.to_bytes(4))]


def recovery_codes(factor: SecondFactor) -> list[str]:
    """Return the codes that stand in for a lost phone, to be shown once; only their digests are kept."""
    drawn = [
        keyed("recovery", factor.account_id.bytes, factor.id.bytes, bytes([n])) for n in range(RECOVERY_CODES)
    ]
    return [code_from(one) for one in drawn]


def recovery_code(factor_id: uuid.UUID, kept: list[str]) -> RecoveryCode | None:
    """Return the recovery code with one of these digests that has not been used, kept from other hands."""
    found = select(RecoveryCode).where(
        RecoveryCode.factor_id == factor_id, RecoveryCode.digest.in_(kept), RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(found.with_for_update().execution_options(populate_existing=True))


def recovery_codes_left(factor_id: uuid.UUID) -> int:
    """Return how many recovery codes have not been used."""
    left = select(func.count()).where(RecoveryCode.factor_id == factor_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def account(account_id: uuid.UUID) -> Account | None:
    """Return the account with this id."""
    return db.session.get(Account, account_id)
