"""The table of lists that wait to be confirmed."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime
from reading.communities.models import Code, Community
from reading.extensions import Model

ENCODING_LENGTH = 10


class RosterImport(Model):
    """A list of residents that somebody handed in and has not confirmed yet; nobody else sees it.

    ``lines`` holds, as [number, {column: text}], what was written in the columns that were understood (``told``:
    column to heading), and nothing else of the file; it is emptied when the list is confirmed, and the row goes a
    day after it came. A CSV file was ``read_as`` one encoding ("" for a workbook) and is shown as ``encoding``.
    ``added``, ``known`` and ``refused`` say what became of its lines.
    """

    __tablename__ = "roster_imports"
    __table_args__ = (
        Index("ix_roster_imports_account_id", "account_id"),
        Index("ix_roster_imports_created_at", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    base_code: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    read_as: Mapped[str] = mapped_column(String(ENCODING_LENGTH))
    encoding: Mapped[str] = mapped_column(String(ENCODING_LENGTH))
    told: Mapped[dict[str, str]] = mapped_column(JSON)
    unused: Mapped[list[str]] = mapped_column(JSON)
    lines: Mapped[list[tuple[int, dict[str, str]]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    added: Mapped[int | None]
    known: Mapped[int | None]
    refused: Mapped[int | None]

    base: Mapped[Community] = relationship(lazy="joined")
