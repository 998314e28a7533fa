"""Tables of points: rules as data, the ledger, and its running sums."""

import uuid
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from reading.columns import UtcDateTime
from reading.communities.models import Code
from reading.extensions import Model

RULES = ("pages", "minutes", "book", "attendance", "stamp")
# SQLite keeps such rows in the order of their keys, instead of each key once more beside them: a record writes a fifth
# of the pages.
CLUSTERED = {"sqlite_with_rowid": False}
CLOSED = ("points", "pages", "minutes", "books", "days", "records", "readers", "residents")


class PointRule(Model):
    """What one rule gave from ``since`` on, until a later row of the same rule.

    ``points`` are given for every ``per`` units (pages, minutes, books, attendances, stamps), at most
    ``daily_cap`` points a day. The rule "total" has only its cap: the most a day can bring.
    """

    __tablename__ = "point_rules"
    __table_args__ = (
        CheckConstraint(f"rule IN {(*RULES, 'total')}", name="rule_known"),
        CheckConstraint("per >= 1 AND points >= 0 AND daily_cap >= 0", name="amounts_possible"),
    )

    rule: Mapped[str] = mapped_column(String(12), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    per: Mapped[int]
    points: Mapped[int]
    daily_cap: Mapped[int]


class PointEntry(Model):
    """One line of the ledger: which rule, which record, how many points, and what a cap held back.

    ``told`` is the raw amount as the resident told it (pages, minutes) or 1; ``uncapped`` is what the rule
    alone would have given for this record. ``position`` is the line's place in its day, by arrival.
    ``book_id`` is told on lines of the rule "book": the book that was finished, which counts once.
    """

    __tablename__ = "point_entries"
    __table_args__ = (
        CheckConstraint(f"rule IN {RULES}", name="rule_known"),
        CheckConstraint("points BETWEEN 0 AND uncapped", name="cap_only_holds_back"),
        Index(
            "uq_point_entries_resident_book",
            "resident_id",
            "book_id",
            unique=True,
            sqlite_where=text("uncapped > 0 AND book_id IS NOT NULL"),
        ),
        CLUSTERED,
    )

    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(12), primary_key=True)
    source_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"))
    position: Mapped[int]
    told: Mapped[int]
    uncapped: Mapped[int]
    points: Mapped[int]
    book_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("books.id"))


class DayTotal(Model):
    """All that one resident's day added up to in one community; raw amounts uncapped, as told.

    ``days`` is 1 in the community of the day's first record, 0 elsewhere, so that days add up over communities.
    ``records`` counts the log entries and attendances behind it.
    """

    __tablename__ = "day_totals"
    __table_args__ = (CLUSTERED,)

    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"), primary_key=True)
    points: Mapped[int]
    pages: Mapped[int]
    minutes: Mapped[int]
    books: Mapped[int]
    days: Mapped[int]
    records: Mapped[int]


IS_ALL_TIME = "length(period) = 3"


class Standing(Model):
    """The running sum of a resident's days in a community over a period: ``2026-11``, ``2026`` or ``all``.

    ``is_shown`` repeats the resident's choice (``show_as`` is not hidden and they have not left), so that a board
    reads one index. Who inserts a row asks the resident for it; a trigger of the database (migration 0023) lets it
    follow every later change of the choice in the same transaction.
    """

    __tablename__ = "standings"
    __table_args__ = (
        # All measures, and what SQLite would look for in the row: a place is counted in the index alone.
        Index(
            "ix_standings_shown",
            *("community_id", "period", "points", "pages", "books", "days", "is_shown"),
            sqlite_where=text("is_shown"),
        ),
        Index("ix_standings_resident_id_period", "resident_id", "period"),
        # Who has several standings at once has lived in several communities. Of all time, told by its length: SQLite
        # plans a question anew each time it is asked whose values it must compare with an index's condition.
        Index(
            "ix_standings_all_time",
            *("resident_id", "period"),
            sqlite_where=text(IS_ALL_TIME),
        ),
        CLUSTERED,
    )

    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    resident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    points: Mapped[int]
    pages: Mapped[int]
    minutes: Mapped[int]
    books: Mapped[int]
    days: Mapped[int]
    records: Mapped[int]
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_shown: Mapped[bool] = mapped_column(server_default=false())


class ClosingLine(Model):
    """What people who were erased leave in the totals of a place over a period (as in :class:`Standing`).

    Summed over all of them, whoever they were: no line says how many erasures it comes from. ``community_id`` is
    a community, or a township or city above it. ``readers`` had a record in the period and had not left before it
    was over, ``residents`` were registered at its end; both count a person once in every place, as the place's own
    page does.
    """

    __tablename__ = "closing_lines"
    __table_args__ = (CheckConstraint(" AND ".join(f"{one} >= 0" for one in CLOSED), name="only_adds"),)

    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    points: Mapped[int]
    pages: Mapped[int]
    minutes: Mapped[int]
    books: Mapped[int]
    days: Mapped[int]
    records: Mapped[int]
    readers: Mapped[int]
    residents: Mapped[int]


SUMMED = ("readers", "points", "pages", "books", "days")


class CommunitySum(Model):
    """What the standings in a community add up to over a period, and how many residents are registered at its end.

    ``readers`` are those with a day in the period, without who left before it was over. What was written since is
    still in :data:`STANDING_CHANGES` and :data:`RESIDENCE_CHANGES`: a figure is this row and those rows, and is right
    at any moment (``sum_queries``), whenever they are taken together (``sum_actions``). From the first month in which
    a community has residents it has a row for each month and year that had begun then, or before anything was taken
    in last.
    """

    __tablename__ = "community_sums"
    __table_args__ = (CLUSTERED,)

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    community_id: Mapped[str] = mapped_column(Code, ForeignKey("communities.code"), primary_key=True)
    readers: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)
    pages: Mapped[int] = mapped_column(BigInteger)
    books: Mapped[int]
    days: Mapped[int] = mapped_column(BigInteger)
    residents: Mapped[int]


# Triggers of the database (migrations 0027 and 0028) write here whatever changes a standing or a residence, in the same
# transaction: nobody who saves a record waits for another record of the community, and nothing can be forgotten. Rows
# are added and taken away as they come, so they have neither key nor index nor foreign key, each of which would cost
# every record something. A standing's community and period never change.
STANDING_CHANGES = Table(
    "standing_changes",
    Model.metadata,
    Column("community_id", Code, nullable=False),
    Column("period", String(7), nullable=False),
    *(Column(name, Integer, nullable=False) for name in SUMMED),
)
# `residents` more (or, below zero, fewer) from the day `on`; learned of at `known_at`, which decides in which figures.
RESIDENCE_CHANGES = Table(
    "residence_changes",
    Model.metadata,
    Column("community_id", Code, nullable=False),
    Column("on", Date, nullable=False),
    Column("known_at", UtcDateTime, nullable=False),
    Column("residents", Integer, nullable=False),
)
