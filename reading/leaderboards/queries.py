"""Every SELECT of the boards: over standings and residences, never over records."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from reading import clock
from reading.access import in_subtree
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.extensions import db
from reading.leaderboards.rules import BOARD_LENGTH, may_rank, participation, place_below, places, with_own
from reading.people.models import Residence, Resident
from reading.people.rules import Shown, shown_name
from reading.points.models import Standing
from reading.points.rules import Period

# What is learned of a past period later than this no longer changes its figures.
FROZEN_AFTER_DAYS = 31


@dataclass(frozen=True)
class Line:
    """One line of a board of persons; ``place`` is None while there is nothing to rank.

    ``shown`` is how others see the person, None for who is hidden from them; ``community`` is where they live,
    told only where people of several communities stand together.
    """

    place: int | None
    value: int
    resident_id: uuid.UUID
    shown: Shown | None
    community: str


@dataclass(frozen=True)
class Board:
    """A board of persons: its first lines, the lines of one's own household, and how many people stand on it."""

    lines: list[Line]
    own: list[Line]
    shown: int

    @property
    def rows(self) -> list[Line | None]:
        """The lines with one's own among them, None where lines are left out; only one's own in a small group."""
        lines = self.lines if may_rank(self.shown) else []
        there = {line.resident_id for line in lines}
        further = [line for line in self.own if line.resident_id not in there]
        return with_own(lines, further, complete=self.shown <= BOARD_LENGTH)


@dataclass(frozen=True)
class Reading:
    """How a node reads in a period: its readers, its registered residents, and what they read together."""

    active: int
    registered: int
    points: int
    pages: int
    books: int
    days: int

    @property
    def share(self) -> int | None:
        """How many of 1000 residents took part; None where there are too few to say."""
        return participation(self.active, self.registered)


@dataclass(frozen=True)
class CommunityLine:
    """One line where communities are compared; ``value`` is the share of residents in 1/1000."""

    place: int
    value: int
    community: Community
    reading: Reading


def board(node: Community, period: Period, measure: str, household: Sequence[Resident] = ()) -> Board:
    """Return the board of a community, township or city: only people who chose to be shown, and one's own.

    In a community counts what was earned there; above it a person's sum over the subtree.
    """
    sums = _sums(node, period, measure).subquery()
    top = db.session.execute(_people(sums).order_by(sums.c.value.desc(), Resident.id).limit(BOARD_LENGTH))
    rows = top.all()
    found = places([row.value for row in rows])
    names = _names_of_homes(rows) if node.level != "community" else {}
    lines = [_line(place, row, names) for place, row in zip(found, rows, strict=True)]
    own, shown = _own_lines(sums, household)
    return Board(lines, own, shown)


def own_lines(node: Community, period: Period, measure: str, household: Sequence[Resident]) -> list[Line]:
    """Return the lines of these residents alone: where each stands, or would stand if shown."""
    return _own_lines(_sums(node, period, measure).subquery(), household)[0]


def _own_lines(sums: Any, household: Sequence[Resident]) -> tuple[list[Line], int]:
    own = _own(sums, [resident.id for resident in household])
    shown, better = _ahead(sums, [row.value for row in own])
    lines = [
        _line(place_below(count) if row.value else None, row, {})
        for count, row in zip(better, own, strict=True)
    ]
    return lines, shown


def _sums(node: Community, period: Period, measure: str) -> Select[*tuple[Any, ...]]:
    """Residents and what they have of ``measure``; who has nothing is left out."""
    column = getattr(Standing, measure)
    if node.level == "community":
        mine = select(Standing.resident_id, column.label("value"))
        return mine.where(Standing.community_id == node.code, Standing.period == period.key, column > 0)
    total = func.sum(column)
    return (
        select(Standing.resident_id, total.label("value"))
        .join(Community, Community.code == Standing.community_id)
        .where(in_subtree(Community.path, node.path), Standing.period == period.key)
        .group_by(Standing.resident_id)
        .having(total > 0)
    )


def _people(sums: Any) -> Select[*tuple[Any, ...]]:
    """Those of ``sums`` who chose to be shown, with what their name is made of now: names are never kept."""
    return _named(select(Resident.id, sums.c.value).join(sums, sums.c.resident_id == Resident.id)).where(
        Resident.show_as != "hidden"
    )


def _named(found: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return found.add_columns(
        Resident.name,
        Resident.show_as,
        Resident.nickname,
        Resident.relation,
        Resident.child_number,
        Resident.community_id.label("home"),
    )


def _own(sums: Any, household: Sequence[uuid.UUID]) -> Sequence[Any]:
    value = func.coalesce(sums.c.value, 0).label("value")
    found = select(Resident.id, value).outerjoin(sums, sums.c.resident_id == Resident.id)
    rows = db.session.execute(_named(found).where(Resident.id.in_(household))).all()
    return sorted(rows, key=lambda row: household.index(row.id))


def _ahead(sums: Any, values: Sequence[int]) -> tuple[int, list[int]]:
    """Return how many people are shown, and how many of them are ahead of each of ``values``."""
    counts = [func.coalesce(func.sum(case((sums.c.value > value, 1), else_=0)), 0) for value in values]
    found = select(func.count(), *counts).select_from(sums).join(Resident, Resident.id == sums.c.resident_id)
    row = db.session.execute(found.where(Resident.show_as != "hidden")).one()
    return row[0], list(row[1:])


def _names_of_homes(rows: Sequence[Any]) -> dict[str, str]:
    homes = select(Community).where(Community.code.in_({row.home for row in rows}))
    return communities.told_apart(db.session.scalars(homes))


def _line(place: int | None, row: Any, names: Mapping[str, str]) -> Line:
    shown = shown_name(row.name, row.show_as, row.nickname, row.relation, row.child_number)
    if shown is None and row.show_as != "hidden":
        shown = Shown()  # A nickname that would give a child's name away is not shown either.
    return Line(place, row.value, row.id, shown, names.get(row.home, ""))


def reading_of(node: Community, period: Period) -> Reading:
    """Return how the whole subtree of ``node`` reads; each reader and resident counts once."""
    standing = (
        select(
            func.count(func.distinct(case((Standing.days > 0, Standing.resident_id)))).label("active"),
            *(func.coalesce(func.sum(column), 0) for column in _TOTALS),
        )
        .join(Community, Community.code == Standing.community_id)
        .where(in_subtree(Community.path, node.path), Standing.period == period.key)
    )
    registered = (
        select(func.count(func.distinct(Residence.resident_id)))
        .join(Community, Community.code == Residence.community_id)
        .where(in_subtree(Community.path, node.path), _registered_at_end(period))
    )
    active, *totals = db.session.execute(standing).one()
    return Reading(active, db.session.scalar(registered) or 0, *totals)


_TOTALS = (Standing.points, Standing.pages, Standing.books, Standing.days)


def communities_compared(top: Community, period: Period) -> list[CommunityLine]:
    """Return the communities under ``top`` in which somebody read, by participation; equal shares share a place.

    Only communities of ten residents and more; a reader counts where the record was earned.
    """
    read = (
        select(
            Standing.community_id.label("code"),
            func.sum(case((Standing.days > 0, 1), else_=0)).label("active"),
            *(func.sum(column).label(column.key) for column in _TOTALS),
        )
        .join(Community, Community.code == Standing.community_id)
        .where(in_subtree(Community.path, top.path), Standing.period == period.key)
        .group_by(Standing.community_id)
        .subquery()
    )
    live = _registered(top.path, period).subquery()
    parent = aliased(Community)
    rows = db.session.execute(
        select(Community, parent, read, live.c.registered)
        .join(parent, Community.parent_code == parent.code)
        .join(read, read.c.code == Community.code)
        .join(live, live.c.code == Community.code)
        .order_by(Community.sort_key, Community.code)
    )
    return _compared([(row[0], _reading(row)) for row in rows])


def _reading(row: Any) -> Reading:
    return Reading(row.active, row.registered, row.points, row.pages, row.books, row.days)


def _compared(rows: Sequence[tuple[Community, Reading]]) -> list[CommunityLine]:
    told = [(community, reading, reading.share) for community, reading in rows]
    ranked = [(community, reading, share) for community, reading, share in told if share]
    ranked.sort(key=lambda row: -row[2])
    found = places([share for *_, share in ranked])
    return [
        CommunityLine(place, share, community, reading)
        for place, (community, reading, share) in zip(found, ranked, strict=True)
    ]


def registered_by_community(top_path: str, period: Period) -> dict[str, int]:
    """Return how many residents were registered at the period's end, by the community's code."""
    rows = db.session.execute(_registered(top_path, period))
    return {row.code: row.registered for row in rows}


def first_lines(lines: Sequence[CommunityLine], own: Community | None) -> list[CommunityLine | None]:
    """Return the first lines, and the own community's after a gap (None) when it stands further down."""
    code = own.code if own else None
    further = [line for line in lines[BOARD_LENGTH:] if line.community.code == code]
    return with_own(lines[:BOARD_LENGTH], further, complete=False)


def _registered(top_path: str, period: Period) -> Select[*tuple[Any, ...]]:
    return (
        select(Residence.community_id.label("code"), func.count().label("registered"))
        .join(Community, Community.code == Residence.community_id)
        .where(in_subtree(Community.path, top_path), _registered_at_end(period))
        .group_by(Residence.community_id)
    )


def _registered_at_end(period: Period) -> ColumnElement[bool]:
    """The residences that stood at the period's end, as was known 31 days after it."""
    end = min(period.last, clock.today())
    frozen = clock.at_city_time(end + timedelta(days=FROZEN_AFTER_DAYS + 1), time.min)
    stood = or_(Residence.until.is_(None), Residence.until > end, Residence.end_recorded_at >= frozen)
    return and_(Residence.since <= end, Residence.recorded_at < frozen, stood)


def anything_before(node: Community, period: Period) -> bool:
    """Tell whether an earlier month (for a year: year) has a standing anywhere in the node's subtree."""
    earlier = and_(Standing.period < period.key, func.length(Standing.period) == len(period.key))
    found = exists().where(
        Standing.community_id == Community.code, in_subtree(Community.path, node.path), earlier
    )
    return bool(db.session.scalar(select(found)))


def only_city() -> Community | None:
    """Return the city when there is just one."""
    found = communities.roots()
    return found[0] if len(found) == 1 else None
