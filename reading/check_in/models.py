"""Tables of checking in by phone."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reading.columns import UtcDateTime
from reading.extensions import Model


class WrongCode(Model):
    """A six-digit code that was typed wrong: counted, so that nobody can try them all.

    ``typed_by`` is a digest of the account, or of the address of somebody who is not signed in.
    """

    __tablename__ = "wrong_codes"
    __table_args__ = (Index("ix_wrong_codes_event_id_typed_by_at", "event_id", "typed_by", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    typed_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
