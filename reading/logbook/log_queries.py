"""What logging an entry asks and writes, in few statements: the path that everybody takes on a learning day.

Plain tables and :class:`~reading.plain.Plain` statements: through the ORM the same questions took eight statements,
and ten times as long.
"""

import uuid
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, insert, literal, select

from reading.books.models import Book
from reading.logbook.models import LogEntry
from reading.people.record_queries import PERSON, may_be_written
from reading.plain import Plain, told

_ENTRY: Any = LogEntry.__table__
_BOOK: Any = Book.__table__


class Asked(NamedTuple):
    """What stands of a new entry's id, person and chosen book; None or False for what there is not."""

    is_saved: bool
    resident_id: uuid.UUID | None
    left_at: datetime | None
    has_withdrawn: bool
    lived_in: str | None
    book: "AskedBook | None"


class AskedBook(NamedTuple):
    """A book of the catalogue, as far as an entry is judged by it."""

    id: uuid.UUID
    title: str
    pages: int | None


def asked(entry_id: uuid.UUID, resident_id: uuid.UUID, day: date, book_id: uuid.UUID | None) -> Asked:
    """Return it, in one statement. For an action that holds the resident."""
    values = {"entry": entry_id, "resident": resident_id, "day": day, "book": book_id}
    ((saved, person, left_at, has_withdrawn, lived_in, book, title, pages),) = _ASKED.rows(values)
    chosen = AskedBook(book, title, pages) if book else None
    return Asked(saved is not None, person, left_at, bool(has_withdrawn), lived_in, chosen)


def write(columns: dict[str, Any]) -> None:
    """Write an entry, told by its columns."""
    _WRITE.run(columns)


def _asked() -> Select[*tuple[Any, ...]]:
    nothing = select(literal(1).label("one")).subquery()
    found = (
        nothing.outerjoin(PERSON, PERSON.c.id == told("resident", PERSON.c.id.type))
        .outerjoin(_BOOK, _BOOK.c.id == told("book", _BOOK.c.id.type))
        .outerjoin(_ENTRY, _ENTRY.c.id == told("entry", _ENTRY.c.id.type))
    )
    person = may_be_written(told("day", _ENTRY.c.read_on.type))
    return select(
        _ENTRY.c.id.label("entry_id"), PERSON.c.id, *person, _BOOK.c.id.label("book_id"), _BOOK.c.title,
        _BOOK.c.pages,
    ).select_from(found)  # fmt: skip


_ASKED = Plain(_asked)
_WRITE = Plain(lambda: insert(_ENTRY).values({one.name: told(one.name, one.type) for one in _ENTRY.c}))
