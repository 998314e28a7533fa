"""Every SELECT of codes given in person: whose they are, who may give them, which hold."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from reading import clock
from reading.access import reach
from reading.extensions import db
from reading.people import household_queries as households
from reading.people.models import Account, Resident
from reading.people.rules import may_grant
from reading.sign_ins.code_models import CLAIM, PASSWORD, GivenCode, WrongAnswer
from reading.sign_ins.code_rules import WRONG_WITHIN, has_time
from reading.sign_ins.keyed import digests

PERMISSION = "codes.give"
# How long one's own page says that the password was reset.
TOLD_FOR = timedelta(days=180)


@dataclass(frozen=True)
class Holder:
    """Whom a code is for: a record without an account (``resident`` alone), or an ``account``."""

    resident: Resident | None
    account: Account | None

    @property
    def purpose(self) -> str:
        """What the code does."""
        return PASSWORD if self.account else CLAIM

    @property
    def name(self) -> str:
        """The person's name."""
        one = self.resident or self.account
        return one.name if one else ""

    @property
    def key(self) -> dict[str, uuid.UUID | None]:
        """The columns of a code that name the holder."""
        resident = None if self.account or self.resident is None else self.resident.id
        return {"resident_id": resident, "account_id": self.account.id if self.account else None}

    @property
    def place(self) -> str | None:
        """The code of the community the person lives in."""
        return self.resident.community_id if self.resident else None


def holder_in_reach(by: Account, resident_id: uuid.UUID) -> Resident | None:
    """Return a resident who takes part within the account's reach, none of its own household."""
    one = db.session.get(Resident, resident_id)
    if one is None or one.left_at is not None or one.merged_into_id is not None or one.account_id == by.id:
        return None
    return one if reach(by.roles, PERMISSION).covers(one.home.path) else None


def holder_of(by: Account, resident: Resident) -> Holder | None:
    """Return whom a code for this resident is for; None where the account may give none.

    Who reads under somebody else's account has neither a password nor a record to claim.
    """
    if resident.account is None:
        return Holder(resident, None)
    if resident.relation != "self" or not is_in_charge(by, resident.account):
        return None
    return Holder(resident, resident.account)


def account_holder(by: Account, account_id: uuid.UUID) -> Holder | None:
    """Return whom a code for a new password of this account is for; None where ``by`` may give none."""
    account = db.session.get(Account, account_id)
    if account is None or not is_in_charge(by, account):
        return None
    return Holder(_own_record(account), account)


def is_in_charge(by: Account, account: Account) -> bool:
    """Tell whether ``by`` may let somebody into this account: nobody's equal or superior, within reach, not oneself.

    Each role it holds must be one that ``by`` may grant, so that nobody takes over an account that may do more; and
    the person must live within reach, so that nobody gets there by granting them a role first.
    """
    own = _own_record(account)
    lives_within = own is None or reach(by.roles, PERMISSION).covers(own.home.path)
    below = all(may_grant(by.roles, role.name, role.path) for role in account.roles)
    return by.id != account.id and lives_within and below and (own is not None or bool(account.roles))


def _own_record(account: Account) -> Resident | None:
    found = select(Resident).where(Resident.account_id == account.id, Resident.relation == "self")
    return db.session.scalar(found.options(joinedload(Resident.home)))


def standing(holder: Holder) -> GivenCode | None:
    """Return the code that was given to this person and neither used nor made void."""
    open_ones = select(GivenCode).where(GivenCode.used_at.is_(None), GivenCode.voided_at.is_(None))
    return db.session.scalar(open_ones.filter_by(**holder.key).with_for_update(of=GivenCode))


def given(kept: list[str], purpose: str) -> GivenCode | None:
    """Return the code with one of these digests, kept from other hands until the transaction ends."""
    found = select(GivenCode).where(GivenCode.digest.in_(kept), GivenCode.purpose == purpose)
    return db.session.scalar(found.with_for_update(of=GivenCode).execution_options(populate_existing=True))


def claimable(code: str, account_id: uuid.UUID) -> list[Resident]:
    """Return the record that this account may take over with the code, and the children who come along with it.

    Nobody for any other code. Nothing is held: whoever takes it over looks again.
    """
    found = select(GivenCode).where(GivenCode.digest.in_(digests("given code", code)))
    given = db.session.scalar(found.where(GivenCode.purpose == CLAIM))
    record = given.resident if given and is_good(given) and given.given_by != account_id else None
    if record is None or record.account_id is not None:
        return []
    return [record, *households.wards(record.id)]


def is_good(code: GivenCode) -> bool:
    """Tell whether a code may be used now: by its time, once, and while who gave it may give it still."""
    if code.used_at or code.voided_at or not has_time(code.given_at, clock.now()) or code.giver is None:
        return False
    if code.account is not None:
        return is_in_charge(code.giver, code.account)
    return code.resident is not None and holder_in_reach(code.giver, code.resident.id) is not None


def wait_until(typed_by: str, most: int, now: datetime) -> datetime | None:
    """Return when another code may be typed; None for now."""
    number, first = _wrong_since(typed_by, now)
    return first + WRONG_WITHIN if number >= most and first else None


def _wrong_since(typed_by: str, now: datetime) -> tuple[int, datetime | None]:
    late = (WrongAnswer.typed_by == typed_by, WrongAnswer.at > now - WRONG_WITHIN)
    number, first = db.session.execute(select(func.count(), func.min(WrongAnswer.at)).where(*late)).one()
    return number, first


def last_reset(account_id: uuid.UUID) -> GivenCode | None:
    """Return the code with which the account's password was last reset, while its own page tells of it."""
    used = (GivenCode.account_id == account_id, GivenCode.used_at > clock.now() - TOLD_FOR)
    found = select(GivenCode).where(*used).options(joinedload(GivenCode.giver))
    return db.session.scalar(
        found.order_by(GivenCode.used_at.desc(), GivenCode.given_at.desc(), GivenCode.id).limit(1)
    )


def init_app(app: Flask) -> None:
    """Let pages tell whose password was reset."""
    app.add_template_global(last_reset, "last_password_reset")
