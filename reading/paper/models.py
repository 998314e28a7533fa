"""Tables of the roster on paper."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime
from reading.communities.models import Code
from reading.events.models import Event
from reading.extensions import Model


class Sheet(Model):
    """A roster as it was printed: its lines keep their numbers, whoever signs up or leaves afterwards.

    ``number`` counts the sheets of the event. ``resident_ids`` holds who stands on line 1, 2, 3 … (as text);
    ``blanks`` blank lines for walk-ins follow.
    """

    __tablename__ = "sheets"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    number: Mapped[int]
    resident_ids: Mapped[list[str]] = mapped_column(JSON)
    blanks: Mapped[int]
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    event: Mapped[Event] = relationship()
