"""What somebody corrects while a colleague corrects the same person is never saved over it without a word."""

import uuid
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.attendance import actions as attendance
from reading.attendance.models import Attempt, Mark
from reading.events.models import Event
from reading.extensions import db
from reading.meanwhile import Changed, opened
from reading.people.models import Account
from reading.records import actions, person_queries
from tests.at_once import at_once
from tests.cast import Cast
from tests.pages import Visitor, fields_of
from tests.records.scene import correct, guest_of, mark, sent, status_of

REFUSED = "This was changed since you opened the form, so nothing was saved yet."


@pytest.fixture
def colleague(app: Flask, cast: Cast) -> Visitor:
    return Visitor(app).sign_in(cast.admin)


def test_a_later_correction_is_told_of_the_earlier_one_and_saved_with_one_more_tap(
    librarian: Visitor, colleague: Visitor, event: Event, cast: Cast
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    older = librarian.get(path)
    correct(colleague, colleague.get(path), "late", "签到表上写着迟到")
    page = correct(librarian, older, "undone", "认错了人", 409)
    assert REFUSED in page.text
    assert "It says now: Mark late" in page.text
    assert "Why: 签到表上写着迟到" in page.text
    typed = fields_of(page.form(holding="reason"))
    assert (typed["status"], typed["reason"]) == ("undone", "认错了人")
    assert status_of(event, cast.resident.id) == "late"
    assert "Save it nevertheless" in page.text
    for _tap in range(2):
        correct(librarian, page, "undone", "认错了人")
    assert status_of(event, cast.resident.id) == "undone"
    assert db.session.scalar(select(func.count()).where(Mark.resident_id == cast.resident.id)) == 3


def test_what_was_told_is_no_refused_mark_of_the_record(
    librarian: Visitor, colleague: Visitor, event: Event, cast: Cast
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    older = librarian.get(path)
    correct(colleague, colleague.get(path), "late", "签到表上写着迟到")
    correct(librarian, older, "excused", "请了假", 409)
    assert list(db.session.scalars(select(Attempt))) == []


def test_a_mark_of_the_roster_meanwhile_is_told_too(librarian: Visitor, event: Event, cast: Cast) -> None:
    older = librarian.get(f"/events/{event.id}/record/{cast.neighbour.id}")
    mark(event, cast.librarian, sent(cast.neighbour, "late"))
    page = correct(librarian, older, "undone", "没有来", 409)
    assert "It says now: Mark late" in page.text
    assert status_of(event, cast.neighbour.id) == "late"


def test_two_who_correct_alike_agree(
    librarian: Visitor, colleague: Visitor, event: Event, cast: Cast
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    pages = [(visitor, visitor.get(path)) for visitor in (librarian, colleague)]
    for visitor, page in pages:
        assert "Corrected." in correct(visitor, page, "late", "签到表上写着迟到").text
    assert status_of(event, cast.resident.id) == "late"


def test_a_correction_sent_again_after_a_colleagues_is_saved_already(
    librarian: Visitor, colleague: Visitor, event: Event, cast: Cast
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    mine = librarian.get(path)
    correct(librarian, mine, "undone", "认错了人")
    correct(colleague, colleague.get(path), "late", "签到表上写着迟到")
    correct(librarian, mine, "undone", "认错了人")
    assert status_of(event, cast.resident.id) == "late"


def test_the_second_content_of_one_form_is_told_of_what_a_colleague_made_of_the_first(
    librarian: Visitor, colleague: Visitor, event: Event, cast: Cast
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    mine = librarian.get(path)
    correct(librarian, mine, "undone", "认错了人")
    told = correct(librarian, mine, "late", "认错了人", 409)
    correct(colleague, colleague.get(path), "excused", "请了假")
    assert "It says now: Mark excused" in librarian.submit(told, 409).text
    assert status_of(event, cast.resident.id) == "excused"


def test_a_guest_corrected_meanwhile_is_told_also_as_the_resident_they_turned_out_to_be(
    librarian: Visitor, colleague: Visitor, event: Event, cast: Cast
) -> None:
    guest = guest_of(event, "李四")
    path = f"/events/{event.id}/record/{guest.id}"
    older = librarian.get(path)
    correct(colleague, colleague.get(path), "present", "准时到的")
    page = correct(librarian, older, "undone", "是工作人员", 409)
    assert "It says now: Mark present" in page.text
    attendance.match_guest(guest.id, cast.neighbour.id, cast.librarian)
    by = db.session.get_one(Account, cast.admin.id)
    attendance.mark(event.id, [sent(cast.neighbour, "excused", reason="请了假")], by)
    assert status_of(event, cast.neighbour.id) == "excused"
    page = correct(librarian, page, "undone", "是工作人员", 409)
    assert "It says now: Mark excused" in page.text
    assert page.h1 == "单田方"
    correct(librarian, page, "undone", "是工作人员")
    assert status_of(event, cast.neighbour.id) == "undone"


@pytest.mark.parametrize("seen", [None, "", " "])
def test_a_correction_that_says_nothing_of_what_it_saw_is_saved_as_it_is(
    librarian: Visitor, colleague: Visitor, event: Event, cast: Cast, seen: str | None
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    older = librarian.get(path)
    correct(colleague, colleague.get(path), "late", "签到表上写着迟到")
    correct(librarian, older, "undone", "认错了人", seen=seen)
    assert status_of(event, cast.resident.id) == "undone"


@pytest.mark.parametrize("seen", ["garbage", "status:", "status:0000000", ":01234567", "статус 1", "a:b:c"])
def test_a_correction_whose_note_of_what_it_saw_cannot_be_read_is_asked_about_first(
    librarian: Visitor, event: Event, cast: Cast, seen: str
) -> None:
    page = librarian.get(f"/events/{event.id}/record/{cast.resident.id}")
    again = correct(librarian, page, "undone", "认错了人", 409, seen=seen)
    assert REFUSED in again.text
    assert status_of(event, cast.resident.id) == "present"
    correct(librarian, again, "undone", "认错了人")
    assert status_of(event, cast.resident.id) == "undone"


def test_it_is_told_in_chinese(app: Flask, colleague: Visitor, event: Event, cast: Cast) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    reader = Visitor(app, "zh").sign_in(cast.librarian)
    older = reader.get(path)
    correct(colleague, colleague.get(path), "late", "签到表上写着迟到")
    page = correct(reader, older, "undone", "认错了人", 409)
    assert "您打开这一页之后，内容已有改动，所以还没有保存。" in page.text


def test_of_several_at_the_same_moment_one_is_saved_and_the_others_are_told_of_it(
    app: Flask, event: Event, cast: Cast
) -> None:
    resident_id, seen = cast.resident.id, opened({"status": "present"})["seen"]
    saved, told = list[str](), list[str]()

    def correct_to(status: str) -> None:
        here, by = db.session.get_one(Event, event.id), db.session.get_one(Account, cast.admin.id)
        found = person_queries.person(here, resident_id)
        assert found is not None
        try:
            actions.correct(here, found, status, "核对过", uuid.uuid4(), by, seen)
            saved.append(status)
        except Changed as other:
            told.append(other.fields["status"])

    at_once(app, *[partial(correct_to, one) for one in ("late", "excused", "undone")])
    db.session.remove()
    assert len(saved) == 1
    assert told == saved * 2
    assert status_of(event, resident_id) == saved[0]
