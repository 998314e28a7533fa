"""The ledger, the day totals and the standings: kept with the records, proven and restored from them.

Each layer follows from the one below: ledger lines from the records by the rules, day totals from both,
standings from the day totals.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Table, select

from reading.database import action
from reading.extensions import db
from reading.people.models import Resident
from reading.plain import Sent
from reading.points import queries, settle_queries, sum_actions, sum_queries
from reading.points.closing import close as close
from reading.points.closing import disagreements as closing_disagreements
from reading.points.queries import Behind, DayTotals, Standings
from reading.points.rows import (
    LINES,
    STANDINGS,
    TOTALS,
    Changes,
    Key,
    LineKey,
    changed,
    line_row,
    show,
    standing_row,
    total_row,
    write,
)
from reading.points.rules import (
    Line,
    Record,
    RuleBook,
    StampGiven,
    Sums,
    claims,
    lines_of_day,
    periods_of,
    totals_of_day,
)
from reading.points.writing import few, write_settled

BATCH = 200


def settle(resident_id: uuid.UUID, days: Iterable[date]) -> None:
    """Bring the resident's points of these days up to date with their records; in the caller's transaction.

    Call it after a record of one of the days was written, changed or taken back: with the old and the new day
    when it moved. Other days on which a book finished on these days was finished too are settled with them.
    Whoever settles several residents in one transaction goes in the order of their ids.
    """
    lock([resident_id])
    settle_locked({resident_id: set(days)})


def lock(residents: Collection[uuid.UUID]) -> None:
    """Let one transaction at a time settle these residents; what it then reads, the others have committed."""
    db.session.flush()
    # NO KEY: the row of a new record holds its resident's key already, and two of those would wait for each other.
    chosen = select(Resident.id).where(Resident.id.in_(residents)).order_by(Resident.id)
    db.session.execute(chosen.with_for_update(key_share=True)).all()


def lock_all(first: uuid.UUID, last: uuid.UUID) -> None:
    """As :func:`lock`, for the residents whose ids lie between these two, in the order of their ids."""
    chosen = select(Resident.id).where(Resident.id.between(first, last)).order_by(Resident.id)
    db.session.execute(chosen.with_for_update(key_share=True)).all()


def settle_locked(days_of: Mapping[uuid.UUID, set[date]]) -> dict[uuid.UUID, DayTotals]:
    """As :func:`settle`, for the days of several residents whom the caller has locked.

    It takes as many statements as for one of them. Returns, by resident, what these days add up to now.
    """
    wanted = {one: days for one, days in days_of.items() if days}
    if not wanted:
        return {}
    found, rules = settle_queries.standing(wanted)
    moved = {one: {record.on for record in found[one].behind.records} - days for one, days in wanted.items()}
    if any(moved.values()):
        wanted = {one: days | moved[one] for one, days in wanted.items()}
        found, rules = settle_queries.standing(wanted)
    lines, totals = dict[uuid.UUID, list[Line]](), dict[uuid.UUID, DayTotals]()
    for one, days in wanted.items():
        lines[one] = _lines_due(found[one].behind, rules, days)
        totals[one] = _totals_due(found[one].behind, lines[one], days)
    write_settled(
        [changed(one, _by_key(found[one].lines), _by_key(lines[one]), line_row) for one in sorted(wanted)],
        [changed(one, found[one].totals, totals[one], total_row) for one in sorted(wanted)],
        {one: (_standings_due(found[one].totals), _standings_due(totals[one])) for one in wanted},
    )
    return totals


class Settled(NamedTuple):
    """What writes the points of a new record, and what its day adds up to then."""

    sent: list[Sent]
    totals: DayTotals


def with_new(
    rows: Sequence[tuple[Any, ...]], resident_id: uuid.UUID, record: Record, stamp: StampGiven | None
) -> Settled | None:
    """Return it for a record, and a stamp, that are about to be written; the caller has locked the resident.

    ``rows`` are the answer to ``settle_queries.asking``. None where lines that stand must go, or other days change:
    then write first, and settle what was written.
    """
    found, rules = settle_queries.standing_with(rows, resident_id, record, stamp)
    if any(one.on != record.on for one in found.behind.records):
        return None
    records, claimed = found.behind.records, claims(found.behind.records)
    lines = lines_of_day(records, found.behind.stamps, rules.on(record.on), claimed)
    totals = {(record.on, place): sums for place, sums in totals_of_day(records, lines, claimed).items()}
    sent = few(
        resident_id,
        changed(resident_id, _by_key(found.lines), _by_key(lines), line_row),
        changed(resident_id, found.totals, totals, total_row),
        _more(found.totals, totals),
    )
    return Settled(sent, totals) if sent is not None else None


def _more(before: DayTotals, after: DayTotals) -> DayTotals:
    return {key: after.get(key, Sums()) - before.get(key, Sums()) for key in {*before, *after}}


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


def verify() -> list[str]:
    """Return a sentence for each disagreement between records, ledger, day totals and standings."""
    return list(disagreements())


def disagreements(batches: Iterable[list[uuid.UUID]] | None = None) -> Iterator[str]:
    """Yield what :func:`verify` lists, resident by resident; holds one batch of residents at a time.

    With ``batches``, each of residents who follow each other in the order of their ids, only of those.

    The closing lines of who was erased, and the sums of communities, come last.

    Each layer is compared with what follows from the one below it as that is kept, so that the sentence names
    the place where it went wrong.
    """
    with queries.steady_view():
        rules = queries.rules_in_force()
        for residents in batches or queries.residents_in_batches(BATCH):
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
            for one, place, period, shown in queries.wrongly_shown(*ends):
                yield f"resident {one}, the standing in {place} and {period}: is_shown {shown}, not {not shown}."
    yield from closing_disagreements()
    yield from sum_queries.disagreements()


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

    Each batch of residents is a transaction of its own: the service may go on meanwhile. The sums of communities
    follow what is restored; what they lack otherwise is restored too.
    """
    return sum(_rebuild(one) for one in queries.residents_in_batches(BATCH)) + sum_actions.rebuild()


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
    changes: dict[Table, list[Changes]] = {LINES: [], TOTALS: [], STANDINGS: []}
    for one in residents:
        lines_due = _lines_due(behind[one], rules)
        totals_due = _totals_due(behind[one], lines_due)
        changes[LINES].append(changed(one, _by_key(lines[one]), _by_key(lines_due), line_row))
        changes[TOTALS].append(changed(one, totals[one], totals_due, total_row))
        standings_due = _standings_due(totals_due)
        changes[STANDINGS].append(changed(one, standings[one], standings_due, standing_row))
    return sum(write(table, some) for table, some in changes.items()) + show(*ends)
