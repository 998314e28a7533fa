"""What is shown of an event that was cancelled: who is marked, and nobody who was expected or missing."""

import pytest
from sqlalchemy import select

from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.paper.models import Sheet
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Visitor, fields_of
from tests.records.scene import an_event


@pytest.fixture
def event(cast: Cast, clock: TestClock) -> Event:
    return an_event(cast, clock)


def cancel(event: Event, cast: Cast) -> None:
    events.cancel(event.id, "停电", cast.librarian.id)


def test_the_record_reckons_nobody_as_expected_or_missing(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    path = f"/events/{event.id}/record"
    assert "Expected, and neither came nor excused" in librarian.get(path).text
    cancel(event, cast)
    page = librarian.get(path)
    assert "Expected" not in page.text
    assert "Signed up 3" in page.text


def test_the_roster_shows_who_is_marked_and_leads_to_where_it_is_taken_back(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    cancel(event, cast)
    page = librarian.get(f"/events/{event.id}/roster")
    assert not page.soup.select(".mark")
    line = page.soup.find(id=f"r-{cast.resident.id}")
    assert "present" in line.get_text()
    back = line.find("a")
    assert (back.get_text(), back["href"]) == ("Take back", f"/events/{event.id}/record/{cast.resident.id}")
    assert "excused" in page.soup.find(id=f"r-{cast.neighbour.id}").get_text()
    assert not page.soup.find(id=f"r-{cast.phoneless.id}").find("a")
    assert not page.soup.select("[data-count=expected], [data-off]")


def test_no_sheet_is_offered_or_made(librarian: Visitor, event: Event, cast: Cast) -> None:
    path = f"/events/{event.id}/sheets"
    form = fields_of(librarian.get(path).form(holding="blanks"))
    cancel(event, cast)
    page = librarian.get(path)
    assert "This event has been cancelled." in page.text
    assert not page.soup.select("#sheet, button[form=sheet]")
    assert "Print the roster" not in page.text
    assert "This event has been cancelled." in librarian.post(path, 409, **form).text
    assert list(db.session.scalars(select(Sheet))) == []
