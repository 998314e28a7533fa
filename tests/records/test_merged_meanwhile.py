"""Who is merged into another record while their correction is open is corrected there."""

import uuid

import pytest
from flask import Flask

from reading.events.models import Event
from reading.rights import merge_actions
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Page, Visitor
from tests.records.scene import an_event, correct, mark, sent, status_of


@pytest.fixture
def event(cast: Cast, clock: TestClock) -> Event:
    """An event to which both records of one person came."""
    found = an_event(cast, clock)
    mark(found, cast.librarian, sent(cast.phoneless))
    return found


@pytest.fixture
def opened_page(librarian: Visitor, event: Event, cast: Cast) -> Page:
    return librarian.get(f"/events/{event.id}/record/{cast.phoneless.id}")


def merge(cast: Cast) -> None:
    merge_actions.merge(uuid.uuid4(), (cast.resident.id, cast.phoneless.id), cast.admin)


def test_an_open_correction_is_saved_on_the_record_that_goes_on(
    librarian: Visitor, event: Event, cast: Cast, opened_page: Page
) -> None:
    merge(cast)
    assert status_of(event, cast.resident.id) == "present"
    page = correct(librarian, opened_page, "late", "签到表上写着迟到")
    assert page.path == f"/events/{event.id}/record/{cast.resident.id}"
    assert "签到表上写着迟到" in page.text
    assert status_of(event, cast.resident.id) == "late"


def test_what_was_typed_comes_back_on_the_record_that_goes_on_where_it_is_not_saved(
    librarian: Visitor, event: Event, cast: Cast, opened_page: Page
) -> None:
    merge(cast)
    page = correct(librarian, opened_page, "x", "认错了人", 400)
    assert (page.h1, page.soup.find(id="reason")["value"]) == (cast.resident.name, "认错了人")
    mark(event, cast.librarian, sent(cast.resident, "late"))
    page = correct(librarian, opened_page, "undone", "认错了人", 409)
    assert "It says now: Mark late" in page.text
    assert page.soup.find(id="reason")["value"] == "认错了人"
    page = correct(librarian, page, "undone", "认错了人")
    assert page.path.endswith(str(cast.resident.id))
    assert status_of(event, cast.resident.id) == "undone"


def test_the_page_of_a_merged_record_leads_to_the_one_that_goes_on(
    app: Flask, librarian: Visitor, event: Event, cast: Cast
) -> None:
    merge(cast)
    answer = librarian.get(f"/events/{event.id}/record/{cast.phoneless.id}", 302).response
    assert answer.location == f"/events/{event.id}/record/{cast.resident.id}"
    librarian.get(f"/events/{uuid.uuid4()}/record/{cast.phoneless.id}", 404)
