"""Stamps: given, moved and taken back with the records of a learning day."""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, or_, select, update

from reading import clock
from reading.database import action, add_up
from reading.extensions import db
from reading.learning_days import queries
from reading.learning_days.models import ClosingStamps, Stamp
from reading.learning_days.rules import learning_day_of
from reading.people.models import Resident
from reading.people.queries import communities_on
from reading.plain import Plain, Sent, told
from reading.points import ledger, settle_queries
from reading.points.queries import (
    DayTotals,
    behind_all,
    days_with_a_record,
    residents_in_batches,
    steady_view,
)
from reading.points.rules import Record, StampGiven, month_key

Rows = Sequence[tuple[Any, ...]]
_STAMP: Any = Stamp.__table__
# On a learning day everybody's first record brings one.
_GIVE = Plain(lambda: insert(_STAMP).values({one.name: told(one.name, one.type) for one in _STAMP.c}))


def settle(resident_id: uuid.UUID, days: Iterable[date]) -> None:
    """Bring the resident's stamps and points of these days up to date; in the caller's transaction.

    Call it after every write of a record, with the old and the new day when it moved. Whoever settles several
    residents in one transaction settles them together, or goes in the order of their ids.
    """
    settle_all([resident_id], days)


def settle_all(residents: Collection[uuid.UUID], days: Iterable[date]) -> None:
    """As :func:`settle`, for several residents; it takes as many statements as for one of them."""
    wanted = set(days)
    if wanted and residents:
        ledger.lock(residents)
        settle_locked(residents, wanted)


def settle_locked(residents: Collection[uuid.UUID], days: set[date]) -> dict[uuid.UUID, DayTotals]:
    """As :func:`settle_all`, for residents whom the caller has locked and whose records it has sent to the database.

    Returns, by resident, what these days of theirs add up to now.
    """
    changed = _settle_stamps(residents, days)
    return ledger.settle_locked({one: days | changed[one] for one in residents})


def asking(resident_id: uuid.UUID, day: date, book_id: uuid.UUID | None = None) -> list[Sent]:
    """Return what is to be asked before a new record of this day is written (see :func:`with_new`).

    ``book_id`` is the book that it finishes. For a caller who has locked the resident.
    """
    return [
        queries.asking([resident_id], [month_key(day)]),
        settle_queries.asking({resident_id: {day}}, book_id),
    ]


def with_new(resident_id: uuid.UUID, record: Record, stamps: Rows, standing: Rows) -> ledger.Settled | None:
    """Return what writes the stamp and the points of a record that is about to be written, and its day's sums.

    ``stamps`` and ``standing`` are the answers to :func:`asking`. None where more than its own day changes: then
    write it, and settle its day.
    """
    kept = queries.month_at_once(stamps, month_key(record.on))
    if kept is None:
        return None
    if record.on not in kept.learning_days or (kept.stamped_on and kept.stamped_on <= record.on):
        return ledger.with_new(standing, resident_id, record, None)
    if kept.stamped_on is not None:
        return None
    given = StampGiven(uuid.uuid4(), record.community_id, record.on)
    settled = ledger.with_new(standing, resident_id, record, given)
    row = {
        "id": given.source_id,
        "resident_id": resident_id,
        "month": kept.month,
        "community_id": given.community_id,
        "on": given.on,
    }
    return settled and ledger.Settled([_GIVE.told(row), *settled.sent], settled.totals)


def _settle_stamps(residents: Collection[uuid.UUID], days: set[date]) -> dict[uuid.UUID, set[date]]:
    """Give, move or take back the stamps these days decide; return, by resident, the days whose stamp changed."""
    decided = [
        (one, kept)
        for one, months in queries.months_kept(residents, sorted({month_key(day) for day in days})).items()
        for kept in months
        if days & {*kept.learning_days, kept.stamped_on}
    ]
    judged_by = {day for _one, kept in decided for day in kept.learning_days}
    there = days_with_a_record([one for one, _kept in decided], judged_by) if decided else {}
    return _put_all(
        residents,
        [
            # The month's stamp stands on its first learning day with a record.
            Move(
                one,
                kept.month,
                kept.stamped_on,
                min(there[one].intersection(kept.learning_days), default=None),
            )
            for one, kept in decided
        ],
    )


class Move(NamedTuple):
    """A month's stamp of a resident: the day on which it stood, and the one on which it is to stand."""

    resident_id: uuid.UUID
    month: str
    before: date | None
    after: date | None


def _put_all(residents: Collection[uuid.UUID], moves: Iterable[Move]) -> dict[uuid.UUID, set[date]]:
    """Give, move or take back stamps; return, by resident, the days whose stamp came or went."""
    changed: dict[uuid.UUID, set[date]] = {one: set() for one in residents}
    moved = [one for one in moves if one.before != one.after]
    for month in sorted({one.month for one in moved}):
        for day in {one.after for one in moved if one.month == month}:
            _put(month, day, [one for one in moved if (one.month, one.after) == (month, day)])
    for one in moved:
        changed[one.resident_id] |= {day for day in (one.before, one.after) if day}
    return changed


def _put(month: str, day: date | None, moves: Collection[Move]) -> None:
    """Let the stamps of this month of all these residents stand on ``day``; take them back for None."""
    ids = [one.resident_id for one in moves]
    if day is None:
        db.session.execute(delete(Stamp).where(Stamp.resident_id.in_(ids), Stamp.month == month))
        return
    lived_in = communities_on(ids, day)
    new = [
        {"resident_id": one, "month": month, "id": uuid.uuid4(), "on": day, "community_id": lived_in[one]}
        for one, _month, before, _after in moves
        if before is None
    ]
    if new:
        db.session.execute(insert(Stamp), new)
    for one in (one.resident_id for one in moves if one.before):
        stamp = (Stamp.resident_id == one, Stamp.month == month)
        db.session.execute(update(Stamp).where(*stamp).values(on=day, community_id=lived_in[one]))


def close(residents: Collection[uuid.UUID]) -> None:
    """Let the stamps of people who are about to be erased stay in the sums; in the caller's transaction, once.

    Not that of the month they left in, in which they count no more.
    """
    found = select(Stamp.community_id, Stamp.month, Stamp.on, func.count().label("stamps"))
    found = found.join(Resident, Resident.id == Stamp.resident_id).where(
        Stamp.resident_id.in_(residents), or_(Resident.left_in.is_(None), Resident.left_in != Stamp.month)
    )
    found = found.group_by(Stamp.community_id, Stamp.month, Stamp.on)
    rows = [dict(row) for row in db.session.execute(found.order_by(Stamp.month)).mappings()]
    add_up(ClosingStamps.__table__, rows, ["stamps"])


Judged = Callable[[str], Collection[date]]


def _judged() -> Judged:
    """Return what tells the learning days of a month by which its stamps are judged."""
    named, rule = queries.days_kept(), queries.rule_in_force()
    this_month = month_key(clock.today())

    @cache
    def judged(month: str) -> Collection[date]:
        if month in named:
            return named[month]
        return learning_day_of(rule, month) if month >= this_month else ()

    return judged


def _wrong(residents: list[uuid.UUID], judged: Judged) -> Iterator[Move]:
    """Yield what would put each stamp right that does not stand where it should."""
    behind = behind_all(residents[0], residents[-1])
    for one in residents:
        kept = {month_key(stamp.on): stamp.on for stamp in behind[one].stamps}
        days = {record.on for record in behind[one].records}
        for month in sorted({*kept, *map(month_key, days)}):
            due = min(days.intersection(judged(month)), default=None)
            if kept.get(month) != due:
                yield Move(one, month, kept.get(month), due)


def verify() -> list[str]:
    """Return a sentence for each stamp without a record behind it and each record that should have its stamp.

    A month is judged by the days its stamps name; only this month and later ones, if none does, by today's
    rule: changing the rule never rewrites the past.
    """
    return list(disagreements())


def disagreements(batches: Iterable[list[uuid.UUID]] | None = None) -> Iterator[str]:
    """Yield what :func:`verify` lists; holds one batch of residents at a time.

    With ``batches``, each of residents who follow each other in the order of their ids, only of those.
    """
    with steady_view():
        judged = _judged()
        for residents in batches or residents_in_batches(ledger.BATCH):
            for resident_id, month, kept, due in _wrong(residents, judged):
                has = f"the stamp stands on {kept}" if kept else "there is no stamp"
                owed = f"the records of learning days put it on {due}" if due else "no record is behind it"
                yield f"resident {resident_id}, {month}: {has}, {owed}."


def rebuild() -> int:
    """Restore the stamps, and the points that hang on them; return how many stamps were wrong."""
    with steady_view():
        judged = _judged()
    return sum(_rebuild(residents, judged) for residents in residents_in_batches(ledger.BATCH))


@action
def _rebuild(residents: list[uuid.UUID], judged: Judged) -> int:
    return _restore(residents, judged)


def restore(resident_id: uuid.UUID) -> int:
    """As :func:`rebuild`, for one resident whose records were moved; in the caller's action."""
    return _restore([resident_id], _judged())


def _restore(residents: list[uuid.UUID], judged: Judged) -> int:
    ledger.lock_all(residents[0], residents[-1])
    wrong = list(_wrong(residents, judged))
    ledger.settle_locked(_put_all(residents, wrong))
    return len(wrong)
