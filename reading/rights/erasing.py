"""Erasing people: everything that names them goes, in one transaction each; the sums they are part of stay.

The list of erasures (``erasures``) is written before each commit, so that neither a crash nor a backup that is put
back leaves somebody there who was told they are gone.
"""

import uuid
from datetime import datetime

from sqlalchemy import case, select, update

from reading import clock
from reading.attendance import actions as attendance
from reading.audit import actions as audit
from reading.database import action
from reading.events import actions as events
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.people import leaving_actions as people
from reading.people.models import Account, Resident
from reading.points import ledger
from reading.rights import erasures, queries
from reading.rights.erasures import ACCOUNT, RESIDENT, Erased
from reading.rights.models import Leaving
from reading.rights.sweeping import sweep
from reading.volunteers import actions as volunteers


def erase_due(now: datetime) -> int:
    """Erase everybody whose time has come, and whoever the list says was erased before; return how many people.

    Each is a transaction of their own: the service may go on meanwhile.
    """
    return erase_again() + sum(erase_wished(one) for one in [wish.id for wish in queries.due(now)])


def erase_again() -> int:
    """Erase everybody on the list of erasures who is there, as after a backup was put back; return how many people."""
    kept = list(erasures.listed())
    residents = queries.there(Resident, {one.id for one in kept if one.kind == RESIDENT})
    number = sum(_erase(one.id, one.at) for one in kept if one.kind == RESIDENT and one.id in residents)
    accounts = queries.there(Account, {one.id for one in kept if one.kind == ACCOUNT})
    return number + sum(_erase_account(one.id, one.at) for one in kept if one.id in accounts)


def erase_wished(wish_id: uuid.UUID) -> bool:
    """Erase whom this wish is of, now, unless it was taken back; tell whether somebody was erased.

    A resident goes with all records, and with their account if nobody else needs it.
    """
    wish = db.session.get(Leaving, wish_id)
    if wish is not None and wish.resident_id is not None:
        return _erase(wish.resident_id, clock.now(), wish_id)
    return (
        wish is not None
        and wish.account_id is not None
        and _erase_account(wish.account_id, clock.now(), wish_id)
    )


def _stands(wish_id: uuid.UUID | None) -> bool:
    """Tell whether the wish still stands, and keep it so until the transaction ends; there may be none to ask for."""
    held = select(Leaving).where(Leaving.id == wish_id, Leaving.taken_back_at.is_(None))
    return wish_id is None or db.session.scalar(held.with_for_update(of=Leaving)) is not None


@action
def _erase(resident_id: uuid.UUID, at: datetime, wish_id: uuid.UUID | None = None) -> bool:
    records = queries.records_of(resident_id)
    if not _stands(wish_id):
        return False
    events.give_everything_up(records, clock.now())
    volunteers.give_everything_up(records, clock.now())
    held = select(Resident).where(Resident.id.in_(records)).order_by(Resident.id).with_for_update(of=Resident)
    found = {one.id: one for one in db.session.scalars(held)}
    if resident_id not in found:
        return False
    names, phones = queries.called(records)
    for one in found.values():
        if one.left_at is None:
            people.hide(one, at)
    _let_wards_stand_alone(records)
    account_id, community_code = found[resident_id].account_id, found[resident_id].community_id
    gone = _account_to_erase(account_id, records)
    db.session.flush()
    ledger.close(records)
    learning_days.close(records)
    attendance.close(records)
    attendance.forget(records, names, phones)
    audit.write("person.erased", by=None, subject=resident_id, community_code=community_code)
    _sweep({"residents": records, "accounts": [gone] if gone else []}, at)
    return True


def _let_wards_stand_alone(records: list[uuid.UUID]) -> None:
    """Let children without an account whose guardian goes stand for themselves; nobody else is written in their row."""
    alone = case((Resident.account_id.is_(None), "self"), else_=Resident.relation)
    wards = update(Resident).where(Resident.guardian_id.in_(records), Resident.id.not_in(records))
    db.session.execute(wards.values(guardian_id=None, relation=alone))


def _account_to_erase(account_id: uuid.UUID | None, records: list[uuid.UUID]) -> uuid.UUID | None:
    if account_id is None:
        return None
    db.session.get_one(Account, account_id, with_for_update={"of": Account})
    return None if queries.stays(account_id, records) else account_id


@action
def _erase_account(account_id: uuid.UUID, at: datetime, wish_id: uuid.UUID | None = None) -> bool:
    """Erase an account that looks after nobody, its roles with it; tell whether it was there and could go."""
    account = db.session.get(Account, account_id, with_for_update={"of": Account})
    looks_after = select(Resident.id).where(Resident.account_id == account_id).limit(1)
    if account is None or db.session.scalar(looks_after) is not None or not _stands(wish_id):
        return False
    audit.write("person.erased", by=None, subject=account_id)
    _sweep({"residents": [], "accounts": [account_id]}, at)
    return True


def _sweep(begun: dict[str, list[uuid.UUID]], at: datetime) -> None:
    # The list comes last: what the database refuses is on no list, what the list cannot keep is not committed.
    sweep(begun)
    erasures.add(
        [Erased(RESIDENT, one, at) for one in begun["residents"]]
        + [Erased(ACCOUNT, one, at) for one in begun["accounts"]]
    )
