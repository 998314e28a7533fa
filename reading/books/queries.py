"""Every SELECT of the catalogue."""

import re
import uuid
from collections.abc import Callable

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from reading.books.models import TITLE_LENGTH, Book
from reading.books.rules import BadNumber, Number, book_key, read_number, title_key
from reading.extensions import db
from reading.text import forbidden_character, like_pattern, match_key, squeezed, with_plain_digits

ESCAPE = "\\"
# Fewer digits than this are rather part of a title (1984) than the beginning of an ISBN.
FEWEST_DIGITS = 5

ReaderCount = Callable[[uuid.UUID], int]


def init_app(app: Flask, *, readers: ReaderCount) -> None:
    """Tell the catalogue who counts a book's readers; it comes before the logbook and may not import it."""
    app.extensions["book_readers"] = readers


def reader_count(book: Book) -> int:
    """Return how many residents have logged this book."""
    count: ReaderCount = current_app.extensions["book_readers"]
    return count(book.id)


def get(book_id: uuid.UUID) -> Book | None:
    """Return the book with this id."""
    return db.session.get(Book, book_id)


def by_number(number: Number) -> Book | None:
    """Return the book that carries this number."""
    if number.isbn:
        return db.session.scalar(select(Book).where(Book.isbn == number.isbn))
    if number.unified_number:
        return db.session.scalar(select(Book).where(Book.unified_number == number.unified_number))
    return None


def by_key(title: str, author: str) -> Book | None:
    """Return the book with this title and author in any spelling; of several the one without a number, then
    the first that came."""
    return db.session.scalar(
        select(Book)
        .where(Book.match_key == book_key(title, author))
        .order_by(func.coalesce(Book.isbn, Book.unified_number, "") != "", Book.created_at, Book.id)
        .limit(1)
    )


def by_title_alone(title: str) -> Book | None:
    """Return the book with this title if only one author's is known; of its editions the first that came."""
    pattern = like_pattern(f"{title_key(title)}/", anywhere=False)
    found = db.session.scalars(
        select(Book)
        .where(Book.match_key.like(pattern, escape=ESCAPE))
        .order_by(Book.created_at, Book.id)
        .limit(50)
    ).all()
    return found[0] if len({book.match_key for book in found}) == 1 else None


def search(text: str, limit: int = 10) -> list[Book]:
    """Return the books somebody typing ``text`` may mean, best first: by title, author, pinyin or number."""
    typed = squeezed(text)[:TITLE_LENGTH]
    if not typed or forbidden_character(text):
        return []
    number = _number_in(typed)
    if number:
        found = by_number(number)
        return [found] if found else []
    digits = re.sub(r"[\s-]", "", with_plain_digits(typed))
    if len(digits) >= FEWEST_DIGITS and re.fullmatch("[0-9]+", digits):
        matching: ColumnElement[bool] = or_(
            Book.isbn.like(like_pattern(digits, anywhere=False)), _matches(typed)
        )
    else:
        matching = and_(*(_matches(word) for word in typed.split(" ")))
    return list(db.session.scalars(_best_first(select(Book).where(matching), typed).limit(limit)))


def shelf(name: str, limit: int, offset: int = 0) -> list[Book]:
    """Return the books of one shelf, of all for an empty name, in the order of their titles."""
    chosen = select(Book).where(Book.shelf == name) if name else select(Book)
    return list(
        db.session.scalars(chosen.order_by(Book.sort_key, Book.title, Book.id).limit(limit).offset(offset))
    )


def _number_in(typed: str) -> Number | None:
    try:
        return read_number(typed)
    except BadNumber:
        return None


def _matches(word: str) -> ColumnElement[bool]:
    """Match one typed word: anywhere in title or author, or at the beginning of a pinyin spelling."""
    literal, folded = like_pattern(word), match_key(word)
    found: list[ColumnElement[bool]] = [
        Book.title.like(literal, escape=ESCAPE),
        Book.author.like(literal, escape=ESCAPE),
    ]
    if folded:
        found.append(Book.match_key.like(like_pattern(folded), escape=ESCAPE))
        found += _spelled(folded)
    return or_(*found)


def _spelled(folded: str) -> list[ColumnElement[bool]]:
    beginning = like_pattern(folded, anywhere=False)
    return [Book.keys.like(beginning, escape=ESCAPE), Book.keys.like(f"% {beginning}", escape=ESCAPE)]


def _best_first(found: Select[Book], typed: str) -> Select[Book]:
    """Order: the very title, a title that begins so, one that holds it, one spelled so, then authors."""
    key = title_key(typed)
    place = case(
        (Book.match_key.like(like_pattern(f"{key}/", anywhere=False), escape=ESCAPE), 0),
        (Book.match_key.like(like_pattern(key, anywhere=False), escape=ESCAPE), 1),
        (Book.title.like(like_pattern(typed), escape=ESCAPE), 2),
        (Book.keys.like(like_pattern(key, anywhere=False), escape=ESCAPE), 3),
        else_=4,
    )
    return found.order_by(place, Book.sort_key, Book.title, Book.author, Book.id)
