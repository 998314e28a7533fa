"""Every SELECT of the reading log."""

from typing import Any

from sqlalchemy import Select, literal, select

from reading.logbook.models import LogEntry


def point_records() -> Select[*tuple[Any, ...]]:
    """Return the log entries that count for points, in the columns ``points.queries.init_app`` names."""
    return select(
        literal("log").label("kind"),
        LogEntry.id.label("source_id"),
        LogEntry.resident_id,
        LogEntry.community_id,
        LogEntry.read_on.label("on"),
        LogEntry.arrived_at,
        LogEntry.pages,
        LogEntry.minutes,
        LogEntry.book_id,
        LogEntry.finished,
    ).where(LogEntry.removed_at.is_(None))
