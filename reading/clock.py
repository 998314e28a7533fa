"""The one source of the present moment, and the city's calendar.

Times are kept in UTC; days and months are the city's (``CITY_TIMEZONE``). Code under ``reading/`` never
asks the machine for the time by itself: a test puts its own clock into the app. Machines that share a database
share its clock: codes that live for seconds, limits and orders are told by one clock, however many workers there are.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from reading import current

Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)


class AgreedClock:
    """A machine's clock, set right by the database's whenever a connection to it is made.

    What is less than ``LEAST`` apart is left: the way to the database takes some of it.
    """

    LEAST = timedelta(seconds=2)

    def __init__(self, own: Clock = machine_clock) -> None:
        self.own, self.ahead = own, timedelta(0)

    def __call__(self) -> datetime:
        return self.own() - self.ahead

    def agree(self, theirs: datetime) -> None:
        """Take the database's word for what time it is."""
        ahead = self.own() - theirs
        self.ahead = ahead if abs(ahead) >= self.LEAST else timedelta(0)


def init_app(app: Flask, clock: Clock) -> None:
    """Let ``app`` read the time from ``clock``, which returns aware UTC datetimes."""
    app.extensions["clock"] = clock


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    clock: Clock = current.app().extensions["clock"]
    return clock()


def city_zone() -> ZoneInfo:
    """Return the city's time zone."""
    zone: ZoneInfo = current.app().config["CITY_TIMEZONE"]
    return zone


def today() -> date:
    """Return the date it is in the city now."""
    return city_date(now())


def city_time(moment: datetime) -> datetime:
    """Return ``moment`` (aware) on the city's clock."""
    return moment.astimezone(city_zone())


def city_date(moment: datetime) -> date:
    """Return the city's date at ``moment`` (aware)."""
    return city_time(moment).date()


def at_city_time(day: date, of_day: time) -> datetime:
    """Return the UTC moment at which the city's clock shows ``of_day`` on ``day``."""
    return datetime.combine(day, of_day, tzinfo=city_zone()).astimezone(UTC)


def city_day_span(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of the city's ``day`` and of the day after it, in UTC."""
    return at_city_time(day, time.min), at_city_time(day + timedelta(days=1), time.min)
