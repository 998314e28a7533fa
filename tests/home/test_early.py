"""What is not answered before Flask looks at a request is Flask's, as if nobody had looked at it."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from werkzeug.sansio.http import parse_cookie

from reading import plain
from reading.access import EVERYONE, PERMISSIONS
from reading.asked import cookies_of
from reading.communities.models import Community
from reading.early import Addresses
from reading.events import actions as events
from reading.extensions import db
from reading.people.models import Account, Resident
from reading.sign_ins.models import SignIn
from reading.sign_ins.rules import hash_of_token
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import planned
from tests.leaderboards.readers import HOME, crowd, stand
from tests.pages import Visitor
from tests.statements import statements

BOARD = f"/communities/{HOME}/leaderboard"
CITY = "/communities/410581/leaderboard"


@pytest.fixture
def visitor(app: Flask, cast: Cast, called: list[str]) -> Visitor:
    """A resident whose board and front page are ready."""
    crowd(12)
    stand(cast.resident, 7)
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.resident)
    for path in (BOARD, CITY, "/") * 2:
        visitor.get(path)
    called.clear()
    for path in (BOARD, CITY, "/"):
        visitor.get(path)
    assert called == []
    return visitor


def change(**values: Any) -> None:
    db.session.execute(update(SignIn).values(**values))
    db.session.commit()


def test_only_pages_that_everybody_may_open_are_ready(app: Flask) -> None:
    found = {endpoint: view for endpoint, view in app.view_functions.items() if hasattr(view, "ready")}
    assert set(found) == {"home.index", "leaderboards.board", "logbook.new"}
    allowed = {"public", *(name for name, roles in PERMISSIONS.items() if EVERYONE in roles)}
    assert {getattr(view, "access", None) for view in found.values()} <= allowed


def test_an_address_is_found_as_flask_finds_it(app: Flask) -> None:
    addresses = Addresses(app)
    found = addresses.find(BOARD)
    assert found is not None
    assert (found.route, found.named) == ("/communities/<code>/leaderboard", {"code": HOME})
    for path in ("/me", f"{BOARD}/", "/nowhere", "", "/communities/é/leaderboards"):
        assert addresses.find(path) is None


def test_who_asks_and_what_they_have_is_one_statement(visitor: Visitor) -> None:
    for path, number in ((BOARD, 1), (CITY, 2), ("/", 2)):
        with statements() as sent:
            visitor.get(path)
        assert len(sent) == number, sent


def test_a_sign_in_that_ended_is_answered_nothing_of_its_own(
    app: Flask, cast: Cast, visitor: Visitor, clock: TestClock
) -> None:
    change(ended_at=clock(), why="elsewhere", ended_by=cast.account("resident").id)
    assert "张晓明" not in visitor.get(BOARD).text
    assert "Sign out" not in str(visitor.get("/").soup)


def test_the_token_before_is_known_to_flask_alone(
    visitor: Visitor, called: list[str], clock: TestClock
) -> None:
    token = visitor.client.get_cookie(visitor.app.config["SIGN_IN_COOKIE_NAME"])
    assert token is not None
    change(token_hash="0" * 64, former_hash=hash_of_token(token.value), token_at=clock(), seen_at=clock())
    assert "张晓明" in visitor.get(BOARD).text
    assert called == [BOARD]
    clock.advance(minutes=2)
    assert "张晓明" not in visitor.get(BOARD).text


def test_a_role_that_was_granted_meanwhile_gives_a_new_token(
    app: Flask, cast: Cast, visitor: Visitor, called: list[str]
) -> None:
    name = app.config["SIGN_IN_COOKIE_NAME"]
    before = visitor.client.get_cookie(name)
    boss = Visitor(app).sign_in(cast.admin)
    boss.post("/roles/new", phone="13800000001", name="organizer", community="410581106")
    called.clear()
    assert "Staff desk" in str(visitor.get(BOARD).soup)
    assert called == [BOARD]
    after = visitor.client.get_cookie(name)
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_a_roles_mark_of_another_time_is_looked_at_by_flask(visitor: Visitor, called: list[str]) -> None:
    change(roles_mark="of other roles")
    visitor.get(BOARD)
    assert called == [BOARD]


def test_a_password_somebody_else_set_is_told_by_the_view(
    cast: Cast, visitor: Visitor, called: list[str], clock: TestClock
) -> None:
    db.session.execute(update(Account).values(reset_at=clock()))
    db.session.commit()
    visitor.get("/")
    assert called == ["/"]


def test_a_place_that_was_closed_is_looked_at_by_flask(
    cast: Cast, visitor: Visitor, called: list[str], clock: TestClock
) -> None:
    db.session.execute(update(Community).where(Community.code == HOME).values(closed_at=clock()))
    db.session.commit()
    clock.advance(seconds=5)
    for _time in range(2):
        visitor.get(BOARD)
    assert called == [BOARD, BOARD]


def test_what_is_no_board_is_refused_by_flask_once(visitor: Visitor, called: list[str]) -> None:
    for path, status in (
        (f"{BOARD}?by=password", 404), (f"{BOARD}?period=2026-13", 404), (f"{BOARD}?period=2027-01", 404),
        ("/communities/nowhere/leaderboard", 404), (f"/communities/{HOME}-1/leaderboard", 302),
    ):  # fmt: skip
        called.clear()
        visitor.get(path, status)
        assert len(called) == 1


def test_what_waits_is_told_before_flask_and_its_button_works(
    cast: Cast, visitor: Visitor, called: list[str]
) -> None:
    alone = Visitor(visitor.app).sign_in(cast.neighbour)
    event, by = planned(cast), cast.account("resident").id
    events.sign_up(event.id, cast.resident.id, event.id, by=by)
    events.cancel(event.id, "大雪封路", by=None)
    called.clear()
    page = visitor.get("/")
    assert "大雪封路" in page.text
    assert called == []
    visitor.submit(page, form=page.soup.select_one("main .note form"))
    assert "大雪封路" not in visitor.get("/").text
    assert "大雪封路" not in alone.get("/").text


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """Lets the first look at who asks fail with what is put into the list."""
    fails: list[Exception] = []

    def look(*sent: Any) -> Any:
        if fails:
            raise fails.pop()
        return plain.look_together(*sent)

    monkeypatch.setattr("reading.sign_ins.early_queries.look_together", look)
    yield fails
    assert fails == []


@pytest.mark.parametrize(
    "error", [OperationalError("SELECT", {}, Exception("gone")), KeyError("a mistake of ours")]
)
def test_what_fails_before_flask_fails_nobody(
    visitor: Visitor, called: list[str], broken: list[Exception], error: Exception
) -> None:
    broken.append(error)
    assert "张晓明" in visitor.get(BOARD).text
    assert called == [BOARD]
    called.clear()
    assert "张晓明" in visitor.get(BOARD).text
    assert called == []


def test_who_is_shown_or_hidden_now_sees_so_at_once(visitor: Visitor, cast: Cast, called: list[str]) -> None:
    for how, said in (
        ("masked", "Others see"),
        ("hidden", "Only you see this line"),
        ("masked", "Others see"),
    ):
        db.session.execute(update(Resident).where(Resident.id == cast.resident.id).values(show_as=how))
        db.session.commit()
        assert said in visitor.get(BOARD).text
    assert called == []


def test_a_new_record_shows_at_once(app: Flask, cast: Cast, visitor: Visitor, called: list[str]) -> None:
    stand(cast.resident, 9)
    db.session.commit()
    called.clear()
    assert visitor.get(BOARD).soup.select_one("li.me .value").get_text() == "9points"
    assert called == []


def test_everybody_in_a_household_has_a_line_whoever_is_in_it(
    app: Flask, cast: Cast, visitor: Visitor
) -> None:
    names = [one.get_text() for one in visitor.get(BOARD).soup.select("li.me .who")]
    assert len(names) == 2
    assert cast.child.name in names[1]


WRITTEN = st.text(st.sampled_from('ab=;; \t"\\é'), max_size=14)


@given(WRITTEN)
def test_cookies_are_read_as_flask_reads_them_but_those_that_are_none_of_ours(told: str) -> None:
    read = reversed([*parse_cookie(told).items(multi=True)])
    assert dict(cookies_of(told)) == {name: value for name, value in read if f"{name}{value}".isascii()}
