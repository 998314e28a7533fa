"""Tables of residents' cards."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime
from reading.communities.models import Code
from reading.extensions import Model
from reading.people.models import Resident

CODE_LENGTH = 8


class Card(Model):
    """A card of a resident. Its QR holds the signed ``id``, its face the ``code`` that can be read aloud.

    A lost card is revoked and stays, so that whoever shows it is told; a resident has one card that stands.
    ``resident_id`` None: the holder has left and is forgotten.
    """

    __tablename__ = "cards"
    __table_args__ = (
        Index("ix_cards_resident_id", "resident_id"),
        Index(
            "uq_cards_standing",
            "resident_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    resident_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("residents.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    resident: Mapped[Resident | None] = relationship(lazy="joined")
