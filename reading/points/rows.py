"""How the rows of the ledger, the day totals and the standings are compared and written, many residents at once."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, delete, insert, select, update

from reading import clock
from reading.extensions import db
from reading.people.models import Resident
from reading.points.models import DayTotal, PointEntry, Standing
from reading.points.queries import SHOWN
from reading.points.rules import Line, Sums

Key = TypeVar("Key", bound=tuple[Any, ...])
Value = TypeVar("Value")
LineKey = tuple[date, str, uuid.UUID]
LINES: Any = PointEntry.__table__
TOTALS: Any = DayTotal.__table__
STANDINGS: Any = Standing.__table__
# What a row of each is found by, in the order in which keys are written here.
KEYS = {
    LINES: ("resident_id", "on", "rule", "source_id"),
    TOTALS: ("resident_id", "on", "community_id"),
    STANDINGS: ("resident_id", "community_id", "period"),
}
# What a new standing's resident has chosen; whoever writes one has locked them (`ledger.lock`).
IS_SHOWN = select(SHOWN).where(Resident.id == bindparam("of")).scalar_subquery()


def _differences(old: Mapping[Key, Value], new: Mapping[Key, Value]) -> tuple[list[Key], list[Key]]:
    """Return the keys that must go from ``old`` (gone or changed) and those that ``new`` brings, in order."""
    gone = [key for key, value in old.items() if new.get(key) != value]
    fresh = [key for key, value in new.items() if old.get(key) != value]
    return sorted(gone), sorted(fresh)


@dataclass(frozen=True)
class Changes:
    """What must change in one table for one resident: keys to take out, rows to put in, and how many were wrong."""

    gone: list[tuple[Any, ...]]
    fresh: list[dict[str, Any]]
    wrong: int


def changed(
    resident_id: uuid.UUID,
    old: Mapping[Key, Value],
    new: Mapping[Key, Value],
    row: Callable[[Key, Value], dict[str, Any]],
) -> Changes:
    gone, fresh = _differences(old, new)
    rows = [{"resident_id": resident_id, **row(key, new[key])} for key in fresh]
    return Changes([(resident_id, *key) for key in gone], rows, len({*gone, *fresh}))


def line_row(key: LineKey, line: Line) -> dict[str, Any]:
    return line._asdict()


def total_row(key: tuple[date, str], sums: Sums) -> dict[str, Any]:
    return {"on": key[0], "community_id": key[1], **sums._asdict()}


def standing_row(key: tuple[str, str], sums: Sums) -> dict[str, Any]:
    return {"community_id": key[0], "period": key[1], "settled_at": clock.now(), **sums._asdict()}


def _with_choice(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "of": row["resident_id"]} for row in rows]


def write(table: Table, changes: Sequence[Changes]) -> int:
    """Write what changed for these residents, all at once; return how many rows were wrong."""
    _delete(table, [key for one in changes for key in one.gone])
    _insert(table, [row for one in changes for row in one.fresh])
    return sum(one.wrong for one in changes)


def show(first: uuid.UUID, last: uuid.UUID) -> int:
    """Let the standings of the residents whose ids lie between these two follow their choice to be shown.

    Returns how many rows were wrong: as a rule none, the database keeps them (:class:`Standing`).
    """
    between = STANDINGS.c.resident_id.between(first, last)
    chosen = select(SHOWN).where(Resident.id == STANDINGS.c.resident_id).scalar_subquery()
    wrong = update(STANDINGS).where(between, STANDINGS.c.is_shown != chosen).values(is_shown=chosen)
    done: Any = db.session.execute(wrong)
    return int(done.rowcount)


def _insert(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    if table is STANDINGS:
        db.session.execute(insert(table).values(is_shown=IS_SHOWN), _with_choice(rows))
    else:
        db.session.execute(insert(table), list(rows))


def _delete(table: Table, keys: Sequence[tuple[Any, ...]]) -> None:
    if keys:
        columns = KEYS[table]
        where = [table.c[name] == bindparam(f"key_{name}") for name in columns]
        named = [dict(zip((f"key_{name}" for name in columns), key, strict=True)) for key in keys]
        db.session.execute(delete(table).where(*where), named)
