"""What waits for a household that helps, on its front page: asked for in one statement, however much it is."""

from flask import Flask

from reading.events.models import Event
from reading.volunteers import actions, queries
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Visitor
from tests.statements import statements
from tests.volunteers.helping import helps

BEFORE, DURING, AFTER = at("2026-11-20 19:00"), at("2026-11-20 20:00"), at("2026-11-20 22:00")
TAKES, HELPS = "You take the attendance of", "Where we help"


def named(cast: Cast) -> Event:
    """Plan an evening of the 20th, 19:30 to 21:00, whose attendance the neighbour is named to take."""
    event = planned(cast)
    actions.name(event.id, helps(event, cast.neighbour).id, cast.librarian.id)
    return event


def test_the_front_page_asks_once_whether_one_evening_waits_or_many(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    def cost() -> int:
        with statements() as sent:
            helper.get("/")
        return len(sent)

    clock.set(BEFORE)
    planned(cast)
    helper = Visitor(app).sign_in(cast.neighbour)
    helper.get("/")
    nothing = cost()
    for number in range(1, 4):
        named(cast)
        page = helper.get("/").text
        assert (page.count(TAKES), page.count(HELPS)) == (number, 1)
        assert cost() == nothing + 1


def test_an_event_that_is_over_can_still_be_taken_that_day_and_is_not_helped_at_any_more(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    helper, event = Visitor(app).sign_in(cast.neighbour), named(cast)
    told = {}
    for moment in (clock(), DURING, AFTER, at("2026-11-21 00:01")):
        clock.set(moment)
        page = helper.get("/").text
        told[moment] = (TAKES in page, HELPS in page)
    assert list(told.values()) == [(False, True), (True, True), (True, False), (False, False)]
    assert queries.ahead(cast.account("neighbour").id, clock()) == queries.Ahead([], [])
    clock.set(DURING)
    assert [one.id for one in queries.ahead(cast.account("neighbour").id, DURING).takes] == [event.id]


def test_who_helps_and_was_not_named_takes_no_attendance(cast: Cast, clock: TestClock) -> None:
    helps(planned(cast), cast.neighbour)
    clock.set(DURING)
    found = queries.ahead(cast.account("neighbour").id, DURING)
    assert (found.takes, len(found.helps)) == ([], 1)
    assert queries.ahead(cast.account("resident").id, DURING) == queries.Ahead([], [])
