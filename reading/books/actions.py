"""Every write of the catalogue."""

import uuid
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from reading.books import queries
from reading.books.models import Book
from reading.books.rules import NO_NUMBER, Number, book_key, plain_title
from reading.database import broke
from reading.extensions import db
from reading.text import pinyin_keys, sort_key, squeezed

KEYS_LENGTH, SORT_KEY_LENGTH = 4000, 1600
# The unique rules that a book somebody else added at the same moment may break: name, SQLite's columns.
SAME_BOOK = (
    ("uq_books_isbn", "books.isbn"),
    ("uq_books_unified_number", "books.unified_number"),
    ("uq_books_match_key_without_number", "books.match_key"),
    ("pk_books", "books.id"),
)


def find_or_add(
    title: str,
    author: str = "",
    isbn: str | None = None,
    unified_number: str | None = None,
    *,
    publisher: str = "",
    year: int | None = None,
    pages: int | None = None,
    shelf: str = "",
    by: uuid.UUID | None,
    at: datetime,
    book_id: uuid.UUID | None = None,
) -> Book:
    """Return the one book meant by these words, adding it if nobody has; inside the caller's action.

    A number decides; without one the title and author in any spelling do, and a title alone means the book of
    that title as long as only one author's is known. A book known without its number takes the one it is
    given. Numbers must be as ``rules.read_number`` returns them. Raises ValueError for an empty title.
    """
    title, author = plain_title(title), squeezed(author)
    if not title:
        raise ValueError("a book needs a title")
    number = Number(isbn, unified_number)
    found = _find(title, author, number)
    if found is not None:
        return found
    book = Book(
        id=book_id or uuid.uuid4(), publisher=publisher, year=year, pages=pages, shelf=shelf,
        isbn=isbn, unified_number=unified_number, created_at=at, created_by=by,
        **_named(title, author),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(book)
    except IntegrityError as error:
        faster = _find(title, author, number) if _is_same_book(error) else None
        if faster is None:
            raise
        return faster
    return book


def _find(title: str, author: str, number: Number) -> Book | None:
    if number == NO_NUMBER:
        return queries.by_key(title, author) or (None if author else queries.by_title_alone(title))
    found = queries.by_number(number)
    if found is not None or not author:
        return found
    known = queries.by_key(title, author)
    return _with_number(known, number) if known is not None else None


def _with_number(known: Book, number: Number) -> Book | None:
    """Give a book that was known without its number this one; None when it has one already."""
    try:
        with db.session.begin_nested():
            db.session.refresh(known, with_for_update=True)
            if known.isbn or known.unified_number:
                return None
            known.isbn, known.unified_number = number.isbn, number.unified_number
    except IntegrityError as error:
        if not _is_same_book(error):
            raise
        return queries.by_number(number)
    return known


def _named(title: str, author: str) -> dict[str, str]:
    """Return a book's title and author with all that is derived from them."""
    keys = f"{pinyin_keys(title)} {pinyin_keys(author)}".strip()
    return {
        "title": title,
        "author": author,
        "match_key": book_key(title, author),
        "keys": keys[:KEYS_LENGTH],
        "sort_key": sort_key(title)[:SORT_KEY_LENGTH],
    }


def _is_same_book(error: IntegrityError) -> bool:
    return any(broke(error, constraint, column) for constraint, column in SAME_BOOK)
