"""A community's own page: how it reads, how it kept the learning day, what is on."""

import pytest
from flask import Flask

from tests.cast import Cast
from tests.events.planned import planned
from tests.home.records import LEARNING_DAY, read
from tests.leaderboards.readers import NEXT_DOOR, crowd
from tests.pages import Visitor


def test_a_community_shows_how_it_reads_and_leads_to_its_board(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    for resident in crowd(10, NEXT_DOOR, points=None)[:4]:
        read(resident, LEARNING_DAY)
    page = visitor.get(f"/communities/{NEXT_DOOR}")
    assert page.h1 == "兴林社区"
    assert "of residents took part 40.0%" in page.text
    assert "10 residents have joined; 80 pages so far." in page.text
    assert "Tuesday 10 November 2026" in page.text
    assert page.soup.select_one(f'a[href="/communities/{NEXT_DOOR}/leaderboard"]')


def test_a_small_community_is_not_spoken_of_in_figures(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    read(cast.resident, LEARNING_DAY)
    page = visitor.get("/communities/410581001001")
    assert "Figures are shown once ten residents have joined." in page.text
    assert "20 pages" not in page.text
    assert "The last learning day" not in page.text


def test_a_township_and_a_city_lead_down_the_tree(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    township = visitor.get("/communities/410581001")
    assert "Villages and neighbourhoods" in township.text
    assert township.soup.select_one(f'a[href="/communities/{NEXT_DOOR}"]')
    city = visitor.get("/communities/410581")
    assert "Townships" in city.text
    assert city.soup.select_one('a[href="/communities/410581106"]')
    assert not city.soup.select("a.back")


def test_what_is_on_near_a_community_is_listed(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    planned(cast)
    assert "《活着》读书分享会" in visitor.get("/communities/410581001001").text
    assert "Nothing is planned yet." in visitor.get("/communities/410500001001").text


def test_a_building_is_shown_as_its_community(visitor: Visitor, cast: Cast) -> None:
    page = visitor.get("/communities/410581001001-1-1-1", 302)
    assert page.response.location == "/communities/410581001001"


@pytest.mark.parametrize("code", ["999", "410581001001 ", "410581%00", "社区", "0" * 300])
def test_a_place_that_is_not_there_is_not_found(visitor: Visitor, cast: Cast, code: str) -> None:
    visitor.get(f"/communities/{code}", 404)
