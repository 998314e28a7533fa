"""Every SELECT about lists that wait to be confirmed."""

import uuid
from datetime import timedelta

from sqlalchemy import select

from reading import clock
from reading.access import in_subtree, reach
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.communities.queries import LIVED_AT
from reading.extensions import db
from reading.imports.judging import IsOwn, Judged, Written, judged
from reading.imports.models import RosterImport
from reading.imports.rules import Homes, Place, read_again
from reading.people import queries as people
from reading.people.household_queries import OwnHousehold
from reading.people.list_queries import known_among
from reading.people.list_rules import Listed
from reading.people.models import Account

# A list holds names and phones: whoever does not confirm it within a day hands it in again.
KEPT_FOR = timedelta(hours=24)


def waiting(account: Account, import_id: uuid.UUID) -> RosterImport | None:
    """Return the list if the account handed it in within the last day, and may still enrol where it belongs."""
    kept = db.session.get(RosterImport, import_id)
    if kept is None or kept.account_id != account.id or kept.created_at <= clock.now() - KEPT_FOR:
        return None
    return kept if reach(account.roles, "residents.enrol").covers(kept.base.path) else None


def written(kept: RosterImport) -> list[Written]:
    """Return the lines of a list, in the encoding chosen for it."""
    return [
        (line, {column: read_again(text, kept.read_as, kept.encoding) for column, text in cells.items()})
        for line, cells in kept.lines
    ]


def judge(kept: RosterImport) -> Judged:
    """Return what becomes of the lines of a list, as things stand now."""
    where, homes = communities.full_label(kept.base), homes_under(kept.base)
    return judged(written(kept), homes, where, clock.today(), known_among, _own_of(kept.account_id))


def _own_of(account_id: uuid.UUID) -> IsOwn:
    """Return what tells who on a list is of the account's own household, of whom it writes nothing in a role."""
    own, looked_after = OwnHousehold(account_id), {one.id for one in people.household(account_id)}

    def is_own(row: Listed, guardian_id: uuid.UUID | None) -> bool:
        return guardian_id in looked_after or own.has_door(row.home_code, row.door)

    return is_own


def homes_under(base: Community) -> Homes:
    """Return what people may live at in the subtree of ``base``."""
    columns = (Community.code, Community.level, Community.path, Community.short_name)
    found = select(*columns).where(in_subtree(Community.path, base.path), Community.level.in_(LIVED_AT))
    rows = db.session.execute(found).all()
    # A city's name before a place says nothing: every place has the same.
    way = [one for one in communities.chain_of(base) if one.level != "city"]
    names = {one.code: one.short_name for one in way} | {row.code: row.short_name for row in rows}

    def place(code: str, level: str, path: str) -> Place:
        return Place(code, level, path, [names[part] for part in path.strip("/").split("/") if part in names])

    return Homes(place(base.code, base.level, base.path), [place(*row[:3]) for row in rows])


def labels(codes: set[str]) -> dict[str, str]:
    """Return what each of these nodes is called, by code."""
    found = db.session.scalars(select(Community).where(Community.code.in_(codes)))
    return communities.full_labels(found)
