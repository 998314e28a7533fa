"""What communities add up to, counted row by row, for the tests of their sums."""

import uuid
from collections.abc import Collection, Iterable
from datetime import time

from sqlalchemy import func, select

from reading import clock
from reading.access import in_subtree
from reading.communities.models import Community
from reading.extensions import db
from reading.people.models import Residence, Resident
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


def stayed(one: Period, codes: Collection[str]) -> list[uuid.UUID]:
    """Who was registered in these communities at the period's end, as often as they were."""
    end = min(one.last, clock.today())
    frozen = clock.at_city_time(frozen_from(end), time.min)
    return [
        stay.resident_id
        for stay in db.session.scalars(select(Residence).where(Residence.community_id.in_(codes)))
        if stay.since <= end
        and stay.recorded_at < frozen
        and (
            stay.until is None
            or stay.until > end
            or (stay.end_recorded_at is not None and stay.end_recorded_at >= frozen)
        )
    ]


def stood(one: Period, codes: Collection[str]) -> list[Standing]:
    found = select(Standing).where(Standing.community_id.in_(codes), Standing.period == one.key)
    return list(db.session.scalars(found))


def reads(standing: Standing, one: Period) -> bool:
    """Whether whose standing it is counts as a reader: who left in the period, or before its end, does not."""
    resident = db.session.get_one(Resident, standing.resident_id)
    left_on = clock.city_date(resident.left_at) if resident.left_at else None
    return standing.days > 0 and (left_on is None or left_on > one.last)


def counted(code: str, one: Period) -> tuple[int, ...]:
    """What the figures of a community are, counted row by row."""
    rows, left = stood(one, [code]), db.session.get(ClosingLine, (code, one.key))
    return (
        sum(reads(standing, one) for standing in rows) + (left.readers if left else 0),
        len(stayed(one, [code])) + (left.residents if left else 0),
        *totals([*rows, *([left] if left else [])]),
    )


def counted_once(path: str, one: Period) -> tuple[int, ...]:
    """What the figures of a place are, everybody in it counted once; without who was erased."""
    under = db.session.scalars(select(Community.code).where(in_subtree(Community.path, path))).all()
    rows = stood(one, under)
    readers = {standing.resident_id for standing in rows if reads(standing, one)}
    return len(readers), len(set(stayed(one, under))), *totals(rows)


def totals(rows: Iterable[Standing | ClosingLine]) -> list[int]:
    told = [(row.points, row.pages, row.books, row.days) for row in rows]
    return [sum(column) for column in zip((0, 0, 0, 0), *told, strict=True)]


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
