"""Tables of attendance: the fact, every mark that led to it, and who came without being known."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reading.cards.models import Card
from reading.columns import UtcDateTime
from reading.communities.models import Code
from reading.events.models import Event
from reading.extensions import Model
from reading.people.models import NAME_LENGTH, Resident

PRESENT, LATE, EXCUSED, UNDONE = "present", "late", "excused", "undone"
STATUSES = (PRESENT, LATE, EXCUSED, UNDONE)
CAME = (PRESENT, LATE)
# How it became known: tapped on the roster, a walk-in's name, a card, the hall's screen, its six digits, told by
# name on the own phone and confirmed, or from paper.
METHODS = ("roster", "walk_in", "card", "screen", "code", "claim", "paper")
# Who came by name only: "waiting" is to be confirmed first; the others as with any mark.
WAITING = "waiting"
GUEST_STATUSES = (WAITING, *STATUSES)
LATE_CODE, NOT_SIGNED_IN = "late_code", "not_signed_in"
# What somebody should look at once more, though it was kept.
ROLE_ENDED, OTHER_DAY, CLOCK, CANCELLED = "role_ended", "other_day", "clock", "cancelled"
REASON_LENGTH = 200
MOST_HEADS = 100_000


class Attendance(Model):
    """Whether a resident came to an event: one row per resident and event, whatever the path.

    ``id`` follows from the two. ``status`` follows from all marks together (``rules.standing``); "undone" rows
    stay. ``on`` is the city's date of the event. ``community_id`` is where the resident lived on that date.
    ``happened_at`` is when they came, as the phone tells it; ``arrived_at`` when the server learned of it.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status_known"),
        CheckConstraint(f"method IN {METHODS}", name="method_known"),
        UniqueConstraint("event_id", "resident_id"),
        Index("ix_attendance_resident_id_on", "resident_id", "on"),
        Index("ix_attendance_community_id_on", "community_id", "on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    status: Mapped[str] = mapped_column(String(8))
    on: Mapped[date]
    method: Mapped[str] = mapped_column(String(8))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    resident: Mapped[Resident] = relationship()


class Guest(Model):
    """Somebody at an event who is known by name only: a walk-in, or who told their name on their own phone.

    ``status`` "waiting": the organizer has still to confirm; else it follows from the guest's marks.
    ``resident_id``: who they turned out to be (or say they are, while waiting); from then on the guest's marks
    are the resident's. ``why`` somebody waits: "late_code" or "not_signed_in". ``last_four`` are the last
    digits of the phone they told.
    """

    __tablename__ = "guests"
    __table_args__ = (
        CheckConstraint(f"status IN {GUEST_STATUSES}", name="status_known"),
        CheckConstraint(f"method IN {METHODS}", name="method_known"),
        Index("ix_guests_event_id", "event_id"),
        Index("ix_guests_resident_id", "resident_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    last_four: Mapped[str] = mapped_column(String(4), default="")
    status: Mapped[str] = mapped_column(String(8))
    method: Mapped[str] = mapped_column(String(8))
    why: Mapped[str] = mapped_column(String(16), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    resident_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("residents.id"))
    matched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    matched_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    event: Mapped[Event] = relationship()
    resident: Mapped[Resident | None] = relationship(lazy="joined")


class Matching(Model):
    """That a guest was said to be this resident, by whom; once somebody took it back, also by whom that was.

    ``id`` is that of the form that said it, ``ending_id`` that of the form that took it back: sent again they change
    nothing. Who is said to be whom now stands with the guest.
    """

    __tablename__ = "matchings"
    __table_args__ = (
        Index("ix_matchings_guest_id", "guest_id"),
        Index("ix_matchings_resident_id_event_id", "resident_id", "event_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    guest_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guests.id"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    ending_id: Mapped[uuid.UUID | None]


class Mark(Model):
    """One mark as it was made, of a resident or of a guest: the history of an attendance.

    ``id`` is drawn by the phone or the form. ``seen`` holds the ids of the marks that whoever made this one had
    before them and meant to replace. ``happened_at`` is corrected by ``clock_offset`` (seconds by which the
    phone's clock was behind) where that clock was wrong. ``flags``: what somebody should look at once more.
    """

    __tablename__ = "marks"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status_known"),
        CheckConstraint(f"method IN {METHODS}", name="method_known"),
        CheckConstraint(
            "CASE WHEN resident_id IS NULL THEN guest_id IS NOT NULL ELSE guest_id IS NULL END",
            name="of_one_person",
        ),
        Index("ix_marks_event_id_resident_id", "event_id", "resident_id"),
        Index("ix_marks_guest_id", "guest_id", sqlite_where=text("guest_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    resident_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("residents.id"))
    guest_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("guests.id"))
    card_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cards.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    status: Mapped[str] = mapped_column(String(8))
    method: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    seen: Mapped[list[str]] = mapped_column(JSON, default=list)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    clock_offset: Mapped[int] = mapped_column(default=0)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))

    card: Mapped[Card | None] = relationship()
    guest: Mapped[Guest | None] = relationship()


class Headcount(Model):
    """How many heads somebody counted in the hall, nobody by name; the count made last stands."""

    __tablename__ = "headcounts"
    __table_args__ = (
        CheckConstraint(f"number BETWEEN 0 AND {MOST_HEADS}", name="number_possible"),
        Index("ix_headcounts_event_id_counted_at", "event_id", "counted_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    number: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class Attempt(Model):
    """A mark that was refused: kept as it was sent, with why, so that nobody's evening is lost without a trace."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_event_id", "event_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    sent: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(REASON_LENGTH))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class ClosingAttendance(Model):
    """How many people who were erased stand in the counts of an event, by what they were counted as.

    ``status`` is how they were marked, "" if they were not; ``method`` how it became known; ``why`` they were
    expected ("enrolled", "seated", "waiting", "" for who just came).
    """

    __tablename__ = "closing_attendance"
    __table_args__ = (CheckConstraint("number > 0", name="only_adds"),)

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(8), primary_key=True)
    method: Mapped[str] = mapped_column(String(8), primary_key=True)
    why: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[int]


class ClosingVisitors(Model):
    """How many people who were erased came to any event in a place in a month: each counted once in every place.

    ``community_id`` is the place of an event, or one above it.
    """

    __tablename__ = "closing_visitors"
    __table_args__ = (CheckConstraint("people > 0", name="only_adds"),)

    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    people: Mapped[int]
