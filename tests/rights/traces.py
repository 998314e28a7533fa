"""What the database still says of somebody, and the sums that must not change when they are erased."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from reading.access import Reach
from reading.communities import queries as communities
from reading.events.listing import everything
from reading.events.models import Event
from reading.extensions import db
from reading.home import day_queries
from reading.leaderboards import queries as boards
from reading.learning_days import queries as stamps
from reading.points.rules import Period, parse_period
from reading.records import month_queries as months
from reading.records import queries as records
from tests.recorded import rows

PERIODS = ("2026-09", "2026-10", "2026-11", "2026", "all")
PLACES = ("410581", "410581001", "410581106", "410581001001", "410581001004", "410581106200", "410581106210")


def traces(*words: str) -> list[str]:
    """Return every value of every column of every table, JSON too, that holds one of these words.

    A list of residents that somebody handed in and has not confirmed is nobody's record yet, and goes within a day.
    """
    return [
        f"{table.name}.{column}: {value}"
        for table, found in rows().items()
        if table.name != "roster_imports"
        for row in found
        for column, value in row.items()
        if any(word in str(value) for word in words)
    ]


def period(key: str) -> Period:
    found = parse_period(key)
    assert found is not None
    return found


def totals() -> dict[Any, Any]:
    """Return all sums the service shows of its places, learning days and past events."""
    db.session.expire_all()
    found: dict[Any, Any] = {}
    for code in PLACES:
        node = communities.get(code)
        assert node is not None
        for key in PERIODS:
            found[code, key] = boards.reading_of(node, period(key))
            lines = boards.communities_compared(node, period(key))
            found["compared", code, key] = [(one.place, one.value, one.community.code) for one in lines]
            found["registered", code, key] = boards.registered_by_community(node.path, period(key))
        for month in PERIODS[:3]:
            found["stamps", code, month] = stamps.stamps_by_month([month], node.path)
            kept = day_queries.day_kept(period(month), node.path)
            lines_kept = [(one.place, one.community.code, one.stamps, one.share) for one in kept.lines]
            found["kept", code, month] = kept.stamps, lines_kept
            met = months.month_list(node, period(month), Reach((node.path,)))
            found["month", code, month] = met.sums, [(row.event.id, row.met) for row in met.rows]
    for event in everything(select(Event).order_by(Event.id)):
        # Whom the organizer has still to confirm is in no sum yet.
        found["event", event.id] = replace(records.record(event).figures, to_confirm=0)
    return found
