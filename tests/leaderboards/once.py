"""Everybody of a place counted once, from the standings and residences themselves: what its page must come to."""

from datetime import time

from sqlalchemy import func, or_, select

from reading import clock
from reading.access import in_subtree
from reading.communities.models import Community
from reading.extensions import db
from reading.people.models import Residence
from reading.people.rules import frozen_from
from reading.points.models import Standing
from reading.points.rules import Period


def counted_once(path: str, period: Period) -> tuple[int, ...]:
    """Return the readers, the residents, and the points, pages, books and days; without who was erased."""
    end = min(period.last, clock.today())
    frozen = clock.at_city_time(frozen_from(end), time.min)
    lived = select(func.count(func.distinct(Residence.resident_id))).where(
        Residence.since <= end,
        Residence.recorded_at < frozen,
        or_(Residence.until.is_(None), Residence.until > end, Residence.end_recorded_at >= frozen),
    )
    read = select(func.count(func.distinct(Standing.resident_id))).where(Standing.days > 0)
    sums = select(
        *(
            func.coalesce(func.sum(column), 0)
            for column in (Standing.points, Standing.pages, Standing.books, Standing.days)
        )
    )
    under = select(Community.code).where(in_subtree(Community.path, path))
    of_period = Standing.period == period.key, Standing.community_id.in_(under)
    residents = db.session.scalar(lived.where(Residence.community_id.in_(under)))
    readers, totals = (
        db.session.scalar(read.where(*of_period)),
        db.session.execute(sums.where(*of_period)).one(),
    )
    return readers or 0, residents or 0, *(int(one) for one in totals)
