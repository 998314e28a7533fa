"""Stewards take attendance of the study groups' meetings in their own subtree, and of nothing else (design §6)."""

from typing import Any

import pytest
from flask import Flask

from reading.access import ONLY_KINDS, PERMISSIONS, STEWARD, carriers, reach
from reading.events import queries as events
from reading.events.models import KINDS
from reading.extensions import db
from tests.attendance.marking import end_role
from tests.cast import Cast, add_staff
from tests.clock import TestClock
from tests.groups.stewarding import OWN, Around, around, filled, grant, of_kind
from tests.pages import Page, Visitor

OTHER_KINDS = [kind for kind in KINDS if kind != "meeting"]
# What a steward is answered: a meeting of the own building, a sharing there, a meeting next door; and a meeting of the
# own building once the role has ended. A POST carries no more than a token: 400 is "you may, but this form is empty".
ROUTES = """
GET  roster                        200 404 404 404
GET  roster.json                   200 404 404 404
POST attendance                    400 404 404 400
POST headcount                     400 404 404 404
GET  card                          200 404 404 404
POST card                          400 404 404 404
GET  screen                        200 404 404 404
GET  screen/state                  200 404 404 404
GET  guests                        200 404 404 404
POST guests/<claim>/refusal        400 404 404 404
POST guests/<claim>/confirmation   302 404 404 404
GET  sheets                        200 404 404 403
POST sheets                        400 404 404 403
GET  sheets/1                      200 404 404 403
GET  sheets/1/sheet.xlsx           200 404 404 403
GET  sheets/1/entry                200 404 404 403
POST sheets/1/entry                400 404 404 403
GET  record                        200 404 404 403
GET  record.xlsx                   200 404 404 403
GET  record.csv                    200 404 404 403
GET  attendance.csv                200 404 404 403
GET  record/<came>                 200 404 404 403
POST record/<came>                 400 404 404 403
POST record/<walk_in>/resident     400 404 404 403
POST record/<walk_in>/resident/removal 302 404 404 403
GET  edit                          403 403 403 403
GET  cancellation                  403 403 403 403
GET  new-date                      403 403 403 403
"""


@pytest.fixture
def near(cast: Cast) -> Around:
    """The meetings in 1号楼 and next door."""
    return around(cast)


@pytest.mark.parametrize(
    ("column", "which", "has_ended"),
    [(0, "own", False), (1, "sharing", False), (2, "other", False), (3, "own", True)],
)
def test_each_page_of_an_events_attendance_answers_a_steward_as_the_table_says(
    app: Flask, cast: Cast, near: Around, clock: TestClock, column: int, which: str, has_ended: bool
) -> None:
    event = near.event(which, cast)
    stage = filled(event, cast)
    if has_ended:
        end_role(cast.steward, clock())
        clock.advance(minutes=1)
    steward = Visitor(app).sign_in(cast.steward)
    token, wrong = steward.token(), {}
    for method, path, *statuses in map(str.split, ROUTES.strip().splitlines()):
        where = stage.address(path)
        if method == "GET":
            answer = steward.client.get(where, headers=steward.headers)
        else:
            answer = steward.client.post(where, data={"csrf_token": token}, headers=steward.headers)
        answer.close()
        db.session.remove()
        if answer.status_code != int(statuses[column]):
            wrong[f"{method} {path}"] = f"{answer.status_code}, the table says {statuses[column]}"
    assert not wrong


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_no_other_kind_of_event_is_a_stewards(app: Flask, cast: Cast, kind: str) -> None:
    event, steward = of_kind(cast, kind), Visitor(app).sign_in(cast.steward)
    for rest in ("roster", "record", "sheets", "screen"):
        steward.get(f"/events/{event.id}/{rest}", 404)
    assert offered(steward.get(f"/events/{event.id}")) == set()


@pytest.mark.parametrize("at", [OWN, "410581001001-1", "410581001001"])
def test_a_steward_of_any_place_above_takes_the_attendance(
    app: Flask, cast: Cast, near: Around, at: str
) -> None:
    steward = add_staff("钱片长", "13900000061", STEWARD, at)
    db.session.commit()
    visitor = Visitor(app).sign_in(steward)
    visitor.get(f"/events/{near.own.id}/roster")
    visitor.get(f"/events/{near.other.id}/roster", 404 if at == OWN else 200)


@pytest.mark.parametrize("at", ["410581001001-1-1-1", "410581001004", "410500"])
def test_a_steward_below_or_elsewhere_does_not(app: Flask, cast: Cast, near: Around, at: str) -> None:
    steward = add_staff("钱片长", "13900000061", STEWARD, at)
    db.session.commit()
    for rest in ("roster", "record", "sheets"):
        Visitor(app).sign_in(steward).get(f"/events/{near.own.id}/{rest}", 404)


def test_courses_and_their_registers_are_no_stewards(app: Flask, cast: Cast) -> None:
    mine = events.events_for(cast.steward, "attendance.take")
    assert mine.reach.tops == ()
    assert mine.places() == []


def offered(page: Page) -> set[str]:
    """Return what of an event's attendance its page, or its roster's, leads to."""
    ends = ("roster", "sheets", "record", "screen", "edit", "cancellation")
    found = [str(one["href"]).rpartition("/")[2] for one in page.soup.select("main a[href^='/events/']")]
    return set(found) & set(ends)


def test_links_stand_for_who_may_use_them_and_for_nobody_else(app: Flask, cast: Cast, near: Around) -> None:
    taken, planned = {"roster", "sheets", "record", "screen"}, {"edit", "cancellation"}
    visitors = {who: Visitor(app).sign_in(cast.account(who)) for who in ("steward", "librarian", "neighbour")}
    pages = {who: visitor.get(f"/events/{near.own.id}") for who, visitor in visitors.items()}
    assert offered(pages["steward"]) == taken
    assert offered(pages["librarian"]) == taken | planned
    # Who leads the group takes its attendance on the day, and has no role there.
    assert offered(pages["neighbour"]) == {"roster"}
    assert offered(visitors["steward"].get(f"/events/{near.other.id}")) == set()
    assert offered(Visitor(app).get(f"/events/{near.own.id}")) == set()
    rosters = {
        who: offered(visitor.get(f"/events/{near.own.id}/roster")) for who, visitor in visitors.items()
    }
    assert rosters == {
        "steward": {"sheets", "record"},
        "librarian": {"sheets", "record"},
        "neighbour": set(),
    }


def test_a_role_elsewhere_leads_nobody_from_a_roster_to_pages_that_are_not_theirs(
    app: Flask, cast: Cast, near: Around
) -> None:
    grant(cast.neighbour, "librarian", "410581106")
    page = Visitor(app).sign_in(cast.neighbour).get(f"/events/{near.own.id}/roster")
    assert offered(page) == set()


def test_the_page_of_a_group_leads_its_steward_to_the_records_of_its_meetings(
    app: Flask, cast: Cast, near: Around, clock: TestClock
) -> None:
    clock.set(near.own.ends_at)
    record = f"/events/{near.own.id}/record"
    for who, leads in (("steward", True), ("librarian", True), ("neighbour", False), ("resident", False)):
        page = Visitor(app).sign_in(cast.account(who)).get(f"/groups/{near.group.id}")
        assert bool(page.soup.find("a", href=record)) == leads, who


def test_a_steward_plans_moves_and_cancels_a_meeting_of_the_own_building(
    app: Flask, cast: Cast, near: Around
) -> None:
    steward, meetings = Visitor(app).sign_in(cast.steward), f"/groups/{near.group.id}/meetings"
    sent: dict[str, Any] = {
        "title": "再读一次",
        "starts_at": "2026-11-25T08:00",
        "ends_at": "2026-11-25T09:00",
        "venue": "门厅",
    }
    assert "The meeting was planned." in steward.submit(steward.get(f"{meetings}/new"), **sent).text
    page = steward.get(f"{meetings}/{near.own.id}")
    moved = steward.submit(page, form=page.form(holding="venue"), venue="2单元", reason="门厅刷漆")
    assert "The change was saved." in moved.text
    gone = steward.submit(steward.get(f"{meetings}/{near.own.id}/cancellation"), reason="下雨")
    assert "The meeting was cancelled." in gone.text


def test_the_table_narrows_only_what_it_gives_and_to_kinds_there_are(cast: Cast) -> None:
    for (role, permission), kinds in ONLY_KINDS.items():
        assert role in PERMISSIONS[permission]
        assert kinds < set(KINDS)
        assert role in carriers(permission, next(iter(kinds)))
        assert all(role not in carriers(permission, one) for one in set(KINDS) - kinds)


def test_who_asks_of_no_kind_is_told_where_a_permission_holds_for_all(cast: Cast) -> None:
    found, path = reach(cast.steward.roles, "attendance.take"), cast.steward.roles[0].path
    assert found
    assert not found.covers(path)
    assert found.covers(path, "meeting")
    assert not any(found.covers(path, kind) for kind in OTHER_KINDS)
    assert (found.for_kind("meeting").tops, found.for_kind("sharing").tops) == ((path,), ())
    assert found.for_any().tops == (path,)
