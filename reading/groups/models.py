"""Tables of study groups: the groups, who belongs to them, when they meet, and which book is theirs this month."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.books.models import Book
from reading.columns import UtcDateTime
from reading.communities.models import Code, Community
from reading.events.models import Event
from reading.extensions import Model
from reading.people.models import Resident

NAME_LENGTH, ABOUT_LENGTH, REASON_LENGTH = 40, 1000, 200


class StudyGroup(Model):
    """A study group of a village or neighbourhood, a compound or a building: ``community_id`` is that node.

    A group that has ended stays, with who ended it, when and why.
    """

    __tablename__ = "study_groups"
    __table_args__ = (
        CheckConstraint("name <> ''", name="has_a_name"),
        Index("ix_study_groups_community_id", "community_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    about: Mapped[str] = mapped_column(String(ABOUT_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    end_reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")

    community: Mapped[Community] = relationship(lazy="joined")

    @property
    def fields(self) -> dict[str, Any]:
        """What the form that changes it says of it."""
        return {"name": self.name, "about": self.about}


class GroupMember(Model):
    """That a resident belongs to a group, of their own will, until ``left_at``.

    ``spoken``: who has no phone said yes to ``joined_by``, who wrote it down. ``leads_since``: since when this member
    leads the group, as staff have named them; None for all others.
    """

    __tablename__ = "group_members"
    __table_args__ = (
        Index(
            "uq_group_members_standing",
            "group_id",
            "resident_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
        ),
        Index(
            "uq_group_members_leader",
            "group_id",
            unique=True,
            sqlite_where=text("leads_since IS NOT NULL AND left_at IS NULL"),
        ),
        Index("ix_group_members_resident_id", "resident_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study_groups.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    joined_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    spoken: Mapped[bool] = mapped_column(default=False)
    leads_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    group: Mapped[StudyGroup] = relationship()
    resident: Mapped[Resident] = relationship(lazy="joined")


class GroupMeeting(Model):
    """That an event (of the kind ``meeting``) is a meeting of this group."""

    __tablename__ = "group_meetings"
    __table_args__ = (Index("ix_group_meetings_group_id", "group_id"),)

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study_groups.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))

    event: Mapped[Event] = relationship()
    group: Mapped[StudyGroup] = relationship()


class GroupBook(Model):
    """The book a group has chosen to read together in a month ("2026-11")."""

    __tablename__ = "group_books"

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study_groups.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    book_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("books.id"))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chosen_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    book: Mapped[Book] = relationship(lazy="joined")
