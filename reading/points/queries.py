"""Every SELECT of points: the records they come from, the ledger, and standings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Select

RecordSelect = Callable[[], Select[*tuple[Any, ...]]]


@dataclass(frozen=True)
class Sources:
    """Where points come from: one SELECT per feature whose records count (see :func:`init_app`)."""

    records: tuple[RecordSelect, ...]
    stamps: RecordSelect


def init_app(app: Flask, *, records: tuple[RecordSelect, ...], stamps: RecordSelect) -> None:
    """Tell points where records are kept; points come before those features and may not import them.

    Each of ``records`` returns a SELECT of the columns ``kind`` ("log" or "attendance"), ``source_id``,
    ``resident_id``, ``community_id``, ``on``, ``arrived_at``, ``pages``, ``minutes``, ``book_id``,
    ``finished`` for the records that stand; ``stamps`` one of ``source_id``, ``resident_id``,
    ``community_id``, ``on``.
    """
    app.extensions["point_sources"] = Sources(records, stamps)


def sources() -> Sources:
    """Return where points come from."""
    found: Sources = current_app.extensions["point_sources"]
    return found
