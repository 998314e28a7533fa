"""Every SELECT about who belongs together: children and guardians, and whom nobody writes records of in a role."""

import uuid
from collections.abc import Collection
from functools import cached_property

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.errors import Refused
from reading.extensions import db
from reading.people import queries
from reading.people.models import Account, Resident, Role
from reading.people.rules import is_minor


def wards(guardian_id: uuid.UUID) -> list[Resident]:
    """Return the children this resident is the guardian of, in the order they were enrolled."""
    found = select(Resident).where(Resident.guardian_id == guardian_id)
    return list(db.session.scalars(found.order_by(Resident.created_at, Resident.id)))


def is_possible_guardian(resident: Resident) -> bool:
    """Tell whether a resident can be the guardian of a child: a grown-up who takes part."""
    goes_on = resident.left_at is None and resident.merged_into_id is None
    return goes_on and not is_minor(resident.relation, resident.born_on, clock.today())


class OwnHousehold:
    """Whose records an account never writes in a role (design §7): whom it looks after, and who lives behind the
    same door as one of them. Asks for the doors once, and only when somebody has one."""

    def __init__(self, account_id: uuid.UUID) -> None:
        self.account_id = account_id

    @cached_property
    def _doors(self) -> set[tuple[str, str]]:
        found = select(Resident.home_code, Resident.door)
        mine = found.where(Resident.account_id == self.account_id, Resident.door != "")
        return {(home, door) for home, door in db.session.execute(mine)}

    def holds(self, resident: Resident) -> bool:
        """Tell whether the resident belongs to the account's own household."""
        if resident.account_id == self.account_id:
            return True
        return resident.door != "" and (resident.home_code, resident.door) in self._doors

    def has_door(self, home_code: str, door: str) -> bool:
        """Tell whether this is the own door."""
        return door != "" and (home_code, door) in self._doors

    def refuse_door(self, home_code: str, door: str) -> None:
        """Raise ``Refused`` for the own door."""
        if self.has_door(home_code, door):
            raise Refused(own_household_words())

    def refuse(self, resident: Resident) -> None:
        """Raise ``Refused`` for somebody of the own household."""
        if self.holds(resident):
            raise Refused(own_household_words())


def own_household_words() -> str:
    """Return the sentence for whoever would write of their own household in a role."""
    return _(
        "In a role nobody writes records of themselves or their own household. Use your own pages, or ask a colleague."
    )


def resident_to_write_for(account: Account, resident_id: uuid.UUID | None) -> Resident | None:
    """Return the resident if the account may write records of them: whom it looks after itself, else in its role.

    Raises ``Refused`` for who lives behind the own door but is looked after by nobody or somebody else.
    """
    found = queries.resident_for(account, resident_id, "residents.log")
    if found is not None and found.account_id != account.id:
        OwnHousehold(account.id).refuse(found)
    return found


def tellers(
    account_ids: Collection[uuid.UUID | None], resident: Resident
) -> dict[uuid.UUID, tuple[Account, Role | None]]:
    """Return who wrote what stands of a resident, other than their own household, by the account's id.

    With each stands the role that reached the resident's home; one that has ended, if none does now.
    """
    others = set(account_ids) - {None, resident.account_id}
    if not others:
        return {}
    found = select(Role).where(Role.account_id.in_(others)).order_by(Role.granted_at.desc(), Role.id)
    roles: dict[uuid.UUID, Role] = {}
    for role in sorted(db.session.scalars(found), key=lambda one: one.ended_at is not None):
        if resident.home.path.startswith(role.path):
            roles.setdefault(role.account_id, role)
    accounts = db.session.scalars(select(Account).where(Account.id.in_(others)))
    return {one.id: (one, roles.get(one.id)) for one in accounts}
