"""Every SELECT of the boards: over standings and residences, never over records."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from sqlalchemy import FromClause, Select, and_, bindparam, select

from reading.communities import queries as communities
from reading.communities.models import Community
from reading.compiled import Row
from reading.extensions import db
from reading.kept import kept
from reading.leaderboards.compared import CommunityLine as CommunityLine
from reading.leaderboards.compared import Reading as Reading
from reading.leaderboards.compared import anything_before as anything_before
from reading.leaderboards.compared import communities_compared as communities_compared
from reading.leaderboards.compared import first_lines as first_lines
from reading.leaderboards.compared import reading_of as reading_of
from reading.leaderboards.compared import registered_by_community as registered_by_community
from reading.leaderboards.nodes import Node as Node
from reading.leaderboards.nodes import chain_of as chain_of
from reading.leaderboards.nodes import community_of as community_of
from reading.leaderboards.nodes import node as node
from reading.leaderboards.nodes import tree_of as tree_of
from reading.leaderboards.ranks import Counted, Ranks, ranks
from reading.leaderboards.rules import BOARD_LENGTH, MEASURES, may_rank, place_below, places, with_own
from reading.people.member_queries import Member
from reading.people.models import Resident
from reading.people.rules import Shown, shown_name
from reading.plain import Plain, Sent, any_of, numbered, told
from reading.points.models import Standing
from reading.points.rules import Period
from reading.sign_ins import early_queries

Place = Community | Node
PEOPLE, KEPT, TREE = Resident.__table__.c, Standing.__table__.c, Community.__table__
NAMES = (
    PEOPLE.id, PEOPLE.name, PEOPLE.show_as, PEOPLE.nickname, PEOPLE.relation, PEOPLE.child_number, PEOPLE.community_id,
)  # fmt: skip
# Asked of the residents, not of the standings: a name that was withdrawn is gone whatever else was kept.
NAMED = select(*NAMES).where(
    PEOPLE.id.in_(bindparam("ids", expanding=True)), PEOPLE.show_as != "hidden", PEOPLE.left_at.is_(None)
)


def _household_here(measure: str) -> Plain:
    """Return the household and what each has in a community: a board's page asks for both, and seldom for more."""

    here = KEPT.community_id == told("code", KEPT.community_id.type)
    standing = and_(KEPT.resident_id == PEOPLE.id, KEPT.period == told("period", KEPT.period.type), here)

    def with_standings(residents: FromClause) -> FromClause:
        return residents.outerjoin(Standing.__table__, standing)

    return early_queries.of_household((*NAMES, KEPT[measure]), with_standings)


def _household_wherever(measure: str) -> Plain:
    """Return what the household has anywhere, as :func:`_wherever`."""

    def made() -> Select[Any]:
        theirs = select(PEOPLE.id).where(PEOPLE.account_id == early_queries.ACCOUNT)
        found = select(KEPT.resident_id, KEPT[measure], KEPT.community_id).where(KEPT.resident_id.in_(theirs))
        return found.where(KEPT.period == told("period", KEPT.period.type))

    return Plain(made)


HOUSEHOLD_HERE, HOUSEHOLD_WHEREVER = (
    {one: make(one) for one in MEASURES} for make in (_household_here, _household_wherever)
)


def _here(measure: str) -> Plain:
    """Return what residents have in a community; each board asks for it."""

    def made(number: int) -> Select[Any]:
        theirs = any_of("one", number, KEPT.resident_id), KEPT.period == told("period", KEPT.period.type)
        found = select(KEPT.resident_id, KEPT[measure]).where(*theirs)
        return found.where(KEPT.community_id == told("code", KEPT.community_id.type))

    return Plain(made)


def _wherever(measure: str) -> Plain:
    """Return what residents have anywhere, and where: what lies in a subtree is known without the database."""

    def made(number: int) -> Select[Any]:
        theirs = any_of("one", number, KEPT.resident_id), KEPT.period == told("period", KEPT.period.type)
        return select(KEPT.resident_id, KEPT[measure], KEPT.community_id).where(*theirs)

    return Plain(made)


HERE, WHEREVER = ({one: make(one) for one in MEASURES} for make in (_here, _wherever))


class Line(NamedTuple):
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
    """A board of persons: its first lines, the lines of one's own household, and how many people stand on it.

    ``made`` is where a page keeps what it made of the first lines, by language: it lasts as long as they do.
    """

    lines: list[Line]
    own: list[Line]
    shown: int
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> list[Line | None]:
        """The lines with one's own among them, None where lines are left out; only one's own in a small group."""
        lines = self.lines if may_rank(self.shown) else []
        there = {line.resident_id for line in lines}
        further = [line for line in self.own if line.resident_id not in there]
        return with_own(lines, further, complete=self.is_whole)

    @property
    def is_whole(self) -> bool:
        """Whether no line is left out for want of room."""
        return self.shown <= BOARD_LENGTH

    @property
    def is_own_below(self) -> bool:
        """Whether each line of one's own, if there is any, stands below all the others, as most people's do."""
        if not self.lines or not may_rank(self.shown):
            return False
        last = self.lines[-1].value
        return all(line.value < last for line in self.own)


class Person(Protocol):
    """A resident as a line of their own needs them: the row, or what was read of it."""

    @property
    def id(self) -> Any: ...
    @property
    def name(self) -> Any: ...
    @property
    def show_as(self) -> Any: ...
    @property
    def nickname(self) -> Any: ...
    @property
    def relation(self) -> Any: ...
    @property
    def child_number(self) -> Any: ...
    @property
    def community_id(self) -> Any: ...


class Named(NamedTuple):
    """What :data:`NAMES` tell of a person."""

    id: uuid.UUID
    name: str
    show_as: str
    nickname: str | None
    relation: str
    child_number: int | None
    community_id: str


def board(
    node: Place,
    period: Period,
    measure: str,
    household: Sequence[Person] = (),
    has: Mapping[uuid.UUID, int] | None = None,
) -> Board:
    """Return the board of a community, township or city: only people who chose to be shown, and one's own.

    In a community counts what was earned there; above it a person's sum over the subtree. ``has`` is
    :func:`values_of` the household, where it was read with it.
    """
    key = ("boards first", node.code, period.key, measure)
    made: dict[str, Any]
    lines, made = kept(key, lambda: (_first(node, period, measure), {}))
    now = ranks(node, period.key, measure)
    if has is None:
        has = values_of(node, period, measure, [one.id for one in household]) if household else {}
    return Board(lines, _own_lines(node, now, household, has), now.shown, made)


def household_asked(place: Place, period: Period, measure: str) -> tuple[Sent, list[Sent]]:
    """Return what finds the household, and what is asked also of what it has: on a community's board nothing."""
    if place.level == "community":
        return HOUSEHOLD_HERE[measure].told({"period": period.key, "code": place.code}), []
    return early_queries.members(), [HOUSEHOLD_WHEREVER[measure].told({"period": period.key})]


def household_found(
    place: Place, rows: Sequence[Sequence[Row]]
) -> tuple[Sequence[Person], dict[uuid.UUID, int]]:
    """Return what :func:`household_asked` asked for: ``people.member_queries.members`` and :func:`values_of` it."""
    if place.level == "community":
        (here,) = rows
        return [Named(*row[:-1]) for row in here], {row[0]: row[-1] or 0 for row in here}
    people, wherever = rows
    return [Member(*row) for row in people], _values_in(place, wherever)


def _first(node: Place, period: Period, measure: str) -> list[Line]:
    """Return the first lines, with names as they are now: they are never kept for long."""
    first = ranks(node, period.key, measure).first
    people = {
        row.id: row for row in db.session.connection().execute(NAMED, {"ids": [one for one, _ in first]})
    }
    rows = [(people[one], value) for one, value in first if one in people][:BOARD_LENGTH]
    names = _names_of_homes([row for row, _value in rows]) if node.level != "community" else {}
    found = places([value for _row, value in rows])
    return [_line(place, value, row, names) for place, (row, value) in zip(found, rows, strict=True)]


def own_lines(node: Place, period: Period, measure: str, household: Sequence[Person]) -> list[Line]:
    """Return the lines of these residents alone: where each stands, or would stand if shown."""
    if not household:
        return []
    has = values_of(node, period, measure, [one.id for one in household])
    return _own_lines(node, ranks(node, period.key, measure), household, has)


def _own_lines(
    at: Place, now: Ranks | Counted, household: Sequence[Person], has: Mapping[uuid.UUID, int]
) -> list[Line]:
    values = {value for value in has.values() if value}
    ahead = now.ahead_of(values) if values else {}
    lines = []
    for one in household:
        if value := has.get(one.id, 0):
            lines.append(_line(place_below(ahead[value]), value, one, {}))
        elif _lives_at(at, one):
            lines.append(_line(None, 0, one, {}))
    return lines


def _lives_at(place: Place, one: Person) -> bool:
    home = node(one.community_id)
    return home is not None and home.path.startswith(place.path)


def values_of(
    place: Place, period: Period, measure: str, residents: Sequence[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """Return what these residents have on a board, by their ids; who has nothing may be left out."""
    asked, number = {**numbered("one", residents), "period": period.key}, len(residents)
    if place.level == "community":
        return dict(HERE[measure].look({**asked, "code": place.code}, number))
    return _values_in(place, WHEREVER[measure].look(asked, number))


def _values_in(place: Place, rows: Sequence[Row]) -> dict[uuid.UUID, int]:
    found: dict[uuid.UUID, int] = {}
    for one, value, code in rows:
        earned = node(code)
        if earned is not None and earned.path.startswith(place.path):
            found[one] = found.get(one, 0) + value
    return found


def _names_of_homes(rows: Sequence[Any]) -> dict[str, str]:
    homes = select(Community).where(Community.code.in_({row.community_id for row in rows}))
    return communities.told_apart(db.session.scalars(homes))


def _line(place: int | None, value: int, row: Any, names: Mapping[str, str]) -> Line:
    shown = shown_name(row.name, row.show_as, row.nickname, row.relation, row.child_number)
    if shown is None and row.show_as != "hidden":
        shown = Shown()  # A nickname that would give a child's name away is not shown either.
    return Line(place, value, row.id, shown, names.get(row.community_id, "") if names else "")


def only_city() -> Node | None:
    """Return the city when there is just one."""
    found = communities.roots()
    return node(found[0].code) if len(found) == 1 else None
