"""Every SELECT of the reading log."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, literal, select

from reading.books.models import Book
from reading.extensions import db
from reading.logbook.models import LogEntry


@dataclass(frozen=True)
class Reading:
    """A book as one resident reads it: the day last logged, the pages told so far, finished or not."""

    book: Book
    last_on: date
    pages: int
    finished: bool


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


def records_by_day(
    resident_id: uuid.UUID, first: date, last: date, entered_by: uuid.UUID | None = None
) -> dict[date, int]:
    """Return how many entries each day of ``first`` to ``last`` holds; days without one are left out."""
    standing = _standing(resident_id, entered_by).subquery()
    counted = (
        select(standing.c.read_on, func.count().label("records"))
        .where(standing.c.read_on.between(first, last))
        .group_by(standing.c.read_on)
    )
    return {row.read_on: row.records for row in db.session.execute(counted)}


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


def _standing(resident_id: uuid.UUID, entered_by: uuid.UUID | None) -> Select[LogEntry]:
    found = select(LogEntry).where(LogEntry.resident_id == resident_id, LogEntry.removed_at.is_(None))
    return found.where(LogEntry.entered_by == entered_by) if entered_by else found
