"""The lists of events and courses."""

from datetime import timedelta

import pytest
from flask import Flask

from reading.events import actions, queries
from reading.people.models import Resident
from tests.cast import SHANGZHUANG, Cast, a_second_shangzhuang
from tests.clock import TestClock
from tests.events.planned import RENCUN, at, planned, started
from tests.pages import Visitor


def test_a_visitor_sees_what_is_coming(app: Flask, cast: Cast) -> None:
    planned(cast)
    page = Visitor(app).get("/events")
    assert "《活着》读书分享会" in page.text
    assert "My events" not in page.text


def test_an_empty_list_says_so(app: Flask, cast: Cast) -> None:
    assert "Nothing is planned right now." in Visitor(app).get("/events").text
    assert "not signed up" in Visitor(app).sign_in(cast.resident).get("/events?view=mine").text
    assert "No course" in Visitor(app).get("/courses").text


def test_what_is_near_my_home_comes_first(app: Flask, cast: Cast) -> None:
    planned(
        cast,
        title="远处的",
        community=RENCUN,
        starts_at=at("2026-11-19 09:00"),
        ends_at=at("2026-11-19 10:00"),
    )
    planned(cast, title="隔壁的", community="410581001004", starts_at=at("2026-11-20 08:00"))
    planned(cast, title="全街道的", community="410581001", starts_at=at("2026-11-20 09:00"))
    planned(cast, title="外市的", community="410500001001")
    text = Visitor(app).sign_in(cast.resident).get("/events").text
    places = [text.index(title) for title in ("全街道的", "隔壁的", "远处的")]
    assert places == sorted(places)
    assert "外市的" not in text


@pytest.mark.parametrize("community", ["410581", "410581001", "410581001001"])
def test_the_list_narrows_to_a_place_and_what_lies_in_it(app: Flask, cast: Cast, community: str) -> None:
    planned(cast, title="开元的")
    planned(cast, title="任村的", community=RENCUN)
    text = Visitor(app).get(f"/events?community={community}").text
    assert ("开元的" in text, "任村的" in text) == (True, community == "410581")


def test_the_list_narrows_to_a_kind(app: Flask, cast: Cast) -> None:
    planned(cast, title="交流", kind="exchange")
    planned(cast, title="分享")
    text = Visitor(app).get("/events?kind=exchange").text
    assert ("交流" in text, "分享" in text.replace("Reading-sharing", "")) == (True, False)


def test_an_event_stands_among_the_past_ones_once_it_is_over(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    planned(cast)
    assert "活着" not in Visitor(app).get("/events?view=past").text
    clock.set(at("2026-11-20 21:00"))
    assert "活着" in Visitor(app).get("/events?view=past").text
    assert "活着" not in Visitor(app).get("/events").text


def test_a_long_list_goes_on_with_the_next_page(app: Flask, cast: Cast) -> None:
    for number in range(21):
        planned(cast, title=f"第{number}场", starts_at=at("2026-11-20 09:00"))
    first, visitor = Visitor(app).get("/events"), Visitor(app)
    assert first.soup.find("a", rel="next")["href"] == "/events?page=2"
    assert len(visitor.get("/events?page=2").soup.select(".list > li")) == 1


@pytest.mark.parametrize(
    "query", ["view=all", "kind=password", "community=999", "community=%00", "page=0", "page=99999"]
)
def test_what_no_list_is_called_is_not_found(app: Flask, cast: Cast, query: str) -> None:
    Visitor(app).get(f"/events?{query}", status=404)


def test_my_events_hold_the_classes_my_household_is_enrolled_in(app: Flask, cast: Cast) -> None:
    course = started(cast)
    actions.enrol_in_course(course.id, cast.outsider.id, course.id, None)
    assert "果树修剪" in Visitor(app).sign_in(cast.outsider).get("/events?view=mine").text


def test_staff_find_the_coming_events_of_their_own_reach(cast: Cast, clock: TestClock) -> None:
    event, now = planned(cast), clock()
    tomorrow_after = event.starts_at + timedelta(days=1)
    mine, others = queries.events_for(cast.librarian), queries.events_for(cast.organizer)
    assert [one.title for one in mine.coming(now, tomorrow_after, 3)] == ["《活着》读书分享会"]
    assert others.coming(now, tomorrow_after, 3) == []
    assert mine.coming(now, event.starts_at, 3) == mine.coming(event.ends_at, tomorrow_after, 3) == []
    actions.cancel(event.id, "", cast.librarian.id)
    assert mine.coming(now, tomorrow_after, 3) == []


def test_the_home_page_asks_for_a_few_near_ones(cast: Cast, clock: TestClock) -> None:
    planned(cast, starts_at=at("2026-12-10 09:00"), ends_at=at("2026-12-10 10:00"))
    resident: Resident = cast.resident
    assert queries.coming(resident.home, now=clock(), until=at("2026-12-10 00:00")) == []
    assert len(queries.coming(resident.home, now=clock(), limit=3)) == 1


def test_of_a_course_only_the_next_class_stands_in_the_list(app: Flask, cast: Cast, clock: TestClock) -> None:
    course = started(cast)
    actions.cancel(course.events[0].id, "", cast.organizer.id)
    assert [event.id for event in queries.coming(now=clock())] == [course.events[1].id]
    clock.set(at("2026-12-01 21:00"))
    assert [event.id for event in queries.coming(now=clock())] == [course.events[2].id]


def test_places_called_the_same_are_told_apart_by_their_township(app: Flask, cast: Cast) -> None:
    twin = a_second_shangzhuang()
    one, other = (
        planned(cast, title="任村的", community=SHANGZHUANG),
        planned(cast, title="开元的", community=twin),
    )
    visitor = Visitor(app)
    assert "任村镇 上庄村" in visitor.get("/events").text
    assert "开元街道 上庄村" in visitor.get("/events").text
    assert "任村镇 上庄村" in visitor.get(f"/events/{one.id}").text
    assert "开元街道 上庄村" in visitor.get(f"/events?community={twin}").h1
    assert "For 开元街道 上庄村" in visitor.get(f"/events/{other.id}").text
    planned(cast, title="只有一个", community=RENCUN)
    assert "任村镇 任村村" not in visitor.get("/events").text


def test_a_building_is_named_with_its_community(app: Flask, cast: Cast) -> None:
    event = planned(cast, kind="meeting", community="410581001001-1-1")
    assert "For 开元社区 和顺园 1号楼" in Visitor(app).get(f"/events/{event.id}").text
