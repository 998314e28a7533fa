"""What two phones that knew nothing of each other say differently stands in the record until somebody settles it."""

import uuid

import pytest
from bs4 import Tag
from flask import Flask

from reading.attendance import actions as attendance
from reading.attendance import queries as rosters
from reading.attendance.rules import MarkSent
from reading.events.models import Event
from reading.extensions import db
from reading.records import queries
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import at
from tests.pages import Page, Visitor
from tests.records.scene import an_event, correct, guest_of, lines, mark, sent, sheets, values

TOLD = "One phone says that this person came, another that they did not."


@pytest.fixture
def event(cast: Cast, clock: TestClock) -> Event:
    """An event at which the librarian's phone noted `resident` at 14:20; another, offline, took that mark back."""
    found = an_event(cast, clock)
    mine = sent(cast.resident, "late", seen=(), happened_at=at("2026-11-18 14:50"))
    undone = sent(cast.resident, "undone", seen=(mine.id,), happened_at=at("2026-11-18 14:52"))
    clock.set(at("2026-11-18 15:04"))
    mark(found, cast.admin, mine, undone)
    return found


def to_look_at(page: Page) -> list[str]:
    head = next((one for one in page.soup.find_all("h2") if one.get_text() == "Please look at these"), None)
    listed = head.find_next_sibling("ul") if head else None
    items = listed.find_all("li") if isinstance(listed, Tag) else []
    return [" ".join(one.get_text(" ").split()) for one in items]


def test_the_record_shows_what_each_phone_says_and_whom_to_ask(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    page = librarian.get(f"/events/{event.id}/record")
    (told,) = to_look_at(page)
    assert told.startswith("张晓明 present 14:20 · by 李馆员 taken back 14:52 · by 王主任 " + TOLD)
    assert page.soup.find("a", href=f"/events/{event.id}/record/{cast.resident.id}", class_="title")
    assert TOLD in librarian.get(f"/events/{event.id}/record/{cast.resident.id}").text


@pytest.mark.parametrize("right", ["present", "late", "excused", "undone"])
def test_it_goes_once_somebody_confirms_or_corrects(
    librarian: Visitor, event: Event, cast: Cast, right: str
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    page = librarian.get(path)
    assert page.soup.find("input", attrs={"name": "status", "value": right})
    page = correct(librarian, page, right, "问过当时点名的人")
    assert TOLD not in page.text
    assert to_look_at(librarian.get(f"/events/{event.id}/record")) == []
    assert rosters.attendances(event.id)[cast.resident.id].status == right
    # What stands is offered for confirming no more.
    assert not page.soup.find("input", attrs={"name": "status", "value": right})


def test_a_phone_that_has_seen_both_settles_it_too(librarian: Visitor, event: Event, cast: Cast) -> None:
    seen = attendance.state_of(rosters.marks_of_residents(event.id, [cast.resident.id])[cast.resident.id])
    assert seen is not None
    mark(event, cast.librarian, sent(cast.resident, "late", seen=seen.heads))
    assert to_look_at(librarian.get(f"/events/{event.id}/record")) == []


def test_who_settles_it_otherwise_than_a_colleague_did_meanwhile_is_told(
    app: Flask, librarian: Visitor, event: Event, cast: Cast
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    colleague, older = Visitor(app).sign_in(cast.admin), librarian.get(path)
    correct(colleague, colleague.get(path), "present", "问过张晓明")
    page = correct(librarian, older, "undone", "没有来", 409)
    assert "It says now: Mark present" in page.text
    assert rosters.attendances(event.id)[cast.resident.id].status == "present"
    correct(librarian, page, "undone", "没有来")
    assert rosters.attendances(event.id)[cast.resident.id].status == "undone"


def test_an_ordinary_undo_is_nothing_to_look_at(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    first = sent(cast.phoneless, seen=())
    mark(event, cast.librarian, first)
    clock.advance(minutes=2)
    mark(event, cast.librarian, sent(cast.phoneless, "undone", seen=(first.id,)))
    assert len(to_look_at(librarian.get(f"/events/{event.id}/record"))) == 1


def test_a_guest_is_looked_at_by_name_and_then_as_the_resident_they_turned_out_to_be(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    guest = guest_of(event, "李四")
    elsewhere = MarkSent(uuid.uuid4(), None, "undone", guest_id=guest.id, seen=(), reason="不认识")
    mark(event, cast.admin, elsewhere)
    names = [one.name for one in queries.record(db.session.get_one(Event, event.id)).contradicted]
    assert names == ["张晓明", "李四"]
    # 单田方 was excused; the guest who came is them.
    attendance.match_guest(guest.id, cast.neighbour.id, cast.librarian)
    record = queries.record(db.session.get_one(Event, event.id))
    assert [one.person_id for one in record.contradicted] == [cast.resident.id, cast.neighbour.id]


def test_the_files_say_what_is_not_settled_and_the_history_of_which_marks(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    note = "Not settled yet: of 1 person one phone says that they came, another that they did not."
    people, figures, history = sheets(librarian, f"/events/{event.id}/record.xlsx")
    for sheet in (people, figures):
        assert values(sheet)[3][0].startswith(note)
    look_again = [(row[0], row[1], row[7]) for row in values(history)[4:] if row[7]]
    assert look_again == [("张晓明", "present", TOLD), ("张晓明", "taken back", TOLD)]
    assert sum(TOLD in line for line in lines(librarian, f"/events/{event.id}/record.csv")) == 2
    assert any(note in line for line in lines(librarian, f"/events/{event.id}/attendance.csv"))
    path = f"/events/{event.id}/record/{cast.resident.id}"
    correct(librarian, librarian.get(path), "undone", "问过当时点名的人")
    for name in ("record.csv", "attendance.csv"):
        told = "".join(lines(librarian, f"/events/{event.id}/{name}"))
        assert TOLD not in told
        assert "Not settled" not in told
    # Who did not come after all is named by nothing but the history.
    assert "张晓明" not in "".join(lines(librarian, f"/events/{event.id}/attendance.csv"))


def test_it_is_told_in_chinese(app: Flask, event: Event, cast: Cast) -> None:
    page = Visitor(app, "zh").sign_in(cast.librarian).get(f"/events/{event.id}/record")
    assert "一部手机记的是来了，另一部记的是没来。" in page.text
