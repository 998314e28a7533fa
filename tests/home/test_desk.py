"""The staff's desk: the rosters of the days to come, and how much waits to be looked at."""

import uuid
from datetime import timedelta

from reading import clock
from reading.events import actions
from reading.extensions import db
from reading.groups import actions as groups
from reading.people.models import Account
from reading.rights import actions as rights
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned, started
from tests.groups.grouping import meet
from tests.groups.stewarding import around, grant, of_kind
from tests.home.records import read
from tests.pages import Page, Visitor
from tests.statements import statements


def rosters(page: Page) -> list[str]:
    """Return where the desk leads to take attendance, in its order."""
    return [tag["href"] for tag in page.soup.select("main .list a.btn")]


def waiting(page: Page) -> dict[str, str]:
    """Return how much the desk says waits, by the address of the page that lists it."""
    return {tag.parent["href"]: tag.text for tag in page.soup.select("main .links .tag")}


def test_an_organizer_is_one_tap_from_the_next_rosters(
    cast: Cast, visitor: Visitor, clock: TestClock
) -> None:
    course = started(cast)
    clock.set(at("2026-11-24 18:30"))
    desk = visitor.sign_in(cast.organizer).get("/staff")
    assert rosters(desk) == [f"/events/{one.id}/roster" for one in course.events[:1]]
    clock.set(at("2026-11-24 21:00"))
    assert rosters(visitor.get("/staff")) == [f"/events/{course.events[1].id}/roster"]
    visitor.get(rosters(visitor.get("/staff"))[0])


def test_only_the_rosters_of_ones_own_places_within_a_week_are_there(
    cast: Cast, visitor: Visitor, clock: TestClock
) -> None:
    first = planned(cast)
    for number in range(4):
        planned(
            cast, starts_at=at(f"2026-11-2{number + 1} 09:00"), ends_at=at(f"2026-11-2{number + 1} 10:00")
        )
    started(cast)
    visitor.sign_in(cast.librarian)
    assert len(rosters(visitor.get("/staff"))) == 3
    actions.cancel(first.id, "", cast.librarian.id)
    assert f"/events/{first.id}/roster" not in rosters(visitor.get("/staff"))
    clock.set(at("2026-11-16 09:00"))
    assert "Nothing within a week." in Visitor(visitor.app).sign_in(cast.organizer).get("/staff").text


def test_a_steward_of_a_building_without_a_group_comes_for_the_neighbours(
    cast: Cast, visitor: Visitor
) -> None:
    planned(cast)
    desk = visitor.sign_in(cast.steward).get("/staff")
    assert rosters(desk) == []
    assert "Attendance to take" not in desk.text
    titles = [tag.text for tag in desk.soup.find_all("h2")]
    assert titles == ["Residents", "Events", "Administration", "My roles"]


def test_a_steward_is_one_tap_from_the_rosters_of_the_own_buildings_meetings(
    cast: Cast, visitor: Visitor, clock: TestClock
) -> None:
    near = around(cast)
    of_kind(cast, "sharing")
    visitor.sign_in(cast.steward)
    assert rosters(visitor.get("/staff")) == [f"/events/{near.own.id}/roster"]
    visitor.get(rosters(visitor.get("/staff"))[0])
    clock.set(near.own.starts_at - timedelta(days=6))
    assert rosters(visitor.get("/staff")) == [f"/events/{near.own.id}/roster"]
    clock.set(near.own.starts_at - timedelta(days=8))
    assert rosters(visitor.get("/staff")) == []
    clock.set(near.own.ends_at)
    assert rosters(visitor.get("/staff")) == []


def test_who_leads_a_group_and_has_a_desk_finds_its_meeting_there_and_the_roster_on_the_day(
    cast: Cast, visitor: Visitor, clock: TestClock
) -> None:
    near = around(cast)
    grant(cast.neighbour, "librarian", "410581106")
    visitor.sign_in(cast.neighbour)
    both = [f"/events/{one.id}" for one in sorted((near.own, near.other), key=lambda one: one.id)]
    assert rosters(visitor.get("/staff")) == [f"{one}/roster" for one in both]
    clock.set(near.own.starts_at - timedelta(days=2))
    desk = visitor.get("/staff")
    assert [tag["href"] for tag in desk.soup.select("main .list a.title")] == both
    assert rosters(desk) == []
    assert "Roster on the day" in desk.text
    visitor.get(f"{both[0]}/roster", 404)


def test_who_leads_a_group_without_a_role_has_no_desk(cast: Cast, visitor: Visitor) -> None:
    around(cast)
    visitor.sign_in(cast.neighbour).get("/staff", 403)


def test_who_leads_a_group_no_more_does_not_find_its_meetings_at_the_desk(
    cast: Cast, visitor: Visitor
) -> None:
    near = around(cast)
    grant(cast.neighbour, "librarian", "410581106")
    groups.name_leader(near.group.id, cast.resident.id, db.session.get_one(Account, cast.librarian.id))
    assert rosters(visitor.sign_in(cast.neighbour).get("/staff")) == [f"/events/{near.other.id}/roster"]


def test_the_desk_asks_no_more_often_the_more_meetings_there_are(cast: Cast, visitor: Visitor) -> None:
    near, asked = around(cast), []
    visitor.sign_in(cast.steward).get("/staff")
    for number in (1, 3):
        while len(rosters(visitor.get("/staff"))) < number:
            meet(near.group, db.session.get_one(Account, cast.librarian.id))
        with statements() as sent:
            visitor.get("/staff")
        asked.append(len(sent))
    assert asked[0] == asked[1]


def test_the_desk_says_how_much_waits(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.librarian)
    assert waiting(visitor.get("/staff")) == {}
    read(cast.resident, clock.today(), pages=450)
    read(cast.neighbour, clock.today(), title="边城", pages=20)
    rights.leave(uuid.uuid4(), cast.phoneless.id, "later", cast.librarian.id)
    assert waiting(visitor.get("/staff")) == {"/logbook/review": "1", "/residents/leaving": "1"}
    assert waiting(Visitor(visitor.app).sign_in(cast.steward).get("/staff")) == {"/residents/leaving": "1"}


def test_what_waits_elsewhere_is_not_counted(cast: Cast, visitor: Visitor) -> None:
    read(cast.outsider, clock.today(), pages=450)
    assert waiting(visitor.sign_in(cast.librarian).get("/staff")) == {}
    assert waiting(Visitor(visitor.app).sign_in(cast.admin).get("/staff")) == {"/logbook/review": "1"}
