"""A steward's list of a month: the meetings of the own subtree, and nothing that others held there."""

import pytest
from flask import Flask
from sqlalchemy import select

from reading.attendance.models import ClosingVisitors
from reading.extensions import db
from reading.people.models import Role
from tests.attendance.marking import send, sent
from tests.cast import LONG_AGO, Cast
from tests.clock import TestClock
from tests.events.planned import at, out_of_the_session
from tests.groups.stewarding import NEXT_DOOR, OWN, Around, around, of_kind
from tests.pages import Page, Visitor

MONTH = "/records?month=2026-11"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody on stage, loaded and detached."""
    return out_of_the_session(cast)


@pytest.fixture
def near(cast: Cast, clock: TestClock) -> Around:
    """The meetings in 1号楼 and next door, and a sharing in 1号楼: `resident` came to all three."""
    found = around(cast)
    for event in (found.own, found.other, of_kind(cast, "sharing")):
        send(event, cast.librarian, sent(cast.resident))
    clock.set(at("2026-11-18 16:00"))
    return found


def listed(page: Page) -> list[str]:
    """Return where the list's events lead."""
    return [str(one["href"]) for one in page.soup.select("main table a")]


def figures(page: Page) -> list[str]:
    """Return events, attendances, different residents and heads."""
    return [one.text for one in page.soup.select(".figures dd")]


def test_a_steward_lists_the_meetings_of_the_own_building_alone(app: Flask, cast: Cast, near: Around) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    for path in (MONTH, f"{MONTH}&community={OWN}"):
        page = steward.get(path)
        assert listed(page) == [f"/events/{near.own.id}/record"]
        assert figures(page) == ["1", "1", "1", "–"]
    told = steward.client.get("/records/month.csv?month=2026-11").get_data(as_text=True)
    assert "本楼小组" in told
    assert "邻楼小组" not in told
    assert "分享会" not in told


@pytest.mark.parametrize(
    "code", [NEXT_DOOR, "410581001001-1", "410581001001", "410581", "410500", "nowhere", "%00"]
)
def test_a_stewards_list_reaches_no_further(app: Flask, cast: Cast, near: Around, code: str) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    for path in ("/records", "/records/month.xlsx", "/records/month.csv"):
        steward.get(f"{path}?community={code}", 404)


def test_a_month_that_is_none_is_none_for_a_steward_too(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    for month in ("2026-13", "2026", "x"):
        steward.get(f"/records?month={month}", 404)
    assert "Nothing was on here in this month." in steward.get("/records?month=2020-01").text


def test_who_is_steward_and_librarian_too_lists_of_each_place_what_is_theirs(
    app: Flask, cast: Cast, near: Around
) -> None:
    told = {"account_id": cast.steward.id, "community_id": NEXT_DOOR, "granted_at": LONG_AGO}
    db.session.add(Role(name="librarian", **told))
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.steward)
    assert listed(visitor.get(f"{MONTH}&community={OWN}")) == [f"/events/{near.own.id}/record"]
    assert listed(visitor.get(f"{MONTH}&community={NEXT_DOOR}")) == [f"/events/{near.other.id}/record"]


def test_people_who_were_erased_count_only_where_the_whole_list_is_seen(
    app: Flask, cast: Cast, near: Around
) -> None:
    db.session.add(ClosingVisitors(community_id=OWN, month="2026-11", people=3))
    db.session.commit()
    assert len(db.session.scalars(select(ClosingVisitors)).all()) == 1
    assert figures(Visitor(app).sign_in(cast.steward).get(MONTH))[2] == "1"
    librarian = Visitor(app).sign_in(cast.librarian)
    assert figures(librarian.get(f"{MONTH}&community={OWN}"))[2] == "4"


def test_the_record_of_a_meeting_holds_no_phone_number(app: Flask, cast: Cast, near: Around) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    for rest in ("record", "record.csv", "attendance.csv"):
        text = steward.client.get(f"/events/{near.own.id}/{rest}").get_data(as_text=True)
        assert "张晓明" in text
        assert "1380000000" not in text
