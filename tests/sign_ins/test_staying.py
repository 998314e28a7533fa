"""Staff are told before they are signed out for sending nothing, and stay with one tap."""

from typing import Any

import pytest
from sqlalchemy import select

from reading.extensions import db
from reading.sign_ins.models import SignIn
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Page, Visitor
from tests.sign_ins.conftest import Enter
from tests.sign_ins.test_devices import is_in


def seconds(page: Page) -> int | None:
    box = page.soup.select_one("[data-stay]")
    return int(str(box["data-seconds"])) if box else None


def stay(visitor: Visitor) -> Any:
    data = {"csrf_token": visitor.token()}
    return visitor.client.post("/sign-in/extension", data=data, headers={"Accept": "application/json"})


def test_a_page_knows_how_long_its_reader_stays_signed_in(cast: Cast, enter: Enter, clock: TestClock) -> None:
    visitor = enter(cast.librarian)
    assert seconds(visitor.get("/me")) == 1800
    clock.advance(minutes=4)
    assert seconds(visitor.get("/me")) == 26 * 60
    clock.advance(minutes=6)
    assert seconds(visitor.get("/me")) == 1800


def test_who_says_so_in_time_stays(cast: Cast, enter: Enter, clock: TestClock) -> None:
    visitor = enter(cast.librarian)
    clock.advance(minutes=4)
    assert stay(visitor).get_json() == {"seconds": 1800}
    assert db.session.scalars(select(SignIn.seen_at)).one() == clock()
    clock.advance(minutes=29)
    assert is_in(visitor)


def test_nobody_stays_beyond_twelve_hours(cast: Cast, enter: Enter, clock: TestClock) -> None:
    visitor = enter(cast.librarian)
    for _number in range(24):
        clock.advance(minutes=29)
        assert stay(visitor).status_code == 200
    clock.advance(minutes=20)
    assert stay(visitor).get_json() == {"seconds": 4 * 60}
    clock.advance(minutes=4)
    token = visitor.token()
    answer = visitor.client.post(
        "/sign-in/extension", data={"csrf_token": token}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("person", ["resident", None])
def test_residents_and_visitors_are_told_nothing(cast: Cast, enter: Enter, visitor: Visitor, person) -> None:
    page = (enter(cast.resident) if person else visitor).get("/")
    assert page.soup.select("[data-stay], script[src*=stay]") == []
