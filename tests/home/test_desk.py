"""The staff's desk: the rosters of the days to come, and how much waits to be looked at."""

import uuid

from reading import clock
from reading.events import actions
from reading.rights import actions as rights
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned, started
from tests.home.records import read
from tests.pages import Page, Visitor


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


def test_a_steward_takes_no_attendance_at_the_desk(cast: Cast, visitor: Visitor) -> None:
    planned(cast)
    desk = visitor.sign_in(cast.steward).get("/staff")
    assert rosters(desk) == []
    assert "Attendance to take" not in desk.text
    titles = [tag.text for tag in desk.soup.find_all("h2")]
    assert titles == ["Residents", "Events", "Administration", "My roles"]


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
