"""Every write of the catalogue."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from reading import clock
from reading.books import queries
from reading.books.models import AUTHOR_LENGTH, PUBLISHER_LENGTH, TITLE_LENGTH, Book
from reading.books.rules import NO_NUMBER, Details, Number, book_key, plain_title, read_row
from reading.csv_files import BadFile, read_rows
from reading.database import action, again_if_raced, broke
from reading.errors import Refused
from reading.extensions import db
from reading.meanwhile import refuse_if_changed
from reading.text import pinyin_keys, sort_key, squeezed

COLUMNS = ("title", "author", "publisher", "year", "pages", "isbn", "shelf")
LONGEST = {"title": TITLE_LENGTH, "author": AUTHOR_LENGTH, "publisher": PUBLISHER_LENGTH}
KEYS_LENGTH, SORT_KEY_LENGTH = 4000, 1600
SAME_WORDS = ("uq_books_match_key_without_number", "books.match_key")
# The unique rules that a book somebody else added at the same moment may break: name, SQLite's columns.
SAME_BOOK = (
    ("uq_books_isbn", "books.isbn"),
    ("uq_books_unified_number", "books.unified_number"),
    SAME_WORDS,
)


class Taken(Exception):
    """Another catalogue entry has this number, or, without one, this title and author already.

    ``field`` is "isbn" or "title": what the correction's form says it at.
    """

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class OtherBook(Exception):
    """This form's id was used before for another book: ``saved``."""

    def __init__(self, saved: Book) -> None:
        super().__init__(str(saved.id))
        self.saved = saved


@dataclass(frozen=True)
class Counts:
    """What an import did."""

    added: int
    known: int


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
    new_id: uuid.UUID | None = None,
) -> Book:
    """Return the one book meant by these words, adding it if nobody has; inside the caller's action.

    A number decides; without one the title and author in any spelling do, and a title alone means the book of
    that title as long as only one author's is known. A book known without its number takes the one it is
    given. Numbers must be as ``rules.read_number`` returns them. Raises ValueError for an empty title.
    """
    number = Number(isbn, unified_number)
    details = Details(title, author, number, publisher, year, pages, shelf)
    return _find_or_add(details, by=by, at=at, new_id=new_id or uuid.uuid4())


@again_if_raced("pk_books", "books.id")
@action
def add(book_id: uuid.UUID, details: Details, by: uuid.UUID) -> Book:
    """Add a book that is not there, or return the one that is; sent again it is the same book.

    Raises :class:`OtherBook` when the same account used this id for another book, ``Refused`` when another
    account did.
    """
    saved = queries.get(book_id)
    if saved is None:
        return _find_or_add(details, by=by, at=clock.now(), new_id=book_id)
    if saved.created_by != by:
        raise Refused(_("This form was used before. Please open the page again and write it once more."))
    if (saved.match_key, _number(saved)) != (
        book_key(plain_title(details.title), details.author),
        details.number,
    ):
        raise OtherBook(saved)
    return saved


@action
def correct(book_id: uuid.UUID, details: Details, seen: str | None = None) -> Book:
    """Let a catalogue entry say this. Raises :class:`Taken`, and ``Changed`` for another one than was ``seen``."""
    book = db.session.get_one(Book, book_id, with_for_update=True, populate_existing=True)
    columns = _columns(details)
    refuse_if_changed(book, columns, seen)
    try:
        with db.session.begin_nested():
            for name, value in columns.items():
                setattr(book, name, value)
    except IntegrityError as error:
        if not _is_same_book(error):
            raise
        same_words = broke(error, *SAME_WORDS)
        raise Taken("title" if same_words else "isbn") from None
    return book


@action
def import_books(content: bytes) -> Counts:
    """Take the books of a CSV file (``COLUMNS``) into the catalogue, all or none; known ones stay as they are.

    Raises ``BadFile``.
    """
    problems, books = [], []
    lines: dict[object, int] = {}
    for line, row in read_rows(content, COLUMNS):
        details, wrong = read_row(row, LONGEST)
        problems += [(line, text) for text in wrong]
        if details is None:
            continue
        same = details.number if details.number != NO_NUMBER else book_key(details.title, details.author)
        if lines.setdefault(same, line) != line:
            problems.append((line, f"the same book as in line {lines[same]}"))
        books.append(details)
    if problems:
        raise BadFile(problems)
    drawn = [uuid.uuid4() for _book in books]
    at = clock.now()
    kept = [_find_or_add(one, by=None, at=at, new_id=new) for one, new in zip(books, drawn, strict=True)]
    added = sum(book.id == new for book, new in zip(kept, drawn, strict=True))
    return Counts(added, len(books) - added)


def _find_or_add(details: Details, *, by: uuid.UUID | None, at: datetime, new_id: uuid.UUID) -> Book:
    details = replace(details, title=plain_title(details.title), author=squeezed(details.author))
    if not details.title:
        raise ValueError("a book needs a title")
    found = _find(details)
    if found is not None:
        return found
    book = Book(id=new_id, created_at=at, created_by=by, **_columns(details))
    try:
        with db.session.begin_nested():
            db.session.add(book)
    except IntegrityError as error:
        faster = _find(details) if _is_same_book(error) else None
        if faster is None:
            raise
        return faster
    return book


def _find(details: Details) -> Book | None:
    title, author = details.title, details.author
    if details.number == NO_NUMBER:
        return queries.by_key(title, author) or (None if author else queries.by_title_alone(title))
    found = queries.by_number(details.number)
    if found is not None or not author:
        return found
    known = queries.by_key(title, author)
    return _completed(known, details) if known is not None else None


def _completed(known: Book, details: Details) -> Book | None:
    """Give a book that was known without its number this one; None when it has one already."""
    try:
        with db.session.begin_nested():
            db.session.refresh(known, with_for_update=True)
            if _number(known) != NO_NUMBER:
                return None
            for name, value in _columns(details).items():
                if not getattr(known, name):
                    setattr(known, name, value)
    except IntegrityError as error:
        if not _is_same_book(error):
            raise
        return queries.by_number(details.number)
    return known


def _number(book: Book) -> Number:
    return Number(book.isbn, book.unified_number)


def _columns(details: Details) -> dict[str, Any]:
    """Return a book's columns: what is told of it and all that is derived from that."""
    title, author = plain_title(details.title), squeezed(details.author)
    keys = f"{pinyin_keys(title)} {pinyin_keys(author)}".strip()
    return {
        "title": title,
        "author": author,
        "publisher": details.publisher,
        "year": details.year,
        "pages": details.pages,
        "isbn": details.number.isbn,
        "unified_number": details.number.unified_number,
        "shelf": details.shelf,
        "match_key": book_key(title, author),
        "keys": keys[:KEYS_LENGTH],
        "sort_key": sort_key(title)[:SORT_KEY_LENGTH],
    }


def _is_same_book(error: IntegrityError) -> bool:
    return any(broke(error, constraint, column) for constraint, column in SAME_BOOK)
