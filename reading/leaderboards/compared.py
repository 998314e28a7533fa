"""How places read: readers, registered residents and totals, who was erased added in by the closing lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    union_all,
)

from reading import clock
from reading.access import in_subtree
from reading.communities.models import Community
from reading.extensions import db
from reading.kept import kept
from reading.leaderboards.nodes import FIELDS, Node
from reading.leaderboards.rules import BOARD_LENGTH, participation, places, with_own
from reading.people.models import Residence
from reading.people.rules import frozen_from
from reading.points.models import ClosingLine, Standing
from reading.points.rules import Period

# What takes a look at a whole township or city names nobody, and may be so old (seconds).
LONGEST = 60
ABOVE = Community.__table__.alias()
NAMES = ("points", "pages", "books", "days")
TOTALS = tuple(getattr(Standing, name) for name in NAMES)


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
    """One line where communities are compared; ``value`` is the share of residents in 1/1000.

    ``township`` is what people call the place the community lies in.
    """

    place: int
    value: int
    community: Node
    township: str
    reading: Reading


def reading_of(node: Community | Node, period: Period) -> Reading:
    """Return how the whole subtree of ``node`` reads; each reader and resident counts once, who was erased too.

    A community's is some seconds old; what takes a look at all of a township or city, up to a minute.
    """
    longest = 0 if node.level == "community" else LONGEST
    path = node.path
    key = ("boards reading", node.code, period.key)
    return kept(key, lambda: _reading_of(node.code, path, period), longest)


def _reading_of(code: str, path: str, period: Period) -> Reading:
    standing = (
        select(
            func.count(func.distinct(case((Standing.days > 0, Standing.resident_id)))).label("active"),
            *(func.coalesce(func.sum(column), 0) for column in TOTALS),
        )
        .join(Community, Community.code == Standing.community_id)
        .where(in_subtree(Community.path, path), Standing.period == period.key)
    )
    registered = (
        select(func.count(func.distinct(Residence.resident_id)))
        .join(Community, Community.code == Residence.community_id)
        .where(in_subtree(Community.path, path), _registered_at_end(period))
    )
    here = [*db.session.execute(standing).one(), db.session.scalar(registered) or 0]
    closed = db.session.get(ClosingLine, (code, period.key), populate_existing=True)
    gone = [getattr(closed, name) for name in ("readers", *NAMES, "residents")] if closed else [0] * len(here)
    active, *totals, live = (mine + left for mine, left in zip(here, gone, strict=True))
    return Reading(active, live, *totals)


def communities_compared(top: Community | Node, period: Period) -> list[CommunityLine]:
    """Return the communities under ``top`` in which somebody read, by participation; equal shares share a place.

    Only communities of ten residents and more; a reader counts where the record was earned. It names nobody, and is
    up to a minute old.
    """
    return kept(
        ("boards compared", top.code, period.key), lambda: _communities_compared(top.path, period), LONGEST
    )


def _communities_compared(path: str, period: Period) -> list[CommunityLine]:
    read = _read(path, period).subquery()
    live = _registered(path, period).subquery()
    rows = db.session.execute(
        select(*FIELDS, ABOVE.c.short_name.label("township"), read, live.c.registered)
        .select_from(Community.__table__)
        .join(ABOVE, ABOVE.c.code == Community.parent_code)
        .join(read, read.c.code == Community.code)
        .join(live, live.c.code == Community.code)
        .order_by(Community.sort_key, Community.code)
    )
    return _compared([(Node(*row[: len(FIELDS)]), row.township, _reading(row)) for row in rows])


def _read(top_path: str, period: Period) -> Select[*tuple[Any, ...]]:
    """What was read in each community under ``top``, by who is here and by who was erased."""
    here = (
        select(
            Standing.community_id.label("code"),
            func.sum(case((Standing.days > 0, 1), else_=0)).label("active"),
            *(func.sum(column).label(column.key) for column in TOTALS),
        )
        .join(Community, Community.code == Standing.community_id)
        .where(in_subtree(Community.path, top_path), Standing.period == period.key)
        .group_by(Standing.community_id)
    )
    columns = (ClosingLine.readers, *(getattr(ClosingLine, name) for name in NAMES))
    both = union_all(here, _closed(top_path, period, *columns)).subquery()
    sums = (_sum(both.c[name]).label(name) for name in ("active", *NAMES))
    return select(both.c.code, *sums).group_by(both.c.code)


def _sum(counted: Any) -> Any:
    # PostgreSQL adds what was summed or counted before up to a decimal fraction.
    return cast(func.sum(counted), BigInteger)


def _closed(top_path: str, period: Period, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The closing lines of the communities under a place."""
    lines = select(ClosingLine.community_id, *columns).join(
        Community, Community.code == ClosingLine.community_id
    )
    here = in_subtree(Community.path, top_path)
    return lines.where(here, Community.level == "community", ClosingLine.period == period.key)


def _reading(row: Any) -> Reading:
    return Reading(row.active, row.registered, row.points, row.pages, row.books, row.days)


def _compared(rows: Sequence[tuple[Node, str, Reading]]) -> list[CommunityLine]:
    told = [(*row, row[-1].share) for row in rows]
    ranked = [(community, township, reading, share) for community, township, reading, share in told if share]
    ranked.sort(key=lambda row: -row[-1])
    found = places([share for *_, share in ranked])
    return [
        CommunityLine(place, share, community, township, reading)
        for place, (community, township, reading, share) in zip(found, ranked, strict=True)
    ]


def registered_by_community(top_path: str, period: Period) -> dict[str, int]:
    """Return how many residents were registered at the period's end, by the community's code."""
    rows = db.session.execute(_registered(top_path, period))
    return {row.code: row.registered for row in rows}


def first_lines(lines: Sequence[CommunityLine], code: str | None) -> list[CommunityLine | None]:
    """Return the first lines, and one's own community's (its code) after a gap (None) when further down."""
    further = [line for line in lines[BOARD_LENGTH:] if line.community.code == code]
    return with_own(lines[:BOARD_LENGTH], further, complete=False)


def _registered(top_path: str, period: Period) -> Select[*tuple[Any, ...]]:
    here = (
        select(Residence.community_id.label("code"), func.count().label("registered"))
        .join(Community, Community.code == Residence.community_id)
        .where(in_subtree(Community.path, top_path), _registered_at_end(period))
        .group_by(Residence.community_id)
    )
    both = union_all(here, _closed(top_path, period, ClosingLine.residents)).subquery()
    registered = _sum(both.c.registered).label("registered")
    return select(both.c.code, registered).group_by(both.c.code).having(registered > 0)


def _registered_at_end(period: Period) -> ColumnElement[bool]:
    """The residences that stood at the period's end, as was known 31 days after it."""
    end = min(period.last, clock.today())
    frozen = clock.at_city_time(frozen_from(end), time.min)
    stood = or_(Residence.until.is_(None), Residence.until > end, Residence.end_recorded_at >= frozen)
    return and_(Residence.since <= end, Residence.recorded_at < frozen, stood)


def anything_before(node: Community | Node, period: Period) -> bool:
    """Tell whether an earlier month (for a year: year) has a standing anywhere in the node's subtree."""
    key = ("boards before", node.code, period.key)
    return kept(key, lambda: _anything_before(node.path, period), LONGEST)


def _anything_before(path: str, period: Period) -> bool:
    found = [
        exists().where(
            one.community_id == Community.code,
            in_subtree(Community.path, path),
            one.period < period.key,
            func.length(one.period) == len(period.key),
        )
        for one in (Standing, ClosingLine)
    ]
    return bool(db.session.scalar(select(or_(*found))))
