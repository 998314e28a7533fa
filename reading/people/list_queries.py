"""Every SELECT about the people on a list: who of them is known already."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import select

from reading.communities.models import Community
from reading.extensions import db
from reading.people.list_rules import KnownPerson, Listed, is_same_person
from reading.people.models import Account, Resident

NAMES_AT_ONCE = 500


def known_among(listed: Sequence[Listed]) -> dict[int, uuid.UUID]:
    """Return, by line, the record of each person on the list who has one; who has left or was merged counts too.

    Those are not added once more: who has left said so.
    """
    paths = _paths({row.home_code for row in listed})
    by_name: dict[str, list[KnownPerson]] = {}
    for name, person in _of_these_names({row.name for row in listed}):
        by_name.setdefault(name, []).append(person)
    found: dict[int, uuid.UUID] = {}
    for row in listed:
        same = [one.id for one in by_name.get(row.name, ()) if is_same_person(row, paths[row.home_code], one)]
        if same:
            found[row.line] = same[0]
    return found


def _of_these_names(names: Iterable[str]) -> Iterator[tuple[str, KnownPerson]]:
    columns = (Resident.id, Resident.name, Resident.born_on, Resident.door, Resident.phone)
    everybody = (
        select(*columns, Account.phone.label("account_phone"), Community.path)
        .join(Community, Community.code == Resident.home_code)
        .outerjoin(Account, Account.id == Resident.account_id)
        .order_by(Resident.created_at, Resident.id)
    )
    waiting = iter(sorted(names))
    while some := list(islice(waiting, NAMES_AT_ONCE)):
        for row in db.session.execute(everybody.where(Resident.name.in_(some))):
            phone = row.phone or row.account_phone
            yield row.name, KnownPerson(row.id, phone, row.born_on, row.door, row.path)


def _paths(codes: Iterable[str]) -> dict[str, str]:
    found = select(Community.code, Community.path).where(Community.code.in_(list(codes)))
    return {row.code: row.path for row in db.session.execute(found)}
