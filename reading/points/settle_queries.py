"""All that settling some residents' days needs to know, in one statement.

Every record that is saved settles a day, and on a learning day a whole city saves records: so this is a
:class:`~reading.plain.Plain` statement, one for records, stamps, ledger, day totals and rules together.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Integer,
    String,
    Uuid,
    and_,
    cast,
    literal,
    null,
    select,
    union,
    union_all,
)

from reading.columns import UtcDateTime
from reading.plain import Plain, Sent, any_of, numbered, together, told
from reading.points.models import DayTotal, PointEntry, PointRule
from reading.points.queries import Behind, DayTotals
from reading.points.rules import STAMP, Line, Record, Rule, RuleBook, StampGiven, Sums
from reading.points.sources import as_record, sources

LINE, TOTAL, RULE = "line", "day_total", "rule"
Days = Mapping[uuid.UUID, Collection[date]]


@dataclass
class Found:
    """What stands of one resident on the days to settle: records and stamps, the ledger, the day totals."""

    behind: Behind = field(default_factory=lambda: Behind([], []))
    lines: list[Line] = field(default_factory=list)
    totals: DayTotals = field(default_factory=dict)


def standing(days_of: Days) -> tuple[dict[uuid.UUID, Found], RuleBook]:
    """Return what stands on these days of these residents, and the rules of all time.

    Finishes of other days come along where they decide which finish of a book counts: of the books that the
    ledger names on a resident's days, and of those finished on them.
    """
    (rows,) = together(asking(days_of))
    found, rules = _read(rows)
    return {one: _narrowed(found[one], set(days)) for one, days in days_of.items()}, rules


def asking(days_of: Days, book_id: uuid.UUID | None = None) -> Sent:
    """Return what asks for that; also for the finishes of one book more."""
    residents, days = list(days_of), list(set[date]().union(*days_of.values()))
    values = numbered("resident", residents) | numbered("day", days) | {"book": book_id}
    return _STANDING.told(values, len(residents), len(days))


def standing_with(
    rows: Sequence[tuple[Any, ...]], resident_id: uuid.UUID, record: Record, stamp: StampGiven | None
) -> tuple[Found, RuleBook]:
    """Return what stands on the day of a record that is about to be written, as if it, and a stamp, stood there.

    ``rows`` are the answer to :func:`asking` for its resident, its day and, if it finishes one, its book.
    """
    of_all, rules = _read(rows)
    found = of_all[resident_id]
    found.behind.records.append(record)
    if stamp is not None:
        found.behind.stamps.append(stamp)
    return _narrowed(found, {record.on}), rules


def _read(rows: Sequence[tuple[Any, ...]]) -> tuple[dict[uuid.UUID, Found], RuleBook]:
    found: dict[uuid.UUID, Found] = defaultdict(Found)
    rules: list[Rule] = []
    for row in rows:
        if row[0] == RULE:
            rules.append(Rule(row[10], row[4], row[6], row[7], row[11]))
        else:
            _keep(found[row[2]], row)
    return found, _rule_book(tuple(rules))


# Rules change once in years, and every record that is saved asks for them.
@lru_cache(8)
def _rule_book(rows: tuple[Rule, ...]) -> RuleBook:
    return RuleBook(rows)


def _keep(one: Found, row: tuple[Any, ...]) -> None:
    kind, source_id, _resident_id, community_id, on = row[:5]
    if kind == LINE:
        position, amount, book_id, _finished, rule, uncapped, points = row[6:13]
        one.lines.append(Line(on, rule, source_id, community_id, position, amount, uncapped, points, book_id))
    elif kind == TOTAL:
        one.totals[on, community_id] = Sums(*row[6:8], *row[11:])
    elif kind == STAMP:
        one.behind.stamps.append(StampGiven(source_id, community_id, on))
    else:
        one.behind.records.append(Record(kind, source_id, *row[3:10]))


def _narrowed(found: Found, days: set[date]) -> Found:
    """Leave out what was read because of other residents' days and books."""
    records = found.behind.records
    lines = sorted((line for line in found.lines if line.on in days), key=lambda one: (one.on, one.position))
    books = {line.book_id for line in lines if line.book_id}
    books |= {one.book_id for one in records if one.finished and one.book_id and one.on in days}
    behind = Behind(
        [one for one in records if one.on in days or (one.finished and one.book_id in books)],
        [one for one in found.behind.stamps if one.on in days],
    )
    return Found(behind, lines, {key: sums for key, sums in found.totals.items() if key[0] in days})


def _statement(residents: int, days: int) -> CompoundSelect[*tuple[Any, ...]]:
    def theirs(resident_id: ColumnElement[Any], on: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(any_of("resident", residents, resident_id), any_of("day", days, on))

    line, total, rule = PointEntry.__table__.c, DayTotal.__table__.c, PointRule.__table__.c
    named = select(line.book_id).where(theirs(line.resident_id, line.on), line.book_id.is_not(None))
    parts: list[Any] = []
    for source in sources().records:
        one = source()
        columns, other = one.selected_columns, source().subquery().c
        finished_then = select(other.book_id).where(theirs(other.resident_id, other.on), other.finished)
        on_these_days = any_of("day", days, columns.on)
        this_book = select(told("book", line.book_id.type))
        same_book = columns.book_id.in_(union(named, finished_then, this_book))
        # Apart, so that each is found by its own index however long the history is.
        mine = one.where(any_of("resident", residents, columns.resident_id))
        parts += [mine.where(on_these_days), mine.where(~on_these_days, columns.finished, same_book)]
    stamps = sources().stamps()
    given = stamps.selected_columns
    parts.append(as_record(stamps.where(theirs(given.resident_id, given.on))))
    wide = [_widened(one) for one in parts]
    wide.append(
        select(
            literal(LINE), line.source_id, line.resident_id, line.community_id, line.on, _none(UtcDateTime),
            line.position, line.told, line.book_id, _none(Boolean), line.rule, line.uncapped, line.points,
            _none(Integer), _none(Integer),
        ).where(theirs(line.resident_id, line.on))
    )  # fmt: skip
    wide.append(
        select(
            literal(TOTAL), _none(Uuid), total.resident_id, total.community_id, total.on, _none(UtcDateTime),
            total.points, total.pages, _none(Uuid), _none(Boolean), _none(String), total.minutes,
            total.books, total.days, total.records,
        ).where(theirs(total.resident_id, total.on))
    )  # fmt: skip
    wide.append(
        select(
            literal(RULE), _none(Uuid), _none(Uuid), _none(String), rule.since, _none(UtcDateTime),
            rule.per, rule.points, _none(Uuid), _none(Boolean), rule.rule, rule.daily_cap,
            _none(Integer), _none(Integer), _none(Integer),
        )
    )  # fmt: skip
    return union_all(*wide)


def _widened(records: Any) -> Any:
    """Return records in the columns of the whole statement: their own, a rule's name, and four sums."""
    return records.add_columns(
        _none(String).label("rule"), *(_none(Integer).label(f"n{one}") for one in range(4))
    )


def _none(kind: Any) -> ColumnElement[Any]:
    return cast(null(), kind)


_STANDING = Plain(_statement)
