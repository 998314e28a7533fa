"""How places read: readers, registered residents and totals, who was erased added in.

It is kept in the database of communities (``points.sum_queries``); what lies above them is added up from there.
"""

from collections.abc import Sequence
from datetime import time
from operator import itemgetter
from typing import Any, NamedTuple, overload

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text

from reading import clock
from reading.access import in_subtree
from reading.communities.models import Community
from reading.extensions import db
from reading.kept import LONGEST, kept
from reading.leaderboards.nodes import Node, tree_of
from reading.leaderboards.rules import BOARD_LENGTH, participation, places, with_own
from reading.people.models import Residence, Resident
from reading.people.rules import frozen_from
from reading.points import sum_queries as sums
from reading.points.models import IS_ALL_TIME, ClosingLine, Standing
from reading.points.rules import Period


class Reading(NamedTuple):
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


# The share of residents in 1/1000, the community, what people call the place it lies in, and its figures.
Ranked = tuple[int, Node, str, sums.Figures]


class CommunityLine(NamedTuple):
    """One line where communities are compared; ``value`` is the share of residents in 1/1000.

    ``township`` is what people call the place the community lies in.
    """

    place: int
    value: int
    community: Node
    township: str
    figures: sums.Figures

    @property
    def reading(self) -> Reading:
        """How the community reads: made of its figures when it is looked at, as few lines are."""
        return Reading(*self.figures)


class League(Sequence[CommunityLine]):
    """Communities by participation, best first. A line is made when it is looked at: of most communities none is."""

    def __init__(self, ranked: Sequence[Ranked]) -> None:
        self._ranked, self._places = ranked, places([row[0] for row in ranked])

    def __len__(self) -> int:
        return len(self._ranked)

    @overload
    def __getitem__(self, which: int) -> CommunityLine: ...
    @overload
    def __getitem__(self, which: slice) -> list[CommunityLine]: ...
    def __getitem__(self, which: int | slice) -> CommunityLine | list[CommunityLine]:
        if isinstance(which, int):
            return CommunityLine(self._places[which], *self._ranked[which])
        return [
            CommunityLine(one, *row)
            for one, row in zip(self._places[which], self._ranked[which], strict=True)
        ]

    def where(self, code: str | None) -> int | None:
        """Return how many lines stand before that of the community with this code; None where it has no line."""
        return next((number for number, row in enumerate(self._ranked) if row[1].code == code), None)


def reading_of(node: Community | Node, period: Period) -> Reading:
    """Return how the whole subtree of ``node`` reads; each reader and resident counts once, who was erased too.

    A community's is some seconds old; what takes a look at all of a township or city, up to a minute.
    """
    key = ("boards reading", node.code, period.key)
    if node.level == "community":
        return kept(key, lambda: _reading_in(node.code, period))
    path = node.path
    return kept(key, lambda: _reading_above(node.code, path, period), LONGEST)


def _reading_in(code: str, period: Period) -> Reading:
    return Reading(*sums.of_community(period, code))


def _reading_above(code: str, path: str, period: Period) -> Reading:
    active, registered, *totals = sums.of_place(period, code, path)
    # Who has read, or lived, in several places counts in each: few have.
    reads = (
        Standing.days > 0,
        ~exists().where(Resident.id == Standing.resident_id, sums.is_out(Standing.period)),
    )
    again = _counted_again(Standing, path, Standing.period == period.key, *reads)
    twice = _counted_again(Residence, path, _registered_at_end(period))
    return Reading(active - again, registered - twice, *totals)


def _counted_again(model: Any, path: str, *conditions: ColumnElement[bool]) -> int:
    """Return how many of these rows in the subtree of a path are not the first there of their resident."""
    several = select(model.resident_id).group_by(model.resident_id).having(func.count() > 1)
    movers = (several.where(text(IS_ALL_TIME)) if model is Standing else several).subquery()
    more = select(func.count() - func.count(model.resident_id.distinct())).select_from(movers)
    theirs = more.join(model, model.resident_id == movers.c.resident_id)
    here = theirs.join(Community, Community.code == model.community_id)
    return db.session.scalar(here.where(in_subtree(Community.path, path), *conditions)) or 0


def communities_compared(top: Community | Node, period: Period) -> League:
    """Return the communities under ``top`` in which somebody read, by participation; equal shares share a place.

    Only communities of ten residents and more; a reader counts where the record was earned.
    """
    key = ("boards compared", top.code, period.key)
    return kept(key, lambda: _communities_compared(top, period))


def _communities_compared(top: Community | Node, period: Period) -> League:
    found = sums.of_communities(period)
    ranked: list[Ranked] = []
    for community, township in tree_of(top.path).communities:
        figures = found.get(community.code)
        if figures and (share := participation(figures[0], figures[1])):
            ranked.append((share, community, township, figures))
    # Equal shares stay in the order of the tree.
    ranked.sort(key=itemgetter(0), reverse=True)
    return League(ranked)


def registered_by_community(top_path: str, period: Period) -> dict[str, int]:
    """Return how many residents were registered at the period's end, by the community's code."""
    found = sums.of_communities(period, under=top_path)
    return {code: figures[1] for code, figures in found.items() if figures[1]}


def first_lines(lines: League, code: str | None) -> list[CommunityLine | None]:
    """Return the first lines, and one's own community's (its code) after a gap (None) when further down."""
    where = lines.where(code)
    further = [lines[where]] if where is not None and where >= BOARD_LENGTH else []
    return with_own(lines[:BOARD_LENGTH], further, complete=False)


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
