"""Every SELECT of the reading log."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Uuid,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from reading.books.models import Book
from reading.extensions import db
from reading.learning_days import queries as learning_days_queries
from reading.logbook.models import KEPT, LogEntry, LogRevision, standing_of
from reading.people.household_queries import resident_to_write_for
from reading.people.models import Account
from reading.plain import Plain
from reading.points import queries as points_queries
from reading.points.rules import Period, Sums, periods_of

# How many entries back a book still is one to go on with.
LATELY = 100
# What is removed or set aside counts nowhere.
_COUNTS = (LogEntry.removed_at.is_(None), LogEntry.set_aside_at.is_(None))


@dataclass(frozen=True)
class Reading:
    """A book as one resident reads it: the day last logged (None: never), pages told so far, finished or not."""

    book: Book
    last_on: date | None = None
    pages: int = 0
    finished: bool = False


class Line(NamedTuple):
    """An entry as a list shows it."""

    id: uuid.UUID
    title: str
    read_on: date
    pages: int | None
    minutes: int | None
    finished: bool
    entered_by: uuid.UUID | None
    review: str | None
    set_aside_at: datetime | None

    @property
    def standing(self) -> str:
        """Where the entry stands with the librarian, as ``LogEntry.standing``."""
        return standing_of(self.review, self.set_aside_at)


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
    ).where(*_COUNTS)


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
    counted = select(func.count(LogEntry.resident_id.distinct())).where(LogEntry.book_id == book_id, *_COUNTS)
    return db.session.scalar(counted) or 0


def read_together(
    residents: Select[uuid.UUID], since: date, *, least: int, limit: int
) -> list[tuple[Book, int]]:
    """Return the books that at least ``least`` of these residents have logged since that day, and how many did.

    A book whose record still waits for a librarian is not among them.
    """
    readers = func.count(LogEntry.resident_id.distinct()).label("readers")
    looked_at = or_(LogEntry.review.is_(None), LogEntry.review == KEPT)
    by_book = (
        select(LogEntry.book_id, readers)
        .where(LogEntry.resident_id.in_(residents), LogEntry.read_on >= since, *_COUNTS, looked_at)
        .group_by(LogEntry.book_id)
        .having(readers >= least)
        .subquery()
    )
    found = select(Book, by_book.c.readers).join(by_book, by_book.c.book_id == Book.id)
    ordered = found.order_by(by_book.c.readers.desc(), Book.sort_key, Book.id).limit(limit)
    return [(book, number) for book, number in db.session.execute(ordered)]


def entries_of(
    resident_id: uuid.UUID,
    *,
    entered_by: uuid.UUID | None = None,
    first: date | None = None,
    last: date | None = None,
    limit: int | None = None,
) -> list[Line]:
    """Return a resident's standing entries, the latest day first, of the days from ``first`` to ``last``.

    ``entered_by`` leaves only what that account alone wrote: all that staff may see of somebody's reading.
    """
    # Columns, not whole records: a month may hold a hundred of them.
    columns = (LogEntry.id, Book.title, LogEntry.read_on, LogEntry.pages, LogEntry.minutes, LogEntry.finished)
    marks = (LogEntry.entered_by, LogEntry.review, LogEntry.set_aside_at)
    found = select(*columns, *marks).join(Book, Book.id == LogEntry.book_id)
    found = found.where(LogEntry.resident_id == resident_id, LogEntry.removed_at.is_(None))
    if entered_by is not None:
        found = found.where(*_only_of(entered_by, LogEntry.__table__))
    if first is not None:
        found = found.where(LogEntry.read_on >= first)
    if last is not None:
        found = found.where(LogEntry.read_on <= last)
    ordered = found.order_by(LogEntry.read_on.desc(), LogEntry.arrived_at.desc(), LogEntry.id).limit(limit)
    return [Line(*row) for row in db.session.execute(ordered)]


def month_kept(resident_id: uuid.UUID, month: Period) -> MonthKept:
    """Return what the resident's month card shows."""
    counted = (
        select(LogEntry.read_on, func.count().label("records"))
        .where(
            LogEntry.resident_id == resident_id,
            *_COUNTS,
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


def reading_now(resident_id: uuid.UUID, limit: int = 4, entered_by: uuid.UUID | None = None) -> list[Reading]:
    """Return what a resident may want to go on with: unfinished books first, each by the day last read."""
    told = {"resident": resident_id, "entered_by": entered_by} if entered_by else {"resident": resident_id}
    found = db.session.execute(_reading_now(limit, entered_by is not None), told)
    return [Reading(book, day, pages, bool(done)) for book, day, pages, done in found]


@cache
def _reading_now(limit: int, of_one: bool) -> Select[*tuple[Any, ...]]:
    """Return the SELECT of :func:`reading_now`, ``of_one`` who wrote; to make it takes longer than to ask it."""
    by = bindparam("entered_by", type_=Uuid()) if of_one else None
    lately = books_lately(bindparam("resident", type_=Uuid()), limit, by).subquery()
    return (
        select(Book, lately.c.last_on, lately.c.pages, lately.c.finished)
        .join(lately, Book.id == lately.c.book_id)
        .order_by(lately.c.finished, lately.c.last_on.desc(), lately.c.last_told.desc(), Book.id)
    )


class Picked(NamedTuple):
    """A book that is offered to go on with."""

    id: uuid.UUID
    title: str


BOOKS_OFFERED = 4
_OFFERED = Plain(
    lambda: (
        select(Book.__table__.c.id, Book.__table__.c.title)
        .join(
            lately := books_lately(bindparam("resident", type_=Uuid()), BOOKS_OFFERED).subquery(),
            Book.__table__.c.id == lately.c.book_id,
        )
        .order_by(lately.c.finished, lately.c.last_on.desc(), lately.c.last_told.desc(), Book.__table__.c.id)
    )
)


def offered(resident_id: uuid.UUID) -> list[Picked]:
    """Return :func:`reading_now` in short, for the form that everybody opens."""
    return [Picked(*row) for row in _OFFERED.look({"resident": resident_id})]


def books_lately(
    resident_id: ColumnElement[uuid.UUID], limit: int, entered_by: BindParameter[uuid.UUID] | None = None
) -> Select[*tuple[Any, ...]]:
    """Return the SELECT of the ``limit`` books of :func:`reading_now`, in that order, in plain columns.

    They are looked for among the latest ``LATELY`` entries, however long the history is; what was told of them is
    summed over all of it. Over a plain table, so that it can stand in a statement made once.
    """
    log, again = LogEntry.__table__.alias(), LogEntry.__table__.alias()

    def counts(entries: Any) -> list[ColumnElement[bool]]:
        own = [entries.c.resident_id == resident_id, entries.c.removed_at.is_(None)]
        own.append(entries.c.set_aside_at.is_(None))
        return [*own, *_only_of(entered_by, entries)] if entered_by is not None else own

    latest = select(log.c.book_id, log.c.read_on, log.c.arrived_at, log.c.finished).where(*counts(log))
    # Which of one day's entries are the last among so many is nobody's concern, and to sort them takes as long as to
    # read them.
    lately = latest.order_by(log.c.read_on.desc()).limit(LATELY).subquery()
    finished = func.max(case((lately.c.finished, 1), else_=0)).label("finished")
    last_on, last_told = func.max(lately.c.read_on), func.max(lately.c.arrived_at)
    chosen = (
        select(lately.c.book_id, finished, last_on.label("last_on"), last_told.label("last_told"))
        .group_by(lately.c.book_id)
        .order_by(finished, last_on.desc(), last_told.desc(), lately.c.book_id)
        .limit(limit)
        .subquery()
    )
    told = select(func.coalesce(func.sum(again.c.pages), 0)).where(
        *counts(again), again.c.book_id == chosen.c.book_id
    )
    return select(
        chosen.c.book_id,
        chosen.c.last_on,
        chosen.c.last_told,
        told.scalar_subquery().label("pages"),
        chosen.c.finished,
    )


def entry(entry_id: uuid.UUID) -> LogEntry | None:
    """Return the entry with this id, a removed one too."""
    return db.session.get(LogEntry, entry_id)


def entry_for(account: Account, entry_id: uuid.UUID, *, removed_too: bool = False) -> LogEntry | None:
    """Return the entry if the account may change it: of the own household, or entered by it for somebody in
    its reach, as long as nobody else rewrote it."""
    found = entry(entry_id)
    if found is None or (found.removed_at is not None and not removed_too):
        return None
    resident = resident_to_write_for(account, found.resident_id)
    if resident is None:
        return None
    return found if account.id == resident.account_id or _is_only_of(account.id, found) else None


def _is_only_of(account_id: uuid.UUID, found: LogEntry) -> bool:
    theirs = exists().where(LogEntry.id == found.id, *_only_of(account_id, LogEntry.__table__))
    return bool(db.session.scalar(select(theirs)))


def _only_of(account_id: Any, entries: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions that the account entered it and all it says: what a resident wrote into it since is their own."""
    by_others = exists().where(
        LogRevision.entry_id == entries.c.id, LogRevision.by.is_distinct_from(account_id)
    )
    return entries.c.entered_by == account_id, ~by_others
