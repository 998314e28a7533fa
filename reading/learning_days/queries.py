"""Every SELECT of learning days."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, and_, func, or_, select, union_all

from reading.access import in_subtree
from reading.communities.models import Community
from reading.extensions import db
from reading.learning_days.models import Stamp
from reading.learning_days.rules import days_held, learning_day_of
from reading.points.queries import a_record_stands
from reading.points.rules import parse_period

_STAMP = select(Stamp.month, Stamp.on, Stamp.resident_id)


def rule_in_force() -> str:
    """Return the city's rule for learning days (``LEARNING_DAY_RULE``)."""
    rule: str = current_app.config["LEARNING_DAY_RULE"]
    return rule


def point_stamps() -> Select[*tuple[Any, ...]]:
    """Return the stamps, in the columns ``points.queries.init_app`` names."""
    return select(Stamp.id.label("source_id"), Stamp.resident_id, Stamp.community_id, Stamp.on)


def stamps_of(resident_id: uuid.UUID) -> list[Stamp]:
    """Return a resident's stamps, the latest month first."""
    found = select(Stamp).where(Stamp.resident_id == resident_id).order_by(Stamp.month.desc())
    return list(db.session.scalars(found))


def stamps_by_community(month: str, top_path: str) -> list[tuple[Community, int]]:
    """Return the communities under ``top_path`` with a stamp in that month and how many, most first."""
    counted = func.count().label("stamps")
    rows = db.session.execute(
        select(Community, counted)
        .join(Stamp, Stamp.community_id == Community.code)
        .where(Stamp.month == month, in_subtree(Community.path, top_path))
        .group_by(Community.code)
        .order_by(counted.desc(), Community.sort_key, Community.code)
    )
    return [(row[0], row[1]) for row in rows]


def days_of_month(month: str) -> list[date]:
    """Return the learning days of a month ("2026-11"): the rule's, or those that held when it was kept."""
    astray = db.session.execute(_off_the_rule(month)).first()
    return _days_of_month(month, astray is not None)


def _days_of_month(month: str, astray: bool) -> list[date]:
    named = named_days([month])[month] if astray else []
    return days_held(learning_day_of(rule_in_force(), month), named)


def _off_the_rule(month: str) -> Select[str, date, uuid.UUID]:
    """Return a SELECT of one stamp of the month on a day that today's rule does not name, if there is any.

    The days between the rule's are asked for as ranges, which the index answers without a walk through the
    stamps of a whole city.
    """
    period = parse_period(month)
    assert period is not None
    ranges, start = [], period.first
    for day in learning_day_of(rule_in_force(), month):
        ranges.append(and_(Stamp.on >= start, Stamp.on < day))
        start = day + timedelta(days=1)
    ranges.append(and_(Stamp.on >= start, Stamp.on <= period.last))
    return _STAMP.where(Stamp.month == month, or_(*ranges)).limit(1)


def named_days(months: Collection[str]) -> dict[str, list[date]]:
    """Return the days on which stamps of these months stand."""
    found: dict[str, list[date]] = {month: [] for month in months}
    rows = db.session.execute(select(Stamp.month, Stamp.on).where(Stamp.month.in_(months)).distinct())
    for month, on in rows:
        found[month].append(on)
    return found


def days_kept() -> dict[str, list[date]]:
    """Return the days on which stamps stand with a record behind them, by month."""
    found: dict[str, list[date]] = {}
    for row in db.session.execute(select(Stamp.month, Stamp.on).distinct().order_by(Stamp.on)).all():
        stands = a_record_stands(Stamp.resident_id, Stamp.on)
        one = select(Stamp.on).where(Stamp.month == row.month, Stamp.on == row.on, stands).limit(1)
        if db.session.scalar(one):
            found.setdefault(row.month, []).append(row.on)
    return found


@dataclass(frozen=True)
class MonthKept:
    """One month for one resident: the month's learning days, and the day of the resident's stamp."""

    month: str
    learning_days: list[date]
    stamped_on: date | None


def months_kept(resident_id: uuid.UUID, months: Collection[str]) -> list[MonthKept]:
    """Return these months as they stand for the resident; one statement unless the rule was changed."""
    parts: list[Any] = [_STAMP.where(Stamp.resident_id == resident_id, Stamp.month.in_(months))]
    for month in months:
        found = _off_the_rule(month).subquery()
        parts.append(select(found.c.month, found.c.on, found.c.resident_id))
    own: dict[str, date] = {}
    astray: set[str] = set()
    for row in db.session.execute(union_all(*parts)):
        if row.resident_id == resident_id:
            own[row.month] = row.on
        if row.on not in learning_day_of(rule_in_force(), row.month):
            astray.add(row.month)
    return [MonthKept(month, _days_of_month(month, month in astray), own.get(month)) for month in months]
