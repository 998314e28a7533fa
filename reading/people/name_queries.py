"""Whom a name means, for whoever may know it (design §6): found by a search, or enrolled already."""

import uuid
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from reading.access import in_subtree, reach
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.extensions import db
from reading.people import queries
from reading.people.consent_queries import withdrawn
from reading.people.models import Account, Resident
from reading.people.rules import Namesake, masked


def named(account: Account, text: str, top_path: str) -> list[tuple[Resident, str]]:
    """Return the residents under ``top_path`` whom ``text`` may mean, each with the name to show."""
    seen = reach(account.roles, "residents.see")
    found = queries.find_residents(top_path, text)
    return [(one, one.name if seen.covers(one.home.path) else masked(one.name)) for one in found]


def namesakes(
    account: Account, home: Community, names: Collection[str], but: Collection[uuid.UUID]
) -> list[Namesake]:
    """Return who of these names lives in the building of a home, leaving out the records ``but``.

    A neighbour is soon written down at the wrong unit. Where there is no building it is the very home, and of either
    only what lies where the account sees residents.
    """
    building = communities.building_of(home)
    near = in_subtree(Community.path, building.path) if building else Community.code == home.code
    found = select(Resident, func.coalesce(Resident.phone, Account.phone)).options(
        contains_eager(Resident.home)
    )
    found = found.join(Community, Community.code == Resident.home_code)
    found = found.outerjoin(Account, Account.id == Resident.account_id)
    found = found.where(near, reach(account.roles, "residents.see").where(Community.path))
    found = found.where(Resident.left_at.is_(None), Resident.merged_into_id.is_(None))
    found = found.where(Resident.name.in_(names), Resident.id.not_in(but))
    rows = db.session.execute(found.order_by(Resident.sort_key, Resident.id)).all()
    withdrew = withdrawn(one.id for one, _phone in rows)
    return [
        Namesake(
            one.id, one.name, one.born_on, communities.seen_from(home, one.home), one.door, phone,
            takes_part=one.id not in withdrew,
        )
        for one, phone in rows
    ]  # fmt: skip
