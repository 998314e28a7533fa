"""Leaving: one's own household, residents without an account, what nobody sees any more, and taking it back."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading.attendance.models import Attendance
from reading.cards.queries import scanned
from reading.errors import Refused
from reading.events.models import Enrolment, Signup
from reading.extensions import db
from reading.people.models import Residence
from reading.rights import actions, erasing
from reading.rights.models import Leaving
from reading.rights.rules import LATER, NOW
from reading.volunteers.models import Helper
from tests.at_once import at_once
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Visitor, fields_of
from tests.recorded import rows
from tests.rights.leaves import PATH, filled, wish_of
from tests.rights.traces import traces
from tests.stage import Stage


def test_the_page_says_what_goes_and_what_stays_and_offers_fifteen_days(app: Flask, cast: Cast) -> None:
    page = Visitor(app).sign_in(cast.resident).get(PATH)
    for words in ("What goes", "What stays", "Sums without names", "3 December; until then"):
        assert words in page.text
    assert fields_of(page.form())["when"] == LATER
    assert "who" not in fields_of(page.form())  # who leaves is said, not guessed, where there are several


def test_who_leaves_is_named_nowhere_from_that_moment_and_can_take_it_back(
    app: Flask, stage: Stage, clock: TestClock
) -> None:
    resident = stage.cast.resident
    before = {
        (table.name): found for table, found in rows().items() if table.name in ("residents", "residences")
    }
    visitor, staff = Visitor(app).sign_in(resident), Visitor(app).sign_in(stage.cast.librarian)
    page = visitor.post(PATH, 302, **filled(visitor, who=str(resident.id)))
    page = visitor.get(PATH)
    assert "张晓明" in page.text
    assert "3 December." in page.text
    # Only the wish itself still tells the name and nickname, and the account whose household stays.
    assert {one.partition(":")[0] for one in traces("张晓明")} == {"leavings.name", "accounts.name"}
    for path in (
        "/communities/410581001001/leaderboard", f"/events/{stage.past.id}/record", f"/events/{stage.soon.id}/roster",
        "/residents?q=张晓明", f"/courses/{stage.course.id}/register", f"/events/{stage.soon.id}/sheets/1",
        "/volunteers", f"/events/{stage.soon.id}/roster.json",
    ):  # fmt: skip
        answer = staff.client.get(path, headers=staff.headers)
        assert answer.status_code == 200
        assert "张晓明" not in answer.get_data(as_text=True).replace('value="张晓明"', ""), path
    wish = wish_of(resident)
    assert wish is not None
    visitor.post(f"/leavings/{wish.id}/withdrawal", 302)
    after = {
        (table.name): found for table, found in rows().items() if table.name in ("residents", "residences")
    }
    assert after == before
    assert [one.partition(":")[0] for one in traces("张晓明") if "leavings" in one] == []


def test_seats_enrolments_helping_and_cards_are_given_up(app: Flask, stage: Stage) -> None:
    resident = stage.cast.resident
    actions.leave(uuid.uuid4(), resident.id, LATER, stage.cast.account("resident").id)
    db.session.expire_all()
    signups = db.session.scalars(select(Signup).where(Signup.resident_id == resident.id)).unique().all()
    states = {one.event_id: one.state for one in signups}
    assert states[stage.past.id] == "seated"
    assert {states[one.id] for one in (stage.soon, stage.coming, stage.full)} == {"given_up"}
    enrolled = db.session.scalars(select(Enrolment).where(Enrolment.resident_id == resident.id)).unique()
    assert all(one.ended_at for one in enrolled)
    helped = db.session.scalars(select(Helper).where(Helper.resident_id == resident.id)).unique().one()
    assert helped.given_up_at is None  # they did help
    assert scanned(stage.card.code).trouble == "left"
    calendar = Visitor(app).client.get(f"/calendars/{stage.address.key}.ics")
    assert calendar.status_code == 404
    came = db.session.scalars(select(Attendance).where(Attendance.resident_id == resident.id)).all()
    assert came


def test_nothing_can_be_recorded_for_who_left(app: Flask, stage: Stage) -> None:
    cast = stage.cast
    actions.leave(uuid.uuid4(), cast.phoneless.id, LATER, cast.steward.id)
    steward = Visitor(app).sign_in(cast.steward)
    steward.get(f"/logbook/new?resident={cast.phoneless.id}", 404)
    steward.post(
        f"/events/{stage.coming.id}/signup", 404, id=str(uuid.uuid4()), resident=str(cast.phoneless.id)
    )


def test_who_looks_after_others_is_told_that_the_account_stays(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    visitor.post(PATH, 302, **filled(visitor, who=str(cast.resident.id), when=NOW, sure="y"))
    assert "The account stays, with its name and phone number" in visitor.get(PATH).text


def test_at_once_is_meant_or_refused_and_then_everything_is_gone(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.neighbour)
    unsure = filled(visitor, when=NOW)
    page = visitor.post(PATH, 400, **unsure)
    assert page.errors_of("sure").endswith("Tick this box as well if everything is to be erased at once.")
    assert fields_of(page.form())["when"] == NOW
    assert wish_of(cast.neighbour) is None
    page = visitor.post(PATH, 302, **{**unsure, "sure": "y"})
    assert visitor.get("/").status == 200
    visitor.get("/me", 302)  # signed out: the account is gone
    assert traces("单田方", "13800000002") == []


@pytest.mark.parametrize(
    "bad",
    [{"who": "x"}, {"who": str(uuid.uuid4())}, {"when": "never"}, {"who": ""}, {"id": "no"}, {"when": ""}],
)
def test_what_cannot_be_meant_is_told_and_changes_nothing(
    app: Flask, cast: Cast, bad: dict[str, Any]
) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    told = filled(visitor, who=str(cast.resident.id))
    before = rows()
    page = visitor.post(PATH, 400, **{**told, **bad})
    assert page.soup.select_one(".summary")
    assert rows() == before


def test_nobody_else_can_be_made_to_leave(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    told = filled(visitor)
    for other in (cast.neighbour, cast.phoneless):
        visitor.post(PATH, 400, **{**told, "who": str(other.id)})
        assert wish_of(other) is None
    wish = actions.leave(uuid.uuid4(), cast.neighbour.id, LATER, cast.account("neighbour").id)
    for path in (f"/leavings/{wish.id}/withdrawal", f"/leavings/{wish.id}/erasure"):
        visitor.post(path, 404, sure="y")
    assert wish_of(cast.neighbour) is not None


def test_the_same_form_twice_is_one_wish_and_another_use_of_it_is_refused(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    told = filled(visitor, who=str(cast.child.id))
    first = visitor.post(PATH, 302, **told).response.location
    assert visitor.post(PATH, 302, **told).response.location == first
    again = visitor.post(PATH, 400, **{**told, "id": str(uuid.uuid4())})
    assert "Choose who leaves." in again.text  # the child is no longer among those who may leave
    same = actions.leave(uuid.UUID(told["id"]), cast.child.id, LATER, cast.account("resident").id)
    assert same.resident_id == cast.child.id
    with pytest.raises(Refused):
        actions.leave(uuid.UUID(told["id"]), cast.neighbour.id, LATER, cast.account("neighbour").id)
    assert len(db.session.scalars(select(Leaving)).all()) == 1


def test_two_taps_at_the_same_moment_are_one_wish(app: Flask, cast: Cast) -> None:
    neighbour, by, record_id = cast.neighbour.id, cast.account("neighbour").id, uuid.uuid4()
    ids = [record_id, record_id, uuid.uuid4(), uuid.uuid4()]
    found: list[uuid.UUID] = []

    def tap(one: uuid.UUID) -> Callable[[], None]:
        return lambda: found.append(actions.leave(one, neighbour, LATER, by).id)

    at_once(app, *map(tap, ids))
    assert len(set(found)) == 1
    assert len(db.session.scalars(select(Leaving)).all()) == 1


def test_erasing_twice_at_the_same_moment_erases_once(app: Flask, stage: Stage) -> None:
    reader = stage.readers[0]
    assert reader.account_id is not None
    wish_id = actions.leave(uuid.uuid4(), reader.id, NOW, reader.account_id).id
    found: list[bool] = []
    at_once(app, *[lambda: found.append(erasing.erase_wished(wish_id))] * 4)
    assert sorted(found) == [False, False, False, True]


def test_who_left_no_longer_counts_among_the_residents_and_no_name_is_on_the_board(
    app: Flask, stage: Stage
) -> None:
    board = "/communities/410581001001/leaderboard"
    visitor = Visitor(app)
    before = visitor.get(board).text
    assert "太行山人" in before
    people = [one for one in stage.readers if one.nickname == "太行山人"]
    actions.leave(uuid.uuid4(), people[0].id, LATER, stage.cast.librarian.id)
    after = visitor.get(board).text
    assert "太行山人" not in after
    assert re.search(r"\d+ points", before)
    ended = db.session.scalars(select(Residence).where(Residence.resident_id == people[0].id)).one()
    assert ended.until is not None


def test_fewer_than_ten_people_left_on_a_board_are_not_ranked(app: Flask, stage: Stage) -> None:
    board = "/communities/410581001001/leaderboard"
    for one in stage.readers[:4]:
        actions.leave(uuid.uuid4(), one.id, LATER, stage.cast.librarian.id)
    page = Visitor(app).get(board)
    assert not page.soup.select(".board .who")
    for one in stage.readers:
        assert (one.nickname or "no nickname") not in page.text


def test_who_is_about_to_leave_cannot_take_part_anew_beside_it(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.neighbour)
    visitor.post(PATH, 302, **filled(visitor))
    form = fields_of(visitor.get("/me/taking-part").form())
    told: dict[str, Any] = {**form, "community": "410581001001", "agree": "y"}
    page = visitor.post("/me/taking-part", 409, **told)
    assert "You are about to leave." in page.text


def test_no_page_invites_who_is_about_to_leave_to_take_part_but_to_take_it_back(
    app: Flask, cast: Cast
) -> None:
    visitor = Visitor(app).sign_in(cast.neighbour)
    visitor.post(PATH, 302, **filled(visitor))
    for path in ("/me", "/logbook", "/points", "/me/household", "/me/card", "/me/calendar"):
        page = visitor.get(path)
        assert not page.soup.select('main a[href="/me/taking-part"]'), path
        assert page.soup.select(f'main a[href="{PATH}"]'), path
    staff = Visitor(app).sign_in(cast.librarian)
    assert staff.get("/logbook").soup.select('main a[href="/me/taking-part"]')
