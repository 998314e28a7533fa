"""Every SELECT of duplicates and merges."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from reading.access import reach
from reading.attendance.models import CAME, Attendance, Guest, Mark
from reading.communities.models import Community
from reading.events.models import GIVEN_UP, Signup
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.people.models import Account, Resident
from reading.rights.merge_models import Distinction, Merge, MergeLine
from reading.rights.merge_rules import masked_phone, why_namesakes

MOST_SHOWN = 50
# Of a city's namesakes at most so many are looked at; what is settled makes room for the next.
MOST_LOOKED_AT = 2000
EVENT_TABLES: dict[str, Any] = {"signups": Signup, "marks": Mark, "guests": Guest, "attendance": Attendance}


@dataclass(frozen=True)
class Side:
    """One of two records as it is shown beside the other; ``records`` counts what was logged and attended."""

    resident: Resident
    phone: str
    records: int


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person, and why: "name" or "place" (see ``why_namesakes``), "phone" or both."""

    first: Side
    second: Side
    why: tuple[str, ...]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, the one first that was made first."""
        return self.first, self.second


def may_merge(account: Account, resident: Resident, permission: str = "residents.merge") -> bool:
    """Tell whether the resident lives where the account's roles carry the permission."""
    return reach(account.roles, permission).covers(resident.home.path)


def proposals(account: Account) -> list[Pair]:
    """Return records of the account's reach that may be one person, at most ``MOST_SHOWN`` pairs, by name.

    They bear one name and live in one building (or in one place, and do not say in which building), or are reached at
    one phone. Two grown-ups of different names who share a household's account are no duplicates, and neither are
    children and whoever else is reached at their guardian's phone, nor who was told apart before.
    """
    people = _reached(account).cte("people")
    one, other = aliased(people, name="one"), aliased(people, name="other")
    by_name = and_(one.c.community_id == other.c.community_id, one.c.name == other.c.name)
    found: dict[tuple[uuid.UUID, uuid.UUID], set[str]] = {}
    for row in db.session.execute(_pairs(one, other, by_name)):
        if why := why_namesakes((row.path, row.building), (row.other_path, row.other_building)):
            found.setdefault((row.id, row.other_id), set()).add(why)
    for row in db.session.execute(_pairs(one, other, _one_phone(one, other))):
        found.setdefault((row.id, row.other_id), set()).add("phone")
    return _shown(found)


def _reached(account: Account) -> Select[*tuple[Any, ...]]:
    reached = reach(account.roles, "residents.merge").where(Community.path)
    above = aliased(Community)
    return (
        select(Resident.id, Resident.name, Resident.community_id, Resident.guardian_id, Resident.relation)
        .add_columns(Community.path, _building(above).label("building"), _phone().label("phone"))
        .join(Community, Community.code == Resident.home_code)
        .outerjoin(above, above.code == Community.parent_code)
        .outerjoin(Account, Account.id == Resident.account_id)
        .where(reached, Resident.merged_into_id.is_(None), Resident.left_at.is_(None))
        .where(or_(Resident.account_id.is_(None), Resident.account_id != account.id))
    )


def _building(above: type[Community]) -> ColumnElement[str | None]:
    """The building that a home is or lies in; none where it says none: a unit may hang on a compound or a village."""
    return case((Community.level == "building", Community.code), (above.level == "building", above.code))


def _phone() -> ColumnElement[str | None]:
    """The phone of one's own: a child of the household is not reached at its guardian's."""
    own = case((Resident.relation == "self", Account.phone))
    return func.coalesce(Resident.phone, own)


def _one_phone(one: Any, other: Any) -> ColumnElement[bool]:
    """Reached at one phone, and not because it is the guardian's of a child.

    Only a grown-up's phone is their own. A child is found by it under the same name alone: entered twice, once with
    another guardian or with none.
    """
    are_grown_up = and_(*(who.c.relation != "child" for who in (one, other)))
    return and_(
        one.c.phone == other.c.phone,
        or_(are_grown_up, one.c.name == other.c.name),
        one.c.guardian_id.is_distinct_from(other.c.id),
        other.c.guardian_id.is_distinct_from(one.c.id),
        or_(one.c.guardian_id.is_(None), one.c.guardian_id.is_distinct_from(other.c.guardian_id)),
    )


def _pairs(one: Any, other: Any, alike: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    apart = exists().where(
        Distinction.first_id.in_((one.c.id, other.c.id)), Distinction.second_id.in_((one.c.id, other.c.id))
    )
    others = (other.c[name].label(f"other_{name}") for name in ("id", "path", "building"))
    columns = one.c.id, one.c.path, one.c.building, *others
    found = select(*columns).join(other, and_(alike, one.c.id < other.c.id)).where(~apart)
    return found.limit(MOST_LOOKED_AT)


def _shown(found: dict[tuple[uuid.UUID, uuid.UUID], set[str]]) -> list[Pair]:
    sides = _sides({one for pair in found for one in pair})
    pairs = []
    for ids, why in found.items():
        first, second = sorted(
            (sides[one] for one in ids), key=lambda side: (side.resident.created_at, side.resident.id)
        )
        pairs.append(Pair(first, second, tuple(sorted(why))))
    pairs.sort(key=lambda pair: (pair.first.resident.sort_key, pair.first.resident.id))
    return pairs[:MOST_SHOWN]


def pair(account: Account, ids: Collection[uuid.UUID]) -> Pair | None:
    """Return any two records in the account's reach side by side, for who knows that they are one person."""
    sides = _sides(ids)
    if len(sides) != 2 or not all(may_merge(account, side.resident) for side in sides.values()):
        return None
    if any(side.resident.merged_into_id or side.resident.left_at for side in sides.values()):
        return None
    first, second = sorted(sides.values(), key=lambda side: (side.resident.created_at, side.resident.id))
    return Pair(first, second, ())


def _sides(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Side]:
    wanted = set(ids)
    found = select(Resident).where(Resident.id.in_(wanted)).options(
        joinedload(Resident.account), joinedload(Resident.home)
    )  # fmt: skip
    number = _number_of_records(wanted)
    return {
        one.id: Side(one, masked_phone(phone_of(one)), number.get(one.id, 0))
        for one in db.session.scalars(found)
    }


def phone_of(resident: Resident) -> str | None:
    """Return the phone a person is reached at themselves."""
    own = resident.account.phone if resident.account and resident.relation == "self" else None
    return resident.phone or own


def _number_of_records(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    number: dict[uuid.UUID, int] = {}
    for model, stands in (
        (LogEntry, LogEntry.removed_at.is_(None)),
        (Attendance, Attendance.status.in_(CAME)),
    ):
        counted = select(model.resident_id, func.count()).where(model.resident_id.in_(ids), stands)
        for resident_id, count in db.session.execute(counted.group_by(model.resident_id)):
            number[resident_id] = number.get(resident_id, 0) + count
    return number


def standing_merge(ids: Collection[uuid.UUID]) -> Merge | None:
    """Return the merge of these two that stands."""
    found = select(Merge).where(
        Merge.survivor_id.in_(ids), Merge.merged_id.in_(ids), Merge.undone_at.is_(None)
    )
    return db.session.scalar(found)


def merges_to_see(account: Account, *, limit: int, offset: int = 0) -> list[Merge]:
    """Return the merges of who lives in the account's reach, the latest first."""
    found = (
        select(Merge)
        .join(Resident, Resident.id == Merge.survivor_id)
        .join(Community, Community.code == Resident.home_code)
        .where(reach(account.roles, "residents.merge").where(Community.path))
        .order_by(Merge.at.desc(), Merge.id)
    )
    return list(db.session.scalars(found.limit(limit).offset(offset)).unique())


def merge_to_undo(account: Account, merge_id: uuid.UUID) -> Merge | None:
    """Return the merge if the account may undo it; one that was undone too, so that a second tap finds it."""
    found = db.session.get(Merge, merge_id)
    return found if found and may_merge(account, found.survivor, "residents.split") else None


def lines(merge_id: uuid.UUID) -> list[MergeLine]:
    """Return what a merge changed, the last first."""
    found = select(MergeLine).where(MergeLine.merge_id == merge_id)
    return list(db.session.scalars(found.order_by(MergeLine.position.desc())))


def events_signed_up_twice(ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Return the events for which more than one of these residents is signed up."""
    found = select(Signup.event_id).where(Signup.resident_id.in_(ids), Signup.state != GIVEN_UP)
    twice = found.group_by(Signup.event_id).having(func.count() > 1).order_by(Signup.event_id)
    return list(db.session.scalars(twice))


def events_of_lines(merge_id: uuid.UUID, *tables: str) -> list[uuid.UUID]:
    """Return the events whose rows in these tables a merge changed."""
    found: set[uuid.UUID] = set()
    for table in tables:
        moved = select(MergeLine.row_id).where(MergeLine.merge_id == merge_id, MergeLine.table == table)
        model = EVENT_TABLES[table]
        found |= set(db.session.scalars(select(model.event_id).where(model.id.in_(moved))))
    return sorted(found)
