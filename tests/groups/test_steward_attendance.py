"""How a steward takes the attendance of a meeting: on the roster, from a phone, on paper, with the hall's code."""

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading.account_tag import account_tag
from reading.attendance.models import Attempt, Attendance, Headcount, Mark
from reading.extensions import db
from reading.people.models import Resident
from tests.attendance.marking import change, end_role, flags_of, send, sent, statuses
from tests.attendance.pressing import a_mark, press, row
from tests.cast import Cast, add_resident
from tests.check_in.codes import link
from tests.clock import TestClock
from tests.events.planned import at, out_of_the_session
from tests.groups.stewarding import NEXT_DOOR, OWN, Around, around, filled, of_kind
from tests.pages import Page, Visitor
from tests.records.scene import correct


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody on stage, loaded and detached."""
    return out_of_the_session(cast)


@pytest.fixture
def near(cast: Cast, clock: TestClock) -> Around:
    """The meetings in 1号楼 and next door, twenty minutes after they began."""
    found = around(cast)
    clock.set(at("2026-11-18 14:40"))
    return found


@pytest.fixture
def steward(app: Flask, cast: Cast, near: Around) -> Visitor:
    """The browser of the steward of 1号楼."""
    return Visitor(app).sign_in(cast.steward)


def batch(visitor: Visitor, where: str, status: int = 200, **body: Any) -> dict[str, Any]:
    """Send what a phone kept and return what it is answered."""
    return dict(visitor.post_json(f"/events/{where}/attendance", {"marks": [], **body}, status))


def fill_in(visitor: Visitor, path: str, answer: int, **fields: str) -> Page:
    """Send a form with a good token and a new id, whatever else its fields say."""
    sent = {"csrf_token": visitor.token(), "id": str(uuid.uuid4()), **fields}
    return visitor._page(visitor.client.post(path, data=sent, headers=visitor.headers), answer)


def test_a_steward_marks_and_takes_back_with_one_tap(steward: Visitor, near: Around, cast: Cast) -> None:
    page = steward.get(f"/events/{near.own.id}/roster")
    page = press(steward, page, cast.resident, "present")
    assert statuses(near.own) == {cast.resident.id: "present"}
    press(steward, page, cast.resident, "undone")
    assert statuses(near.own) == {cast.resident.id: "undone"}
    steward.submit(page, form=page.form(holding="name"), name="王大嫂")
    steward.submit(page, form=page.form(holding="number"), number="7")
    assert db.session.scalars(select(Headcount.number)).all() == [7]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("attendance", {}),
        ("attendance", {"name": "\u202e"}),
        ("attendance", {"name": "长" * 200}),
        ("attendance", {"resident": "x", "status": "present"}),
        ("headcount", {"number": "-1"}),
        ("headcount", {"number": "七"}),
        ("card", {"card": ""}),
        ("sheets", {"what": "everything"}),
        ("sheets/1/entry", {"numbers": "1-999"}),
        ("record/<came>", {"status": "late", "reason": ""}),
        ("record/<walk_in>/resident", {"resident": "x"}),
    ],
)
def test_what_a_steward_sends_that_is_wrong_is_refused_and_changes_nothing(
    steward: Visitor, near: Around, cast: Cast, path: str, body: dict[str, str]
) -> None:
    stage = filled(near.own, cast)
    before = db.session.scalars(select(Mark.id)).all()
    fill_in(steward, stage.address(path), 400, **body)
    assert db.session.scalars(select(Mark.id)).all() == before


def test_what_is_no_batch_is_refused(steward: Visitor, near: Around) -> None:
    wrong: list[Any] = [[], {"marks": "x"}, {"marks": [], "headcounts": {}}, {"marks": [], "account": 7}]
    for body in wrong:
        steward.post_json(f"/events/{near.own.id}/attendance", body, 400)
    told = batch(steward, str(near.own.id), 409, marks=[{"id": "x"}, None])
    assert [one["code"] for one in told["marks"]] == ["unreadable"] * 2


def test_what_a_stewards_phone_kept_without_a_network_is_taken_in_once(
    steward: Visitor, near: Around, cast: Cast, clock: TestClock
) -> None:
    roster = steward.client.get(f"/events/{near.own.id}/roster.json", headers=steward.headers).get_json()
    assert [one["name"] for one in roster["people"]] == ["单田方", "张晓明"]
    assert "1380000000" not in str(roster)
    kept = {
        "account": roster["account"],
        "downloaded_at": roster["server_now"],
        "marks": [
            a_mark(cast.resident, happened_at="2026-11-18T14:45:00+08:00"),
            a_mark(cast.neighbour, "late", happened_at="2026-11-18T14:50:00+08:00"),
            # Who lives in the building and is in no group.
            a_mark(cast.phoneless, happened_at="2026-11-18T14:51:00+08:00"),
        ],
        "headcounts": [{"id": str(uuid.uuid4()), "number": 4}],
    }
    clock.set(at("2026-11-19 08:00"))
    for result in ("stored", "duplicate"):
        told = batch(steward, str(near.own.id), **kept)
        assert [one["result"] for one in told["marks"]] == [result] * 3
    assert statuses(near.own) == {
        cast.resident.id: "present", cast.neighbour.id: "late", cast.phoneless.id: "present",
    }  # fmt: skip
    assert len(db.session.scalars(select(Headcount)).all()) == 1
    batch(steward, str(near.own.id), 409, account=account_tag(cast.librarian.id), marks=kept["marks"])


def test_a_batch_for_an_event_that_is_not_the_stewards_finds_none(
    steward: Visitor, near: Around, cast: Cast
) -> None:
    for event in (near.other, of_kind(cast, "sharing"), of_kind(cast, "class")):
        batch(steward, str(event.id), 404, marks=[a_mark(cast.resident)])
    assert not db.session.scalars(select(Mark)).all()
    assert not db.session.scalars(select(Attempt)).all()


def test_marks_a_steward_made_before_the_role_ended_are_kept_and_later_ones_as_attempts(
    app: Flask, steward: Visitor, near: Around, cast: Cast, clock: TestClock
) -> None:
    end_role(cast.steward, at("2026-11-18 15:00"))
    clock.set(at("2026-11-18 21:00"))
    before = a_mark(cast.resident, happened_at="2026-11-18T14:59:00+08:00")
    after = a_mark(cast.neighbour, happened_at="2026-11-18T15:01:00+08:00")
    ended = Visitor(app).sign_in(cast.steward)
    told = batch(ended, str(near.own.id), marks=[before, after])
    assert [one.get("code", one["result"]) for one in told["marks"]] == ["stored", "right_ended"]
    assert flags_of(sent(id=uuid.UUID(before["id"]))) == ["role_ended"]
    assert [str(one.id) for one in db.session.scalars(select(Attempt))] == [after["id"]]
    ended.get(f"/events/{near.own.id}/roster", 404)


@pytest.mark.parametrize("which", ["other", "sharing", "learning_day"])
def test_an_ended_role_of_a_steward_was_never_one_over_other_events(
    near: Around, cast: Cast, clock: TestClock, which: str
) -> None:
    event = near.event(which, cast)
    end_role(cast.steward, at("2026-11-18 15:00"))
    clock.set(at("2026-11-18 15:10"))
    with pytest.raises(LookupError):
        send(event, cast.steward, sent(cast.resident, happened_at=at("2026-11-18 14:50")))


def at_the_stewards_door(cast: Cast) -> Resident:
    """Give the steward a home in the building, and return who lives behind the same door without an account."""
    own, beside = (add_resident(name, f"{OWN}-2") for name in ("孙楼长", "孙奶奶"))
    own.account_id, own.door, beside.door = cast.steward.id, "9", "9"
    db.session.commit()
    return beside


def test_a_steward_marks_neither_themselves_nor_who_lives_behind_the_own_door(
    steward: Visitor, near: Around, cast: Cast
) -> None:
    beside = at_the_stewards_door(cast)
    own = db.session.scalars(select(Resident).where(Resident.account_id == cast.steward.id)).one()
    whom, stage = [own, beside], filled(near.own, cast)
    told = batch(steward, str(near.own.id), 409, marks=[a_mark(one) for one in whom])
    assert [one["code"] for one in told["marks"]] == ["own_household"] * 2
    for one in whom:
        page = fill_in(steward, stage.address("attendance"), 409, resident=str(one.id), status="present")
        assert "your own household" in page.text
        fill_in(steward, stage.address("record/<walk_in>/resident"), 409, resident=str(one.id))
    assert set(statuses(near.own)) == {cast.resident.id}


def test_a_colleagues_mark_of_the_stewards_household_is_shown_and_not_corrected(
    steward: Visitor, near: Around, cast: Cast
) -> None:
    beside = at_the_stewards_door(cast)
    assert send(near.own, cast.librarian, sent(beside)) == ["stored"]
    page = steward.get(f"/events/{near.own.id}/roster")
    assert "your household: ask a colleague" in row(page, beside).text
    page = steward.get(f"/events/{near.own.id}/record/{beside.id}")
    assert "a colleague corrects this" in page.text
    fill_in(steward, page.path, 409, status="undone", reason="没来")
    assert statuses(near.own) == {beside.id: "present"}


def test_a_steward_corrects_with_a_reason_what_another_marked(
    steward: Visitor, near: Around, cast: Cast
) -> None:
    assert send(near.own, cast.librarian, sent(cast.resident)) == ["stored"]
    page = steward.get(f"/events/{near.own.id}/record/{cast.resident.id}")
    assert "Corrected." in correct(steward, page, "late", "晚到十分钟").text
    assert statuses(near.own) == {cast.resident.id: "late"}


def test_a_sheet_of_a_meeting_is_printed_and_typed_in_by_its_steward(
    steward: Visitor, near: Around, cast: Cast
) -> None:
    sheet = steward.submit(steward.get(f"/events/{near.own.id}/sheets"), what="roster", blanks="5")
    assert "单田方" in sheet.text
    seen = steward.submit(steward.get(f"{sheet.path}/entry"), step="show", numbers="1 2l")
    steward.submit(seen, form=seen.form(holding="numbers"), step="save")
    assert statuses(near.own) == {cast.neighbour.id: "present", cast.resident.id: "late"}


def test_residents_check_in_by_the_code_a_steward_shows(
    app: Flask, steward: Visitor, near: Around, cast: Cast
) -> None:
    state = steward.client.get(f"/events/{near.own.id}/screen/state", headers=steward.headers).get_json()
    assert state["phase"] == "open"
    resident = Visitor(app).sign_in(cast.resident)
    page = resident.get(link(near.own))
    resident.submit(page, form=page.form(holding="resident"))
    assert [one.method for one in db.session.scalars(select(Attendance))] == ["screen"]


def test_a_steward_sees_who_is_on_the_roster_and_finds_nobody_from_elsewhere(
    steward: Visitor, near: Around, cast: Cast
) -> None:
    where = f"/events/{near.own.id}/roster"
    # The neighbour of 2号楼 belongs to the group, and stands by name on the roster, as on the page of the group.
    assert "单田方" in steward.get(where).text
    assert "吴大爷" in steward.get(f"{where}?q=wdy").text
    assert "周外人" not in steward.get(f"{where}?q=周外人&wide=1").soup.select_one(".roster").text
    told = batch(steward, str(near.own.id), 409, marks=[a_mark(cast.outsider)])
    assert told["marks"][0]["code"] == "not_here"


def test_who_moved_next_door_stays_on_the_meetings_roster(steward: Visitor, near: Around, cast: Cast) -> None:
    change(cast.resident, home_code=NEXT_DOOR)
    page = steward.get(f"/events/{near.own.id}/roster")
    press(steward, page, cast.resident, "present")
    assert statuses(near.own) == {cast.resident.id: "present"}
