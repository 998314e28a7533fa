"""How what settling changed is written: in one statement for each table, which go to PostgreSQL together.

Every record that is saved comes by here, so these are :class:`~reading.plain.Plain` statements.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, union_all

from reading import clock
from reading.database import insert_into
from reading.extensions import db
from reading.people.models import Resident
from reading.plain import Plain, Sent, numbered, together, told
from reading.points.queries import SHOWN, DayTotals, Standings
from reading.points.rows import LINES, STANDINGS, TOTALS, Changes, standing_row, write
from reading.points.rules import METRICS, Sums, periods_of

# As many rows as a person's few days bring; more of them, as of a whole hall, are sent row by row.
FEW = 12
# A day counts in so many.
PERIODS = len(periods_of(date.min))


Moves = Mapping[uuid.UUID, tuple[Standings, Standings]]


def write_settled(lines: Sequence[Changes], totals: Sequence[Changes], moves: Moves) -> None:
    """Write the ledger lines and day totals that changed, and add to the residents' running sums what moved.

    ``moves`` tells what the days of each resident add up to before and after. A row that comes down to zeros goes,
    as if it had never been.
    """
    _take_out(lines, totals)
    rows = _rows(lines, totals, moves)
    if all(len(some) <= FEW for some in rows.values()):
        together(*_written(rows))
    else:
        for table, some in rows.items():
            _write_many(table, some)
    less = {row["resident_id"] for row in rows[STANDINGS] if any(row[name] < 0 for name in METRICS)}
    if less:
        empty = [STANDINGS.c[name] == 0 for name in METRICS]
        db.session.execute(delete(STANDINGS).where(STANDINGS.c.resident_id.in_(less), *empty))


def few(resident_id: uuid.UUID, lines: Changes, totals: Changes, more: DayTotals) -> list[Sent] | None:
    """Return the statements that write what changed for one resident; None where something must go, too.

    ``more`` is what its day totals have more now: every period the day counts in has as much more.
    """
    goes = lines.gone or _lost(totals) or any(amount < 0 for sums in more.values() for amount in sums)
    if goes or max(len(lines.fresh), len(totals.fresh)) > FEW:
        return None
    added = [_ADDING.told(_added(resident_id, *key, sums)) for key, sums in sorted(more.items()) if sums]
    return [*_written({LINES: lines.fresh, TOTALS: totals.fresh}), *added]


def _rows(
    lines: Sequence[Changes], totals: Sequence[Changes], moves: Moves
) -> dict[Any, list[dict[str, Any]]]:
    return {
        LINES: [row for one in lines for row in one.fresh],
        TOTALS: [row for one in totals for row in one.fresh],
        STANDINGS: _standings(moves),
    }


def _take_out(lines: Sequence[Changes], totals: Sequence[Changes]) -> None:
    """Take out changed lines before they are written anew, for a book may go from one to another; and lost totals."""
    if any(one.gone for one in lines):
        write(LINES, [Changes(one.gone, [], 0) for one in lines])
    lost = [Changes(_lost(one), [], 0) for one in totals]
    if any(one.gone for one in lost):
        write(TOTALS, lost)


def _lost(totals: Changes) -> list[tuple[Any, ...]]:
    """Return the keys that go and do not come again."""
    return sorted({*totals.gone} - _keys(totals.fresh))


def _keys(rows: Sequence[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
    return {(row["resident_id"], row["on"], row["community_id"]) for row in rows}


def _standings(moves: Moves) -> list[dict[str, Any]]:
    return [
        {"resident_id": resident_id, **standing_row(key, change)}
        for resident_id, (before, after) in sorted(moves.items())
        for key in sorted({*before, *after})
        if (change := after.get(key, Sums()) - before.get(key, Sums()))
    ]


def _added(resident_id: uuid.UUID, on: date, community_id: str, sums: Sums) -> dict[str, Any]:
    known = {"resident_id": resident_id, "community_id": community_id, "settled_at": clock.now()}
    return known | numbered("period", periods_of(on)) | sums._asdict()


def _written(rows: Mapping[Any, Sequence[Mapping[str, Any]]]) -> list[Sent]:
    return [
        _WRITING.told(
            {f"{number}_{name}": value for number, row in enumerate(some) for name, value in row.items()},
            table.name,
            len(some),
        )
        for table, some in rows.items()
        if some
    ]


def _write_many(table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows of a whole hall: the statement for one of them, sent for each."""
    if rows:
        one = _upsert(table, 1)
        each = [{f"0_{name}": value for name, value in row.items()} for row in rows]
        db.session.execute(one, each)


def _upsert(table: Any, number: int) -> Any:
    """Return the INSERT of so many rows: what a day total was is replaced, to a standing is added."""
    insert = insert_into(table).values([_row(table, one) for one in range(number)])
    if table is TOTALS:
        new = {name: insert.excluded[name] for name in METRICS}
        return insert.on_conflict_do_update(index_elements=table.primary_key, set_=new)
    return _adding_to(insert) if table is STANDINGS else insert


def _adding_to(insert: Any) -> Any:
    new = {name: STANDINGS.c[name] + insert.excluded[name] for name in METRICS}
    new["settled_at"] = insert.excluded.settled_at
    return insert.on_conflict_do_update(index_elements=STANDINGS.primary_key, set_=new)


def _row(table: Any, number: int) -> dict[str, Any]:
    places = {one.name: told(f"{number}_{one.name}", one.type) for one in table.c}
    row: dict[str, Any] = {name: place for name, place in places.items() if name != "is_shown"}
    if table is STANDINGS:
        # What the resident has chosen; whoever writes a standing has locked them (`ledger.lock`).
        row["is_shown"] = select(SHOWN).where(Resident.id == places["resident_id"]).scalar_subquery()
    return row


def _adding() -> Any:
    """Return the INSERT that adds as much to a resident's standings of all periods of a day: told once, and as many."""
    periods = [
        select(told(f"period_{one}", STANDINGS.c.period.type).label("period")) for one in range(PERIODS)
    ]
    period = union_all(*periods).subquery().c.period
    row = {one.name: told(one.name, one.type) for one in STANDINGS.c} | {"period": period, "is_shown": SHOWN}
    of = select(*row.values()).where(Resident.id == row["resident_id"])
    return _adding_to(insert_into(STANDINGS).from_select(list(row), of))


_WRITING, _ADDING = Plain(lambda name, number: _upsert(LINES.metadata.tables[name], number)), Plain(_adding)
