"""The learning day's pages: the countdown, what is on, and how past ones were kept."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from reading.extensions import db
from tests.cast import SHANGZHUANG, Cast, a_second_shangzhuang
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.home.records import LEARNING_DAY, read
from tests.leaderboards.readers import NEXT_DOOR, VILLAGE, crowd
from tests.pages import Page, Visitor

OCTOBERS = date(2026, 10, 10)
HOME = "410581001001"


def rows_of(page: Page) -> list[tuple[str, str]]:
    """Return the name and the share of each community listed, in order."""
    return [
        (row.select_one(".who a").get_text(), row.select_one(".value").get_text())
        for row in page.soup.select("ol.board > li")
    ]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 18, 6, 0, tzinfo=UTC), "22 days to go"),
        (datetime(2026, 12, 9, 15, 59, tzinfo=UTC), "1 day to go"),
        (datetime(2026, 12, 9, 16, 0, tzinfo=UTC), "It is today"),
        (datetime(2026, 12, 10, 15, 59, tzinfo=UTC), "It is today"),
        (datetime(2026, 12, 10, 16, 0, tzinfo=UTC), "30 days to go"),
    ],
)
def test_the_days_are_counted_by_the_citys_calendar(
    app: Flask, cast: Cast, clock: TestClock, now: datetime, words: str
) -> None:
    clock.set(now)
    assert words in Visitor(app).get("/learning-days").text


def test_the_page_follows_the_citys_rule(app: Flask, cast: Cast) -> None:
    app.config["LEARNING_DAY_RULE"] = "FREQ=MONTHLY;BYDAY=-1SA"
    page = Visitor(app).get("/learning-days")
    assert "Saturday 28 November" in page.text
    assert "10 days to go" in page.text


def test_a_rare_learning_day_is_years_away(app: Flask, cast: Cast) -> None:
    app.config["LEARNING_DAY_RULE"] = "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29"
    visitor, resident = Visitor(app), Visitor(app).sign_in(cast.resident)
    assert "468 days to go" in visitor.get("/learning-days").text
    assert "My seals" not in resident.get("/learning-days").text
    assert "The last learning day" not in visitor.get("/communities/410581001001").text


def on(cast: Cast, title: str, where: str, hour: int = 9, day: int = 10) -> None:
    """Plan something in December, an hour long."""
    when = {
        "starts_at": at(f"2026-12-{day:02} {hour:02}:00"),
        "ends_at": at(f"2026-12-{day:02} {hour + 1:02}:00"),
    }
    planned(cast, title=title, community=where, **when)


def listed(page: Page) -> dict[str, list[str]]:
    """Return the events of the day under what they stand under, "" for nothing."""
    told: dict[str, list[str]] = {}
    for tag in page.soup.select(".list .date + .body .title"):
        head = tag.find_previous(["h2", "h3"])
        told.setdefault(head.get_text() if head.name == "h3" else "", []).append(tag.get_text())
    return told


def test_what_is_on_that_day_is_listed_nearest_first_and_little_of_what_is_far(
    app: Flask, cast: Cast
) -> None:
    on(cast, "前一天", HOME, day=9)
    on(cast, "后一天", HOME, hour=0, day=11)
    for hour in (8, 9, 10, 11):
        on(cast, f"远处{hour}", SHANGZHUANG, hour)
    on(cast, "邻村的", NEXT_DOOR, 12)
    on(cast, "家门口的", HOME, 18)
    on(cast, "街道的", "410581001", 19)
    page = Visitor(app).sign_in(cast.resident).get("/learning-days")
    assert listed(page) == {
        "Close to home": ["家门口的", "街道的"],
        "In the places around": ["邻村的"],
        "Elsewhere in the city": ["远处8", "远处9", "远处10"],
    }
    assert page.soup.select_one("main a[href='/events']")
    # Nobody's home is known of a visitor.
    assert listed(Visitor(app).get("/learning-days")) == {"": ["远处8", "远处9", "远处10"]}


def test_who_has_nothing_near_is_told_so_before_what_is_far(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    assert "Nothing is planned yet." in visitor.get("/learning-days").text
    on(cast, "远处的", SHANGZHUANG)
    page = visitor.get("/learning-days")
    assert "Nothing is planned near you yet." in page.text
    assert listed(page) == {"Elsewhere in the city": ["远处的"]}
    assert not page.soup.select_one("main .links a[href='/events']")


def test_past_learning_days_are_listed_with_their_seals(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    read(cast.neighbour, LEARNING_DAY)
    read(cast.resident, LEARNING_DAY)
    page = visitor.get("/learning-days")
    assert "November 2026 2 seals" in page.text
    assert len(page.soup.select(".seals .seal")) == 1
    assert len(page.soup.select(".seals .seal-none")) == 5
    assert page.soup.select_one('a[href="/learning-days/2026-11"]')
    assert "My seals" not in Visitor(app).get("/learning-days").text


@pytest.mark.parametrize(("joined", "missing"), [("2026-10-11", 1), ("2026-11-10", 1), ("2026-11-11", 0)])
def test_no_seal_is_missing_from_before_somebody_joined(
    app: Flask, cast: Cast, joined: str, missing: int
) -> None:
    cast.resident.created_at = at(f"{joined} 09:00")
    db.session.commit()
    page = Visitor(app).sign_in(cast.resident).get("/learning-days")
    assert len(page.soup.select(".seals .seal-none")) == missing
    assert ("My seals" in page.text) == bool(missing)


def test_a_past_month_shows_stamps_by_community(app: Flask, cast: Cast) -> None:
    stranger, visitor = Visitor(app), Visitor(app).sign_in(cast.resident)
    for resident in [*crowd(10, NEXT_DOOR, points=None)[:4], *crowd(10, VILLAGE, points=None)[:6]]:
        read(resident, LEARNING_DAY)
    read(cast.child, LEARNING_DAY)
    page = stranger.get("/learning-days/2026-11")
    assert page.h1 == "The learning day of November 2026"
    # 上庄村 has eleven residents: the outsider of the cast lives there too. 开元社区 has only four.
    assert rows_of(page) == [("上庄村", "54.5%"), ("兴林社区", "40.0%")]
    assert "6 seals, 11 residents" in page.text
    assert "The first" not in page.text
    assert "seals given 11" in page.text
    own = visitor.get("/learning-days/2026-11")
    assert rows_of(own)[0] == ("兴林社区", "40.0%")  # My township comes first.
    house = own.soup.select("ul.list li")
    assert [bool(one.select(".seal")) for one in house] == [False, True]
    assert "At our house" in own.text


def test_a_record_written_down_later_counts_for_its_day(app: Flask, cast: Cast, clock: TestClock) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    clock.set(datetime(2026, 11, 10, 1, tzinfo=UTC))
    read(cast.resident, OCTOBERS)
    assert "seals given 1" in visitor.get("/learning-days/2026-10").text


def test_a_month_to_come_counts_the_days(app: Flask, cast: Cast) -> None:
    page = Visitor(app).get("/learning-days/2027-03")
    assert "Wednesday 10 March" in page.text
    assert "112 days to go" in page.text


def test_the_learning_day_of_another_city_is_its_own(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    for resident in crowd(10, "410500001001", points=None):
        read(resident, LEARNING_DAY)
    assert "seals given 0" in visitor.get("/learning-days/2026-11").text
    assert rows_of(Visitor(app).get("/learning-days/2026-11")) == [("北关社区", "100.0%")]


@pytest.mark.parametrize(
    "month",
    ["2026-13", "2026-00", "2026", "all", "20261", "2026-1", "0000-01", "2026-11-10", "٢٠٢٦-١١", "x", "%00"],
)
def test_a_month_that_is_none_is_not_found(visitor: Visitor, cast: Cast, month: str) -> None:
    visitor.get(f"/learning-days/{month}", 404)


@pytest.mark.parametrize("month", ["1999-12", "2099-12"])
def test_a_month_far_away_still_answers(visitor: Visitor, cast: Cast, month: str) -> None:
    visitor.get(f"/learning-days/{month}")


def test_a_month_without_a_learning_day_is_not_found(app: Flask, cast: Cast) -> None:
    app.config["LEARNING_DAY_RULE"] = "FREQ=MONTHLY;BYMONTHDAY=31"
    Visitor(app).get("/learning-days/2026-11", 404)


def test_the_pages_read_in_chinese(app: Flask, cast: Cast) -> None:
    read(cast.resident, LEARNING_DAY)
    visitor = Visitor(app, "zh")
    assert "12月10日 星期四" in visitor.get("/learning-days").text
    assert visitor.get("/learning-days/2026-11").h1 == "2026年11月学习日"


def test_villages_called_the_same_are_told_apart(app: Flask, cast: Cast) -> None:
    for home in (SHANGZHUANG, a_second_shangzhuang()):
        for resident in crowd(10, home, points=None)[: 3 if home == SHANGZHUANG else 5]:
            read(resident, LEARNING_DAY)
    page = Visitor(app).get("/learning-days/2026-11")
    assert [name for name, _share in rows_of(page)] == ["开元街道 上庄村", "任村镇 上庄村"]
