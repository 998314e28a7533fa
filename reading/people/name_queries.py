"""Whom a name means, for whoever may know it (design §6): found by a search, or enrolled already."""

import uuid
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager

from reading import clock
from reading.access import in_subtree, reach
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.extensions import db
from reading.people import queries
from reading.people.consent_queries import withdrawn
from reading.people.models import Account, Resident
from reading.people.rules import Namesake, is_minor, masked, normal_phone

MOST_NAMED = 20
Ids = set[uuid.UUID]


@dataclass(frozen=True)
class Named:
    """Somebody a search found, as the reader may know them: outside their reach by a masked name and the community,
    and where others found are called the same there, by what tells them apart.

    Beside a masked name the building and the unit would tell who it is, and where a neighbour lives.
    """

    resident: Resident
    name: str
    place: Community


def named(
    account: Account, text: str, top_path: str, known: Callable[[Ids], Ids] = lambda _ids: set()
) -> list[Named]:
    """Return the residents under ``top_path`` whom ``text`` may mean, each as ``account`` may know them.

    ``known`` is asked whom of those outside its reach it may know by name all the same.
    """
    seen, found = reach(account.roles, "residents.see"), queries.find_residents(top_path, text)
    outside = {one.id for one in found if not seen.covers(one.home.path)}
    veiled = outside - known(outside) if outside else outside
    like = Counter((masked(one.name), one.community_id) for one in found if one.id in veiled)

    def told(one: Resident) -> Named:
        if one.id not in veiled:
            return Named(one, one.name, one.home)
        name = masked(one.name)
        is_alone = like[name, one.community_id] == 1
        return Named(one, name if is_alone else _told_apart(one, name), one.community)

    return [told(one) for one in found]


def _told_apart(one: Resident, name: str) -> str:
    """Return a masked name that others share with what tells them apart, and not where they live."""
    phone = one.phone or (one.account.phone if one.account else None)
    is_child = is_minor(one.relation, one.born_on, clock.today())
    words = {"name": name, "age": _("child") if is_child else _("grown-up")}
    if not phone:
        return _("%(name)s (%(age)s, no phone)", **words)
    return _("%(name)s (%(age)s, phone ends in %(digit)s)", digit=phone[-1], **words)


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
    withdrew = withdrawn(one.id for one, _number in rows)
    return [
        Namesake(
            one.id, one.name, one.born_on, communities.seen_from(home, one.home), one.door, phone,
            takes_part=one.id not in withdrew,
        )
        for one, phone in rows
    ]  # fmt: skip


def nameable(account: Account, text: str, top_path: str) -> list[Resident]:
    """Return the residents under ``top_path`` whom ``text`` may mean and this account may name.

    By name, initials or last digits it finds only whom its roles let it see: a search must not tell who lives behind
    other people's doors. Anybody else is meant by their whole phone number alone, which they told themselves.
    """
    seen, phone = reach(account.roles, "residents.see").where(Community.path), normal_phone(text)
    among = or_(seen, Resident.phone == phone, Account.phone == phone) if phone else seen
    return queries.find_residents(top_path, text, MOST_NAMED, among)


def as_told_to_others(resident: Resident) -> str:
    """Return what somebody is called to whom may not know their name: as they chose to be shown, else masked."""
    shown = queries.shown_of(resident)
    return shown.text if shown and shown.text else masked(resident.name)
