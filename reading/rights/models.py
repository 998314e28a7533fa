"""The table of wishes to leave."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime
from reading.extensions import Model
from reading.people.models import NAME_LENGTH, NICKNAME_LENGTH, Account, Resident


class Leaving(Model):
    """The wish of a resident to leave, or of an account that looks after nobody.

    It stands until it is taken back, or until the person is erased, from ``due_at`` on: then this row goes too.
    ``name``, ``phone``, ``show_as`` and ``nickname`` are what the resident's own row said, which names them no more
    while the wish stands; they are emptied when it is taken back.
    """

    __tablename__ = "leavings"
    __table_args__ = (
        CheckConstraint("(resident_id IS NULL) <> (account_id IS NULL)", name="of_one"),
        *(
            Index(
                f"uq_leavings_{one}_standing",
                f"{one}_id",
                unique=True,
                sqlite_where=text("taken_back_at IS NULL"),
            )
            for one in ("resident", "account")
        ),
        Index("ix_leavings_due_at", "due_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("residents.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    phone: Mapped[str | None] = mapped_column(String(11))
    show_as: Mapped[str] = mapped_column(String(10), default="hidden")
    nickname: Mapped[str] = mapped_column(String(NICKNAME_LENGTH), default="")
    wished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wished_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    resident: Mapped[Resident | None] = relationship(foreign_keys=[resident_id], lazy="joined")
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
