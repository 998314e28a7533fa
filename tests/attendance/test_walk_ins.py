"""Walk-ins, heads nobody knows by name, corrections with a reason, and helpers: the roster without a script."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from reading.attendance import queries
from reading.attendance.models import Mark
from reading.events.models import Event
from reading.extensions import db
from reading.volunteers.models import Helper
from tests.attendance.pressing import press, pressed
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at
from tests.pages import Visitor


def test_a_walk_in_needs_a_name_and_nothing_else(librarian: Visitor, event: Event) -> None:
    path = f"/events/{event.id}/roster"
    page = librarian.submit(
        librarian.get(path), form=librarian.get(path).form(holding="guest"), name=" 王  大嫂 "
    )
    assert "王 大嫂" in page.text
    assert "walk-in" in page.text
    for wrong, why in (("", "Write the name."), ("王" * 200, "at most"), ("王\x07", "control character")):
        form = page.form(holding="guest")
        refused = librarian.submit(page, 400, form=form, name=wrong)
        assert why in refused.errors_of("name")
        assert (
            refused.form(holding="guest").find(attrs={"name": "name", "value": wrong})
            or not wrong.isprintable()
            or not wrong
        )
    assert [one.name for one in queries.guests(event.id)] == ["王 大嫂"]


def test_a_walk_in_sent_twice_is_one_guest(librarian: Visitor, event: Event) -> None:
    page = librarian.get(f"/events/{event.id}/roster")
    for _time in range(2):
        librarian.submit(page, form=page.form(holding="guest"), name="王大嫂")
    assert len(queries.guests(event.id)) == 1


def test_a_walk_in_sent_again_with_another_name_is_shown_and_can_be_a_second_one(
    librarian: Visitor, event: Event
) -> None:
    page = librarian.get(f"/events/{event.id}/roster")
    form = page.form(holding="guest")
    librarian.submit(page, form=form, name="王大嫂")
    told = librarian.submit(page, 409, form=form, name="李大嫂")
    assert "王大嫂 · present" in told.text
    assert [one.name for one in queries.guests(event.id)] == ["王大嫂"]
    librarian.submit(told)
    assert sorted(one.name for one in queries.guests(event.id)) == ["李大嫂", "王大嫂"]


def test_a_guest_is_undone_and_noted_like_anybody(librarian: Visitor, event: Event) -> None:
    page = librarian.get(f"/events/{event.id}/roster")
    page = librarian.submit(page, form=page.form(holding="guest"), name="王大嫂")
    key = f"g-{queries.guests(event.id)[0].id}"
    for status, stands in (("undone", "undone"), ("late", "late"), ("excused", "excused")):
        sent = {"csrf_token": librarian.token(), "id": str(uuid.uuid4()), key: status}
        assert librarian.client.post(f"/events/{event.id}/attendance", data=sent).status_code == 302
        db.session.remove()
        assert [one.status for one in queries.guests(event.id)] == [stands]


@pytest.mark.parametrize(
    ("typed", "why"),
    [("", "whole number"), ("many", "whole number"), ("-1", "whole number"), ("1_000", "whole number"),
     ("100001", "100000")],
)  # fmt: skip
def test_heads_that_are_no_number_are_told_and_kept_as_typed(
    librarian: Visitor, event: Event, typed: str, why: str
) -> None:
    page = librarian.get(f"/events/{event.id}/roster")
    page = librarian.submit(page, 400, form=page.form(holding="number"), number=typed)
    assert why in page.errors_of("number")
    assert page.soup.find("input", attrs={"name": "number", "value": typed})
    assert queries.headcount(event.id) is None


def test_the_count_made_last_is_shown_and_the_same_form_with_another_number_is_asked_about(
    librarian: Visitor, event: Event, clock: TestClock
) -> None:
    page = librarian.get(f"/events/{event.id}/roster")
    form = page.form(holding="number")
    assert "Counted last: 42." in librarian.submit(page, form=form, number="４２").text
    told = librarian.submit(page, 409, form=form, number="43")
    assert "Is this a second one?" in told.text
    clock.advance(minutes=1)
    assert "Counted last: 43." in librarian.submit(told).text


def test_a_late_undo_asks_for_the_reason_on_a_page_of_its_own(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    page = press(librarian, librarian.get(f"/events/{event.id}/roster"), cast.neighbour, "present")
    clock.advance(minutes=40)
    page = librarian.get(f"/events/{event.id}/roster")
    asked = press(librarian, page, cast.neighbour, "undone", 400)
    assert asked.h1 == "Why is this mark taken back?"
    asked = librarian.submit(asked, 400, reason="  ")
    page = librarian.submit(asked, reason="点错人了")
    assert pressed(page, cast.neighbour) == ""
    assert db.session.scalars(select(Mark.reason).where(Mark.status == "undone")).all() == ["点错人了"]


def test_a_named_helper_takes_this_evenings_attendance_and_finds_people_by_masked_names(
    app: Flask, event: Event, cast: Cast, clock: TestClock
) -> None:
    helper = Helper(
        id=uuid.uuid4(), event_id=event.id, community_id=event.community_id, resident_id=cast.resident.id,
        created_at=clock(), named_at=clock(), named_by=cast.librarian.id,
    )  # fmt: skip
    db.session.add(helper)
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.resident)
    page = press(visitor, visitor.get(f"/events/{event.id}/roster"), cast.neighbour, "present")
    assert pressed(page, cast.neighbour) == "present"
    found = visitor.get(f"/events/{event.id}/roster?q=wdy")
    assert "吴*爷 开元社区" in found.text
    assert not any(one in str(found.soup) for one in ("吴大爷", "和顺园", "1号楼", "1单元"))
    assert "吴大爷 和顺园 1号楼 1单元" in press(visitor, found, cast.phoneless, "present").text
    clock.set(at("2026-11-19 00:30"))
    visitor.get(f"/events/{event.id}/roster", status=404)
