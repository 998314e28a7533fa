"""Tables of calendar feeds."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime
from reading.communities.models import Code
from reading.extensions import Model
from reading.people.models import Resident


class CalendarAddress(Model):
    """The secret address at which a resident's calendar is read; who knows ``key`` reads it until it is revoked."""

    __tablename__ = "calendar_addresses"
    __table_args__ = (
        Index(
            "uq_calendar_addresses_standing",
            "resident_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    key: Mapped[str] = mapped_column(String(43), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    resident: Mapped[Resident] = relationship(lazy="joined")
