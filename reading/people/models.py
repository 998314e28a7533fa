"""Tables of people: who signs in, who reads, where they live, what they may do and what they agreed to."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.access import ADMIN, EVERYONE, PERMISSIONS, ROLES, RoleLike, holds
from reading.columns import UtcDateTime, binary_string
from reading.communities.models import Code, Community
from reading.extensions import Model

NAME_LENGTH = 40
NICKNAME_LENGTH = 20
DOOR_LENGTH = 20
SHOW_AS = ("nickname", "masked", "hidden")
RELATIONS = ("self", "child", "other")
CONSENTS = ("taking_part", "boards", "reflections")


class Account(UserMixin, Model):
    """A login. ``phone`` is a mainland mobile number, eleven digits. While ``disabled_at`` is set it lets nobody in.

    A person with an account also has a resident of their own (``relation`` "self"), except staff made on the
    command line. ``reset_at``: when the password was reset with a code, until the person has read that.
    ``secured_at``: since when signing in takes a second step.
    """

    __tablename__ = "accounts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    phone: Mapped[str] = mapped_column(String(11), unique=True)
    password_hash: Mapped[str] = mapped_column(String(160))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reset_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    secured_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

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


@dataclass(frozen=True, slots=True)
class PlainAccount:
    """The account of a resident who is signed in, as a plain value: it holds no role.

    The fields are columns of ``Account``, and the words say what its words say. It is read with one plain statement:
    to load the account and its roles through the ORM took several times as long, on every page of every resident. Where
    a page changes the account or hands it on, ``queries.signed_in`` makes the ORM's own object of it.
    """

    id: uuid.UUID
    phone: str
    password_hash: str
    name: str
    created_at: datetime
    disabled_at: datetime | None
    reset_at: datetime | None
    secured_at: datetime | None

    @property
    def is_authenticated(self) -> bool:
        """Whether this is somebody."""
        return True

    @property
    def is_staff(self) -> bool:
        """Whether the account holds any role now."""
        return False

    @property
    def roles(self) -> tuple[RoleLike, ...]:
        """The roles it holds."""
        return ()

    def may(self, permission: str) -> bool:
        """Tell whether the account holds ``permission`` anywhere."""
        return EVERYONE in PERMISSIONS[permission]


class Resident(Model):
    """A person who takes part; may have no account.

    ``account_id`` is the account that looks after the resident: their household. ``guardian_id`` is the resident
    who looks after a child: so there can be a household without any account (a grandmother and a grandchild, no
    phone). A guardian who has an account looks after the child with it: then both columns are set, and
    ``settling.give_account`` keeps them so. ``relation`` is to the account or the guardian; who stands alone is
    "self".

    ``community_id`` is the community they live in now, ``home_code`` the node itself (the community, or a
    compound, building or unit in it), ``door`` the number on the door there ("" while nobody has told it): who
    lives behind one door is shown together. ``phone`` is how to reach someone without an account.
    ``child_number`` names a child on a board (小读者 12) and is drawn within the community. ``left_at``: since
    when they take part no more; ``left_in``: the city's month of that, by which the database itself tells in which
    periods they count no more as readers (migration 0028). ``merged_into_id``: the same person's other record, which
    goes on; what still arrives here belongs there.
    """

    __tablename__ = "residents"
    __table_args__ = (
        CheckConstraint(f"show_as IN {SHOW_AS}", name="show_as_known"),
        CheckConstraint(f"relation IN {RELATIONS}", name="relation_known"),
        CheckConstraint(
            "show_as <> 'nickname' OR nickname <> '' OR child_number IS NOT NULL", name="nickname_to_show"
        ),
        CheckConstraint("relation <> 'child' OR show_as <> 'masked'", name="child_never_by_name"),
        CheckConstraint(
            "account_id IS NOT NULL OR guardian_id IS NOT NULL OR relation = 'self'", name="looked_after"
        ),
        CheckConstraint("guardian_id IS NULL OR relation <> 'self'", name="guarded_in_a_household"),
        CheckConstraint("guardian_id <> id", name="guarded_by_another"),
        Index(
            "uq_residents_account_self",
            "account_id",
            unique=True,
            sqlite_where=text("relation = 'self'"),
        ),
        Index("ix_residents_account_id", "account_id"),
        Index("ix_residents_guardian_id", "guardian_id"),
        Index("ix_residents_community_id_sort_key", "community_id", "sort_key"),
        Index("ix_residents_home_code", "home_code"),
        Index("ix_residents_created_by", "created_by"),
        Index("ix_residents_left_in", "left_in", sqlite_where=text("left_in IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    home_code: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    door: Mapped[str] = mapped_column(String(DOOR_LENGTH), default="", server_default=text("''"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    guardian_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("residents.id"))
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
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_in: Mapped[str | None] = mapped_column(String(7))
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("residents.id"))

    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    guardian: Mapped["Resident | None"] = relationship(foreign_keys=[guardian_id], remote_side=[id])
    community: Mapped[Community] = relationship(foreign_keys=[community_id])
    home: Mapped[Community] = relationship(foreign_keys=[home_code])

    @property
    def fields(self) -> dict[str, Any]:
        """What the form that corrects a person says of this one, by the names of its fields."""
        return {"name": self.name, "born_on": self.born_on, "relation": self.relation}


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

    account: Mapped[Account] = relationship(foreign_keys=[account_id], lazy="joined")
    community: Mapped[Community] = relationship(lazy="joined")

    @property
    def path(self) -> str:
        """The path of the node the role was granted at."""
        return self.community.path

    @property
    def is_in_force(self) -> bool:
        """Whether the role opens anything: an administrator's does once their sign-in takes a second step.

        Where the settings only offer that step, every role does.
        """
        is_asked_for = self.name == ADMIN and current_app.config["ADMIN_TOTP"] == "required"
        return not is_asked_for or self.account.secured_at is not None


class Consent(Model):
    """What a resident (for a child, the guardian) agreed to, in which version of the notice, and until when.

    ``given_by`` is the account that wrote it down: the resident's own, or that of the staff it was said to.
    ``guardian_id`` is who said it in a child's place where that was not told by the guardian's own account.
    """

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
    guardian_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("residents.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
