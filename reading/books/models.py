"""The table of the catalogue."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from reading.columns import UtcDateTime, binary_string
from reading.extensions import Model

TITLE_LENGTH = 200
AUTHOR_LENGTH = 120
PUBLISHER_LENGTH = 120


class Book(Model):
    """A catalogue entry; one for all communities.

    ``isbn`` is an ISBN-13 without hyphens; ``unified_number`` the 统一书号 of 1956–86, such as ``10019·1234``.
    A book with neither is told apart by ``match_key``: its title and author as ``text.match_key`` folds them.
    ``keys`` holds the pinyin of the title and of the author, for search.
    """

    __tablename__ = "books"
    __table_args__ = (
        CheckConstraint("isbn IS NULL OR length(isbn) = 13", name="isbn_is_13_digits"),
        CheckConstraint("pages IS NULL OR pages BETWEEN 1 AND 20000", name="pages_possible"),
        Index(
            "uq_books_match_key_without_number",
            "match_key",
            unique=True,
            sqlite_where=text("isbn IS NULL AND unified_number IS NULL"),
        ),
        Index("ix_books_sort_key", "sort_key"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    author: Mapped[str] = mapped_column(String(AUTHOR_LENGTH), default="")
    publisher: Mapped[str] = mapped_column(String(PUBLISHER_LENGTH), default="")
    year: Mapped[int | None]
    pages: Mapped[int | None]
    isbn: Mapped[str | None] = mapped_column(String(13), unique=True)
    unified_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    shelf: Mapped[str] = mapped_column(String(20), default="")
    match_key: Mapped[str] = mapped_column(String(400))
    keys: Mapped[str] = mapped_column(String(4000))
    sort_key: Mapped[str] = mapped_column(binary_string(1600))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    @property
    def fields(self) -> dict[str, Any]:
        """What the form that corrects an entry says of this one, by the names of its fields."""
        told = ("title", "author", "publisher", "year", "pages", "shelf")
        number = self.isbn or self.unified_number or ""
        return {**{name: getattr(self, name) for name in told}, "isbn": number}
