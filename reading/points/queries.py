"""Every SELECT of points: the records they come from, the ledger, and standings."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from reading.extensions import db
from reading.people.models import Resident
from reading.points.models import DayTotal, PointEntry, PointRule, Standing
from reading.points.rules import (
    ALL_TIME,
    METRICS,
    STAMP,
    Line,
    Record,
    Rule,
    RuleBook,
    StampGiven,
    Sums,
    parse_period,
)
from reading.points.sources import Rows, United, as_record, of, sources
from reading.points.sources import init_app as init_app

DayTotals = dict[tuple[date, str], Sums]
Standings = dict[tuple[str, str], Sums]
# Whether a resident stands on boards: what `Standing.is_shown` repeats.
SHOWN = and_(Resident.show_as != "hidden", Resident.left_at.is_(None))


def rules_in_force() -> RuleBook:
    """Return the rules of all time: the defaults, and the rows of the table from their dates on."""
    rows = db.session.execute(
        select(PointRule.rule, PointRule.since, PointRule.per, PointRule.points, PointRule.daily_cap)
    )
    return RuleBook(Rule(*row) for row in rows)


@dataclass(frozen=True)
class Behind:
    """What stands behind one resident's points."""

    records: list[Record]
    stamps: list[StampGiven]


def behind_all(first: uuid.UUID, last: uuid.UUID) -> dict[uuid.UUID, Behind]:
    """Return all records and stamps of the residents whose ids lie between these two, both included."""

    def between(one: Rows) -> Rows:
        return one.where(one.selected_columns.resident_id.between(first, last))

    parts = [between(source()) for source in sources().records]
    return _read(union_all(*parts, as_record(between(sources().stamps()))))


def _read(statement: United) -> dict[uuid.UUID, Behind]:
    found: dict[uuid.UUID, Behind] = defaultdict(lambda: Behind([], []))
    for row in db.session.execute(statement):
        if row.kind == STAMP:
            found[row.resident_id].stamps.append(StampGiven(row.source_id, row.community_id, row.on))
        else:
            kind, source_id, resident_id, *told = row
            found[resident_id].records.append(Record(kind, source_id, *told))
    return found


def days_with_a_record(
    residents: Collection[uuid.UUID], days: Collection[date]
) -> dict[uuid.UUID, set[date]]:
    """Return, by resident, those of ``days`` on which a record of theirs stands."""
    parts = []
    for source in sources().records:
        one = source()
        columns = one.selected_columns
        chosen = one.where(columns.resident_id.in_(residents), columns.on.in_(days)).subquery()
        parts.append(select(chosen.c.resident_id, chosen.c.on))
    found: dict[uuid.UUID, set[date]] = {one: set() for one in residents}
    for resident_id, on in db.session.execute(union_all(*parts)):
        found[resident_id].add(on)
    return found


def a_record_stands(
    resident_id: InstrumentedAttribute[uuid.UUID], day: InstrumentedAttribute[date]
) -> ColumnElement[bool]:
    """Return the SQL condition that a record of this resident stands on this day (columns of the outer SELECT)."""
    found = []
    for source in sources().records:
        one, columns = source(), source().selected_columns
        found.append(one.where(columns.resident_id == resident_id, columns.on == day).exists())
    return or_(*found)


@contextmanager
def steady_view() -> Iterator[None]:
    """Let every SELECT inside see the database as it was at the first one, whatever is written meanwhile."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":  # SQLite's transactions are like that by themselves
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        db.session.rollback()


def residents_in_batches(size: int) -> Iterator[list[uuid.UUID]]:
    """Yield the ids of all residents, in order, at most ``size`` at once."""
    last: uuid.UUID | None = None
    while True:
        after = select(Resident.id).order_by(Resident.id).limit(size)
        batch = list(db.session.scalars(after if last is None else after.where(Resident.id > last)))
        if not batch:
            return
        yield batch
        last = batch[-1]


def lines_all(first: uuid.UUID, last: uuid.UUID) -> dict[uuid.UUID, list[Line]]:
    """Return the whole ledgers of the residents whose ids lie between these two."""
    return _lines(PointEntry.resident_id.between(first, last))


def ledger_of(resident_id: uuid.UUID, first: date, last: date) -> list[Line]:
    """Return the resident's ledger from ``first`` to ``last``, both included, in its order."""
    return _lines(PointEntry.resident_id == resident_id, PointEntry.on.between(first, last))[resident_id]


def _lines(*conditions: ColumnElement[bool]) -> dict[uuid.UUID, list[Line]]:
    columns = [getattr(PointEntry, name) for name in Line._fields]
    chosen = select(PointEntry.resident_id, *columns).where(*conditions)
    rows = db.session.execute(chosen.order_by(PointEntry.resident_id, PointEntry.on, PointEntry.position))
    found: dict[uuid.UUID, list[Line]] = defaultdict(list)
    for resident_id, *line in rows:
        found[resident_id].append(Line(*line))
    return found


def totals_on(resident_id: uuid.UUID, days: Collection[date]) -> DayTotals:
    """Return what these days of the resident add up to, by day and community."""
    return _totals(DayTotal.resident_id == resident_id, DayTotal.on.in_(days))[resident_id]


def totals_all(first: uuid.UUID, last: uuid.UUID) -> dict[uuid.UUID, DayTotals]:
    """Return all day totals of the residents whose ids lie between these two."""
    return _totals(DayTotal.resident_id.between(first, last))


def _totals(*conditions: ColumnElement[bool]) -> dict[uuid.UUID, DayTotals]:
    metrics = [getattr(DayTotal, name) for name in METRICS]
    found: dict[uuid.UUID, DayTotals] = defaultdict(dict)
    chosen = select(DayTotal.resident_id, DayTotal.on, DayTotal.community_id, *metrics).where(*conditions)
    for resident_id, on, community, *sums in db.session.execute(chosen):
        found[resident_id][on, community] = Sums(*sums)
    return found


def standings_all(first: uuid.UUID, last: uuid.UUID) -> dict[uuid.UUID, Standings]:
    """Return all standings of the residents whose ids lie between these two, by community and period."""
    metrics = [getattr(Standing, name) for name in METRICS]
    found: dict[uuid.UUID, Standings] = defaultdict(dict)
    chosen = select(Standing.resident_id, Standing.community_id, Standing.period, *metrics)
    for row in db.session.execute(chosen.where(Standing.resident_id.between(first, last))):
        resident_id, community, period, *sums = row
        found[resident_id][community, period] = Sums(*sums)
    return found


def wrongly_shown(first: uuid.UUID, last: uuid.UUID) -> list[tuple[uuid.UUID, str, str, bool]]:
    """Return the standings of these residents that do not say what their choice says; and what they say."""
    chosen = select(Standing.resident_id, Standing.community_id, Standing.period, Standing.is_shown).join(
        Resident, Resident.id == Standing.resident_id
    )
    wrong = chosen.where(Standing.resident_id.between(first, last), Standing.is_shown != SHOWN)
    found = db.session.execute(wrong.order_by(*Standing.__table__.primary_key))
    return [(row.resident_id, row.community_id, row.period, row.is_shown) for row in found]


def period_standing(resident_id: uuid.UUID, period: str) -> Sums:
    """Return the resident's sums over a period ("2026-11", "2026", "all"), in whichever communities."""
    metrics = [func.coalesce(func.sum(getattr(Standing, name)), 0) for name in METRICS]
    chosen = select(*metrics).where(Standing.resident_id == resident_id, Standing.period == period)
    sums: list[int] = list(db.session.execute(chosen).one())
    return Sums(*sums)


def totals(resident_id: uuid.UUID) -> Sums:
    """Return all that the resident has ever added up to."""
    return period_standing(resident_id, ALL_TIME)


def days_of_month(resident_id: uuid.UUID, month: str) -> dict[date, Sums]:
    """Return the resident's days of a month ("2026-11") on which a record stands, each summed up."""
    period = parse_period(month) if "-" in month else None
    if period is None:
        raise ValueError(f"{month!r} is no month")
    metrics = [func.sum(getattr(DayTotal, name)) for name in METRICS]
    chosen = select(DayTotal.on, *metrics).where(
        DayTotal.resident_id == resident_id, DayTotal.on.between(period.first, period.last)
    )
    rows = db.session.execute(chosen.group_by(DayTotal.on).order_by(DayTotal.on))
    return {on: Sums(*sums) for on, *sums in rows}


def labels_of(resident_id: uuid.UUID, first: date, last: date) -> dict[uuid.UUID, str]:
    """Return what a person calls the resident's records of these days: the title of the book or event."""
    parts = []
    for source in sources().labels:
        one = of(resident_id, source())
        parts.append(one.where(one.selected_columns.on.between(first, last)))
    return {row.source_id: row.label for row in db.session.execute(union_all(*parts))}
