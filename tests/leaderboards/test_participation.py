"""Communities compared: who counts as reading, who as registered, and from how many on it is told."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from reading.extensions import db
from reading.people.models import Residence, Resident
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.leaderboards.readers import HOME, NEXT_DOOR, VILLAGE, crowd, stand
from tests.pages import Page, Visitor

CITY = "/communities/410581/participation"
IN_NOVEMBER = datetime(2026, 11, 5, tzinfo=UTC)


def shares_of(page: Page) -> dict[str, tuple[str, str]]:
    """Return place and share by the community's name."""
    return {
        row.select_one(".who a").get_text(): (
            row.select_one(".place").get_text(),
            row.select_one(".value").get_text(),
        )
        for row in page.soup.select("ol.board > li:not(.gap)")
    }


def test_communities_are_ordered_by_participation_and_ties_share_a_place(app: Flask, cast: Cast) -> None:
    # Living in 开元社区 are also four of the cast, in 上庄村 one, none of whom read.
    crowd(8)
    crowd(5, NEXT_DOOR)
    crowd(5, NEXT_DOOR, points=None)
    crowd(6, VILLAGE)
    crowd(5, VILLAGE, points=None)
    page = Visitor(app).get(CITY)
    assert shares_of(page) == {
        "开元社区": ("1", "66.7%"),
        "上庄村": ("2", "50.0%"),
        "兴林社区": ("2", "50.0%"),
    }
    assert "8 of 12 residents" in page.text
    assert "任村镇, 6 of 12 residents, 450 pages" in page.text


def test_a_community_of_nine_is_not_spoken_of_in_figures(app: Flask, cast: Cast) -> None:
    crowd(9, NEXT_DOOR)
    assert shares_of(Visitor(app).get(CITY)) == {}
    board = Visitor(app).get(f"/communities/{NEXT_DOOR}/leaderboard")
    assert "Figures are shown once ten residents have joined." in board.text
    assert "pages read" not in board.text
    crowd(1, NEXT_DOOR)
    assert shares_of(Visitor(app).get(CITY)) == {"兴林社区": ("1", "100.0%")}


def test_hidden_residents_and_children_count_as_readers(app: Flask, cast: Cast) -> None:
    crowd(10, NEXT_DOOR, show_as="hidden")
    assert shares_of(Visitor(app).get(CITY)) == {"兴林社区": ("1", "100.0%")}


def test_a_community_in_which_nobody_read_is_left_out(app: Flask, cast: Cast) -> None:
    crowd(12, NEXT_DOOR, points=None)
    page = Visitor(app).get(CITY)
    assert shares_of(page) == {}
    assert "Nobody has written down reading here in this time." in page.text


def test_a_reader_counts_where_the_record_was_earned(app: Flask, cast: Cast) -> None:
    movers = crowd(10, NEXT_DOOR, points=None)
    crowd(10, VILLAGE, points=None)
    for mover in movers[:5]:
        stand(mover, 5, community=VILLAGE)
    db.session.commit()
    assert shares_of(Visitor(app).get(CITY)) == {"上庄村": ("1", "45.5%")}


def test_more_readers_than_residents_are_all_of_them(app: Flask, cast: Cast) -> None:
    movers = crowd(12)
    crowd(10, VILLAGE, points=None)
    for mover in movers:
        stand(mover, 5, community=VILLAGE)
    db.session.commit()
    assert shares_of(Visitor(app).get(CITY))["上庄村"] == ("1", "100.0%")


def test_who_joined_after_the_period_was_not_registered_in_it(app: Flask, cast: Cast) -> None:
    for resident in crowd(10, NEXT_DOOR, points=None):
        stand(resident, 5, period="2026-10")
    crowd(10, NEXT_DOOR, points=None, since=IN_NOVEMBER)
    db.session.commit()
    assert shares_of(Visitor(app).get(f"{CITY}?period=2026-10")) == {"兴林社区": ("1", "100.0%")}


def move_away(resident: Resident, on: date, told: datetime) -> None:
    """Let a resident leave for 上庄村 on a day, of which the service learns at ``told``."""
    left = db.session.scalars(select(Residence).where(Residence.resident_id == resident.id)).one()
    left.until, left.end_recorded_at = on, told
    db.session.flush()
    db.session.add(
        Residence(
            resident_id=resident.id, community_id=VILLAGE, home_code=VILLAGE, since=on, recorded_at=told
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "share"),
    [
        (datetime(2026, 10, 15, 16, tzinfo=UTC), "50.0%"),
        (datetime(2026, 10, 31, 15, 59, tzinfo=UTC), "50.0%"),  # 23:59 in the city on the 31st day after
        (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), "45.5%"),  # the figures of September are frozen by now
    ],
)
def test_a_past_figure_is_frozen_31_days_after_its_period(
    app: Flask, cast: Cast, told: datetime, share: str
) -> None:
    found = crowd(11, NEXT_DOOR, points=None)
    for resident in found[:5]:
        stand(resident, 5, period="2026-09")
    move_away(found[10], date(2026, 9, 20), told)
    db.session.commit()
    assert shares_of(Visitor(app).get(f"{CITY}?period=2026-09"))["兴林社区"] == ("1", share)


def test_the_running_month_counts_those_registered_today(app: Flask, cast: Cast, clock: TestClock) -> None:
    crowd(5, NEXT_DOOR)
    crowd(5, NEXT_DOOR, points=None)
    crowd(10, NEXT_DOOR, points=None, since=datetime(2026, 11, 25, tzinfo=UTC))
    assert shares_of(Visitor(app).get(CITY))["兴林社区"] == ("1", "50.0%")
    clock.advance(days=8)
    assert shares_of(Visitor(app).get(CITY))["兴林社区"] == ("1", "25.0%")


def test_ones_own_community_is_marked_and_shown_beyond_the_first_twenty(app: Flask, cast: Cast) -> None:
    crowd(11)
    page = Visitor(app).sign_in(cast.resident).get(CITY)
    assert page.soup.select_one("li.me .tag").get_text() == "my community"
    assert not Visitor(app).get(CITY).soup.select("li.me")


def test_a_township_compares_its_own_and_a_community_leads_there(app: Flask, cast: Cast) -> None:
    crowd(10)
    crowd(10, VILLAGE)
    visitor = Visitor(app)
    assert list(shares_of(visitor.get("/communities/410581001/participation"))) == ["开元社区"]
    moved = visitor.get(f"/communities/{HOME}/participation?period=2026", 302)
    assert moved.response.location == "/communities/410581001/participation?period=2026"


@pytest.mark.parametrize("asked", ["period=2026-13", "by=password"])
def test_a_board_that_cannot_be_is_told_before_a_city_is_chosen(app: Flask, cast: Cast, asked: str) -> None:
    assert "no such board" in Visitor(app).get(f"/leaderboards?{asked}", 404).h1


def test_a_visitor_chooses_among_cities_standing_side_by_side(app: Flask, cast: Cast) -> None:
    page = Visitor(app).get("/leaderboards")
    assert "Choose your city." in page.text
    links = [a["href"] for a in page.soup.select("main .links a")]
    assert links == ["/communities/410500/participation", "/communities/410581/participation"]


def test_a_visitor_of_an_empty_service_is_told_so(app: Flask) -> None:
    assert "No city is set up here yet." in Visitor(app).get("/leaderboards").text


def test_the_comparison_reads_in_chinese(app: Flask, cast: Cast) -> None:
    crowd(10)
    text = Visitor(app, "zh").get(CITY).text
    assert "各社区（村）读书情况" in text
    assert "开元街道，14 人中 10 人在读，共 550 页" in text


def test_a_resident_without_account_is_registered_too(app: Flask, cast: Cast) -> None:
    crowd(5, NEXT_DOOR)
    for number in range(5):
        add_resident(f"钱一{number}", NEXT_DOOR)
    db.session.commit()
    assert shares_of(Visitor(app).get(CITY))["兴林社区"] == ("1", "50.0%")
