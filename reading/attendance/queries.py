"""Every SELECT of attendance."""

import uuid
from typing import Any

from sqlalchemy import Integer, Select, Uuid, false, literal, null, select
from sqlalchemy.sql.expression import cast

from reading.attendance.models import CAME, Attendance


def point_records() -> Select[*tuple[Any, ...]]:
    """Return the attendances that count for points, in the columns ``points.queries.init_app`` names."""
    return select(
        literal("attendance").label("kind"),
        Attendance.id.label("source_id"),
        Attendance.resident_id,
        Attendance.community_id,
        Attendance.on,
        Attendance.arrived_at,
        cast(null(), Integer).label("pages"),
        cast(null(), Integer).label("minutes"),
        cast(null(), Uuid[uuid.UUID]).label("book_id"),
        false().label("finished"),
    ).where(Attendance.status.in_(CAME))
