"""Tables of one-time codes: those given in person, and the wrong ones that were typed."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime
from reading.extensions import Model
from reading.people.models import Account, Resident

CLAIM, PASSWORD = "claim", "password"
STANDS = text("used_at IS NULL AND voided_at IS NULL")


class GivenCode(Model):
    """A code somebody of the staff gave in person; only its digest is kept.

    A code to claim a record names the ``resident``, one for a new password the ``account``. It is used once
    (``used_with``: the id of the form that did), by its time, and only while no newer one was given (``voided_at``).
    """

    __tablename__ = "given_codes"
    __table_args__ = (
        CheckConstraint(
            f"(purpose = '{CLAIM}' AND resident_id IS NOT NULL AND account_id IS NULL)"
            f" OR (purpose = '{PASSWORD}' AND account_id IS NOT NULL AND resident_id IS NULL)",
            name="is_for_one",
        ),
        Index("uq_given_codes_claim", "resident_id", unique=True, sqlite_where=STANDS),
        Index("uq_given_codes_password", "account_id", unique=True, sqlite_where=STANDS),
        Index("ix_given_codes_account_id_used_at", "account_id", "used_at"),
        Index("ix_given_codes_resident_id", "resident_id"),
        Index("ix_given_codes_given_by", "given_by"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    purpose: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    resident_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("residents.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_with: Mapped[uuid.UUID | None]

    resident: Mapped[Resident | None] = relationship(foreign_keys=[resident_id])
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    giver: Mapped[Account | None] = relationship(foreign_keys=[given_by])


class WrongAnswer(Model):
    """A code that was typed wrong: counted, so that nobody can try them all.

    ``typed_by`` is a digest of the address, or of the phone number or account it was typed for.
    """

    __tablename__ = "wrong_answers"
    __table_args__ = (Index("ix_wrong_answers_typed_by_at", "typed_by", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    typed_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
