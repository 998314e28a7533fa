"""Stamps: given, moved and taken back with the records of a learning day."""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import cache

from sqlalchemy import delete, insert, update

from reading import clock
from reading.database import action
from reading.extensions import db
from reading.learning_days import queries
from reading.learning_days.models import Stamp
from reading.learning_days.queries import MonthKept
from reading.learning_days.rules import learning_day_of
from reading.people.queries import community_on
from reading.points import ledger
from reading.points.queries import behind_all, days_with_a_record, residents_in_batches, steady_view
from reading.points.rules import month_key


def settle(resident_id: uuid.UUID, days: Iterable[date]) -> None:
    """Bring the resident's stamps and points of these days up to date; in the caller's transaction.

    Call it after every write of a record, with the old and the new day when it moved. Whoever settles several
    residents in one transaction goes in the order of their ids.
    """
    wanted = set(days)
    if wanted:
        ledger.lock(resident_id)
        ledger.settle_locked(resident_id, wanted | _settle_stamps(resident_id, wanted))


def _settle_stamps(resident_id: uuid.UUID, days: set[date]) -> set[date]:
    """Give, move or take back the stamps these days decide; return the days whose stamp came or went."""
    changed: set[date] = set()
    for kept in queries.months_kept(resident_id, sorted({month_key(day) for day in days})):
        if days & {*kept.learning_days, kept.stamped_on}:
            changed |= _settle_month(resident_id, kept)
    return changed


def _settle_month(resident_id: uuid.UUID, kept: MonthKept) -> set[date]:
    """Let the month's stamp stand on its first learning day with a record; return the days that changed."""
    stands_on = min(days_with_a_record(resident_id, kept.learning_days), default=None)
    return _put(resident_id, kept.month, kept.stamped_on, stands_on)


def _put(resident_id: uuid.UUID, month: str, before: date | None, after: date | None) -> set[date]:
    """Give, move or take back one month's stamp; return the days whose stamp came or went."""
    stamp = (Stamp.resident_id == resident_id, Stamp.month == month)
    if before == after:
        return set()
    if after is None:
        db.session.execute(delete(Stamp).where(*stamp))
    elif before is None:
        row = {"resident_id": resident_id, "month": month, "id": uuid.uuid4(), "on": after}
        db.session.execute(insert(Stamp).values(**row, community_id=community_on(resident_id, after)))
    else:
        lived_in = community_on(resident_id, after)
        db.session.execute(update(Stamp).where(*stamp).values(on=after, community_id=lived_in))
    return {day for day in (before, after) if day}


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


def _wrong(
    residents: list[uuid.UUID], judged: Judged
) -> Iterator[tuple[uuid.UUID, str, date | None, date | None]]:
    """Yield (resident, month, day of the stamp kept, day of the stamp due) where the two are not the same."""
    behind = behind_all(residents[0], residents[-1])
    for one in residents:
        kept = {month_key(stamp.on): stamp.on for stamp in behind[one].stamps}
        days = {record.on for record in behind[one].records}
        for month in sorted({*kept, *map(month_key, days)}):
            due = min(days.intersection(judged(month)), default=None)
            if kept.get(month) != due:
                yield one, month, kept.get(month), due


def verify() -> list[str]:
    """Return a sentence for each stamp without a record behind it and each record that should have its stamp.

    A month is judged by the days its stamps name; only this month and later ones, if none does, by today's
    rule: changing the rule never rewrites the past.
    """
    return list(disagreements())


def disagreements() -> Iterator[str]:
    """Yield what :func:`verify` lists; holds one batch of residents at a time."""
    with steady_view():
        judged = _judged()
        for residents in residents_in_batches(ledger.BATCH):
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
    ledger.lock_all(residents[0], residents[-1])
    wrong = list(_wrong(residents, judged))
    for resident_id, month, kept, due in wrong:
        ledger.settle_locked(resident_id, _put(resident_id, month, kept, due))
    return len(wrong)
