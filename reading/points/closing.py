"""Closing lines: what people who are erased leave in the totals of their places; written once, only added to.

The totals of past months must not change because somebody is forgotten. A line holds sums over everybody erased so
far. Where that is a single person their sums stand alone in it, which is why lines are never shown by themselves,
only added to the totals of a place (and a place of fewer than ten residents shows none): whoever reads those learns
no more than they could read before. The line names nobody, and no row leads from it to a person.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select

from reading import clock
from reading.communities.models import Community
from reading.database import add_up
from reading.extensions import db
from reading.people.models import Residence, Resident
from reading.people.rules import frozen_from
from reading.points.models import CLOSED, ClosingLine, Standing
from reading.points.queries import steady_view
from reading.points.rules import ALL_TIME, METRICS, Sums, month_key, parse_period
from reading.points.sum_rules import is_out

Key = tuple[str, str]


@dataclass
class Left:
    """What one person leaves in a place over a period."""

    sums: Sums = field(default_factory=Sums)
    is_reader: bool = False
    is_resident: bool = False


def close(residents: Collection[uuid.UUID]) -> None:
    """Add what these records of one person come to to the totals they leave; in the caller's transaction.

    Call it once, before the records go: it adds again when it is called again.
    """
    left: dict[Key, Left] = defaultdict(Left)
    over = _places_over(residents)
    for code, period, days, left_in, *sums in db.session.execute(_standings(residents)):
        reads = days > 0 and not is_out(period, left_in)
        for place in over[code]:
            one = left[place, period]
            one.sums += Sums(*sums)
            one.is_reader = one.is_reader or reads
    for code, months in _registered(residents).items():
        for place in over[code]:
            for month in months:
                left[place, month].is_resident = True
    _add(left)


def _standings(residents: Collection[uuid.UUID]) -> Any:
    metrics = [getattr(Standing, name) for name in METRICS]
    chosen = select(
        Standing.community_id, Standing.period, Standing.days.label("on_days"), Resident.left_in, *metrics
    )
    return chosen.join(Resident, Resident.id == Standing.resident_id).where(
        Standing.resident_id.in_(residents)
    )


def _places_over(residents: Collection[uuid.UUID]) -> dict[str, list[str]]:
    """Return the community each of their records may stand in, with what lies above it, from the city down."""
    earned = select(Standing.community_id).where(Standing.resident_id.in_(residents))
    lived = select(Residence.community_id).where(Residence.resident_id.in_(residents))
    chosen = select(Community.code, Community.path).where(Community.code.in_(earned.union(lived)))
    return {row.code: row.path.strip("/").split("/") for row in db.session.execute(chosen)}


def _registered(residents: Collection[uuid.UUID]) -> dict[str, set[str]]:
    """Return the past months and years at whose end the person was registered, by community."""
    found: dict[str, set[str]] = defaultdict(set)
    today = clock.today()
    for one in db.session.scalars(select(Residence).where(Residence.resident_id.in_(residents))):
        for end in _month_ends(one.since, today):
            if _stood(one, end):
                found[one.community_id].add(month_key(end))
                if end.month == 12:
                    found[one.community_id].add(f"{end.year:04}")
    return found


def _month_ends(first: date, today: date) -> Iterator[date]:
    """Yield the last days of the months from ``first`` on that are over."""
    period = parse_period(month_key(first))
    while period is not None and period.last < today:
        yield period.last
        period = parse_period(month_key(period.last + timedelta(days=1)))


def _stood(one: Residence, end: date) -> bool:
    """Tell whether the residence stands in the figures of a period that ended on ``end``."""
    frozen = clock.at_city_time(frozen_from(end), time.min)
    ended_late = one.end_recorded_at is not None and one.end_recorded_at >= frozen
    return one.recorded_at < frozen and (one.until is None or one.until > end or ended_late)


def _add(left: Mapping[Key, Left]) -> None:
    rows = [
        {
            "community_id": place, "period": period, **one.sums._asdict(),
            "readers": int(one.is_reader), "residents": int(one.is_resident),
        }
        for (place, period), one in sorted(left.items())
    ]  # fmt: skip
    add_up(ClosingLine.__table__, rows, CLOSED)


def verify() -> list[str]:
    """Return a sentence for each closing line that does not agree with the others."""
    return list(disagreements())


def disagreements() -> Iterator[str]:
    """Yield what :func:`verify` lists.

    What the lines were made of is gone, so they prove each other: months add up to years and years to all time,
    communities to their township and townships to the city. People are counted once in each place: there are no more
    of them in the whole than in its parts together, and no fewer than in any of them.
    """
    with steady_view():
        lines = {(one.community_id, one.period): one for one in db.session.scalars(select(ClosingLine))}
        nodes = _nodes({place for place, _period in lines})
    shorter: dict[Key, list[ClosingLine]] = defaultdict(list)
    below: dict[Key, list[ClosingLine]] = defaultdict(list)
    for (place, period), one in lines.items():
        if period != ALL_TIME:
            shorter[place, period[:4] if "-" in period else ALL_TIME].append(one)
        if nodes[place].level != "city":
            below[nodes[place].parent_code or "", period].append(one)
    for key in sorted({*lines, *shorter, *below}):
        if "-" not in key[1]:
            yield from _wrong(key, lines.get(key), shorter[key], "shorter periods", METRICS)
        if key not in lines or nodes[key[0]].level != "community":
            yield from _wrong(key, lines.get(key), below[key], "the places below", CLOSED)


def _nodes(places: Collection[str]) -> dict[str, Community]:
    found = db.session.scalars(select(Community).where(Community.code.in_(places)))
    return {one.code: one for one in found}


def _wrong(
    key: Key, whole: ClosingLine | None, parts: Sequence[ClosingLine], called: str, names: Sequence[str]
) -> Iterator[str]:
    for name in names:
        have, each = (getattr(whole, name) if whole else 0), [getattr(one, name) for one in parts]
        least, most = (sum(each) if name in METRICS else max(each, default=0)), sum(each)
        if not least <= have <= most:
            said = f"{most}" if least == most else f"{least} to {most}"
            yield f"closing line of {' '.join(key)}: {name} {have}, {called} say {said}."
