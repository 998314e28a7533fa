"""What logging an entry asks and writes, in few statements: the path that everybody takes on a learning day.

Plain tables and :class:`~reading.plain.Plain` statements: through the ORM the same questions took eight statements,
and ten times as long.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, insert, literal, select

from reading.books.models import Book
from reading.logbook.models import LogEntry
from reading.logbook.review_queries import Beside, asking_beside, beside_of
from reading.logbook.rules import Told
from reading.people.queries import holding
from reading.people.record_queries import PERSON, Person, person
from reading.plain import Plain, Sent, together, told

Rows = Sequence[tuple[Any, ...]]
_ENTRY: Any = LogEntry.__table__
_BOOK: Any = Book.__table__


class Asked(NamedTuple):
    """What stands of a new entry's id, person and chosen book (None for none), and all it will be judged by.

    ``stamps`` and ``standing`` are what ``learning_days.actions.asking`` asks for.
    """

    is_saved: bool
    person: Person
    book: "AskedBook | None"
    beside: Beside
    stamps: Rows
    standing: Rows


class AskedBook(NamedTuple):
    """A book of the catalogue, as far as an entry is judged by it."""

    id: uuid.UUID
    title: str
    pages: int | None


def asked(entry_id: uuid.UUID, of: Told, now: datetime, settling: Sequence[Sent]) -> Asked:
    """Hold the person, then return it: on PostgreSQL all of it goes there and back at once.

    ``settling`` is what ``learning_days.actions.asking`` returned.
    """
    book_id = of.book.book_id
    values = {"entry": entry_id, "resident": of.resident_id, "day": of.read_on, "book": book_id}
    *_held, rows, beside, stamps, standing = together(
        *holding(of.resident_id),
        _ASKED.told(values),
        asking_beside(entry_id, of.resident_id, book_id, of.read_on, now),
        *settling,
    )
    saved, *someone, book, title, pages = rows[0]
    chosen = AskedBook(book, title, pages) if book else None
    return Asked(saved is not None, Person(*someone), chosen, beside_of(beside), stamps, standing)


def writing(columns: dict[str, Any]) -> Sent:
    """Return what writes an entry, told by its columns."""
    return _WRITE.told(columns)


def write(columns: dict[str, Any]) -> None:
    """Write an entry, told by its columns."""
    together(writing(columns))


def _asked() -> Select[*tuple[Any, ...]]:
    nothing = select(literal(1).label("one")).subquery()
    found = (
        nothing.outerjoin(PERSON, PERSON.c.id == told("resident", PERSON.c.id.type))
        .outerjoin(_BOOK, _BOOK.c.id == told("book", _BOOK.c.id.type))
        .outerjoin(_ENTRY, _ENTRY.c.id == told("entry", _ENTRY.c.id.type))
    )
    return select(
        _ENTRY.c.id.label("entry_id"), *person(told("day", _ENTRY.c.read_on.type)),
        _BOOK.c.id.label("book_id"), _BOOK.c.title, _BOOK.c.pages,
    ).select_from(found)  # fmt: skip


_ASKED = Plain(_asked)
_WRITE = Plain(lambda: insert(_ENTRY).values({one.name: told(one.name, one.type) for one in _ENTRY.c}))
