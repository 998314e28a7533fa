"""Tables of merges: which two records were one person, what was moved, and which two are not."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime
from reading.communities.models import Code
from reading.extensions import Model
from reading.people.models import Account, Resident

CHANGED, REMOVED = "changed", "removed"
KINDS = (CHANGED, REMOVED)


class Merge(Model):
    """That ``merged`` was the same person as ``survivor``, whose record goes on; ``undone_at``: it was a mistake.

    ``community_id`` is where the survivor lived then.
    """

    __tablename__ = "merges"
    __table_args__ = (
        CheckConstraint("survivor_id <> merged_id", name="of_two_records"),
        Index("ix_merges_survivor_id", "survivor_id"),
        Index("ix_merges_community_id_at", "community_id", "at"),
        Index(
            "uq_merges_standing",
            "merged_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    survivor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    merged_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    survivor: Mapped[Resident] = relationship(foreign_keys=[survivor_id], lazy="joined")
    merged: Mapped[Resident] = relationship(foreign_keys=[merged_id], lazy="joined")
    merger: Mapped[Account | None] = relationship(foreign_keys=[by], lazy="joined")


class MergeLine(Model):
    """One row that a merge changed or took out, so that it can be undone.

    ``values`` holds, by column, what stood there before and after (as JSON tells it); of a row that was taken
    out, all its columns and nothing after. ``position`` counts the lines of the merge.
    """

    __tablename__ = "merge_lines"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", name="kind_known"),)

    merge_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("merges.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    table: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(String(8))
    values: Mapped[dict[str, list[Any]]] = mapped_column(JSON)


class Distinction(Model):
    """That two records alike are two people, as somebody who knows them said; ``first_id`` is the lesser id."""

    __tablename__ = "distinctions"
    __table_args__ = (
        CheckConstraint("first_id <> second_id", name="of_two_records"),
        Index("ix_distinctions_second_id", "second_id"),
    )

    first_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    second_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
