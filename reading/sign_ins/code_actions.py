"""Every write of codes given in person: giving one, claiming a record, a new password."""

import itertools
import uuid

from flask_babel import gettext as _
from sqlalchemy import delete

from reading import clock, passwords
from reading.audit import actions as audit
from reading.database import action, again_if_raced, done_before, own_id
from reading.errors import Refused
from reading.extensions import db
from reading.people import claim_actions
from reading.people import queries as people
from reading.people.actions import PhoneTaken
from reading.people.models import Account, Resident
from reading.people.rules import CHILD_UNTIL, age_on
from reading.sign_ins import actions, code_queries
from reading.sign_ins.code_models import CLAIM, PASSWORD, GivenCode, WrongAnswer
from reading.sign_ins.code_queries import Holder
from reading.sign_ins.code_rules import WRONG_WITHIN, code_from
from reading.sign_ins.keyed import digest, digests, keyed


class WrongCode(Exception):
    """The code is wrong, over, used, replaced, or another person's; which of these is not told."""


def give(code_id: uuid.UUID, holder: Holder, by: Account) -> str:
    """Return a new code for ``holder``; an older one holds no more. The same form sent again gives the same code.

    The code follows from the id and the service's key: it is kept nowhere, and a page loaded twice shows it twice.
    """
    code = code_from(keyed("given code", code_id.bytes))
    _give(code_id, digest("given code", code), holder, by)
    return code


@again_if_raced("pk_given_codes", "given_codes.id")
@action
def _give(code_id: uuid.UUID, kept: str, holder: Holder, by: Account) -> None:
    before = db.session.get(GivenCode, code_id)
    if before is not None:
        same = (before.given_by, before.resident_id, before.account_id) == (by.id, *holder.key.values())
        if not same or before.used_at or before.voided_at:
            raise Refused(_("This form was used before. Please open the page again and write it once more."))
        return
    # Whom it is for is held: of codes given at the same moment the last one stands.
    held: type[Account | Resident] = Account if holder.account else Resident
    subject = next(key for key in holder.key.values() if key)
    db.session.get_one(held, subject, with_for_update={"of": held})
    older = code_queries.standing(holder)
    if older:
        older.voided_at = clock.now()
        db.session.flush()
    told = {"digest": kept, "given_at": clock.now(), "given_by": by.id}
    db.session.add(GivenCode(id=code_id, purpose=holder.purpose, **holder.key, **told))
    audit.write("code.given", by=by.id, subject=subject, community_code=holder.place, purpose=holder.purpose)


def claim(form_id: uuid.UUID, *, code: str, phone: str, password: str) -> Account:
    """Return the new account that holds the record the code is for; the same form sent again gives the same account.

    What was logged before stays. Raises :class:`WrongCode`, ``PhoneTaken``, and ``Refused`` for a young child's record.
    """
    claimed = _claim(form_id, digests("given code", code), phone, passwords.hash_of(password))
    if claimed.phone != phone or not passwords.matches(claimed.password_hash, password):
        raise WrongCode
    return claimed


@again_if_raced("uq_accounts_phone", "accounts.phone")
@again_if_raced("pk_accounts", "accounts.id")
@action
def _claim(form_id: uuid.UUID, kept: list[str], phone: str, password_hash: str) -> Account:
    given = code_queries.given(kept, CLAIM)
    made = db.session.get(Account, form_id)
    if made is not None and given is not None and given.used_with == form_id:
        return made
    resident = _claimed(given, form_id)
    if people.account_by_phone(phone):
        raise PhoneTaken
    if _is_young_child(resident):
        raise Refused(
            _("This is the record of a child under 14. Their guardian signs in and types the code then.")
        )
    made = Account(
        id=form_id, phone=phone, name=resident.name, password_hash=password_hash, created_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    claim_actions.take_over(resident, made)
    return made


def claim_into(account_id: uuid.UUID, form_id: uuid.UUID, code: str) -> Resident:
    """Return the record the code is for, which is the account's own now or, if it has one, of its household.

    A code that was used is answered once more, with nothing written, to the account that holds its record anyway and
    to no other: whoever else types it learns no more than from a wrong one, and it counts as one. Raises
    :class:`WrongCode`, and ``Refused`` for a code one gave oneself or a full household.
    """
    return _claim_into(account_id, form_id, digests("given code", code))


@again_if_raced("uq_residents_account_self", "residents.account_id")
@action
def _claim_into(account_id: uuid.UUID, form_id: uuid.UUID, kept: list[str]) -> Resident:
    account = db.session.get_one(Account, account_id, with_for_update=True)
    given = code_queries.given(kept, CLAIM)
    if given and given.used_at and given.resident and given.resident.account_id == account_id:
        return given.resident
    if given and given.given_by == account_id:
        raise Refused(
            _("You gave this code yourself: the person it is for uses it, on a phone of their own.")
        )
    resident = _claimed(given, form_id)
    claim_actions.take_over(resident, account)
    return resident


def _claimed(given: GivenCode | None, form_id: uuid.UUID) -> Resident:
    """Use the code, and return the record it is for."""
    if given is None or given.resident_id is None or not code_queries.is_good(given):
        raise WrongCode
    resident = db.session.get_one(Resident, given.resident_id, with_for_update=True)
    if resident.account_id is not None:
        raise WrongCode
    given.used_at, given.used_with = clock.now(), form_id
    return resident


def _is_young_child(resident: Resident) -> bool:
    return resident.born_on is not None and age_on(resident.born_on, clock.today()) < CHILD_UNTIL


def reset_password(form_id: uuid.UUID, *, phone: str, code: str, password: str) -> Account:
    """Return the account, which has this password now and is signed in nowhere; sent again it is the same.

    Raises :class:`WrongCode`, and ``Refused`` for an account that was closed.
    """
    account = _reset(form_id, phone, digests("given code", code), passwords.hash_of(password))
    if not passwords.matches(account.password_hash, password):
        raise WrongCode
    return account


@action
def _reset(form_id: uuid.UUID, phone: str, kept: list[str], password_hash: str) -> Account:
    given = code_queries.given(kept, PASSWORD)
    if given is None or given.account is None or given.account.phone != phone:
        raise WrongCode
    account = db.session.get_one(Account, given.account.id, with_for_update=True)
    if given.used_with == form_id:
        return account
    if not code_queries.is_good(given):
        raise WrongCode
    actions.refuse_if_closed(account)
    given.used_at, given.used_with = clock.now(), form_id
    account.password_hash, account.reset_at = password_hash, given.used_at
    ended = actions.end_all(account.id, account.id, "password")
    audit.write(
        "password.reset", by=account.id, subject=account.id, code=str(given.id), given_by=str(given.given_by),
        ended=ended,
    )  # fmt: skip
    return account


@action
def note_wrong(typed_by: tuple[str, ...]) -> None:
    """Count a wrong code, for each of those that it counts for; what no longer counts is forgotten."""
    if done_before(WrongAnswer):
        return
    now = clock.now()
    db.session.execute(delete(WrongAnswer).where(WrongAnswer.at <= now - WRONG_WITHIN))
    ids = itertools.chain([own_id()], iter(uuid.uuid4, None))
    db.session.add_all(WrongAnswer(id=next(ids), typed_by=one, at=now) for one in typed_by)


@action
def see_reset(account_id: uuid.UUID) -> None:
    """Note that the person read that their password was reset."""
    db.session.get_one(Account, account_id, with_for_update=True).reset_at = None
