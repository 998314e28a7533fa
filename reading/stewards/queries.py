"""Every SELECT of a steward's pages. None of them asks what anybody has read."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased, joinedload

from reading import clock
from reading.access import Reach, in_subtree, reach
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.events.models import Enrolment
from reading.extensions import db
from reading.people.household_queries import is_possible_guardian
from reading.people.models import Account, Consent, Residence, Resident
from reading.people.rules import DAYS_BACK
from reading.stewards.rules import MOVES_TOLD_DAYS, Household, Person, households

SEE = "residents.see"
# Below these the page shows doors; above, the places to go on to.
SHOWN_AS_DOORS = ("building", "unit")
DOORS_ON_PAGE = 100


def reach_of(account: Account) -> Reach:
    """Return where the account sees residents."""
    return reach(account.roles, SEE)


def place_for(account: Account, code: str, permission: str = SEE) -> Community | None:
    """Return the place with this code if the account's roles carry the permission there."""
    place = communities.get(code)
    return place if place and reach(account.roles, permission).covers(place.path) else None


def tops_of(account: Account) -> list[Community]:
    """Return the places at the top of where the account sees residents, none of them below another."""
    tops = reach_of(account).tops
    outermost = [top for top in tops if not any(top != one and top.startswith(one) for one in tops)]
    found = select(Community).where(Community.path.in_(outermost))
    return list(db.session.scalars(found.order_by(Community.path)))


def neighbour_for(account: Account, resident_id: object) -> Resident | None:
    """Return the resident if they live where the account sees residents in a role, and take part."""
    found = select(Resident).where(Resident.id == resident_id, Resident.left_at.is_(None))
    found = found.where(Resident.merged_into_id.is_(None))
    resident = db.session.scalar(found.options(joinedload(Resident.home), joinedload(Resident.account)))
    return resident if resident and reach_of(account).covers(resident.home.path) else None


@dataclass(frozen=True)
class Part:
    """A node of a building with the households at it: a unit, or the building itself."""

    place: Community
    households: list[Household]

    @property
    def number(self) -> int:
        """How many people there are."""
        return sum(len(one.people) for one in self.households)


def parts_of(place: Community) -> list[Part]:
    """Return the nodes of a place that people live at, with their households.

    A building comes with its units; of anything larger only those who live at the node itself are told.
    """
    nodes = _nodes(place)
    people = _people_at([one.code for one in nodes])
    parts = [Part(one, households(people.get(one.code, []))) for one in nodes]
    return [part for part in parts if part.households or part.place.level == "unit"]


def page_of_doors(place: Community, parts: list[Part], number: int) -> tuple[list[Part], bool]:
    """Return what page ``number`` (from 1) shows of these parts, and whether there is a next one.

    A building stands on one page; a village whose people live at no building is turned over.
    """
    if place.level in SHOWN_AS_DOORS or not parts:
        return parts, False
    first, whole = DOORS_ON_PAGE * (number - 1), parts[0].households
    shown = Part(place, whole[first : first + DOORS_ON_PAGE])
    return [shown], len(whole) > first + DOORS_ON_PAGE


def _nodes(place: Community) -> list[Community]:
    if place.level not in SHOWN_AS_DOORS:
        return [place]
    found = select(Community).where(in_subtree(Community.path, place.path))
    return list(db.session.scalars(found.order_by(func.length(Community.path), Community.sort_key)))


def _people_at(codes: Sequence[str]) -> dict[str, list[Person]]:
    """Return who lives at these nodes and takes part or did, by the node's code."""
    consent = exists().where(Consent.resident_id == Resident.id, Consent.kind == "taking_part")
    withdrew = and_(
        consent.where(Consent.withdrawn_at.is_not(None)), ~consent.where(Consent.withdrawn_at.is_(None))
    )
    guardian = aliased(Resident)
    phone = func.coalesce(Resident.phone, Account.phone, guardian.phone)
    found: Select[*tuple[Any, ...]] = (
        select(
            Resident.id, Resident.name, Resident.sort_key, Resident.home_code, Resident.door, Resident.account_id,
            Resident.guardian_id, Resident.relation, phone.is_not(None).label("has_phone"),
            not_(withdrew).label("takes_part"),
        )
        .outerjoin(Account, Account.id == Resident.account_id)
        .outerjoin(guardian, guardian.id == Resident.guardian_id)
        .where(Resident.home_code.in_(codes), _goes_on())
    )  # fmt: skip
    at: dict[str, list[Person]] = {}
    for row in db.session.execute(found).mappings():
        at.setdefault(row["home_code"], []).append(Person(**row))
    return at


def _goes_on() -> ColumnElement[bool]:
    return and_(Resident.left_at.is_(None), Resident.merged_into_id.is_(None))


@dataclass(frozen=True)
class Below:
    """A place directly under another, and how many people live in it (None where that is not counted)."""

    place: Community
    number: int | None


def places_below(place: Community) -> list[Below]:
    """Return the places to go on to; they are counted inside a community only."""
    if place.level in SHOWN_AS_DOORS:
        return []
    children = communities.children_of(place.code)
    if place.level in ("city", "township"):
        return [Below(one, None) for one in children]
    counts = select(Community.path, func.count(Resident.id)).join(
        Resident, Resident.home_code == Community.code
    )
    counts = counts.where(in_subtree(Community.path, place.path), _goes_on()).group_by(Community.path)
    found = db.session.execute(counts).all()
    return [
        Below(one, sum(number for path, number in found if path.startswith(one.path))) for one in children
    ]


@dataclass(frozen=True)
class Move:
    """That somebody moved into a place or out of it: only the community of the other home is told."""

    name: str
    on: date
    other: str


def moves(place: Community) -> tuple[list[Move], list[Move]]:
    """Return who moved in and who moved out lately, as it became known in the last 31 days, the latest first.

    Who moved inside the place is in neither list, nor is who was enrolled or joined; of a township or a city nothing
    is told.
    """
    community = communities.community_of(place)
    if community is None:
        return [], []
    known_since = clock.now() - timedelta(days=MOVES_TOLD_DAYS)
    before, after = aliased(Residence), aliased(Residence)
    old, new, other = aliased(Community), aliased(Community), aliased(Community)
    here_then, here_now = in_subtree(old.path, place.path), in_subtree(new.path, place.path)
    both = (
        select(Resident.name, after.since, other.short_name)
        .join(before, before.resident_id == Resident.id)
        .join(after, and_(after.resident_id == Resident.id, after.recorded_at == before.end_recorded_at))
        .join(old, old.code == before.home_code)
        .join(new, new.code == after.home_code)
        .where(after.recorded_at >= known_since, _goes_on())
        .order_by(after.since.desc(), Resident.sort_key, Resident.id)
    )
    came = both.join(other, other.code == before.community_id).where(here_now, ~here_then)
    left = both.join(other, other.code == after.community_id).where(here_then, ~here_now)
    # The community first, and the days a move can be told of: both have an index.
    oldest = clock.city_date(known_since) - timedelta(days=DAYS_BACK)
    came = came.where(after.community_id == community.code, after.since >= oldest)
    left = left.where(before.community_id == community.code, before.until >= oldest)
    return _moves(came), _moves(left)


def _moves(found: Select[str, date, str]) -> list[Move]:
    return [Move(name, on, other) for name, on, other in db.session.execute(found)]


def homes_at(place: Community) -> list[Community]:
    """Return where in a place somebody can be enrolled: the units of a building, then the place itself."""
    units = [one for one in _nodes(place) if one.code != place.code]
    return [*units, place]


def behind(home_code: str, door: str) -> list[Resident]:
    """Return who lives behind a door, the guardians of children first."""
    found = select(Resident).where(Resident.home_code == home_code, Resident.door == door, _goes_on())
    return list(db.session.scalars(found.order_by(Resident.relation.desc(), Resident.sort_key, Resident.id)))


def guardians_behind(home_code: str, door: str) -> list[Resident]:
    """Return who of those behind a door can be a child's guardian."""
    return [one for one in (behind(home_code, door) if door else []) if is_possible_guardian(one)]


def household_of(resident: Resident) -> list[Resident]:
    """Return with whom the resident lives: the same account, guardian or door at the same home; themselves too."""
    ties = [Resident.id == resident.id, Resident.guardian_id == (resident.guardian_id or resident.id)]
    ties += [Resident.id == resident.guardian_id] if resident.guardian_id else []
    ties += [Resident.account_id == resident.account_id] if resident.account_id else []
    ties += [Resident.door == resident.door] if resident.door else []
    found = select(Resident).where(Resident.home_code == resident.home_code, or_(*ties), _goes_on())
    return list(db.session.scalars(found.order_by(Resident.sort_key, Resident.id)))


def enrolled_in(resident_id: uuid.UUID, course_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return in which of these courses the resident is enrolled."""
    found = select(Enrolment.course_id).where(
        Enrolment.resident_id == resident_id, Enrolment.ended_at.is_(None)
    )
    return set(db.session.scalars(found.where(Enrolment.course_id.in_(course_ids))))


def page_of(account: Account, home: Community) -> Community:
    """Return the place on whose page the account finds who lives at ``home``: the building of a unit, if it may."""
    parent = home.parent
    above = home.level == "unit" and parent is not None and reach_of(account).covers(parent.path)
    return parent if above and parent is not None else home
