"""Who helped without having signed up is written down afterwards, by staff of the event's place."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from reading.errors import Refused
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Role
from reading.volunteers import actions
from tests.cast import LONG_AGO, Cast
from tests.clock import TestClock
from tests.events.planned import planned
from tests.pages import Page, Visitor, fields_of
from tests.volunteers.helping import helps, names


@pytest.fixture
def over(cast: Cast, clock: TestClock) -> Event:
    """An event of 开元社区 that ended a moment ago."""
    event = planned(cast)
    clock.set(event.ends_at)
    return event


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.librarian)


def write_in(visitor: Visitor, event: Event, typed: str, resident_id: uuid.UUID) -> Page:
    """Find somebody on the page of the event's helpers and press the button beside them."""
    page = visitor.get(f"/events/{event.id}/helpers?q={typed}")
    found = page.soup.find("input", attrs={"name": "resident", "value": str(resident_id)})
    assert found, page.text
    return visitor.submit(page, form=found.find_parent("form"))


def test_staff_write_down_who_helped_and_then_their_hours(
    librarian: Visitor, over: Event, cast: Cast
) -> None:
    page = librarian.get(f"/events/{over.id}/helpers")
    assert "Somebody helped without having signed up?" in page.text
    assert "until Monday 21 December" in page.text
    page = write_in(librarian, over, "wdy", cast.phoneless.id)
    assert "吴大爷 helped: it is written down." in page.text
    form = page.form(f"/events/{over.id}/helpers/hours")
    hours: dict[str, Any] = {str(one["name"]): "1.5" for one in page.soup.select("input[form=hours]")}
    assert len(hours) == 1
    librarian.submit(page, form=form, **hours)
    assert names(over) == ["吴大爷"]
    told = librarian.get(f"/events/{over.id}/record").text
    assert "吴大爷 1.5 hours" in told


def test_a_button_says_that_it_is_over(librarian: Visitor, over: Event) -> None:
    page = librarian.get(f"/events/{over.id}/helpers?q=wdy")
    button = page.soup.select_one("main li button")
    assert button is not None
    assert (button.get_text(), button["aria-label"]) == ("Helped", "吴大爷 helped")


def test_the_same_tap_twice_writes_down_one_helper(librarian: Visitor, over: Event, cast: Cast) -> None:
    page = librarian.get(f"/events/{over.id}/helpers?q=wdy")
    form = page.soup.select_one("main li form")
    assert form is not None
    sent = {name: value for name, value in fields_of(form).items() if name != "csrf_token"}
    for data in (sent, sent, {**sent, "id": str(uuid.uuid4())}):
        librarian.post(f"/events/{over.id}/helpers", **data)
    assert names(over) == ["吴大爷"]


def test_who_had_given_up_and_helped_all_the_same_is_written_down(
    librarian: Visitor, cast: Cast, clock: TestClock
) -> None:
    event = planned(cast)
    actions.give_up(event.id, helps(event, cast.neighbour).id)
    clock.set(event.ends_at)
    write_in(librarian, event, "dtf", cast.neighbour.id)
    assert names(event) == ["单田方"]


def test_it_ends_with_the_roster_31_days_later(
    librarian: Visitor, over: Event, cast: Cast, clock: TestClock
) -> None:
    clock.set(over.ends_at + timedelta(days=31))
    write_in(librarian, over, "wdy", cast.phoneless.id)
    clock.advance(seconds=1)
    page = librarian.get(f"/events/{over.id}/helpers?q=dtf")
    assert not page.soup.find("input", attrs={"name": "resident"})
    sent: dict[str, Any] = {"resident": str(cast.neighbour.id), "id": str(uuid.uuid4())}
    told = librarian.post(f"/events/{over.id}/helpers", 409, **sent)
    assert "Who helped could be written down until Monday 21 December." in told.text
    assert names(over) == ["吴大爷"]


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [("resident", "resident", 409), ("steward", "phoneless", 409), ("organizer", "phoneless", 404)],
)
def test_nobody_but_staff_who_take_attendance_there_writes_anybody_down_afterwards(
    app: Flask, over: Event, cast: Cast, who: str, whom: str, status: int
) -> None:
    visitor = Visitor(app).sign_in(cast.account(who))
    assert "Somebody helped without" not in visitor.get(f"/events/{over.id}/helpers").text
    sent: dict[str, Any] = {"resident": str(getattr(cast, whom).id), "id": str(uuid.uuid4())}
    told = visitor.post(f"/events/{over.id}/helpers", status, **sent)
    assert ("This event is over; nobody can sign up" in told.text) == (status == 409)
    assert names(over) == []


def test_staff_write_down_nobody_of_their_own_household(app: Flask, over: Event, cast: Cast) -> None:
    account = cast.account("resident")
    role = Role(account_id=account.id, name="organizer", community_id="410581001", granted_at=LONG_AGO)
    db.session.add(role)
    db.session.commit()
    visitor = Visitor(app).sign_in(account)
    page = visitor.get(f"/events/{over.id}/helpers?q=zxm")
    assert "Nobody else is found." in page.text
    sent: dict[str, Any] = {"resident": str(cast.resident.id), "id": str(uuid.uuid4())}
    assert "their own household" in visitor.post(f"/events/{over.id}/helpers", 409, **sent).text
    assert names(over) == []


def test_nobody_is_written_down_for_an_event_that_was_cancelled(cast: Cast, clock: TestClock) -> None:
    event = planned(cast)
    events.cancel(event.id, "", cast.librarian.id)
    clock.set(event.ends_at)
    with pytest.raises(Refused, match="取消"):
        actions.sign_up(event.id, cast.phoneless.id, uuid.uuid4(), cast.librarian.id, is_staff=True)


def test_a_child_is_written_down_no_more_than_it_signs_up(
    librarian: Visitor, over: Event, cast: Cast
) -> None:
    sent: dict[str, Any] = {"resident": str(cast.child.id), "id": str(uuid.uuid4())}
    told = librarian.post(f"/events/{over.id}/helpers", 409, **sent)
    assert "Only grown-ups" in told.text
    assert names(over) == []


def test_it_is_told_in_chinese(app: Flask, over: Event, cast: Cast) -> None:
    reader = Visitor(app, "zh").sign_in(cast.librarian)
    assert "有人没报名也来帮了忙？" in reader.get(f"/events/{over.id}/helpers").text
    assert "已记下吴大爷来帮忙了" in write_in(reader, over, "wdy", cast.phoneless.id).text
