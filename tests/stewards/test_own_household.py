"""In a role nobody writes records of themselves or their own household; as a reader everybody does.

`neighbourly` is librarian of 开元社区, lives behind door 10 with a spouse who has an account of their own, and with a
grandmother who has none: the household is who shares the account, and who lives behind the same door.
"""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading.attendance.models import Attendance
from reading.errors import Refused
from reading.events.models import Enrolment, Event, Signup
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.people import role_actions
from reading.people.models import Account, Resident
from reading.volunteers import actions as volunteers
from tests.attendance.marking import send, sent
from tests.cast import add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned, started
from tests.pages import Visitor
from tests.stewards.conftest import UNIT_2, Doors
from tests.volunteers.helping import helps

SENTENCE = "In a role nobody writes records of themselves or their own household."


class Home:
    """The household, read afresh whenever it is asked for."""

    def __init__(self, doors: Doors) -> None:
        granny = add_resident("吴奶奶", UNIT_2)
        granny.door = "10"
        db.session.commit()
        role_actions.grant_role(doors.neighbourly.id, "librarian", "410581001001", by=doors.cast.admin)
        accounts = {"keeper": doors.neighbourly, "librarian": doors.cast.librarian}
        self.accounts = {name: one.id for name, one in accounts.items()}
        people = {"own": doors.own, "spouse": doors.spouse, "granny": granny, "next_door": doors.granny}
        self.people = {name: one.id for name, one in people.items()}
        self.cast: Any = SimpleNamespace(
            **{name: SimpleNamespace(id=doors.cast.librarian.id) for name in ("librarian", "organizer")}
        )

    def account(self, who: str = "keeper") -> Account:
        return db.session.get_one(Account, self.accounts[who])

    def person(self, who: str) -> Resident:
        return db.session.get_one(Resident, self.people[who])


@pytest.fixture
def home(doors: Doors) -> Home:
    return Home(doors)


def keeper_of(home: Home, app: Flask, language: str = "en") -> Visitor:
    return Visitor(app, language).sign_in(home.account())


@pytest.mark.parametrize("whom", ["spouse", "granny"])
def test_their_reading_is_not_logged(home: Home, app: Flask, whom: str) -> None:
    keeper, resident = keeper_of(home, app), home.person(whom)
    for path in (f"/logbook?resident={resident.id}", f"/logbook/new?resident={resident.id}"):
        assert SENTENCE in keeper.get(path, 409).text
    refused = keeper.post(
        "/logbook/new", 409, resident=str(resident.id), id=str(uuid.uuid4()), book="书", pages="5"
    )
    assert SENTENCE in refused.text
    chinese = keeper_of(home, app, "zh").get(f"/logbook/new?resident={resident.id}", 409)
    assert "担任职务时，不能替自己和自己家的人记录。" in chinese.text
    assert db.session.scalars(select(LogEntry)).all() == []


def test_ones_own_reading_is_logged_by_oneself(home: Home, app: Flask) -> None:
    keeper = keeper_of(home, app)
    keeper.submit(keeper.get("/logbook/new"), book="自己的书", pages="5")
    assert db.session.scalars(select(LogEntry)).one().resident_id == home.people["own"]


@pytest.mark.parametrize("whom", ["spouse", "granny"])
def test_they_are_neither_signed_up_nor_enrolled_nor_made_helpers(home: Home, app: Flask, whom: str) -> None:
    event = planned(home.cast)
    course = started(home.cast, community="410581001001")
    keeper = keeper_of(home, app)
    told: dict[str, Any] = {"resident": str(home.people[whom]), "id": str(uuid.uuid4())}
    for path in (
        f"/events/{event.id}/signup",
        f"/courses/{course.id}/enrolment",
        f"/events/{event.id}/helpers",
    ):
        assert SENTENCE in keeper.post(path, 409, follow=False, **told).text
    assert not db.session.scalars(select(Signup)).all()
    assert not db.session.scalars(select(Enrolment)).all()


def test_oneself_is_signed_up_and_enrolled_as_any_reader(home: Home, app: Flask) -> None:
    event = planned(home.cast)
    course = started(home.cast, community="410581001001")
    keeper = keeper_of(home, app)
    told: dict[str, Any] = {"resident": str(home.people["own"])}
    keeper.post(f"/events/{event.id}/signup", id=str(uuid.uuid4()), **told)
    keeper.post(f"/courses/{course.id}/enrolment", id=str(uuid.uuid4()), **told)
    assert db.session.scalars(select(Signup)).one().resident_id == home.people["own"]
    assert db.session.scalars(select(Enrolment)).one().resident_id == home.people["own"]


def evening(home: Home, clock: TestClock) -> Event:
    event = planned(home.cast, starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00"))
    clock.set(at("2026-11-18 15:00"))
    return event


@pytest.mark.parametrize("whom", ["own", "spouse", "granny"])
def test_they_are_marked_by_a_colleague_alone(home: Home, app: Flask, clock: TestClock, whom: str) -> None:
    event, resident = evening(home, clock), home.person(whom)
    assert send(event, home.account(), sent(resident)) == ["own_household"]
    pressed: dict[str, Any] = {"id": str(uuid.uuid4()), f"r-{resident.id}": "present"}
    refused = keeper_of(home, app).post(f"/events/{event.id}/attendance", 409, **pressed)
    assert "You cannot mark yourself or your own household." in refused.text
    assert db.session.scalars(select(Attendance)).all() == []
    assert send(event, home.account("librarian"), sent(resident)) == ["stored"]
    # Nor is what a colleague marked taken back by oneself.
    assert send(event, home.account(), sent(resident, "undone", reason="x")) == ["own_household"]


def test_the_phones_roster_says_whom_to_leave_to_a_colleague(
    home: Home, app: Flask, clock: TestClock
) -> None:
    event = evening(home, clock)
    keeper = keeper_of(home, app)
    page = keeper.get(f"/events/{event.id}/roster?q=吴")
    shown = {
        row.b.get_text(): bool(row.select("button.mark"))
        for row in page.soup.select("ul.roster > li")
        if row.b
    }
    assert shown["吴大爷"]
    assert not any(
        shown[one.name] for one in (home.person("own"), home.person("spouse"), home.person("granny"))
    )


def test_their_hours_as_helpers_are_written_by_a_colleague_alone(home: Home, clock: TestClock) -> None:
    event = planned(home.cast)
    own, spouse = helps(event, home.person("own")), helps(event, home.person("spouse"))
    clock.set(at("2026-11-20 21:30"))
    for helper in (own, spouse):
        with pytest.raises(Refused):
            volunteers.set_hours(event.id, {helper.id: 60}, home.account())
    volunteers.set_hours(event.id, {own.id: 60, spouse.id: 90}, home.account("librarian"))


def test_their_page_at_the_door_says_so_and_offers_nothing(home: Home, app: Flask) -> None:
    keeper = keeper_of(home, app)
    for one in (home.person("own"), home.person("spouse"), home.person("granny")):
        page = keeper.get(f"/buildings/people/{one.id}")
        assert SENTENCE in page.text
        assert not page.soup.main.find_all("form")
        assert "Log for" not in page.text
        assert SENTENCE in keeper.post(f"/buildings/people/{one.id}/door", 409, door="11").text
    moving = keeper.post(
        f"/buildings/people/{home.people['granny']}/home", 409, community="410581106210", since="2026-11-17",
        who=str(home.people["granny"]),
    )  # fmt: skip
    assert SENTENCE in moving.text
    assert db.session.get_one(Resident, home.people["granny"]).home_code == UNIT_2


def test_whoever_lives_next_door_is_no_household(home: Home, app: Flask) -> None:
    keeper = keeper_of(home, app)
    keeper.get(f"/logbook/new?resident={home.people['next_door']}")
    for one in (home.person("spouse"), home.person("granny")):
        db.session.get_one(Resident, one.id).door = ""
    db.session.commit()
    keeper.get(f"/logbook/new?resident={home.people['granny']}")
