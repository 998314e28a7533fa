"""Tables of who helps at events."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime
from reading.communities.models import Code
from reading.events.models import Event
from reading.extensions import Model
from reading.people.models import Account, Resident

MOST_MINUTES = 24 * 60


class Helper(Model):
    """A resident who helps at an event of their own will (志愿者).

    ``minutes`` is how long they helped, once staff have said so. ``named_at``: since when they may take this
    one event's attendance, until the end of its day or until ``naming_ended_at``.
    """

    __tablename__ = "helpers"
    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN 0 AND {MOST_MINUTES}", name="minutes_possible"),
        Index(
            "uq_helpers_event_resident",
            "event_id",
            "resident_id",
            unique=True,
            sqlite_where=text("given_up_at IS NULL"),
        ),
        Index("ix_helpers_resident_id", "resident_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int | None]
    minutes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    named_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    named_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    naming_ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    resident: Mapped[Resident] = relationship(lazy="joined")


class HelperHours(Model):
    """What was written down once as a helper's ``minutes``, by whom and when; a correction is one more of these."""

    __tablename__ = "helper_hours"
    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN 0 AND {MOST_MINUTES}", name="minutes_possible"),
        Index("ix_helper_hours_helper_id", "helper_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    helper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("helpers.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    minutes: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    helper: Mapped[Helper] = relationship()
    teller: Mapped[Account | None] = relationship(lazy="joined")
