"""Every SELECT about entries a librarian should look at."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union
from sqlalchemy.orm import aliased, contains_eager

from reading.access import reach
from reading.communities.models import Community
from reading.extensions import db
from reading.logbook.models import KEPT, WAITING, LogDecision, LogEntry
from reading.logbook.review_rules import AROUND, HOUR, Around
from reading.logbook.rules import Amounts
from reading.people.models import Account, Resident
from reading.plain import Plain, Sent, together, told

PERMISSION = "logbook.review"


@dataclass(frozen=True)
class Beside:
    """What was written beside an entry: how many entries of its resident arrived within the hour up to ``until``,
    itself included, the first of them when, and what stands around it in the log."""

    arrived: int
    first_at: datetime | None
    around: Around

    def with_new(self, amounts: Amounts, arrived_at: datetime) -> "Beside":
        """Return the same with a new entry in it, which was not there when this was read."""
        pages, minutes, around = amounts.pages or 0, amounts.minutes or 0, self.around
        return Beside(
            self.arrived + 1,
            self.first_at or arrived_at,
            replace(
                around,
                day_pages=around.day_pages + pages,
                day_minutes=around.day_minutes + minutes,
                book_pages=around.book_pages + pages,
                finishes=around.finishes + amounts.finished,
            ),
        )


def beside(
    entry_id: uuid.UUID, resident_id: uuid.UUID, book_id: uuid.UUID, on: date, until: datetime
) -> Beside:
    """Read that in one statement, over the rows of the hour, the entry's day and its book alone."""
    (rows,) = together(asking_beside(entry_id, resident_id, book_id, on, until))
    return beside_of(rows)


def asking_beside(
    entry_id: uuid.UUID, resident_id: uuid.UUID, book_id: uuid.UUID | None, on: date, until: datetime
) -> Sent:
    """Return what asks for that."""
    values = {
        "entry": entry_id, "resident": resident_id, "book": book_id, "day": on, "near": on - AROUND,
        "far": on + AROUND, "hour": until - HOUR,
    }  # fmt: skip
    return _BESIDE.told(values)


def beside_of(rows: Sequence[tuple[Any, ...]]) -> Beside:
    """Return it, as answered."""
    ((number, first_at, pages, minutes, of_book, finishes, kept),) = rows
    return Beside(number, first_at, Around(pages, minutes, of_book, finishes, bool(kept)))


def _beside() -> Select[*tuple[Any, ...]]:
    entry: Any = LogEntry.__table__.c
    day, hour = told("day", entry.read_on.type), told("hour", entry.arrived_at.type)
    of_book = entry.book_id == told("book", entry.book_id.type)
    near = entry.read_on.between(told("near", entry.read_on.type), told("far", entry.read_on.type))
    mine = select(
        entry.id, entry.pages, entry.minutes, entry.arrived_at, entry.finished, entry.review,
        (entry.arrived_at > hour).label("arrived"), (entry.read_on == day).label("on_day"),
        and_(of_book, near).label("of_book"),
        and_(entry.removed_at.is_(None), entry.set_aside_at.is_(None)).label("counts"),
    ).where(entry.resident_id == told("resident", entry.resident_id.type))  # fmt: skip
    # Apart, so that each is found by its own index however long the history is.
    row = (
        union(*(mine.where(part) for part in (entry.read_on == day, entry.arrived_at > hour, of_book)))
        .subquery()
        .c
    )
    book = and_(row.counts, row.of_book)
    is_other = row.id != told("entry", entry.id.type)
    return select(
        func.count(case((row.arrived, 1))),
        func.min(case((row.arrived, row.arrived_at))),
        _total(row.pages, and_(row.counts, row.on_day)),
        _total(row.minutes, and_(row.counts, row.on_day)),
        _total(row.pages, book),
        func.count(case((and_(book, row.finished), 1))),
        func.count(case((and_(book, row.review == KEPT, is_other), 1))),
    )


def _total(column: ColumnElement[Any], where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((where, column))), 0)


# Each entry that is saved is judged.
_BESIDE = Plain(_beside)


def to_review(account: Account, *, set_aside: bool, limit: int, offset: int = 0) -> list[LogEntry]:
    """Return the entries the account is to look at, the oldest first, or those set aside, the latest first."""
    found = _in_reach(account).where(LogEntry.removed_at.is_(None))
    if set_aside:
        found = found.where(LogEntry.set_aside_at.is_not(None), LogEntry.review.is_(None))
        found = found.order_by(LogEntry.set_aside_at.desc(), LogEntry.id)
    else:
        found = found.where(LogEntry.review == WAITING).order_by(LogEntry.arrived_at, LogEntry.id)
    return list(db.session.scalars(found.limit(limit).offset(offset)).unique())


def number_to_review(account: Account) -> int:
    """Return how many entries wait to be looked at by this account."""
    waiting = _in_reach(account).where(LogEntry.removed_at.is_(None), LogEntry.review == WAITING)
    ids = waiting.with_only_columns(LogEntry.id).subquery()
    return db.session.scalars(select(func.count()).select_from(ids)).one()


def reviewable(account: Account, entry_id: uuid.UUID) -> LogEntry | None:
    """Return an entry the account may judge: flagged, in its reach, and of nobody in its own household.

    One that was decided already is found too, so that a second decision can be told of the first.
    """
    flagged = or_(LogEntry.review.is_not(None), LogEntry.set_aside_at.is_not(None))
    found = _in_reach(account).where(LogEntry.id == entry_id, LogEntry.removed_at.is_(None), flagged)
    return db.session.scalars(found).unique().one_or_none()


def _in_reach(account: Account) -> Select[LogEntry]:
    return (
        select(LogEntry)
        .join(Community, Community.code == LogEntry.community_id)
        .join(LogEntry.resident)
        .where(
            reach(account.roles, PERMISSION).where(Community.path),
            or_(Resident.account_id.is_(None), Resident.account_id != account.id),
            ~_behind_own_door(account),
        )
        .options(contains_eager(LogEntry.resident).joinedload(Resident.community))
    )


def _behind_own_door(account: Account) -> ColumnElement[bool]:
    """The SQL condition that the reader lives behind one door with somebody the account looks after."""
    mine = aliased(Resident)
    same = and_(mine.home_code == Resident.home_code, mine.door == Resident.door)
    return select(mine.id).where(mine.account_id == account.id, mine.door != "", same).exists()


def decisions_of(entry_id: uuid.UUID) -> list[LogDecision]:
    """Return what was decided about an entry, the latest first."""
    found = select(LogDecision).where(LogDecision.entry_id == entry_id)
    return list(db.session.scalars(found.order_by(LogDecision.at.desc(), LogDecision.id)))


def decision(decision_id: uuid.UUID) -> LogDecision | None:
    """Return the decision with this id."""
    return db.session.get(LogDecision, decision_id)
