"""What is on near somebody's home: all that is to come in a city is read once and kept for seconds, for all alike.

One statement for each who opens the front page would read the same events, sorted anew around each home.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select

from reading import clock
from reading.access import in_subtree
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.events.models import Event
from reading.events.rules import nearness
from reading.extensions import db
from reading.home.rules import city_path
from reading.kept import kept

_events, _other, _communities = Event.__table__, Event.__table__.alias(), Community.__table__


class Coming(NamedTuple):
    """An event to come, as a list shows it; ``place`` tells its community apart, ``path`` is that community's."""

    id: uuid.UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    path: str
    place: str


def near(home_path: str, limit: int) -> tuple[Coming, ...]:
    """Return the events that matter most to who lives at this path, as ``events.queries.coming`` chooses them.

    In the order of time; at most ``KEPT_SECONDS`` old.
    """
    chosen = kept(("home.near", home_path, limit), lambda: _nearest(home_path, limit))
    now = clock.now()
    return tuple(one for one in chosen if one.ends_at > now)


def _nearest(home_path: str, limit: int) -> tuple[Coming, ...]:
    top = city_path(home_path)
    coming = kept(("home.coming", top), lambda: _coming(top))
    nearest = sorted(coming, key=lambda one: nearness(one.path, home_path))[:limit]
    return tuple(sorted(nearest, key=lambda one: one.starts_at))


def _coming(top: str) -> list[Coming]:
    """Return what is to come in a city by time; of a course's classes the next alone. Cancelled ones are left out."""
    now = clock.now()
    later = select(func.min(_other.c.starts_at)).where(
        _other.c.course_id == _events.c.course_id, _other.c.ends_at > now, _other.c.cancelled_at.is_(None)
    )
    found = (
        select(
            *(_events.c.id, _events.c.title, _events.c.starts_at, _events.c.ends_at, _events.c.venue),
            *(_communities.c.path, _communities.c.code),
        )
        .join(_communities, _communities.c.code == _events.c.community_id)
        .where(in_subtree(Community.path, top), _events.c.ends_at > now, _events.c.cancelled_at.is_(None))
        .where(or_(_events.c.course_id.is_(None), _events.c.starts_at == later.scalar_subquery()))
    )
    rows = db.session.execute(found.order_by(_events.c.starts_at, _events.c.id)).all()
    names = _names(rows)
    return [Coming(*row[:-1], names[row.code]) for row in rows]


def _names(rows: Sequence[Any]) -> dict[str, str]:
    places = select(Community).where(Community.code.in_({row.code for row in rows}))
    return communities.told_apart(db.session.scalars(places))
