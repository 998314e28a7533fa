"""What communities add up to, counted row by row, for the tests of their sums."""

from datetime import time

from sqlalchemy import func, select

from reading import clock
from reading.extensions import db
from reading.people.models import Residence
from reading.people.rules import frozen_from
from reading.points import sum_queries
from reading.points.models import RESIDENCE_CHANGES, STANDING_CHANGES, ClosingLine, Standing
from reading.points.rules import Period, parse_period

TOWN, VILLAGE, EMPTY = "410581001001", "410581106210", "410581001004"
PLACES = (TOWN, VILLAGE, EMPTY)


def period(key: str) -> Period:
    found = parse_period(key)
    assert found is not None
    return found


def periods(months_back: int = 15) -> list[Period]:
    """Every period from so many months ago to now, the running ones too."""
    today = clock.today()
    count = today.year * 12 + today.month - 1
    months = [f"{one // 12:04}-{one % 12 + 1:02}" for one in range(count - months_back, count + 1)]
    return [period(key) for key in (*months, *sorted({key[:4] for key in months}), "all")]


def counted(code: str, one: Period) -> tuple[int, ...]:
    """What the figures of a community are, counted row by row."""
    end = min(one.last, clock.today())
    frozen = clock.at_city_time(frozen_from(end), time.min)
    stays = db.session.scalars(select(Residence).where(Residence.community_id == code)).all()
    registered = sum(
        stay.since <= end
        and stay.recorded_at < frozen
        and (
            stay.until is None
            or stay.until > end
            or (stay.end_recorded_at is not None and stay.end_recorded_at >= frozen)
        )
        for stay in stays
    )
    stood = db.session.scalars(
        select(Standing).where(Standing.community_id == code, Standing.period == one.key)
    ).all()
    left = db.session.get(ClosingLine, (code, one.key))
    names = ("points", "pages", "books", "days")
    return (
        sum(standing.days > 0 for standing in stood) + (left.readers if left else 0),
        registered + (left.residents if left else 0),
        *(sum(getattr(row, name) for row in (*stood, *([left] if left else []))) for name in names),
    )


def check() -> None:
    db.session.expire_all()
    for one in periods():
        found = sum_queries.of_communities(one)
        for code in PLACES:
            due = counted(code, one)
            assert found.get(code, (0,) * 6) == due, (code, one.key)
            assert sum_queries.of_community(one, code) == due
    assert list(sum_queries.disagreements()) == []


def waits() -> int:
    tables = STANDING_CHANGES, RESIDENCE_CHANGES
    return sum(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables)
