"""Readers with standings, for the tests of boards."""

from datetime import UTC, datetime

from reading.extensions import db
from reading.people.models import Resident
from reading.points.models import Standing
from tests.cast import LONG_AGO, add_resident

SETTLED = datetime(2026, 11, 18, tzinfo=UTC)
HOME = "410581001001"
NEXT_DOOR = "410581001004"
VILLAGE = "410581106210"
NAMES = [
    f"{one}一{two}" for one, two in zip("王李张刘陈杨赵黄周吴徐孙", "甲乙丙丁戊己庚辛壬癸子丑", strict=True)
]


def stand(
    resident: Resident, points: int, *, period: str = "2026-11", community: str | None = None, **more: int
) -> None:
    """Give a resident a standing of so many points (and pages, a day, one record), and one of all time at least."""
    sums: dict[str, int] = {"pages": points * 10, "minutes": 0, "books": 0, "days": 1, "records": 1, **more}
    key = {"community_id": community or resident.community_id, "resident_id": resident.id}
    shown = {"settled_at": SETTLED, "is_shown": resident.show_as != "hidden"}
    db.session.flush()
    for kept in {period, "all"}:
        there = db.session.get(Standing, {**key, "period": kept})
        if kept == period and there is not None:
            db.session.delete(there)
            db.session.flush()
        if kept == period or there is None:
            db.session.add(Standing(**key, period=kept, points=points, **shown, **sums))


def crowd(
    count: int,
    home: str = HOME,
    *,
    show_as: str = "masked",
    points: int | None = 10,
    since: datetime = LONG_AGO,
) -> list[Resident]:
    """Add residents of one community; the first has ``points`` points this month, each next one fewer."""
    found = []
    for number in range(count):
        name = NAMES[number % len(NAMES)]
        nickname = f"书友{number + 1}" if show_as == "nickname" else ""
        resident = add_resident(name, home, show_as=show_as, nickname=nickname, since=since)
        if points:
            stand(resident, max(points - number, 1))
        found.append(resident)
    db.session.commit()
    return found
