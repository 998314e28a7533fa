"""The ledger, the day totals and the standings: kept with the records, proven and restored from them.

Each layer follows from the one below: ledger lines from the records by the rules, day totals from both,
standings from the day totals.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from reading import clock
from reading.database import action
from reading.extensions import db
from reading.people.models import Resident
from reading.points import queries
from reading.points.models import DayTotal, PointEntry, Standing
from reading.points.queries import Behind, DayTotals, Standings
from reading.points.rules import (
    METRICS,
    Line,
    RuleBook,
    Sums,
    claims,
    lines_of_day,
    periods_of,
    totals_of_day,
)

BATCH = 200

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


def settle(resident_id: uuid.UUID, days: Iterable[date]) -> None:
    """Bring the resident's points of these days up to date with their records; in the caller's transaction.

    Call it after a record of one of the days was written, changed or taken back: with the old and the new day
    when it moved. Other days on which a book finished on these days was finished too are settled with them.
    Whoever settles several residents in one transaction goes in the order of their ids.
    """
    lock(resident_id)
    settle_locked(resident_id, days)


def lock(resident_id: uuid.UUID) -> None:
    """Let one transaction at a time settle this resident; what it then reads, the others have committed."""
    db.session.flush()
    # NO KEY: the row of a new record holds its resident's key already, and two of those would wait for each other.
    db.session.execute(select(Resident.id).where(Resident.id == resident_id).with_for_update(key_share=True))


def lock_all(first: uuid.UUID, last: uuid.UUID) -> None:
    """As :func:`lock`, for the residents whose ids lie between these two, in the order of their ids."""
    chosen = select(Resident.id).where(Resident.id.between(first, last)).order_by(Resident.id)
    db.session.execute(chosen.with_for_update(key_share=True)).all()


def settle_locked(resident_id: uuid.UUID, days: Iterable[date]) -> None:
    """As :func:`settle`, for a caller that holds the lock."""
    wanted = set(days)
    if not wanted:
        return
    old = queries.lines_on(resident_id, wanted)
    behind = queries.behind(resident_id, wanted, _books(old))
    moved = {record.on for record in behind.records} - wanted
    if moved:
        wanted |= moved
        old = queries.lines_on(resident_id, wanted)
        behind = queries.behind(resident_id, wanted, _books(old))
    lines = _lines_due(behind, queries.rules_in_force(), wanted)
    totals = _totals_due(behind, lines, wanted)
    before = queries.totals_on(resident_id, wanted)
    _write(LINES, [_changed(resident_id, _by_key(old), _by_key(lines), _line_row)])
    _write(TOTALS, [_changed(resident_id, before, totals, _total_row)])
    _add_to_standings(resident_id, _standings_due(before), _standings_due(totals))


def _books(lines: Iterable[Line]) -> set[uuid.UUID]:
    return {line.book_id for line in lines if line.book_id}


def _by_key(lines: Iterable[Line]) -> dict[LineKey, Line]:
    return {(line.on, line.rule, line.source_id): line for line in lines}


def _lines_due(behind: Behind, rules: RuleBook, days: Collection[date] | None = None) -> list[Line]:
    """Return the lines the rules make of the records; without ``days``, of every day."""
    claimed = claims(behind.records)
    records, stamps = _by_day(behind.records), _by_day(behind.stamps)
    lines: list[Line] = []
    for day in records.keys() | stamps.keys() if days is None else days:
        lines += lines_of_day(records[day], stamps[day], rules.on(day), claimed)
    return lines


def _totals_due(behind: Behind, lines: Iterable[Line], days: Collection[date] | None = None) -> DayTotals:
    """Return the day totals that follow from the records and the ledger; without ``days``, of every day."""
    claimed = claims(behind.records)
    records, of_day = _by_day(behind.records), _by_day(lines)
    totals: DayTotals = {}
    for day in records.keys() | of_day.keys() if days is None else days:
        for community, sums in totals_of_day(records[day], of_day[day], claimed).items():
            totals[day, community] = sums
    return totals


def _by_day(found: Iterable[Any]) -> dict[date, list[Any]]:
    days: dict[date, list[Any]] = defaultdict(list)
    for one in found:
        days[one.on].append(one)
    return days


def _standings_due(totals: DayTotals) -> Standings:
    standings: Standings = defaultdict(Sums)
    for (on, community), sums in totals.items():
        for period in periods_of(on):
            standings[community, period] += sums
    return standings


def _differences(old: Mapping[Key, Value], new: Mapping[Key, Value]) -> tuple[list[Key], list[Key]]:
    """Return the keys that must go from ``old`` (gone or changed) and those that ``new`` brings, in order."""
    gone = [key for key, value in old.items() if new.get(key) != value]
    fresh = [key for key, value in new.items() if old.get(key) != value]
    return sorted(gone), sorted(fresh)


@dataclass(frozen=True)
class _Changes:
    """What must change in one table for one resident: keys to take out, rows to put in, and how many were wrong."""

    gone: list[tuple[Any, ...]]
    fresh: list[dict[str, Any]]
    wrong: int


def _changed(
    resident_id: uuid.UUID,
    old: Mapping[Key, Value],
    new: Mapping[Key, Value],
    row: Callable[[Key, Value], dict[str, Any]],
) -> _Changes:
    gone, fresh = _differences(old, new)
    rows = [{"resident_id": resident_id, **row(key, new[key])} for key in fresh]
    return _Changes([(resident_id, *key) for key in gone], rows, len({*gone, *fresh}))


def _line_row(key: LineKey, line: Line) -> dict[str, Any]:
    return vars(line)


def _total_row(key: tuple[date, str], sums: Sums) -> dict[str, Any]:
    return {"on": key[0], "community_id": key[1], **vars(sums)}


def _standing_row(key: tuple[str, str], sums: Sums) -> dict[str, Any]:
    return {"community_id": key[0], "period": key[1], "settled_at": clock.now(), **vars(sums)}


def _write(table: Table, changes: Sequence[_Changes]) -> int:
    """Write what changed for these residents, all at once; return how many rows were wrong."""
    _delete(table, [key for one in changes for key in one.gone])
    _insert(table, [row for one in changes for row in one.fresh])
    return sum(one.wrong for one in changes)


def _add_to_standings(resident_id: uuid.UUID, before: Standings, after: Standings) -> None:
    """Add what changed to the running sums; a row that comes down to zeros goes, as if it had never been."""
    changes = {key: after.get(key, Sums()) - before.get(key, Sums()) for key in {*before, *after}}
    rows = [
        {"resident_id": resident_id, **_standing_row(key, change)}
        for key, change in sorted(changes.items())
        if change
    ]
    if not rows:
        return
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    adding = dialect.insert(STANDINGS)
    sums = {name: STANDINGS.c[name] + adding.excluded[name] for name in METRICS}
    sums["settled_at"] = adding.excluded.settled_at
    db.session.execute(adding.on_conflict_do_update(index_elements=STANDINGS.primary_key, set_=sums), rows)
    if any(row[name] < 0 for row in rows for name in METRICS):
        empty = [STANDINGS.c[name] == 0 for name in METRICS]
        db.session.execute(delete(STANDINGS).where(STANDINGS.c.resident_id == resident_id, *empty))


def _insert(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)


def _delete(table: Table, keys: Sequence[tuple[Any, ...]]) -> None:
    if keys:
        columns = KEYS[table]
        where = [table.c[name] == bindparam(f"key_{name}") for name in columns]
        named = [dict(zip((f"key_{name}" for name in columns), key, strict=True)) for key in keys]
        db.session.execute(delete(table).where(*where), named)


def verify() -> list[str]:
    """Return a sentence for each disagreement between records, ledger, day totals and standings."""
    return list(disagreements())


def disagreements() -> Iterator[str]:
    """Yield what :func:`verify` lists, resident by resident; holds one batch of residents at a time.

    Each layer is compared with what follows from the one below it as that is kept, so that the sentence names
    the place where it went wrong.
    """
    with queries.steady_view():
        rules = queries.rules_in_force()
        for residents in queries.residents_in_batches(BATCH):
            ends = residents[0], residents[-1]
            behind, lines = queries.behind_all(*ends), queries.lines_all(*ends)
            totals, standings = queries.totals_all(*ends), queries.standings_all(*ends)
            for one in residents:
                found = behind[one]
                due = _by_key(_lines_due(found, rules))
                yield from _wrong_lines(f"resident {one}", _by_key(lines[one]), due)
                where = f"resident {one}, the day total of"
                yield from _wrong_sums(where, totals[one], _totals_due(found, lines[one]))
                where = f"resident {one}, the standing in"
                yield from _wrong_sums(where, standings[one], _standings_due(totals[one]))


def _wrong_lines(resident: str, kept: Mapping[LineKey, Line], due: Mapping[LineKey, Line]) -> Iterator[str]:
    for key in sorted({*kept, *due}):
        if kept.get(key) != due.get(key):
            on, rule, source = key
            at = (kept.get(key) or due[key]).community_id
            said = f"the ledger says {_said(kept.get(key))}, the rules say {_said(due.get(key))}"
            yield f"{resident}, {on}, community {at}, {rule} of record {source}: {said}."


def _said(line: Line | None) -> str:
    if line is None:
        return "nothing"
    text = f"{line.points} of {line.uncapped} points for {line.told} in place {line.position}"
    return f"{text}, community {line.community_id}, book {line.book_id or 'none'}"


def _wrong_sums(where: str, kept: Mapping[Key, Sums], due: Mapping[Key, Sums]) -> Iterator[str]:
    for key in sorted({*kept, *due}):
        is_kept, is_due = kept.get(key, Sums()), due.get(key, Sums())
        wrong = [f"{name} {have}, not {want}" for name, have, want in is_kept.beside(is_due) if have != want]
        if wrong or (key in kept) != (key in due):
            yield f"{where} {' and '.join(map(str, key))}: {'; '.join(wrong) or 'a row of zeros'}."


def rebuild() -> int:
    """Restore ledger, day totals and standings from the records and stamps; return how many rows were wrong.

    Each batch of residents is a transaction of its own: the service may go on meanwhile.
    """
    return sum(_rebuild(residents) for residents in queries.residents_in_batches(BATCH))


@action
def _rebuild(residents: list[uuid.UUID]) -> int:
    return rebuild_some(residents)


def rebuild_some(residents: Sequence[uuid.UUID]) -> int:
    """As :func:`rebuild`, for residents who follow each other in the order of their ids; in the caller's action."""
    ends = residents[0], residents[-1]
    lock_all(*ends)
    rules, behind = queries.rules_in_force(), queries.behind_all(*ends)
    lines, totals = queries.lines_all(*ends), queries.totals_all(*ends)
    standings = queries.standings_all(*ends)
    changed: dict[Table, list[_Changes]] = {LINES: [], TOTALS: [], STANDINGS: []}
    for one in residents:
        lines_due = _lines_due(behind[one], rules)
        totals_due = _totals_due(behind[one], lines_due)
        changed[LINES].append(_changed(one, _by_key(lines[one]), _by_key(lines_due), _line_row))
        changed[TOTALS].append(_changed(one, totals[one], totals_due, _total_row))
        standings_due = _standings_due(totals_due)
        changed[STANDINGS].append(_changed(one, standings[one], standings_due, _standing_row))
    return sum(_write(table, changes) for table, changes in changed.items())
