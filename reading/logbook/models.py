"""Tables of the reading log: entries, and what they said before they were corrected."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.books.models import Book
from reading.communities.models import Code
from reading.database import UtcDateTime
from reading.extensions import Model
from reading.people.models import Resident

REFLECTION_LENGTH = 1000
MOST_PAGES = 1000
MOST_MINUTES = 960


class LogEntry(Model):
    """What one resident read of one book on one date, as told.

    ``id`` is drawn by the form or the phone. ``sent_digest`` is taken of the content first sent under it, so
    that the same id sent again can be told from another record. ``community_id`` is where the resident lived
    on that date. ``flag`` names why a librarian should look ("pages", "minutes"). A removed entry stays, with
    who and when.
    """

    __tablename__ = "log_entries"
    __table_args__ = (
        CheckConstraint(f"pages BETWEEN 1 AND {MOST_PAGES}", name="pages_possible"),
        CheckConstraint(f"minutes BETWEEN 1 AND {MOST_MINUTES}", name="minutes_possible"),
        CheckConstraint("pages IS NOT NULL OR minutes IS NOT NULL OR finished", name="says_something"),
        Index("ix_log_entries_resident_id_read_on", "resident_id", "read_on"),
        Index("ix_log_entries_resident_id_book_id", "resident_id", "book_id"),
        Index("ix_log_entries_book_id", "book_id"),
        Index("ix_log_entries_community_id_read_on", "community_id", "read_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    book_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("books.id"))
    read_on: Mapped[date]
    pages: Mapped[int | None]
    minutes: Mapped[int | None]
    finished: Mapped[bool]
    reflection: Mapped[str] = mapped_column(String(REFLECTION_LENGTH), default="")
    flag: Mapped[str | None] = mapped_column(String(20))
    sent_digest: Mapped[str] = mapped_column(String(64))
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    book: Mapped[Book] = relationship(lazy="joined")
    resident: Mapped[Resident] = relationship()


class LogRevision(Model):
    """What an entry said before a correction or removal, who made it and when."""

    __tablename__ = "log_revisions"
    __table_args__ = (Index("ix_log_revisions_entry_id_at", "entry_id", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("log_entries.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
