"""What a person leaves in the totals when they are erased: as much as they were counted as, everywhere."""

from datetime import date

from sqlalchemy import update

from reading.communities import queries as communities
from reading.extensions import db
from reading.leaderboards.queries import Reading, communities_compared, reading_of, registered_by_community
from reading.learning_days import actions as learning_days
from reading.learning_days import queries as stamps
from reading.people import actions as people
from reading.points import ledger
from reading.points.models import ClosingLine
from reading.points.rules import parse_period
from tests.cast import Cast
from tests.points.records import add_book, log

TOWN, VILLAGE, CITY = "410581001001", "410581106210", "410581"


def reading(code: str, period: str) -> Reading:
    node, found = communities.get(code), parse_period(period)
    assert node is not None
    assert found is not None
    return reading_of(node, found)


def a_reader_who_moved(cast: Cast) -> None:
    """`neighbour` read in the town in October, and in the village, where they moved, in November."""
    book = add_book("红旗渠")
    log(cast.neighbour, book, date(2026, 10, 10), pages=40)
    people.move_house(cast.neighbour.id, VILLAGE, date(2026, 11, 5), by=cast.account("neighbour").id)
    log(cast.neighbour, book, date(2026, 11, 10), pages=30, finished=True)
    log(cast.resident, book, date(2026, 11, 10), pages=20)


def test_a_closed_person_is_counted_once_more_in_each_of_their_places(cast: Cast) -> None:
    a_reader_who_moved(cast)
    at = [(TOWN, "2026-10"), (VILLAGE, "2026-11"), (CITY, "2026-10"), (CITY, "2026-11"), (CITY, "all")]
    before = [reading(*one) for one in at]
    ledger.close([cast.neighbour.id])
    db.session.commit()
    more = [
        tuple(new - old for new, old in zip(reading(*one), was, strict=True))
        for one, was in zip(at, before, strict=True)
    ]
    # readers, residents (at the end of a month that is over), points, pages, books, days
    assert more == [
        (1, 1, 14, 40, 0, 1),
        (1, 0, 18, 30, 1, 1),
        (1, 1, 14, 40, 0, 1),
        (1, 0, 18, 30, 1, 1),
        (1, 0, 32, 70, 1, 2),
    ]
    assert ledger.verify() == []


def test_stamps_of_a_closed_person_stay_in_the_sums_and_name_the_day(cast: Cast) -> None:
    a_reader_who_moved(cast)
    before = stamps.stamps_by_month(["2026-10", "2026-11"], f"/{CITY}/")
    learning_days.close([cast.neighbour.id])
    db.session.commit()
    after = stamps.stamps_by_month(["2026-10", "2026-11"], f"/{CITY}/")
    assert {month: after[month] - before[month] for month in after} == {"2026-10": 1, "2026-11": 1}
    assert stamps.stamps_by_community("2026-11", f"/{CITY}/") == {TOWN: 1, VILLAGE: 2}
    assert stamps.named_days(["2026-10"]) == {"2026-10": [date(2026, 10, 10)]}


def test_communities_are_compared_with_who_was_closed(cast: Cast) -> None:
    a_reader_who_moved(cast)
    period = parse_period("2026-10")
    city = communities.get(CITY)
    assert period is not None
    assert city is not None
    before = registered_by_community(city.path, period)
    ledger.close([cast.neighbour.id])
    db.session.commit()
    after = registered_by_community(city.path, period)
    assert {code: after[code] - before[code] for code in after} == {TOWN: 1, VILLAGE: 0}
    assert all(type(number) is int for number in after.values())
    assert list(communities_compared(city, period)) == []  # fewer than ten residents everywhere


def test_a_closing_line_that_does_not_add_up_is_told(cast: Cast) -> None:
    a_reader_who_moved(cast)
    ledger.close([cast.neighbour.id])
    wrong = ClosingLine.community_id == TOWN, ClosingLine.period == "2026-10"
    db.session.execute(update(ClosingLine).where(*wrong).values(pages=41))
    db.session.commit()
    told = ledger.verify()
    assert any(
        one.startswith(f"closing line of {TOWN} 2026: pages 40, shorter periods say 41") for one in told
    )
    assert any("410581001 2026-10: pages 40, the places below say 41" in one for one in told)
    assert ledger.rebuild() == 0
    assert db.session.get_one(ClosingLine, (TOWN, "2026-10"), populate_existing=True).pages == 41
