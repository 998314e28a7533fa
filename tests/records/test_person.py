"""One person's history at an event, later corrections with a reason, and guests who turn out to be somebody."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from reading.attendance import actions as attendance
from reading.attendance import queries as rosters
from reading.attendance.models import Attendance, Mark
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Role
from reading.points.models import PointEntry
from tests.cast import LONG_AGO, Cast, add_resident
from tests.clock import TestClock
from tests.events.planned import at, planned
from tests.pages import Page, Visitor
from tests.records.scene import END, an_event, correct, guest_of, mark, sent, status_of


def steps(page: Page) -> list[str]:
    return [" ".join(one.get_text(" ").split()) for one in page.soup.select("ul.list")[0].find_all("li")]


def offered(page: Page) -> list[str]:
    """Return the corrections a page offers."""
    return [str(one["value"]) for one in page.soup.select("input[name=status]")]


def test_the_history_says_what_when_how_and_by_whom(librarian: Visitor, event: Event, cast: Cast) -> None:
    page = librarian.get(f"/events/{event.id}/record/{cast.resident.id}")
    assert "Stands as: present" in page.text
    assert steps(page) == ["present · 14:20 roster · by 李馆员 · arrived 18 Nov 14:20"]


def test_a_later_undo_needs_a_reason_which_stays_in_the_history(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    told = correct(librarian, librarian.get(path), "undone", "  ", 400)
    assert "Say why the record is corrected." in told.errors_of("reason")
    assert told.soup.find("input", attrs={"name": "status", "value": "undone", "checked": True})
    assert status_of(event, cast.resident.id) == "present"
    page = correct(librarian, told, "undone", "认错了人")
    assert page.path == path
    assert status_of(event, cast.resident.id) == "undone"
    first, second = steps(page)
    assert "replaced by a later mark" in first
    assert "taken back · 20 Nov 09:00 roster · by 李馆员" in second
    assert "Why: 认错了人" in second
    assert "张晓明" in librarian.get(f"/events/{event.id}/record").text


def test_points_go_with_a_late_undo_and_come_back_with_its_correction(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    def points() -> int:
        found = select(func.sum(PointEntry.points)).where(PointEntry.resident_id == cast.resident.id)
        return db.session.scalar(found) or 0

    page = librarian.get(f"/events/{event.id}/record/{cast.resident.id}")
    assert points() == 10
    page = correct(librarian, page, "undone", "认错了人")
    assert points() == 0
    correct(librarian, page, "present", "没有认错")
    assert points() == 10
    assert rosters.attendances(event.id)[cast.resident.id].happened_at == at("2026-11-18 14:20")


def test_another_librarian_corrects_what_somebody_else_marked(app: Flask, event: Event, cast: Cast) -> None:
    admin = Visitor(app).sign_in(cast.admin)
    page = admin.get(f"/events/{event.id}/record/{cast.resident.id}")
    page = correct(admin, page, "late", "签到表上写着迟到")
    assert status_of(event, cast.resident.id) == "late"
    assert "by 王主任" in steps(page)[1]


def test_the_same_correction_sent_twice_is_one(librarian: Visitor, event: Event, cast: Cast) -> None:
    page = librarian.get(f"/events/{event.id}/record/{cast.resident.id}")
    for _time in range(2):
        correct(librarian, page, "undone", "认错了人")
    assert db.session.scalar(select(func.count()).where(Mark.resident_id == cast.resident.id)) == 2
    told = correct(librarian, page, "late", "认错了人", 409)
    assert "taken back" in told.text
    correct(librarian, told, "late", "认错了人")
    assert status_of(event, cast.resident.id) == "late"


def reasons(resident_id: uuid.UUID) -> list[str]:
    """Return the reasons that are kept of somebody's marks."""
    return sorted(db.session.scalars(select(Mark.reason).where(Mark.resident_id == resident_id)))


@pytest.mark.parametrize("right", ["late", "undone"])
def test_the_same_correction_with_another_reason_is_told_and_can_be_saved_too(
    librarian: Visitor, event: Event, cast: Cast, right: str
) -> None:
    page = librarian.get(f"/events/{event.id}/record/{cast.resident.id}")
    correct(librarian, page, right, "认错了人")
    told = correct(librarian, page, right, "签到表上没有", 409)
    assert "认错了人" in told.text
    assert "签到表上没有" in told.text
    assert reasons(cast.resident.id) == ["", "认错了人"]
    librarian.submit(told)
    assert reasons(cast.resident.id) == ["", "签到表上没有", "认错了人"]
    assert status_of(event, cast.resident.id) == right


def test_a_mark_sent_again_without_a_reason_is_a_quiet_success(event: Event, cast: Cast) -> None:
    once = sent(cast.resident, "undone", reason="认错了人")
    for again in (once, once, replace(once, reason="")):
        mark(event, cast.librarian, again)
    assert reasons(cast.resident.id) == ["", "认错了人"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"status": "here"}, "status"),
        ({"status": ""}, "status"),
        ({"reason": "因" * 201}, "reason"),
        ({"reason": "a\x07b"}, "reason"),
    ],
)
def test_a_correction_that_cannot_be_read_is_told(
    librarian: Visitor, event: Event, cast: Cast, typed: dict[str, str], field: str
) -> None:
    page = librarian.get(f"/events/{event.id}/record/{cast.resident.id}")
    told = correct(librarian, page, typed.get("status", "undone"), typed.get("reason", "认错了人"), 400)
    assert told.soup.find(id=f"{field}-error")
    assert status_of(event, cast.resident.id) == "present"


def test_after_31_days_a_coming_is_only_taken_back(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    clock.set(END + timedelta(days=40))
    page = librarian.get(f"/events/{event.id}/record/{cast.resident.id}")
    assert "Attendance was open until" in correct(librarian, page, "late", "迟到", 409).text
    page = librarian.get(f"/events/{event.id}/record/{cast.resident.id}")
    assert "Not taken" in page.text
    correct(librarian, page, "undone", "认错了人")
    assert status_of(event, cast.resident.id) == "undone"


def test_once_closed_the_page_says_so_and_offers_only_what_is_still_taken(
    app: Flask, librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    path = f"/events/{event.id}/record/{cast.resident.id}"
    clock.set(END + timedelta(days=31))
    page = librarian.get(path)
    assert offered(page) == ["late", "excused", "undone"]
    assert "Attendance was open until" not in page.text
    clock.advance(seconds=1)
    page = librarian.get(path)
    told = "Attendance was open until Saturday 19 December 16:00. What stands can only be taken back now."
    assert told in page.text
    assert offered(page) == ["undone"]
    page = correct(librarian, page, "undone", "认错了人")
    assert "Attendance was open until" in page.text
    assert "only be taken back" not in page.text
    assert not page.soup.find(attrs={"name": "reason"})
    reader = Visitor(app, "zh").sign_in(cast.librarian)
    assert "现在只能撤销已有的记录。" in reader.get(f"/events/{event.id}/record/{cast.neighbour.id}").text


def test_of_a_cancelled_event_the_page_says_so_and_offers_only_to_take_back(
    librarian: Visitor, cast: Cast, clock: TestClock
) -> None:
    event = an_event(cast, clock)
    events.cancel(event.id, "停电", cast.librarian.id)
    path = f"/events/{event.id}/record/{cast.resident.id}"
    page = librarian.get(path)
    assert "This event has been cancelled. What stands can only be taken back now." in page.text
    assert offered(page) == ["undone"]
    page = correct(librarian, page, "undone", "没有办成")
    assert "This event has been cancelled." in page.text
    assert not page.soup.find(attrs={"name": "reason"})
    assert not offered(librarian.get(path))


def test_nobody_corrects_their_own_household(app: Flask, event: Event, cast: Cast) -> None:
    role = Role(
        account_id=cast.account("resident").id,
        name="librarian",
        community_id="410581001",
        granted_at=LONG_AGO,
    )
    db.session.add(role)
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.resident)
    page = visitor.get(f"/events/{event.id}/record/{cast.resident.id}")
    assert "a colleague corrects this" in page.text
    path = f"/events/{event.id}/record/{cast.resident.id}"
    sent = {"csrf_token": visitor.token(), "id": str(uuid.uuid4()), "status": "undone", "reason": "我没来"}
    told = visitor.client.post(path, data=sent, headers=visitor.headers)
    assert told.status_code == 409
    assert "your own household" in told.get_data(as_text=True)
    assert status_of(event, cast.resident.id) == "present"


def test_a_guest_is_corrected_too(librarian: Visitor, event: Event) -> None:
    guest = guest_of(event, "李四")
    page = librarian.get(f"/events/{event.id}/record/{guest.id}")
    correct(librarian, page, "undone", "是工作人员")
    assert guest_of(event, "李四").status == "undone"


def test_a_guest_is_found_among_residents_and_the_attendance_becomes_theirs(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    guest = guest_of(event, "李四")
    page = librarian.get(f"/events/{event.id}/record/{guest.id}?q=wdy")
    page = librarian.submit(page, form=page.form(holding="resident"))
    assert page.path == f"/events/{event.id}/record/{cast.phoneless.id}"
    assert "entered by name as 李四" in page.text
    assert status_of(event, cast.phoneless.id) == "late"
    assert librarian.get(f"/events/{event.id}/record/{guest.id}", 302).response.location == page.path


def test_a_wrong_match_is_taken_back_and_nothing_is_lost(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    guest = guest_of(event, "李四")
    attendance.match_guest(guest.id, cast.phoneless.id, cast.librarian)
    page = librarian.get(f"/events/{event.id}/record/{cast.phoneless.id}")
    removal = f"/events/{event.id}/record/{guest.id}/resident/removal"
    page = librarian.submit(page, form=page.form(action=removal))
    assert page.h1 == "李四"
    assert status_of(event, cast.phoneless.id) == "undone"
    assert (guest_of(event, "李四").status, guest_of(event, "李四").resident_id) == ("late", None)


def test_a_resident_is_masked_until_chosen_where_names_may_not_be_known(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event = planned(
        cast, community="410581106200", starts_at=at("2026-11-18 14:30"), ends_at=at("2026-11-18 16:00")
    )
    clock.set(at("2026-11-18 14:40"))
    mark(event, cast.organizer, sent(None, guest_name="周某"))
    organizer, guest = Visitor(app).sign_in(cast.organizer), guest_of(event, "周某")
    page = organizer.get(f"/events/{event.id}/record/{guest.id}?q=zwr")
    assert "周*人" in page.text
    assert "周外人" not in str(page.soup)
    assert "周外人" in organizer.submit(page, form=page.form(holding="resident")).text


def test_a_resident_whose_name_is_masked_is_found_without_the_building(
    app: Flask, event: Event, cast: Cast
) -> None:
    account, guest = cast.account("outsider"), guest_of(event, "李四")
    role = {"name": "organizer", "community_id": "410581001", "granted_at": LONG_AGO}
    db.session.add(Role(account_id=account.id, **role))
    add_resident("吴二爷", cast.phoneless.home_code)
    visitor, path = Visitor(app).sign_in(account), f"/events/{event.id}/record/{guest.id}"
    page = visitor.get(f"{path}?q=wey")
    assert "吴*爷 开元社区" in page.text
    assert not any(one in str(page.soup) for one in ("吴二爷", "和顺园", "1号楼", "1单元"))
    # Who signed up is known by name.
    assert "吴大爷 和顺园 1号楼 1单元" in visitor.get(f"{path}?q=wdy").text


def test_only_who_lives_in_reach_can_be_chosen_and_only_for_a_guest(
    librarian: Visitor, event: Event, cast: Cast
) -> None:
    guest = guest_of(event, "李四")
    path = f"/events/{event.id}/record/{guest.id}/resident"
    librarian.post(path, 404, resident=str(cast.outsider.id))
    librarian.post(path, 404, resident=str(uuid.uuid4()))
    librarian.post(path, 400, resident="x")
    librarian.post(
        f"/events/{event.id}/record/{cast.resident.id}/resident", 404, resident=str(cast.phoneless.id)
    )
    assert guest_of(event, "李四").resident_id is None


def test_who_is_not_in_this_record_has_no_page_in_it(
    librarian: Visitor, event: Event, cast: Cast, clock: TestClock
) -> None:
    other = planned(cast, starts_at=at("2026-11-20 09:30"), ends_at=at("2026-11-20 11:00"))
    for person_id in (cast.phoneless.id, uuid.uuid4()):
        librarian.get(f"/events/{event.id}/record/{person_id}", 404)
    librarian.get(f"/events/{other.id}/record/{guest_of(event, '李四').id}", 404)
    librarian.get(f"/events/{other.id}/record/{cast.resident.id}", 404)
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 2
