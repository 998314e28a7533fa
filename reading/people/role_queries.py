"""Who holds which role where, as far as somebody may grant and end it: searched, filtered, page by page."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager

from reading.access import ADMIN, STEWARD, in_subtree, reach
from reading.communities.models import Community
from reading.extensions import db
from reading.people.models import Account, Resident, Role
from reading.people.rules import masked, normal_phone
from reading.text import like_pattern, squeezed

LAST_DIGITS = 4
MOST_SEARCHED = 40


@dataclass(frozen=True)
class Wanted:
    """Which roles are asked for: of people whom ``text`` may mean, of this name, in the subtree of ``place``."""

    text: str = ""
    name: str = ""
    place: Community | None = None


def roles_to_see(by: Account, wanted: Wanted, *, limit: int, offset: int = 0) -> list[Role]:
    """Return the roles held now that ``by`` may end, from the top of the tree down, with account and node."""
    found = _held(by, wanted).options(contains_eager(Role.account), contains_eager(Role.community))
    ordered = found.order_by(Community.path, Role.name, Role.granted_at, Role.id)
    return list(db.session.scalars(ordered.limit(limit).offset(offset)))


def number_to_see(by: Account, wanted: Wanted) -> int:
    """Return how many such roles there are."""
    return db.session.scalar(select(func.count()).select_from(_held(by, wanted).subquery())) or 0


def roles_of(by: Account, account_id: uuid.UUID) -> list[Role]:
    """Return the roles of an account that ``by`` may end."""
    found = _held(by, Wanted()).where(Role.account_id == account_id)
    return list(db.session.scalars(found.order_by(Community.path, Role.name)))


def names_seen(by: Account, holders: Collection[Account]) -> dict[uuid.UUID, str]:
    """Return by which name ``by`` sees each of these accounts: a steward who lives elsewhere masked (design §6)."""
    ids, homes = [one.id for one in holders], Community.code == Resident.home_code
    lives = select(Resident.account_id).join(Community, homes).where(Resident.account_id.in_(ids))
    far = set(db.session.scalars(lives.where(~reach(by.roles, "residents.see").where(Community.path))))
    return {one.id: masked(one.name) if one.id in far - {by.id} else one.name for one in holders}


def _held(by: Account, wanted: Wanted) -> Select[Role]:
    found = (
        select(Role)
        .join(Community, Community.code == Role.community_id)
        .join(Account, Account.id == Role.account_id)
        .where(Role.ended_at.is_(None), may_be_granted(by))
    )
    if wanted.name:
        found = found.where(Role.name == wanted.name)
    if wanted.place:
        found = found.where(in_subtree(Community.path, wanted.place.path))
    return found.where(_meant_by(wanted.text)) if wanted.text.strip() else found


def may_be_granted(by: Account) -> ColumnElement[bool]:
    """The condition, over the role and its node, that ``by`` may grant and end it: ``rules.may_grant`` in SQL."""
    own = [role for role in by.roles if role.is_in_force]
    below = [
        and_(Role.name == STEWARD, in_subtree(Community.path, one.path), Community.path != one.path)
        for one in own
        if one.name == STEWARD
    ]
    return or_(false(), *(in_subtree(Community.path, one.path) for one in own if one.name == ADMIN), *below)


def _meant_by(text: str) -> ColumnElement[bool]:
    wanted = squeezed(text)
    if not wanted or len(wanted) > MOST_SEARCHED or "\0" in wanted:
        return false()
    phone = normal_phone(wanted)
    if phone:
        return Account.phone == phone
    if len(wanted) == LAST_DIGITS and wanted.isdigit() and wanted.isascii():
        return Account.phone.like(f"%{wanted}")
    return Account.name.ilike(like_pattern(wanted), escape="\\")


def cities_run_by(account: Account) -> list[str]:
    """Return the paths of the cities that the account is an administrator of, in one order."""
    return sorted(
        role.path for role in account.roles if role.name == ADMIN and role.community.parent_code is None
    )


def lock_city(path: str) -> None:
    """Keep other hands from the administrators of the city with this node until the transaction ends."""
    city = select(Community).where(Community.code == path.split("/")[1])
    db.session.scalar(city.with_for_update(of=Community))


def has_other_admin(path: str, account_id: uuid.UUID) -> bool:
    """Tell whether somebody else, whose account is open, is an administrator of the whole city with this node."""
    found = select(Role.id).join(Account, Account.id == Role.account_id).where(
        Role.name == ADMIN, Role.ended_at.is_(None), Role.community_id == path.split("/")[1],
        Role.account_id != account_id, Account.disabled_at.is_(None),
    )  # fmt: skip
    return db.session.scalar(found.limit(1)) is not None
