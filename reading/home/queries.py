"""Every SELECT of the pages gathered from many features; what a feature publishes is asked of the feature."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from reading import clock
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.events import queries as events
from reading.events.models import Event
from reading.extensions import db
from reading.home.day_queries import stamps_of
from reading.home.rules import last_day, months_before
from reading.leaderboards import queries as boards
from reading.leaderboards.rules import participation
from reading.learning_days import queries as learning_days
from reading.learning_days.models import Stamp
from reading.learning_days.queries import MonthKept
from reading.people.models import Account, Resident
from reading.points.rules import Period, month_key, parse_period
from reading.volunteers import queries as volunteers

EVERYWHERE = "/"
EVENTS_NEAR, EVENTS_AROUND = 3, 5
HALF_A_YEAR = 6
# A roster is opened once beforehand, where there is a network.
AHEAD, ROSTERS = timedelta(days=7), 3


def database_answers() -> bool:
    """Tell whether the database answers at all."""
    try:
        return db.session.scalar(select(1)) == 1
    except SQLAlchemyError:
        db.session.rollback()
        return False


def near(home: Community | None, limit: int = EVENTS_NEAR) -> list[Event]:
    """Return the ``limit`` events that matter most to who lives at ``home``, in the order of time."""
    return sorted(events.coming(home, now=clock.now(), limit=limit), key=lambda event: event.starts_at)


@dataclass(frozen=True)
class Rosters:
    """The next events whose attendance somebody takes, and the ids of those whose roster opens for them now."""

    events: list[Event]
    open: set[uuid.UUID]


def rosters_ahead(account: Account) -> Rosters:
    """Return the account's next rosters within a week: those its roles open, and where its own person is named.

    Who leads a study group is named for its meetings. Whoever is named opens the roster on the day, staff before.
    """
    mine, now = events.events_for(account, "attendance.take"), clock.now()
    found = mine.coming(now, now + AHEAD, ROSTERS, beside=volunteers.named_at(account.id))
    ready = {event.id for event in found if mine.covers(event)}
    if len(ready) < len(found):
        ready |= {event.id for event in volunteers.ahead(account.id, now).takes}
    return Rosters(found, ready)


def on_that_day(home: events.Home | None, day: date) -> list[Event]:
    """Return what is on that ``day`` and not over yet, nearest to ``home`` first."""
    begins, ends = clock.city_day_span(day)
    return events.coming(home, now=max(begins, clock.now()), until=ends)


def _this_month() -> Period:
    period = parse_period(month_key(clock.today()))
    assert period is not None
    return period


@dataclass(frozen=True)
class Compared:
    """How the communities of a city read in a month."""

    city: Community
    month: str
    lines: Sequence[boards.CommunityLine]


def how_communities_read() -> Compared | None:
    """Return this month's comparison, or last month's while this one has hardly begun; None without a city."""
    cities = communities.roots()
    now = month_key(clock.today())
    for city in cities:
        for month in (now, *months_before(now, 1)):
            period = parse_period(month)
            lines = boards.communities_compared(city, period) if period else []
            if len(lines) > 1:
                return Compared(city, month, lines)
    return Compared(cities[0], now, []) if cities else None


def stamped_in(month: str, household: Sequence[Resident]) -> dict[Any, date]:
    """Return who of the household has the month's stamp, and of which day."""
    ids = [resident.id for resident in household]
    rows = db.session.execute(
        select(Stamp.resident_id, Stamp.on).where(Stamp.month == month, Stamp.resident_id.in_(ids))
    )
    return {row.resident_id: row.on for row in rows}


def looking_back(resident_id: uuid.UUID, today: date) -> list[MonthKept]:
    """Return the months of the resident's last learning days, the latest first.

    Of those from before they joined none is missing; what was stamped then is there.
    """
    last = last_day(learning_days.rule_in_force(), today)
    months = [month_key(last), *months_before(month_key(last), HALF_A_YEAR - 1)] if last else []
    kept = learning_days.months_kept([resident_id], months)[resident_id]
    joined = clock.city_date(
        db.session.execute(select(Resident.created_at).where(Resident.id == resident_id)).scalar_one()
    )
    return [one for one in kept if one.stamped_on or any(day >= joined for day in one.learning_days)]


@dataclass(frozen=True)
class Place:
    """How a node of the tree reads this month, how it kept the last learning day, and what is on."""

    reading: boards.Reading
    last_day: date | None
    last_month: str
    stamps: int
    coming: list[Event]

    @property
    def stamp_share(self) -> int | None:
        """How many of 1000 residents have the last learning day's stamp."""
        return participation(self.stamps, self.reading.registered)


def place(node: Community, today: date) -> Place:
    """Return what the page of a community, township or city shows."""
    last = last_day(learning_days.rule_in_force(), today)
    month = month_key(last) if last else ""
    stamps = stamps_of(month, node.path)
    coming = near(node, EVENTS_AROUND)
    return Place(boards.reading_of(node, _this_month()), last, month, stamps, coming)
