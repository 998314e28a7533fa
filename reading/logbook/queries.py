"""Every SELECT of the reading log."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, literal, select

from reading.books.models import Book
from reading.extensions import db
from reading.learning_days import queries as learning_days_queries
from reading.logbook.models import LogEntry
from reading.people.models import Account
from reading.people.queries import resident_for
from reading.points import queries as points_queries
from reading.points.rules import Period, Sums, periods_of


@dataclass(frozen=True)
class Reading:
    """A book as one resident reads it: the day last logged (None: never), pages told so far, finished or not."""

    book: Book
    last_on: date | None = None
    pages: int = 0
    finished: bool = False


@dataclass(frozen=True)
class MonthKept:
    """A resident's month: how many records each day holds, its learning days, the days that were stamped."""

    records: dict[date, int]
    learning_days: list[date]
    stamped: list[date]


def point_records() -> Select[*tuple[Any, ...]]:
    """Return the log entries that count for points, in the columns ``points.queries.init_app`` names."""
    return select(
        literal("log").label("kind"),
        LogEntry.id.label("source_id"),
        LogEntry.resident_id,
        LogEntry.community_id,
        LogEntry.read_on.label("on"),
        LogEntry.arrived_at,
        LogEntry.pages,
        LogEntry.minutes,
        LogEntry.book_id,
        LogEntry.finished,
    ).where(LogEntry.removed_at.is_(None))


def point_labels() -> Select[*tuple[Any, ...]]:
    """Return what to call each of these records, in the columns ``points.queries.init_app`` names."""
    return select(
        LogEntry.id.label("source_id"),
        LogEntry.resident_id,
        LogEntry.read_on.label("on"),
        Book.title.label("label"),
    ).join(Book, Book.id == LogEntry.book_id)


def reader_count(book_id: uuid.UUID) -> int:
    """Return how many residents have logged this book."""
    counted = select(func.count(LogEntry.resident_id.distinct())).where(
        LogEntry.book_id == book_id, LogEntry.removed_at.is_(None)
    )
    return db.session.scalar(counted) or 0


def entries_of(
    resident_id: uuid.UUID,
    *,
    entered_by: uuid.UUID | None = None,
    first: date | None = None,
    last: date | None = None,
    limit: int | None = None,
) -> list[LogEntry]:
    """Return a resident's standing entries, the latest day first, of the days from ``first`` to ``last``.

    ``entered_by`` leaves only what that account entered: all that staff may see of somebody's reading.
    """
    found = _standing(resident_id, entered_by)
    if first is not None:
        found = found.where(LogEntry.read_on >= first)
    if last is not None:
        found = found.where(LogEntry.read_on <= last)
    ordered = found.order_by(LogEntry.read_on.desc(), LogEntry.arrived_at.desc(), LogEntry.id).limit(limit)
    return list(db.session.scalars(ordered))


def month_kept(resident_id: uuid.UUID, month: Period) -> MonthKept:
    """Return what the resident's month card shows."""
    counted = (
        select(LogEntry.read_on, func.count().label("records"))
        .where(
            LogEntry.resident_id == resident_id,
            LogEntry.removed_at.is_(None),
            LogEntry.read_on.between(month.first, month.last),
        )
        .group_by(LogEntry.read_on)
    )
    return MonthKept(
        records={row.read_on: row.records for row in db.session.execute(counted)},
        learning_days=learning_days_queries.days_of_month(month.key),
        stamped=[
            stamp.on for stamp in learning_days_queries.stamps_of(resident_id) if stamp.month == month.key
        ],
    )


def totals(resident_id: uuid.UUID, month: Period) -> dict[str, Sums]:
    """Return what the month, its year and all time add up to, as "month", "year" and "all"."""
    keys = dict(zip(("month", "year", "all"), periods_of(month.first), strict=True))
    return {name: points_queries.period_standing(resident_id, key) for name, key in keys.items()}


def points_on(resident_id: uuid.UUID, day: date) -> int:
    """Return how many points the resident's day has brought."""
    return sum(sums.points for sums in points_queries.totals_on(resident_id, [day]).values())


def recent_books(resident_id: uuid.UUID, limit: int = 4, entered_by: uuid.UUID | None = None) -> list[Book]:
    """Return the books of :func:`reading_now` alone."""
    return [reading.book for reading in reading_now(resident_id, limit, entered_by)]


def reading_now(resident_id: uuid.UUID, limit: int = 4, entered_by: uuid.UUID | None = None) -> list[Reading]:
    """Return what a resident may want to go on with: unfinished books first, each by the day last read."""
    standing = _standing(resident_id, entered_by).subquery()
    finished = func.max(case((standing.c.finished, 1), else_=0)).label("finished")
    last_on, last_told = func.max(standing.c.read_on).label("last_on"), func.max(standing.c.arrived_at)
    by_book = (
        select(
            standing.c.book_id, finished, last_on, last_told.label("last_told"),
            func.coalesce(func.sum(standing.c.pages), 0).label("pages"),
        )
        .group_by(standing.c.book_id)
        .subquery()
    )  # fmt: skip
    found = (
        select(Book, by_book.c.last_on, by_book.c.pages, by_book.c.finished)
        .join(by_book, Book.id == by_book.c.book_id)
        .order_by(by_book.c.finished, by_book.c.last_on.desc(), by_book.c.last_told.desc(), Book.id)
        .limit(limit)
    )
    return [Reading(book, day, pages, bool(done)) for book, day, pages, done in db.session.execute(found)]


def entry(entry_id: uuid.UUID) -> LogEntry | None:
    """Return the entry with this id, a removed one too."""
    return db.session.get(LogEntry, entry_id)


def entry_for(account: Account, entry_id: uuid.UUID, *, removed_too: bool = False) -> LogEntry | None:
    """Return the entry if the account may change it: of the own household, or entered by it for somebody in
    its reach."""
    found = entry(entry_id)
    if found is None or (found.removed_at is not None and not removed_too):
        return None
    resident = resident_for(account, found.resident_id, "residents.log")
    if resident is None or account.id not in (resident.account_id, found.entered_by):
        return None
    return found


def _standing(resident_id: uuid.UUID, entered_by: uuid.UUID | None) -> Select[LogEntry]:
    found = select(LogEntry).where(LogEntry.resident_id == resident_id, LogEntry.removed_at.is_(None))
    return found.where(LogEntry.entered_by == entered_by) if entered_by else found
