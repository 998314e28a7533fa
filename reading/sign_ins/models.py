"""Tables of signing in: which device is signed in as whom, and which passwords were wrong."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.columns import UtcDateTime
from reading.extensions import Model
from reading.people.models import Account

HASH_LENGTH, MARK_LENGTH, ADDRESS_LENGTH, DEVICE_LENGTH = 64, 16, 45, 40
# Why a sign-in ended: on the device itself, from another one, with all others, by signing in anew on the same
# device, with a new password, because the account was closed.
ENDINGS = ("out", "elsewhere", "others", "again", "password", "closed")


class SignIn(Model):
    """A device signed in as an account, until ``ended_at``. The device holds the token, the row only its hash.

    ``token_at``: since when that token holds; the one before it (``former_hash``) is taken a moment longer.
    ``roles_mark`` stands for the roles held then: with other roles the next request gets a new token. ``is_staff``
    says whose lifetimes it has (``rules``). ``seen_at`` is written now and then only. ``device`` is what the browser
    says it is, ``device_hash`` the device's own cookie, which outlives the sign-in.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (
        CheckConstraint(f"why IN {('', *ENDINGS)}", name="why_known"),
        CheckConstraint("(ended_at IS NULL) = (why = '')", name="ended_for_a_reason"),
        Index("ix_sign_ins_account_id", "account_id"),
        Index("ix_sign_ins_former_hash", "former_hash"),
        Index("ix_sign_ins_device_hash", "device_hash"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    former_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    token_at: Mapped[datetime] = mapped_column(UtcDateTime)
    roles_mark: Mapped[str] = mapped_column(String(MARK_LENGTH))
    is_staff: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    device: Mapped[str] = mapped_column(String(DEVICE_LENGTH), default="")
    device_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    why: Mapped[str] = mapped_column(String(10), default="")

    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class WrongPassword(Model):
    """A password that was tried and not found right. Both who it was tried for and the address are digests."""

    __tablename__ = "wrong_passwords"
    __table_args__ = (
        Index("ix_wrong_passwords_counted_as_at", "counted_as", "at"),
        Index("ix_wrong_passwords_address_at", "address", "at"),
        Index("ix_wrong_passwords_at", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    counted_as: Mapped[str] = mapped_column(String(HASH_LENGTH))
    address: Mapped[str] = mapped_column(String(HASH_LENGTH))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
