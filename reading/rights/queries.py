"""Every SELECT of wishes to leave, and of whom an erasure reaches."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from reading.access import reach
from reading.communities.models import Community
from reading.extensions import db
from reading.people import queries as people
from reading.people.leaving_actions import NOBODY
from reading.people.models import Account, Resident, Role
from reading.rights.models import Leaving


def _standing() -> Select[Leaving]:
    return select(Leaving).where(Leaving.taken_back_at.is_(None))


def standing(subject_id: uuid.UUID) -> Leaving | None:
    """Return the wish of this resident or account that stands."""
    of_them = or_(Leaving.resident_id == subject_id, Leaving.account_id == subject_id)
    return db.session.scalar(_standing().where(of_them))


def of_household(account_id: uuid.UUID) -> list[Leaving]:
    """Return the standing wishes of whom an account looks after, and its own, in the order they were made."""
    theirs = select(Resident.id).where(Resident.account_id == account_id)
    found = _standing().where(or_(Leaving.resident_id.in_(theirs), Leaving.account_id == account_id))
    return list(db.session.scalars(found.order_by(Leaving.wished_at, Leaving.id)))


def whose_data(account: Account) -> list[tuple[Resident | None, str]]:
    """Return whose data an account may take along, oneself first, each with the name it goes by.

    Who is about to leave may until the day it goes. None stands for an account without a person of its own.
    """
    left = [(one.resident, one.name) for one in of_household(account.id) if one.resident is not None]
    found = [(one, one.name) for one in people.household(account.id)] + left
    own = [one for one in found if one[0].relation == "self"]
    alone: list[tuple[Resident | None, str]] = [] if own else [(None, account.name)]
    return [*alone, *own, *(one for one in found if one not in own)]


def in_reach(account: Account) -> list[Leaving]:
    """Return the standing wishes of residents without an account whom this one may enrol, by when they are due."""
    found = (
        _standing()
        .join(Resident, Resident.id == Leaving.resident_id)
        .join(Community, Community.code == Resident.home_code)
        .where(Resident.account_id.is_(None), reach(account.roles, "residents.enrol").where(Community.path))
    )
    return list(db.session.scalars(found.order_by(Leaving.due_at, Leaving.id)))


def to_take_back(account: Account, leaving_id: uuid.UUID) -> Leaving | None:
    """Return the wish, standing or taken back, if the account may take it back: of its household or in its reach."""
    found = db.session.get(Leaving, leaving_id)
    if found is None or found.resident is None:
        return found if found and found.account_id == account.id else None
    if found.resident.account_id is not None:
        return found if found.resident.account_id == account.id else None
    covers = reach(account.roles, "residents.enrol").covers(found.resident.home.path)
    return found if covers else None


def without_account(account: Account, resident_id: uuid.UUID) -> Resident | None:
    """Return a resident without an account whom this account may enrol, also one who wished to leave."""
    whole = select(Resident).where(Resident.id == resident_id).options(joinedload(Resident.home))
    found = db.session.scalar(whole)
    if found is None or found.account_id is not None or found.merged_into_id is not None:
        return None
    return found if reach(account.roles, "residents.enrol").covers(found.home.path) else None


def records_of(resident_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the ids of a person's records: this one, and those merged into it."""
    return sorted({resident_id, *people.merged_into(resident_id)})


def stays(account_id: uuid.UUID, leaving: Collection[uuid.UUID]) -> bool:
    """Tell whether an account stays when these residents are erased: it looks after others, or holds a role."""
    others = (
        select(Resident.id).where(Resident.account_id == account_id, Resident.id.not_in(leaving)).limit(1)
    )
    roles = select(Role.id).where(Role.account_id == account_id, Role.ended_at.is_(None)).limit(1)
    return any(db.session.scalar(one) is not None for one in (others, roles))


def wards_staying(resident_id: uuid.UUID) -> list[Resident]:
    """Return the children without an account whose guardian this resident is, and who do not leave themselves."""
    found = select(Resident).where(Resident.guardian_id == resident_id, Resident.account_id.is_(None))
    ordered = found.order_by(Resident.created_at, Resident.sort_key, Resident.id)
    return list(db.session.scalars(ordered.where(Resident.left_at.is_(None))))


def due(now: datetime) -> list[Leaving]:
    """Return the standing wishes whose time has come, children before their guardians."""
    found = _standing().where(Leaving.due_at <= now).order_by(Leaving.due_at, Leaving.id)
    ready = list(db.session.scalars(found))
    return sorted(ready, key=lambda one: one.resident is None or one.resident.guardian_id is None)


def there(kind: type[Resident | Account], ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of these ids that still are residents or accounts."""
    wanted, found = list(ids), set[uuid.UUID]()
    for first in range(0, len(wanted), 500):
        found |= set(db.session.scalars(select(kind.id).where(kind.id.in_(wanted[first : first + 500]))))
    return found


def is_there(account_id: uuid.UUID) -> bool:
    """Tell whether the account still exists."""
    return bool(there(Account, [account_id]))


def called(records: Collection[uuid.UUID]) -> tuple[set[str], set[str]]:
    """Return the names and the phone numbers by which a person is or was known, also while a wish of theirs stands."""
    own = select(Resident.name, Resident.phone, Account.phone).outerjoin(
        Account, Account.id == Resident.account_id
    )
    rows = db.session.execute(own.where(Resident.id.in_(records))).all()
    wished = select(Leaving.name, Leaving.phone).where(Leaving.resident_id.in_(records))
    hidden = db.session.execute(wished).all()
    names = {str(row[0]) for row in (*rows, *hidden)} - {"", NOBODY}
    return names, {str(phone) for row in (*rows, *hidden) for phone in row[1:] if phone}
