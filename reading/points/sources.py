"""Where points come from: the records and stamps of features that come later and tell of them at the start."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    Uuid,
    cast,
    false,
    literal,
    null,
    select,
)

from reading.columns import UtcDateTime
from reading.points.rules import STAMP

Rows = Select[*tuple[Any, ...]]
United = CompoundSelect[*tuple[Any, ...]]
SourceSelect = Callable[[], Rows]


@dataclass(frozen=True)
class Sources:
    """Where points come from: one SELECT per feature whose records count (see :func:`init_app`)."""

    records: tuple[SourceSelect, ...]
    stamps: SourceSelect
    labels: tuple[SourceSelect, ...]


def init_app(
    app: Flask, *, records: tuple[SourceSelect, ...], stamps: SourceSelect, labels: tuple[SourceSelect, ...]
) -> None:
    """Tell points where records are kept; points come before those features and may not import them.

    Each of ``records`` returns a SELECT of the columns ``kind`` ("log" or "attendance"), ``source_id``,
    ``resident_id``, ``community_id``, ``on``, ``arrived_at``, ``pages``, ``minutes``, ``book_id``,
    ``finished`` for the records that stand; ``stamps`` one of ``source_id``, ``resident_id``,
    ``community_id``, ``on``; each of ``labels`` one of ``source_id``, ``resident_id``, ``on`` and ``label``,
    what a person calls the record: the title of the book or event.
    """
    app.extensions["point_sources"] = Sources(records, stamps, labels)


def sources() -> Sources:
    """Return where points come from."""
    found: Sources = current_app.extensions["point_sources"]
    return found


def of(resident_id: uuid.UUID, source: Rows) -> Rows:
    """Return the rows of one resident."""
    return source.where(source.selected_columns.resident_id == resident_id)


def as_record(stamps: Rows) -> Rows:
    """Return the stamps in the columns of records, so that one statement reads both."""
    found = stamps.subquery()
    return select(
        literal(STAMP).label("kind"),
        found.c.source_id,
        found.c.resident_id,
        found.c.community_id,
        found.c.on,
        cast(null(), UtcDateTime).label("arrived_at"),
        cast(null(), Integer).label("pages"),
        cast(null(), Integer).label("minutes"),
        cast(null(), Uuid[uuid.UUID]).label("book_id"),
        false().label("finished"),
    )
