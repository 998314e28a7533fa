"""Every SELECT of learning days."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Date,
    Select,
    String,
    Uuid,
    and_,
    cast,
    func,
    null,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from reading.access import in_subtree
from reading.communities.models import Community
from reading.extensions import db
from reading.learning_days.models import ClosingStamps, Stamp
from reading.learning_days.rules import days_held, learning_day_of
from reading.people.models import Resident
from reading.plain import Plain, Sent, any_of, numbered, together, told
from reading.points.queries import a_record_stands
from reading.points.rules import parse_period


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


def stamps_by_community(month: str, top_path: str) -> dict[str, int]:
    """Return how many stamps that month has in each community under ``top_path``, by its code, where there are any."""
    kept = _kept([month], top_path).subquery()
    counted = cast(func.sum(kept.c.stamps), BigInteger)
    rows = db.session.connection().execute(select(kept.c.code, counted).group_by(kept.c.code))
    return {row[0]: row[1] for row in rows}


def stamps_by_month(months: Collection[str], top_path: str) -> dict[str, int]:
    """Return how many stamps these months have under ``top_path``; months without one are left out."""
    kept = _kept(months, top_path).subquery()
    counted = cast(func.sum(kept.c.stamps), BigInteger)
    rows = db.session.connection().execute(select(kept.c.month, counted).group_by(kept.c.month))
    return {row[0]: row[1] for row in rows}


def _kept(months: Collection[str], top_path: str) -> CompoundSelect[Any]:
    """The stamps of these months under a place, by community and month: those that stand, and erased people's.

    Who left in a month counts no more in it, neither with their stamp nor as a resident.
    """
    left = select(Resident.id, Resident.left_in).where(
        Resident.left_at.is_not(None), Resident.left_in.is_not(None)
    )
    here = (
        select(Stamp.community_id.label("code"), Stamp.month, func.count().label("stamps"))
        .join(Community, Community.code == Stamp.community_id)
        .where(Stamp.month.in_(months), in_subtree(Community.path, top_path))
        .where(tuple_(Stamp.resident_id, Stamp.month).not_in(left))
        .group_by(Stamp.community_id, Stamp.month)
    )
    gone = (
        select(ClosingStamps.community_id, ClosingStamps.month, ClosingStamps.stamps)
        .join(Community, Community.code == ClosingStamps.community_id)
        .where(ClosingStamps.month.in_(months), in_subtree(Community.path, top_path))
    )
    return union_all(here, gone)


def days_of_month(month: str) -> list[date]:
    """Return the learning days of a month ("2026-11"): the rule's, or those that held when it was kept."""
    return _days_of_month(month, bool(_stamps([], [month])))


def _days_of_month(month: str, astray: bool) -> list[date]:
    named = named_days([month])[month] if astray else []
    return days_held(learning_day_of(rule_in_force(), month), named)


def _stamps(residents: Collection[uuid.UUID], months: Collection[str]) -> list[tuple[Any, ...]]:
    """Return month, day and resident of the stamps these residents have in these months.

    With them, where there are any, of each month one stamp that stands on a day which the rule does not name,
    and one of erased people's (of no resident).
    """
    (rows,) = together(asking(residents, months))
    return rows


def asking(residents: Collection[uuid.UUID], months: Collection[str]) -> Sent:
    """Return what asks for the stamps of these residents in these months, as :func:`months_kept` does."""
    values = numbered("resident", list(residents)) | numbered("month", list(months))
    shape = []
    for place, month in enumerate(months):
        between = _between_learning_days(rule_in_force(), month)
        shape.append(len(between))
        values |= numbered(f"since_{place}", [since for since, _until in between])
        values |= numbered(f"until_{place}", [until for _since, until in between])
    return _STAMPS.told(values, len(residents), *shape)


@lru_cache(maxsize=512)
def _between_learning_days(rule: str, month: str) -> list[tuple[date, date]]:
    """Return the days that the rule does not name as spans, which an index answers without a walk through the
    stamps of a whole city; the second of each is not in it."""
    period = parse_period(month)
    assert period is not None
    starts, ends = [period.first], []
    for day in learning_day_of(rule, month):
        ends.append(day)
        starts.append(day + timedelta(days=1))
    return list(zip(starts, [*ends, period.last + timedelta(days=1)], strict=True))


def _stamps_statement(residents: int, *spans: int) -> CompoundSelect[*tuple[Any, ...]]:
    stamp = Stamp.__table__.c
    own = any_of("resident", residents, stamp.resident_id) & any_of("month", len(spans), stamp.month)
    parts: list[Any] = [select(stamp.month, stamp.on, stamp.resident_id).where(own)]
    for place, number in enumerate(spans):
        for kept in (Stamp, ClosingStamps):
            one: Any = kept.__table__.c
            of_whom = one.resident_id if kept is Stamp else cast(null(), Uuid[uuid.UUID])
            within = [
                and_(
                    one.on >= told(f"since_{place}_{span}", Date()),
                    one.on < told(f"until_{place}_{span}", Date()),
                )
                for span in range(number)
            ]
            astray = (one.month == told(f"month_{place}", String()), or_(*within))
            found = select(one.month, one.on, of_whom.label("resident_id")).where(*astray).limit(1)
            parts.append(select(found.subquery()))
    return union_all(*parts)


_STAMPS = Plain(_stamps_statement)


def named_days(months: Collection[str]) -> dict[str, list[date]]:
    """Return the days on which stamps of these months stand, or stood when their holders were erased."""
    found: dict[str, list[date]] = {month: [] for month in months}
    parts = [select(kept.month, kept.on).where(kept.month.in_(months)) for kept in (Stamp, ClosingStamps)]
    for month, on in db.session.execute(union(*parts)):
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


def month_at_once(rows: Sequence[tuple[Any, ...]], month: str) -> MonthKept | None:
    """Return a month as it stands for one resident; None where the rule was changed, which takes a statement more.

    ``rows`` are the answer to :func:`asking`.
    """
    by_rule, own = learning_day_of(rule_in_force(), month), None
    for _month, on, resident_id in rows:
        if on not in by_rule:
            return None
        own = on if resident_id else own
    return MonthKept(month, by_rule, own)


def months_kept(
    residents: Collection[uuid.UUID], months: Collection[str]
) -> dict[uuid.UUID, list[MonthKept]]:
    """Return, by resident, these months as they stand for them; one statement unless the rule was changed."""
    own: dict[tuple[uuid.UUID, str], date] = {}
    astray: set[str] = set()
    for month, on, resident_id in _stamps(residents, months):
        own[resident_id, month] = on
        if on not in learning_day_of(rule_in_force(), month):
            astray.add(month)
    days = {month: _days_of_month(month, month in astray) for month in months}
    return {
        one: [MonthKept(month, days[month], own.get((one, month))) for month in months] for one in residents
    }
