"""Tables of events and courses, of who means to come, and of what those people must be told."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import get_history

from reading import clock
from reading.books.models import Book
from reading.columns import UtcDateTime
from reading.communities.models import Code, Community
from reading.extensions import Model
from reading.people.models import Resident

KINDS = ("sharing", "exchange", "class", "learning_day", "meeting")
SEATED, WAITING, GIVEN_UP = "seated", "waiting", "given_up"
STATES = (SEATED, WAITING, GIVEN_UP)
NOTICES = ("changed", "cancelled", "seated", "added")
MOST_SEATS = 10000
IN_CALENDARS = (
    "kind", "title", "book_id", "community_id", "host", "about", "venue", "starts_at", "ends_at", "cancelled_at",
    "cancel_reason",
)  # fmt: skip


class Course(Model):
    """A series of classes in one term. ``required_hours`` is what completing it takes.

    ``term`` is what people call the time it runs in (2026年秋季).
    """

    __tablename__ = "courses"
    __table_args__ = (
        CheckConstraint("required_hours BETWEEN 1 AND 1000", name="hours_possible"),
        Index("ix_courses_community_id", "community_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    title: Mapped[str] = mapped_column(String(100))
    about: Mapped[str] = mapped_column(String(2000), default="")
    host: Mapped[str] = mapped_column(String(40), default="")
    venue: Mapped[str] = mapped_column(String(100))
    term: Mapped[str] = mapped_column(String(40), default="")
    required_hours: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")

    community: Mapped[Community] = relationship(lazy="joined")
    events: Mapped[list["Event"]] = relationship(back_populates="course", order_by="Event.starts_at")

    @property
    def fields(self) -> dict[str, Any]:
        """What the form that changes it says of it."""
        said = ("title", "term", "venue", "required_hours", "host", "about")
        return {name: getattr(self, name) for name in said}


class Enrolment(Model):
    """That a resident takes part in a course: they stand on the roster of each of its classes."""

    __tablename__ = "enrolments"
    __table_args__ = (
        Index(
            "uq_enrolments_course_resident",
            "course_id",
            "resident_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index("ix_enrolments_resident_id", "resident_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courses.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enrolled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    resident: Mapped[Resident] = relationship(lazy="joined")


class Event(Model):
    """Anything people come to. ``capacity`` None means that everybody finds a seat.

    ``makes_up_id``: the class of the same course that this one makes up for. ``sequence`` and ``changed_at``: how
    often, and when last, it was changed in what calendars tell of it.
    """

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_SEATS}", name="capacity_possible"),
        Index("ix_events_community_id_starts_at", "community_id", "starts_at"),
        Index("ix_events_starts_at", "starts_at"),
        Index("ix_events_course_id", "course_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(100))
    book_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("books.id"))
    course_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("courses.id"))
    host: Mapped[str] = mapped_column(String(40), default="")
    about: Mapped[str] = mapped_column(String(2000), default="")
    venue: Mapped[str] = mapped_column(String(100))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    capacity: Mapped[int | None]
    makes_up_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("events.id"))
    sent_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    community: Mapped[Community] = relationship(lazy="joined")
    book: Mapped[Book | None] = relationship(lazy="joined")
    course: Mapped[Course | None] = relationship(back_populates="events")
    makes_up: Mapped["Event | None"] = relationship(remote_side=[id])

    @property
    def when_and_where(self) -> dict[str, Any]:
        """What the form that moves it says of it; times on the city's clock."""
        times = {name: clock.city_time(getattr(self, name)) for name in ("starts_at", "ends_at")}
        return {**times, "venue": self.venue}

    @property
    def fields(self) -> dict[str, Any]:
        """What its form says of it, when and where among it."""
        said = {name: getattr(self, name) for name in ("kind", "title", "host", "about", "capacity")}
        book = self.book.title if self.book else ""
        return {**said, **self.when_and_where, "community": self.community_id, "book": book}


@listens_for(Event, "before_update")
def count_change(_mapper: Any, _connection: Any, changed: Event) -> None:
    """Count a change of anything the event's entry in a calendar says, whichever action made it."""
    if any(get_history(changed, column).has_changes() for column in IN_CALENDARS):
        changed.sequence += 1
        changed.changed_at = clock.now()


class Signup(Model):
    """A resident's intention to come: a seat, or a place on the waiting list (in the order of ``created_at``)."""

    __tablename__ = "signups"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state_known"),
        Index(
            "uq_signups_event_resident",
            "event_id",
            "resident_id",
            unique=True,
            sqlite_where=text("state <> 'given_up'"),
        ),
        Index("ix_signups_event_id_state_created_at", "event_id", "state", "created_at"),
        Index("ix_signups_resident_id", "resident_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    seated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    resident: Mapped[Resident] = relationship(lazy="joined")


class Notice(Model):
    """What a resident must be told about an event; stands on their home page until seen.

    ``before`` holds what a change changed: the old values of venue, starts_at, ends_at (ISO, UTC); ``reason`` why.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(f"kind IN {NOTICES}", name="kind_known"),
        Index("ix_notices_resident_id_seen_at", "resident_id", "seen_at"),
        Index("ix_notices_event_id", "event_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"))
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"))
    kind: Mapped[str] = mapped_column(String(10))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship(lazy="joined")
    resident: Mapped[Resident] = relationship(lazy="joined")
