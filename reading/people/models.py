"""Tables of people: who signs in, who reads, where they live, what they may do and what they agreed to."""

import uuid
from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.access import ROLES, RoleLike, holds
from reading.communities.models import Code, Community
from reading.database import UtcDateTime, binary_string
from reading.extensions import Model

NAME_LENGTH = 40
NICKNAME_LENGTH = 20
SHOW_AS = ("nickname", "masked", "hidden")
RELATIONS = ("self", "child", "other")
CONSENTS = ("taking_part", "boards")


class Account(UserMixin, Model):
    """A login. ``phone`` is a mainland mobile number, eleven digits.

    A person with an account also has a resident of their own (``relation`` "self"), except staff made on the
    command line.
    """

    __tablename__ = "accounts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    phone: Mapped[str] = mapped_column(String(11), unique=True)
    password_hash: Mapped[str] = mapped_column(String(160))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list["Role"]] = relationship(
        primaryjoin="and_(Account.id == Role.account_id, Role.ended_at.is_(None))",
        foreign_keys="Role.account_id",
        viewonly=True,
        lazy="selectin",
    )

    @property
    def is_staff(self) -> bool:
        """Whether the account holds any role now."""
        return bool(self.roles)

    def may(self, permission: str) -> bool:
        """Tell whether the account holds ``permission`` anywhere."""
        roles: list[RoleLike] = list(self.roles)
        return holds(roles, permission)


class Resident(Model):
    """A person who takes part; may have no account.

    ``account_id`` is the account that looks after the resident: their household. ``community_id`` is the
    community they live in now, ``home_code`` the node itself (the community, or a compound, building or unit
    in it). ``phone`` is how to reach someone without an account. ``child_number`` names a child on a board
    (小读者 12) and is drawn within the community.
    """

    __tablename__ = "residents"
    __table_args__ = (
        CheckConstraint(f"show_as IN {SHOW_AS}", name="show_as_known"),
        CheckConstraint(f"relation IN {RELATIONS}", name="relation_known"),
        CheckConstraint(
            "show_as <> 'nickname' OR nickname <> '' OR child_number IS NOT NULL", name="nickname_to_show"
        ),
        CheckConstraint("relation <> 'child' OR show_as <> 'masked'", name="child_never_by_name"),
        CheckConstraint("account_id IS NOT NULL OR relation = 'self'", name="household_has_account"),
        Index(
            "uq_residents_account_self",
            "account_id",
            unique=True,
            sqlite_where=text("relation = 'self'"),
            postgresql_where=text("relation = 'self'"),
        ),
        Index("ix_residents_account_id", "account_id"),
        Index("ix_residents_community_id_sort_key", "community_id", "sort_key"),
        Index("ix_residents_home_code", "home_code"),
        Index("ix_residents_created_by", "created_by"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    home_code: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    relation: Mapped[str] = mapped_column(String(10), default="self")
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    keys: Mapped[str] = mapped_column(String(600))
    sort_key: Mapped[str] = mapped_column(binary_string(300))
    born_on: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(11))
    show_as: Mapped[str] = mapped_column(String(10), default="hidden")
    nickname: Mapped[str] = mapped_column(String(NICKNAME_LENGTH), default="")
    child_number: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    community: Mapped[Community] = relationship(foreign_keys=[community_id])
    home: Mapped[Community] = relationship(foreign_keys=[home_code])


class Residence(Model):
    """Where a resident lived from ``since`` until the day before ``until`` (open while None).

    ``recorded_at`` and ``end_recorded_at`` say when the service learned of it, so that a past figure can be
    counted as it was known then.
    """

    __tablename__ = "residences"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_began"),
        Index("ix_residences_resident_id_since", "resident_id", "since"),
        Index("ix_residences_community_id_since", "community_id", "since"),
        Index(
            "uq_residences_resident_open",
            "resident_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    home_code: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    since: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[date | None]
    end_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Role(Model):
    """A role granted to an account at a node; it reaches the node's subtree until it is ended."""

    __tablename__ = "roles"
    __table_args__ = (
        CheckConstraint(f"name IN {ROLES}", name="name_known"),
        Index("ix_roles_account_id", "account_id"),
        Index("ix_roles_community_id", "community_id"),
        Index(
            "uq_roles_held",
            "account_id",
            "name",
            "community_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(10))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    community: Mapped[Community] = relationship(lazy="joined")

    @property
    def path(self) -> str:
        """The path of the node the role was granted at."""
        return self.community.path


class Consent(Model):
    """What a resident (for a child, the guardian) agreed to, in which version of the notice, and until when."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint(f"kind IN {CONSENTS}", name="kind_known"),
        Index("ix_consents_resident_id", "resident_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    kind: Mapped[str] = mapped_column(String(20))
    notice_version: Mapped[str] = mapped_column(String(10))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
