"""Every SELECT of learning days."""

from typing import Any

from sqlalchemy import Select, select

from reading.learning_days.models import Stamp


def point_stamps() -> Select[*tuple[Any, ...]]:
    """Return the stamps, in the columns ``points.queries.init_app`` names."""
    return select(Stamp.id.label("source_id"), Stamp.resident_id, Stamp.community_id, Stamp.on)
