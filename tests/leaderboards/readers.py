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
    """Give a resident a standing of so many points (and pages, a day, one record)."""
    sums: dict[str, int] = {"pages": points * 10, "minutes": 0, "books": 0, "days": 1, "records": 1, **more}
    where = community or resident.community_id
    db.session.add(
        Standing(
            community_id=where, period=period, resident_id=resident.id, points=points,
            settled_at=SETTLED, **sums,
        )
    )  # fmt: skip


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
