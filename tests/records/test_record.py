"""The record of an event: figures, who came, what to look at once more; never who is missing."""

import uuid
from datetime import timedelta

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from reading.attendance import actions as attendance
from reading.attendance.models import Attempt, Mark
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.records import queries
from reading.volunteers import actions as volunteers
from tests.attendance.pressing import a_mark
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned, started
from tests.pages import Page, Visitor
from tests.records.scene import END, an_event, guest_of, mark, sent
from tests.statements import statements


@pytest.fixture
def event(cast: Cast, clock: TestClock) -> Event:
    return an_event(cast, clock)


def section(page: Page, title: str) -> str:
    """Return the text from this heading to the next."""
    head = next(one for one in page.soup.find_all("h2") if one.get_text(strip=True) == title)
    told = []
    for one in head.find_next_siblings():
        if one.name == "h2":
            break
        told.append(one.get_text(" "))
    return " ".join(" ".join(told).split())


def figure(page: Page, what: str) -> str:
    row = next(
        one for one in page.soup.select("table tr") if one.find("th") and one.find("th").get_text() == what
    )
    cell = row.find("td")
    assert isinstance(cell, Tag)
    return cell.get_text()


def test_the_record_says_who_came_how_and_when_and_counts_the_rest(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    attendance.count_heads(event.id, uuid.uuid4(), 31, None, cast.librarian)
    page = librarian.get(f"/events/{event.id}/record")
    came = section(page, "Who came")
    assert "张晓明" in came
    assert "present 14:20" in came
    assert "李四 guest by name late 15:00 walk-in by name" in came
    assert "单田方" in section(page, "Excused")
    wanted = {
        "Seats planned": "20", "Signed up": "3", "Expected": "3", "Came, by name (different people)": "2",
        "… of them late": "1", "… guests by name": "1", "Excused": "1", "roster": "1", "walk-in by name": "1",
        "Expected, and neither came nor excused": "1", "Headcount in the hall (nobody by name)": "31",
    }  # fmt: skip
    assert {what: figure(page, what) for what in wanted} == wanted


def test_one_is_counted_in_the_singular(librarian: Visitor, event: Event, cast: Cast) -> None:
    attendance.count_heads(event.id, uuid.uuid4(), 1, None, cast.librarian)
    figures = librarian.get(f"/events/{event.id}/record").soup.select(".figures dd")
    assert [one.get_text("|", strip=True) for one in figures] == ["2|people", "1|head"]


def test_who_is_missing_is_named_nowhere(librarian: Visitor, event: Event) -> None:
    for path in ("record", "record.csv", "attendance.csv"):
        told = librarian.client.get(f"/events/{event.id}/{path}").get_data(as_text=True)
        assert "吴大爷" not in told
        assert "张晓明" in told


def test_an_event_nobody_came_to_has_a_record_too(librarian: Visitor, cast: Cast) -> None:
    page = librarian.get(f"/events/{planned(cast).id}/record")
    assert "Nobody is noted by name." in page.text
    assert figure(page, "Expected") == "0"


def test_a_class_expects_who_is_enrolled(app: Flask, cast: Cast, clock: TestClock) -> None:
    course, organizer = started(cast), Visitor(app).sign_in(cast.organizer)
    events.enrol_in_course(course.id, cast.outsider.id, uuid.uuid4(), None)
    clock.set(at("2026-11-24 19:05"))
    mark(course.events[0], cast.organizer, sent(cast.outsider))
    page = organizer.get(f"/events/{course.events[0].id}/record")
    assert figure(page, "Expected") == "1"
    assert figure(page, "Expected, and neither came nor excused") == "0"


def test_what_is_unusual_is_shown_with_what_to_do(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    yesterday = sent(cast.phoneless, happened_at=at("2026-11-17 15:00"))
    wrong_clock = sent(None, guest_name="王五", happened_at=at("2026-11-18 11:00"), clock_offset=4 * 3600)
    mark(event, cast.librarian, yesterday, wrong_clock)
    told = section(librarian.get(f"/events/{event.id}/record"), "Please look at these")
    assert "吴大爷" in told
    assert "on another day than the event. Ask whether this person was there" in told
    assert "王五" in told
    assert "clock was wrong; the time was corrected." in told


def test_a_mark_on_a_cancelled_event_and_one_after_the_end_of_a_role_are_shown(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    mark(event, cast.librarian, sent(cast.phoneless))
    kept = db.session.scalars(select(Mark).where(Mark.resident_id == cast.phoneless.id)).one()
    kept.flags = ["cancelled", "role_ended"]
    db.session.commit()
    told = section(librarian.get(f"/events/{event.id}/record"), "Please look at these")
    assert "had been cancelled" in told
    assert "role of whoever marked it had ended" in told


def test_what_was_refused_is_kept_with_why_when_and_by_whom(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    clock.set(END + timedelta(days=40))
    marks = [a_mark(cast.phoneless), a_mark(cast.outsider)]
    librarian.post_json(f"/events/{event.id}/attendance", {"marks": marks}, 409)
    told = section(librarian.get(f"/events/{event.id}/record"), "Not taken")
    assert "吴大爷 · present" in told
    assert "Attendance was open until" in told
    assert "Sent by 李馆员, 28 Dec 16:00" in told
    # Who is no business of this roster is not named by having been refused.
    assert "周外人" not in told
    assert len(db.session.scalars(select(Attempt)).all()) == 2


def test_helpers_stand_in_the_record_with_their_hours(librarian: Visitor, event: Event, cast: Cast) -> None:
    helper = volunteers.sign_up(event.id, cast.phoneless.id, uuid.uuid4(), cast.librarian.id)
    volunteers.set_hours(event.id, {helper.id: 90}, cast.librarian)
    assert "吴大爷 1.5 hours" in section(librarian.get(f"/events/{event.id}/record"), "Helpers")


def test_who_waits_to_be_confirmed_is_not_counted_as_having_come(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    attendance.claim(event.id, uuid.uuid4(), "赵六", why="not_signed_in", by=None)
    page = librarian.get(f"/events/{event.id}/record")
    assert "赵六" in section(page, "To be confirmed")
    assert figure(page, "Came, by name (different people)") == "2"
    guest = guest_of(event, "赵六")
    assert "waits to be confirmed" in librarian.get(f"/events/{event.id}/record/{guest.id}").text


def test_a_matched_guest_stands_as_the_resident_and_once(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    attendance.match_guest(guest_of(event, "李四").id, cast.phoneless.id, cast.librarian)
    found = queries.record(db.session.get_one(Event, event.id))
    assert [line.name for line in found.of("present", "late")] == ["吴大爷", "张晓明"]
    assert (found.figures.came, found.figures.guests, found.figures.missing) == (2, 0, 0)


def test_the_record_asks_the_database_no_more_for_many_than_for_few(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    def asked() -> int:
        with statements() as found:
            librarian.get(f"/events/{event.id}/record")
        return len(found)

    before = asked()
    more = [add_resident(f"读者{number}", "410581001001-1-1-1") for number in range(12)]
    db.session.commit()
    mark(
        event,
        cast.librarian,
        *(sent(one) for one in more),
        *(sent(None, guest_name=f"来宾{n}") for n in range(5)),
    )
    assert asked() <= before


def test_the_record_is_for_who_takes_this_attendance(app: Flask, event: Event, cast: Cast) -> None:
    paths = ["record", "record.xlsx", "record.csv", "attendance.csv", f"record/{cast.resident.id}"]
    for person, status in (
        (cast.organizer, 404),
        (cast.other_admin, 404),
        (cast.steward, 404),
        (cast.resident, 403),
    ):
        visitor = Visitor(app).sign_in(person)
        for path in paths:
            visitor.get(f"/events/{event.id}/{path}", status)


def test_the_event_page_leads_to_the_record_once_it_has_opened(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    for path in (f"/events/{event.id}", f"/events/{event.id}/roster"):
        assert librarian.get(path).soup.find("a", href=f"/events/{event.id}/record")
