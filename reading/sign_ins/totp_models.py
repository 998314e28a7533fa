"""Tables of the second step at sign-in: whose phone draws its codes, and the codes for when that phone is lost."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from reading.columns import UtcDateTime
from reading.extensions import Model


class SecondFactor(Model):
    """A phone's code generator that an account confirmed. Its secret follows from ``number`` and the service's key.

    ``number`` counts the account's generators: each has a secret of its own, and one that has ended never comes back.
    ``last_step`` is the half-minute of the last code taken, so that no code is taken twice.
    """

    __tablename__ = "second_factors"
    __table_args__ = (
        UniqueConstraint("account_id", "number"),
        Index(
            "uq_second_factors_standing",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    number: Mapped[int]
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class RecoveryCode(Model):
    """A code that stands in for the lost phone, once; only its digest is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("factor_id", "digest"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    factor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("second_factors.id"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
