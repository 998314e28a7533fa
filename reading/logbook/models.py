"""Tables of the reading log: entries, and what they said before they were corrected."""

import hashlib
import json
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.books.models import Book
from reading.columns import UtcDateTime
from reading.communities.models import Code
from reading.extensions import Model
from reading.people.models import Account, Resident

REFLECTION_LENGTH = 1000
MOST_PAGES = 1000
MOST_MINUTES = 960
REASON_LENGTH = 300
VERSION_LENGTH = 16
WAITING, KEPT = "waiting", "kept"
REVIEWS = (WAITING, KEPT)
DECISIONS = ("kept", "corrected", "set_aside", "taken_back")


def standing_of(review: str | None, set_aside_at: datetime | None) -> str:
    """Return where an entry stands with the librarian: "", "waiting", "kept", "set_aside" or "answered"."""
    if set_aside_at is None:
        return review or ""
    return "answered" if review == WAITING else "set_aside"


class LogEntry(Model):
    """What one resident read of one book on one date, as told.

    ``id`` is drawn by the form or the phone. ``sent_digest`` is taken of the content first sent under it, so
    that the same id sent again can be told from another record. ``community_id`` is where the resident lived
    on that date. ``flag`` names why a librarian should look (``review_rules.judge``), ``review`` whether one has:
    "waiting", "kept", None where nobody need to. An entry set aside counts nothing from ``set_aside_at`` on; "waiting"
    beside it says that its reader has answered. A removed entry stays, with who and when.
    """

    __tablename__ = "log_entries"
    __table_args__ = (
        CheckConstraint(f"pages BETWEEN 1 AND {MOST_PAGES}", name="pages_possible"),
        CheckConstraint(f"minutes BETWEEN 1 AND {MOST_MINUTES}", name="minutes_possible"),
        CheckConstraint(f"review IN {REVIEWS}", name="review_known"),
        CheckConstraint("pages IS NOT NULL OR minutes IS NOT NULL OR finished", name="says_something"),
        Index("ix_log_entries_resident_id_read_on", "resident_id", "read_on"),
        Index("ix_log_entries_resident_id_book_id", "resident_id", "book_id"),
        Index("ix_log_entries_book_id", "book_id"),
        Index("ix_log_entries_resident_id_arrived_at", "resident_id", "arrived_at"),
        Index(
            "ix_log_entries_waiting",
            "arrived_at",
            "community_id",
            sqlite_where=text("review = 'waiting'"),
        ),
        Index(
            "ix_log_entries_set_aside",
            "set_aside_at",
            "community_id",
            sqlite_where=text("set_aside_at IS NOT NULL"),
        ),
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
    review: Mapped[str | None] = mapped_column(String(10))
    set_aside_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_digest: Mapped[str] = mapped_column(String(64))
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    book: Mapped[Book] = relationship(lazy="joined")
    resident: Mapped[Resident] = relationship()

    @property
    def fields(self) -> dict[str, Any]:
        """What the form that corrects it says of it."""
        said = ("book_id", "read_on", "pages", "minutes", "finished", "reflection")
        return {"book": self.book.title, **{name: getattr(self, name) for name in said}}

    @property
    def measure(self) -> tuple[Any, ...]:
        """What the entry is judged by: its book, day and amounts."""
        return str(self.book_id), self.read_on.isoformat(), self.pages, self.minutes, self.finished

    @property
    def standing(self) -> str:
        """Where the entry stands with the librarian: "", "waiting", "kept", "set_aside" or "answered"."""
        return standing_of(self.review, self.set_aside_at)

    @property
    def version(self) -> str:
        """A fingerprint of what a librarian looks at: another after each correction and each decision."""
        parts = json.dumps([*self.measure, self.flag, self.standing, str(self.set_aside_at)])
        return hashlib.sha256(parts.encode()).hexdigest()[:VERSION_LENGTH]


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


class LogDecision(Model):
    """What a librarian decided about an entry that was looked at, and the reason its reader is told.

    ``id`` is drawn by the form. ``flag`` is why the entry was looked at then.
    """

    __tablename__ = "log_decisions"
    __table_args__ = (
        CheckConstraint(f"decision IN {DECISIONS}", name="decision_known"),
        CheckConstraint("decision NOT IN ('corrected', 'set_aside') OR reason <> ''", name="reason_told"),
        Index("ix_log_decisions_entry_id_at", "entry_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("log_entries.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decision: Mapped[str] = mapped_column(String(10))
    flag: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")

    decider: Mapped[Account | None] = relationship(lazy="joined")
