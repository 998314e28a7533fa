"""Tables of attendance: the fact, and every mark that led to it."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.communities.models import Code
from reading.database import UtcDateTime
from reading.events.models import Event
from reading.extensions import Model
from reading.people.models import Resident

PRESENT, LATE, EXCUSED, UNDONE = "present", "late", "excused", "undone"
STATUSES = (PRESENT, LATE, EXCUSED, UNDONE)
CAME = (PRESENT, LATE)
METHODS = ("roster", "link")


class Attendance(Model):
    """Whether a resident came to an event: one row per resident and event, whatever the path.

    ``id`` is the id of the first mark. ``status`` follows the latest mark; "undone" rows stay. ``on`` is the
    city's date of the event. ``community_id`` is where the resident lived on that date.
    ``happened_at`` is when they came, as the phone tells it; ``arrived_at`` when the server learned of it.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status_known"),
        CheckConstraint(f"method IN {METHODS}", name="method_known"),
        UniqueConstraint("event_id", "resident_id"),
        Index("ix_attendance_resident_id_on", "resident_id", "on"),
        Index("ix_attendance_community_id_on", "community_id", "on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    status: Mapped[str] = mapped_column(String(8))
    on: Mapped[date]
    method: Mapped[str] = mapped_column(String(8))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    resident: Mapped[Resident] = relationship()


class Mark(Model):
    """One mark as it was made: the history of an attendance. ``id`` is drawn by the phone or the form."""

    __tablename__ = "marks"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status_known"),
        CheckConstraint(f"method IN {METHODS}", name="method_known"),
        Index("ix_marks_event_id_resident_id", "event_id", "resident_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    status: Mapped[str] = mapped_column(String(8))
    method: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(200), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
