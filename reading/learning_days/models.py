"""The table of stamps, and what erased people's stamps leave in the sums."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reading.communities.models import Code
from reading.extensions import Model


class Stamp(Model):
    """That a resident kept the learning day of ``month`` (``2026-11``), on the day ``on``.

    ``community_id`` is where the resident lived then. One stamp a month, whatever the rule; it stands while
    one record dated that day does. ``id`` is what the points ledger names as its source.
    """

    __tablename__ = "stamps"
    __table_args__ = (
        Index("ix_stamps_month_community_id", "month", "community_id"),
        Index("ix_stamps_month_on", "month", "on"),
    )

    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4, unique=True)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    on: Mapped[date]


class ClosingStamps(Model):
    """How many people who were erased had kept the learning day of ``month`` on the day ``on`` in a community."""

    __tablename__ = "closing_stamps"
    __table_args__ = (
        CheckConstraint("stamps > 0", name="only_adds"),
        Index("ix_closing_stamps_month_on", "month", "on"),
    )

    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    stamps: Mapped[int]
