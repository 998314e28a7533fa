"""Hours that two people write down at once: each row stays whose it is, and none is saved over without a word."""

from functools import partial
from typing import Any

import pytest
from flask import Flask

from reading.events.models import Event
from reading.extensions import db
from reading.meanwhile import Changed, opened
from reading.people.models import Account
from reading.volunteers import actions, queries
from reading.volunteers.models import Helper
from tests.at_once import at_once
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Page, Visitor
from tests.volunteers.helping import as_is, helps

REFUSED = "This was changed since you opened the form, so nothing was saved yet."


@pytest.fixture
def event(cast: Cast) -> Event:
    """An evening of an hour and a half."""
    return planned(cast)


@pytest.fixture
def helpers(event: Event, cast: Cast, clock: TestClock) -> tuple[Helper, Helper]:
    """Two who helped at it, for an hour each; it is over."""
    found = helps(event, cast.neighbour), helps(event, cast.resident)
    clock.set(at("2026-11-20 21:30"))
    actions.set_hours(event.id, {one.id: 60 for one in found}, cast.librarian)
    clock.advance(minutes=1)
    return found


@pytest.fixture
def librarian(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.librarian)


@pytest.fixture
def colleague(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.admin)


def opened_page(visitor: Visitor, event: Event) -> Page:
    return visitor.get(f"/events/{event.id}/helpers")


def shown(page: Page) -> dict[str, str]:
    """Return what the fields of a page say, by helper's id; they stand outside their form's element."""
    return {str(one["name"]): str(one["value"]) for one in page.soup.select("td input[form=hours]")}


def save(visitor: Visitor, page: Page, typed: dict[str, str], status: int = 200) -> Page:
    """Press the page's button after typing these hours, by helper's id."""
    sent: dict[str, Any] = {**shown(page), **typed}
    return visitor.submit(page, status, form=page.soup.find("form", id="hours"), **sent)


def minutes(*helpers: Helper) -> tuple[int | None, ...]:
    return tuple(as_is(one).minutes for one in helpers)


def test_who_changes_one_row_takes_nothing_back_of_another(
    librarian: Visitor, colleague: Visitor, event: Event, helpers: tuple[Helper, Helper]
) -> None:
    first, second = helpers
    pages = opened_page(librarian, event), opened_page(colleague, event)
    save(librarian, pages[0], {str(first.id): "2"})
    told = save(colleague, pages[1], {str(second.id): "3"})
    assert "Saved." in told.text
    assert minutes(first, second) == (120, 180)
    assert [one.minutes for one in queries.told_hours(event.id)[first.id]] == [120, 60]


def test_what_was_only_offered_takes_nothing_back_of_what_another_wrote_first(
    librarian: Visitor, colleague: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    first, second, third = (helps(event, one) for one in (cast.neighbour, cast.resident, cast.outsider))
    clock.set(at("2026-11-20 21:30"))
    older = opened_page(colleague, event)
    save(
        librarian, opened_page(librarian, event), {str(first.id): "2", str(second.id): "2", str(third.id): ""}
    )
    save(colleague, older, {str(second.id): ""})
    assert minutes(first, second, third) == (120, 120, 90)


def test_of_one_row_that_both_changed_the_second_is_told_and_one_tap_saves_it(
    librarian: Visitor, colleague: Visitor, event: Event, helpers: tuple[Helper, Helper]
) -> None:
    first, second = helpers
    older = opened_page(colleague, event)
    save(librarian, opened_page(librarian, event), {str(first.id): "2", str(second.id): "2.5"})
    told = save(colleague, older, {str(first.id): "0.5"}, 409)
    assert f"{REFUSED} It says now: 单田方 2 hours" in told.text
    assert "张晓明 2.5 hours" not in told.text
    assert "Save it nevertheless" in told.text
    assert shown(told) == {str(first.id): "0.5", str(second.id): "2.5"}
    assert minutes(first, second) == (120, 150)
    for _tap in range(2):
        assert "Saved." in save(colleague, told, {}).text
    assert minutes(first, second) == (30, 150)


def test_what_was_told_is_told_again_when_it_changed_once_more(
    librarian: Visitor, colleague: Visitor, event: Event, helpers: tuple[Helper, Helper]
) -> None:
    first = helpers[0]
    older = opened_page(colleague, event)
    save(librarian, opened_page(librarian, event), {str(first.id): "2"})
    told = save(colleague, older, {str(first.id): "0.5"}, 409)
    save(librarian, opened_page(librarian, event), {str(first.id): "4"})
    assert "单田方 4 hours" in save(colleague, told, {}, 409).text
    assert minutes(first) == (120 * 2,)


def test_nothing_of_a_form_is_saved_while_one_of_its_rows_is_told(
    librarian: Visitor, colleague: Visitor, event: Event, helpers: tuple[Helper, Helper]
) -> None:
    first, second = helpers
    older = opened_page(colleague, event)
    save(librarian, opened_page(librarian, event), {str(first.id): "2"})
    told = save(colleague, older, {str(first.id): "0.5", str(second.id): "3"}, 409)
    assert minutes(first, second) == (120, 60)
    save(colleague, told, {})
    assert minutes(first, second) == (30, 180)


def test_two_who_write_the_same_hours_agree(
    librarian: Visitor, colleague: Visitor, event: Event, helpers: tuple[Helper, Helper]
) -> None:
    first = helpers[0]
    pages = [(visitor, opened_page(visitor, event)) for visitor in (librarian, colleague)]
    for visitor, page in pages:
        assert "Saved." in save(visitor, page, {str(first.id): "2"}).text
    assert [one.minutes for one in queries.told_hours(event.id)[first.id]] == [120, 60]


def test_what_cannot_be_read_is_told_before_and_keeps_what_the_form_had_seen(
    librarian: Visitor, colleague: Visitor, event: Event, helpers: tuple[Helper, Helper]
) -> None:
    first, second = helpers
    older = opened_page(colleague, event)
    save(librarian, opened_page(librarian, event), {str(first.id): "2"})
    told = save(colleague, older, {str(second.id): "abc"}, 400)
    save(colleague, told, {str(second.id): "3"})
    assert minutes(first, second) == (120, 180)


def test_it_is_told_in_chinese(
    app: Flask, librarian: Visitor, event: Event, cast: Cast, helpers: tuple[Helper, Helper]
) -> None:
    reader, first = Visitor(app, "zh").sign_in(cast.admin), helpers[0]
    older = opened_page(reader, event)
    save(librarian, opened_page(librarian, event), {str(first.id): "2"})
    told = save(reader, older, {str(first.id): "3"}, 409)
    assert "您打开这一页之后，内容已有改动，所以还没有保存。" in told.text
    assert "单田方 2 小时" in told.text


def test_of_several_at_the_same_moment_one_is_saved_and_the_others_are_told_of_it(
    app: Flask, event: Event, cast: Cast, helpers: tuple[Helper, Helper]
) -> None:
    helper_id, admin_id = helpers[0].id, cast.admin.id
    seen = opened({str(helper_id): 60})["seen"]
    saved, told = list[int](), list[int]()

    def write(number: int) -> None:
        by = db.session.get_one(Account, admin_id)
        try:
            actions.set_hours(event.id, {helper_id: number}, by, seen=seen, touched={helper_id})
            saved.append(number)
        except Changed as other:
            told.append(other.fields[str(helper_id)])

    at_once(app, *[partial(write, one) for one in (30, 90, 120)])
    db.session.remove()
    assert len(saved) == 1
    assert told == saved * 2
    assert minutes(helpers[0]) == (saved[0],)
