"""What communities add up to: the kept sums with what was written since; and whether they are what they should be.

Each question is one statement, so it sees one moment of the database: a change counts once, taken in or not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from operator import add
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from reading import clock
from reading.access import span
from reading.columns import UtcDateTime
from reading.communities.models import Community
from reading.extensions import db
from reading.people.models import Residence, Resident
from reading.people.rules import counts_from, frozen_from
from reading.plain import Plain, told
from reading.points.models import (
    RESIDENCE_CHANGES,
    STANDING_CHANGES,
    SUMMED,
    ClosingLine,
    CommunitySum,
    Standing,
)
from reading.points.queries import steady_view
from reading.points.rules import ALL_TIME, Period, month_key
from reading.points.sum_rules import periods_since

# Readers, the residents registered at the period's end, points, pages, books and days.
Figures = tuple[int, ...]
NOTHING: Figures = (0,) * 6
SUMS, LIVED, STOOD = CommunitySum.__table__.c, Residence.__table__.c, Standing.__table__.c
NOTED, MOVED, LEFT = STANDING_CHANGES.c, RESIDENCE_CHANGES.c, ClosingLine.__table__.c
WHO = Resident.__table__.c
THEN, TREE = CommunitySum.__table__.alias().c, Community.__table__.c
ALL, SOME, ONE, PLACE = "all", "some", "one", "place"
ALL_SUMS = (*SUMMED, "residents")
COMMUNITIES_AT_ONCE = 50
_ZERO = literal_column("0", Integer())
_NOTHING = [_ZERO for _name in SUMMED]


def of_communities(period: Period, *, under: str | None = None) -> dict[str, Figures]:
    """Return the figures of each community in a period, by its code; who was erased counts too.

    ``under``: of those in the subtree of this path alone; else there may be figures of places above communities among
    them. A community without any figures is left out.
    """
    rows = _FIGURES.look(_asked(period) | (span(under) if under else {}), SOME if under else ALL)
    found = {row[0]: row[1:] for row in rows}
    # Mostly nothing waits to be taken in: then each community has one row.
    return found if len(found) == len(rows) else _by_community(rows)


def _by_community(rows: Sequence[Sequence[Any]]) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    for row in rows:
        one, figures = row[0], tuple(row[1:])
        so_far = found.get(one)
        found[one] = figures if so_far is None else tuple(map(add, so_far, figures))
    return found


def of_community(period: Period, code: str) -> Figures:
    """Return the figures of one community in a period."""
    return _added_up(_FIGURES.look({**_asked(period), "code": code}, ONE))


def of_place(period: Period, code: str, path: str) -> Figures:
    """Return the figures of a township or city in a period.

    Who has readings or residences in several of its communities counts in each; who was erased, once.
    """
    return _added_up(_FIGURES.look({**_asked(period), **span(path), "code": code}, PLACE))


def _asked(period: Period) -> dict[str, Any]:
    end = min(period.last, clock.today())
    return {"period": period.key, "last": end, "frozen": clock.at_city_time(frozen_from(end), time.min)}


def _added_up(rows: Sequence[Sequence[Any]]) -> Figures:
    return tuple(map(sum, zip(*(row[1:] for row in rows), strict=True))) if rows else NOTHING


def _figures(which: str) -> Any:
    """Return figures in parts that add up: what is kept, what was written since, and who was erased."""
    period, all_time = told("period", SUMS.period.type), literal_column(f"'{ALL_TIME}'", String())

    def part(of: Any, residents: Any, read: Sequence[Any], *where: Any) -> Select[Any]:
        readers, *totals = read
        found = select(of.community_id, readers, residents, *totals).where(*where)
        return found.where(*_those(which, of.community_id, is_closed=of is LEFT))

    # Nothing was taken in since the period began: who lives here by now does at its end.
    is_new = and_(period != all_time, ~exists().where(THEN.period >= period, THEN.period < all_time))
    known_then = MOVED.on <= told("last", Date()), MOVED.known_at < told("frozen", UtcDateTime())
    return union_all(
        part(SUMS, SUMS.residents, [SUMS[one] for one in SUMMED], SUMS.period == period),
        part(SUMS, SUMS.residents, _NOTHING, SUMS.period == all_time, is_new),
        part(NOTED, _ZERO, [NOTED[one] for one in SUMMED], NOTED.period == period),
        part(MOVED, MOVED.residents, _NOTHING, *known_then),
        part(LEFT, LEFT.residents, [LEFT[one] for one in SUMMED], LEFT.period == period),
    )


def _those(which: str, community_id: ColumnElement[str], *, is_closed: bool) -> list[ColumnElement[bool]]:
    """Return the condition that a row is of what is asked for; closing lines are there of every place."""
    if which == ONE or (which == PLACE and is_closed):
        return [community_id == told("code", community_id.type)]
    if which == ALL:
        return []
    path = TREE.path
    inside = path >= told("first_path", path.type), path < told("last_path", path.type)
    return [community_id.in_(select(TREE.code).where(*inside, TREE.level == "community"))]


_FIGURES = Plain(_figures)


def waiting(most: int) -> int:
    """Return how many changes wait to be taken into the sums, at most ``most``."""
    asked = {"most": most, "today": clock.today()}
    ((number,),) = _WAITING.look(asked)
    return int(number)


def _waiting() -> Select[Any]:
    noted: Any = select(_ZERO.label("one")).select_from(STANDING_CHANGES)
    moved: Any = select(_ZERO).where(MOVED.on <= told("today", Date()))
    some = union_all(noted, moved).limit(told("most", Integer())).subquery()
    return select(func.count()).select_from(some)


_WAITING = Plain(_waiting)


def last_month() -> str:
    """Return the last month up to which residents are counted in the sums; this one while there are no sums."""
    this_month = month_key(clock.today())
    last = select(func.max(SUMS.period)).where(func.length(SUMS.period) == len(this_month))
    return db.session.scalar(last) or this_month


def communities_in_batches() -> list[list[str]]:
    """Return the codes of all communities, in order, some at once."""
    found = select(Community.code).where(Community.level == "community").order_by(Community.code)
    codes = list(db.session.scalars(found))
    return [codes[first : first + COMMUNITIES_AT_ONCE] for first in range(0, len(codes), COMMUNITIES_AT_ONCE)]


def disagreements() -> Iterator[str]:
    """Yield a sentence for each sum that is not what the standings and the residences make it."""
    with steady_view():
        last = last_month()
        for codes in communities_in_batches():
            for (code, period), sums in sorted(differences(codes, last).items()):
                wrong = [f"{name} {_too_many(number)}" for name, number in sums.items() if number]
                yield f"sums of {code} and {period}: {'; '.join(wrong)}."


def _too_many(missing: int) -> str:
    return f"{-missing} too many" if missing < 0 else f"{missing} too few"


def differences(codes: Collection[str], last: str) -> dict[tuple[str, str], dict[str, int]]:
    """Return by how much the sums of these communities are too small, by community and period; right ones are left out.

    ``last``: the last month in which residents are counted. Records that are written meanwhile change nothing: with a
    standing or a residence comes what it adds. While changes may be taken in, ask it of a steady view.
    """
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(ALL_SUMS, 0))
    for code, period, *sums in db.session.execute(_standing_differences(codes)):
        found[code, period].update(zip(SUMMED, sums, strict=True))
    for code, period, on, known_at, number in db.session.execute(_residence_differences(codes)):
        for one in (period,) if period else periods_from(on, known_at, last):
            found[code, one]["residents"] += number
    return {key: sums for key, sums in found.items() if any(sums.values())}


def periods_from(on: date, known_at: datetime, last: str) -> list[str]:
    """Return the periods that count, from its day on, what happened on a day and was learned of then."""
    return periods_since(month_key(counts_from(on, clock.city_date(known_at))), last)


def is_out(period: ColumnElement[str] | Any) -> ColumnElement[bool]:
    """The condition that a resident left and counts no more as a reader in a period (``sum_rules.is_out``)."""
    over = or_(period == ALL_TIME, period >= func.substr(WHO.left_in, 1, func.length(period)))
    return and_(WHO.left_at.is_not(None), WHO.left_in.is_not(None), over)


def _standing_differences(codes: Collection[str]) -> Select[Any]:
    reads = func.sum(case((STOOD.days > 0, 1), else_=0))
    read = [reads.label("readers"), *(func.sum(STOOD[one]).label(one) for one in SUMMED[1:])]
    due: Any = select(STOOD.community_id, STOOD.period, *read)
    out: Any = select(STOOD.community_id, STOOD.period, -func.count(), *_NOTHING[1:])
    out = out.join(Resident.__table__, WHO.id == STOOD.resident_id).where(
        STOOD.days > 0, is_out(STOOD.period)
    )
    noted: Any = select(NOTED.community_id, NOTED.period, *(-func.sum(NOTED[one]) for one in SUMMED))
    kept: Any = select(SUMS.community_id, SUMS.period, *(-SUMS[one] for one in SUMMED))
    parts = [
        one.where(table.community_id.in_(codes)).group_by(table.community_id, table.period)
        for one, table in ((due, STOOD), (out, STOOD), (noted, NOTED))
    ]
    both = union_all(*parts, kept.where(SUMS.community_id.in_(codes))).subquery().c
    # PostgreSQL adds whole numbers up to a decimal fraction.
    sums = [cast(func.sum(both[one]), BigInteger) for one in SUMMED]
    found = select(both.community_id, both.period, *sums).group_by(both.community_id, both.period)
    return found.having(or_(*(one != 0 for one in sums)))


def _residence_differences(codes: Collection[str]) -> CompoundSelect[*tuple[Any, ...]]:
    """Return what changed the number of residents from which day on, and taken away from it what is kept."""
    learned = case(
        (LIVED.end_recorded_at > LIVED.recorded_at, LIVED.end_recorded_at), else_=LIVED.recorded_at
    )
    no_period, begins, ends = (
        _nothing(String),
        literal_column("1", Integer()),
        literal_column("-1", Integer()),
    )
    over = LIVED.until.is_not(None)
    no_day = _nothing(Date), _nothing(UtcDateTime)
    parts = [
        select(LIVED.community_id, no_period, LIVED.since, LIVED.recorded_at, begins),
        select(LIVED.community_id, no_period, LIVED.until, learned, ends).where(over),
        select(MOVED.community_id, no_period, MOVED.on, MOVED.known_at, -MOVED.residents),
        select(SUMS.community_id, SUMS.period, *no_day, -SUMS.residents).where(SUMS.residents != 0),
    ]
    return union_all(*(one.where(one.selected_columns.community_id.in_(codes)) for one in parts))


def _nothing(kind: Any) -> ColumnElement[Any]:
    return cast(null(), kind)
