"""The roster page: who is on it, finding people, one tap for a mark, and undo; without a script."""

import uuid
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reading.attendance import queries
from reading.attendance.models import Attendance, Mark
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Role
from reading.points.models import PointEntry
from reading.registers import queries as registers
from tests.attendance.pressing import a_mark, press, pressed, row
from tests.cast import LONG_AGO, Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned, started
from tests.pages import Visitor


def points_of(cast: Cast) -> int:
    found = select(func.sum(PointEntry.points)).where(PointEntry.resident_id == cast.neighbour.id)
    return db.session.scalar(found) or 0


def test_one_tap_marks_and_the_counts_follow(librarian: Visitor, event: Event, cast: Cast) -> None:
    page = librarian.get(f"/events/{event.id}/roster")
    for status in ("present", "late", "excused"):
        page = press(librarian, page, cast.neighbour, status)
        assert pressed(page, cast.neighbour) == status
        assert queries.counts(queries.roster(event))[status] == 1
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 1
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 3


def test_undo_takes_the_mark_away_and_keeps_the_history(librarian: Visitor, event: Event, cast: Cast) -> None:
    page = press(librarian, librarian.get(f"/events/{event.id}/roster"), cast.neighbour, "present")
    page = press(librarian, page, cast.neighbour, "undone")
    assert pressed(page, cast.neighbour) == ""
    history = db.session.scalars(select(Mark.status).order_by(Mark.arrived_at, Mark.status.desc())).all()
    assert sorted(history) == ["present", "undone"]
    assert db.session.scalars(select(Attendance)).one().status == "undone"


def test_points_come_with_coming_and_go_with_undo(librarian: Visitor, event: Event, cast: Cast) -> None:
    page = librarian.get(f"/events/{event.id}/roster")
    had = []
    for status in ("present", "late", "excused", "present", "undone"):
        page = press(librarian, page, cast.neighbour, status)
        had.append(points_of(cast))
    assert had == [10, 10, 0, 10, 0]


def test_whoever_cancels_is_told_that_people_are_noted_as_having_come(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    asking = f"/events/{event.id}/cancellation"
    assert "noted as having come" not in librarian.get(asking).text
    page = press(librarian, librarian.get(f"/events/{event.id}/roster"), cast.neighbour, "present")
    assert "1 person is noted as having come." in librarian.get(asking).text
    press(librarian, page, cast.neighbour, "undone")
    assert "noted as having come" not in librarian.get(asking).text


def test_an_attendance_remembers_where_the_resident_lived_that_day(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    press(librarian, librarian.get(f"/events/{event.id}/roster"), cast.neighbour, "present")
    attendance = db.session.scalars(select(Attendance)).one()
    assert (attendance.community_id, attendance.on) == ("410581001001", date(2026, 11, 18))


def test_expected_people_come_first_in_the_order_of_their_names(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    page = press(librarian, librarian.get(f"/events/{event.id}/roster?q=wdy"), cast.phoneless, "present")
    names = [one.get_text() for one in page.soup.select(".roster b")]
    assert names == ["单田方", "吴大爷"]


def test_who_waits_for_a_seat_is_not_counted_as_expected(app: Flask, cast: Cast) -> None:
    event = planned(cast, capacity=1)
    for one in (cast.resident, cast.neighbour):
        events.sign_up(event.id, one.id, uuid.uuid4(), one.account_id)
    page = Visitor(app).sign_in(cast.librarian).get(f"/events/{event.id}/roster")
    assert len(page.soup.select(".roster li")) == 2
    assert page.soup.select("[data-count=expected]")[0].get_text() == "1"


@pytest.mark.parametrize(
    "typed", ["单", "田方", "dtf", "stf", "shantianfang", "0002", "１３８００００0002", " 单 "]
)
def test_people_are_found_by_name_initials_or_last_four_digits(
    librarian: Visitor, event: Event, cast: Cast, typed: str
) -> None:
    page = librarian.get(f"/events/{event.id}/roster?q={typed}")
    assert row(page, cast.neighbour)


@pytest.mark.parametrize("typed", ["没有的人", "%25", "_", "9999", "\N{GRINNING FACE}", "a" * 500, "%00"])
def test_who_is_not_there_is_not_found(librarian: Visitor, event: Event, typed: str) -> None:
    assert "Nobody of that name" in librarian.get(f"/events/{event.id}/roster?q={typed}").text


def test_a_person_without_a_phone_is_found_and_marked(librarian: Visitor, event: Event, cast: Cast) -> None:
    page = press(librarian, librarian.get(f"/events/{event.id}/roster?q=吴"), cast.phoneless, "present")
    assert pressed(page, cast.phoneless) == "present"


def test_an_organizer_sees_a_name_in_full_only_on_the_own_roster(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event = planned(
        cast, community="410581106210", starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00")
    )
    organizer = Visitor(app).sign_in(cast.organizer)
    page = organizer.get(f"/events/{event.id}/roster?q=zwr")
    assert "周*人" in page.text
    assert "周外人" not in str(page.soup)
    assert "周外人" in press(organizer, page, cast.outsider, "present").text


def test_the_search_widens_to_where_one_takes_attendance_and_no_further(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    afar = add_resident("冯远村", "410581001004")
    db.session.commit()
    page = librarian.get(f"/events/{event.id}/roster?q=fyc")
    assert "Search in all of 开元街道" in page.text
    page = librarian.get(f"/events/{event.id}/roster?q=fyc&wide=1")
    assert "兴林社区" in row(page, afar).get_text()
    assert "周外人" not in librarian.get(f"/events/{event.id}/roster?q=周外人&wide=1").text


def test_before_the_roster_opens_people_are_signed_up_not_marked(
    librarian: Visitor, cast: Cast, app: Flask
) -> None:
    event = planned(cast)
    page = librarian.get(f"/events/{event.id}/roster?q=吴大爷")
    assert "Attendance opens: Friday 20 November 18:30." in page.text
    assert not page.soup.select(".mark[value]")
    page = librarian.submit(page)
    assert [line.resident.name for line in queries.roster(event)] == ["吴大爷"]


def test_in_a_role_nobody_marks_themselves_or_their_household(app: Flask, event: Event, cast: Cast) -> None:
    db.session.add(
        Role(
            account_id=cast.account("resident").id,
            name="librarian",
            community_id="410581001",
            granted_at=LONG_AGO,
        )
    )
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.get(f"/events/{event.id}/roster?q=张")
    assert not row(page, cast.resident).find("form")
    for person in (cast.resident, cast.child):
        told = visitor.post_json(f"/events/{event.id}/attendance", {"marks": [a_mark(person)]}, 409)
        assert "your own household" in told["marks"][0]["why"]
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 0


def test_a_refusal_is_a_page_with_the_way_back(librarian: Visitor, cast: Cast) -> None:
    event = planned(cast)
    sent = {"csrf_token": librarian.token(), **a_mark(cast.neighbour)}
    response = librarian.client.post(f"/events/{event.id}/attendance", data=sent, headers=librarian.headers)
    page = librarian._page(response, 409)
    assert "Attendance opens:" in page.text
    assert page.soup.find("a", href=f"/events/{event.id}/roster")


@pytest.mark.parametrize("broken", [{"status": "here"}, {"status": ""}, {"resident": "x"}, {"id": "x"}])
def test_a_mark_that_cannot_be_read_is_not_taken(
    librarian: Visitor, event: Event, cast: Cast, broken: dict[str, str]
) -> None:
    sent = {"csrf_token": librarian.token(), **a_mark(cast.neighbour), **broken}
    response = librarian.client.post(f"/events/{event.id}/attendance", data=sent, headers=librarian.headers)
    assert response.status_code == 400


def test_the_same_id_with_another_mark_shows_both_and_can_be_sent_as_a_new_one(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    sent = {"csrf_token": librarian.token(), **a_mark(cast.neighbour)}

    def answer(status: str) -> TestResponse:
        data = {**sent, "status": status}
        return librarian.client.post(f"/events/{event.id}/attendance", data=data, headers=librarian.headers)

    assert [answer("present").status_code for _time in range(2)] == [302, 302]
    page = librarian._page(answer("late"), 409)
    assert "单田方 · present" in page.text
    assert "单田方 · late" in page.text
    assert pressed(librarian.submit(page), cast.neighbour) == "late"


def test_a_class_shows_the_enrolled(app: Flask, cast: Cast, clock: TestClock) -> None:
    course, organizer = started(cast), Visitor(app).sign_in(cast.organizer)
    events.enrol_in_course(course.id, cast.outsider.id, uuid.uuid4(), None)
    clock.set(at("2026-11-24 19:05"))
    page = organizer.get(f"/events/{course.events[0].id}/roster")
    assert "enrolled" in row(page, cast.outsider).get_text()
    press(organizer, page, cast.outsider, "late")
    assert "2 / 6" in organizer.get(f"/courses/{course.id}").text
    assert "2 of 6 hours" in Visitor(app).sign_in(cast.outsider).get(f"/courses/{course.id}").text


def test_excused_hours_are_not_attended_hours(app: Flask, cast: Cast, clock: TestClock) -> None:
    course, organizer = started(cast), Visitor(app).sign_in(cast.organizer)
    events.enrol_in_course(course.id, cast.outsider.id, uuid.uuid4(), None)
    clock.set(at("2026-11-24 19:05"))
    path = f"/events/{course.events[0].id}/attendance"
    organizer.post_json(path, {"marks": [a_mark(cast.outsider, "excused")]})
    assert registers.attended(course.id) == {}


def test_the_roster_is_for_staff(app: Flask, event: Event, cast: Cast) -> None:
    for person in (cast.resident, cast.steward):
        Visitor(app).sign_in(person).get(f"/events/{event.id}/roster", status=404)
    Visitor(app).get(f"/events/{event.id}/roster", status=302)
