"""A resident's own calendar at a secret address."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from reading.calendars import actions, queries
from reading.calendars.models import CalendarAddress
from reading.calendars.rules import is_key
from reading.events import actions as events
from reading.events import course_actions as courses
from reading.extensions import db
from reading.people.models import Resident
from reading.volunteers import actions as volunteers
from tests.calendars.reading import subscribe
from tests.cast import LONG_AGO, Cast
from tests.clock import TestClock
from tests.events.planned import at, planned, started
from tests.pages import Visitor


def address(resident: Resident) -> CalendarAddress:
    """Make an address for the resident and return it, out of the session."""
    assert resident.account_id is not None
    made = actions.make(uuid.uuid4(), resident.id, resident.account_id)
    db.session.expunge_all()
    return made


def path_of(resident: Resident) -> str:
    return f"/calendars/{address(resident).key}.ics"


def test_an_address_is_made_shown_and_revoked_with_buttons(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.neighbour)
    page = visitor.submit(visitor.get("/me/calendar"))
    shown = str(page.soup.find("input", attrs={"readonly": True})["value"])
    path = shown.removeprefix("http://localhost")
    assert is_key(path.removeprefix("/calendars/").removesuffix(".ics"))
    assert page.soup.find("a", href=f"webcal://localhost{path}")
    assert subscribe(Visitor(app), path).name == "Shuxiang: 单田方"
    page = visitor.submit(page)
    assert "Revoked." in page.text
    assert not page.soup.find("input", attrs={"readonly": True})
    assert Visitor(app).client.get(path).status_code == 404


def test_it_holds_what_one_signed_up_for_is_enrolled_in_and_helps_at(app: Flask, cast: Cast) -> None:
    by = cast.outsider.account_id
    seated, full = planned(cast, title="有座"), planned(cast, title="满了", capacity=1)
    helping, gone, _other = (planned(cast, title=title) for title in ("帮忙", "不去了", "别人的"))
    events.sign_up(full.id, cast.resident.id, uuid.uuid4(), cast.resident.account_id)
    for event in (seated, full, gone):
        events.sign_up(event.id, cast.outsider.id, uuid.uuid4(), by)
    events.give_up(gone.id, cast.outsider.id)
    volunteers.sign_up(helping.id, cast.outsider.id, uuid.uuid4(), by)
    courses.enrol_in_course(started(cast).id, cast.outsider.id, uuid.uuid4(), by)
    path = path_of(cast.outsider)
    read = subscribe(Visitor(app), path)
    found = {name: entry.status for name, entry in read.entries.items()}
    assert found == {"有座": "CONFIRMED", "满了": "TENTATIVE", "帮忙": "CONFIRMED", "果树修剪": "CONFIRMED"}
    assert read.text.count("BEGIN:VEVENT") == 7
    assert "On the waiting list" in read.entries["满了"].description
    events.give_up(full.id, cast.resident.id)
    assert subscribe(Visitor(app), path).entries["满了"].status == "CONFIRMED"


def test_what_was_cancelled_stays_in_it_as_cancelled(app: Flask, cast: Cast) -> None:
    event = planned(cast)
    events.sign_up(event.id, cast.neighbour.id, uuid.uuid4(), cast.neighbour.account_id)
    events.cancel(event.id, "", cast.librarian.id)
    [entry] = subscribe(Visitor(app), path_of(cast.neighbour)).entries.values()
    assert entry.status == "CANCELLED"


def test_it_reaches_back_a_year(app: Flask, cast: Cast, clock: TestClock) -> None:
    event = planned(cast)
    events.sign_up(event.id, cast.neighbour.id, uuid.uuid4(), cast.neighbour.account_id)
    path = path_of(cast.neighbour)
    clock.set(at("2027-11-20 21:00"))
    assert subscribe(Visitor(app), path).entries
    clock.set(at("2027-11-21 21:01"))
    assert not subscribe(Visitor(app), path).entries


def test_it_says_nothing_of_anybody_else_and_nobody_on_the_way_keeps_it(app: Flask, cast: Cast) -> None:
    event = planned(cast)
    for one in (cast.resident, cast.child, cast.neighbour):
        events.sign_up(event.id, one.id, uuid.uuid4(), one.account_id)
    read = subscribe(Visitor(app), path_of(cast.child))
    assert read.name == "Shuxiang: 张小花"
    for secret in ("张晓明", "单田方", "13800000001", "ATTENDEE", str(cast.child.id)):
        assert secret not in read.text
    assert read.response.headers["Cache-Control"] == "private, no-cache"
    assert read.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    kept = {"If-None-Match": read.response.headers["ETag"], "Accept-Language": "en"}
    assert Visitor(app).client.get(read.response.request.path, headers=kept).status_code == 304


def test_a_revoked_address_is_gone_for_who_has_it_in_store_too(app: Flask, cast: Cast) -> None:
    made = address(cast.neighbour)
    path = f"/calendars/{made.key}.ics"
    etag = subscribe(Visitor(app), path).response.headers["ETag"]
    for _time in range(2):
        actions.revoke(made.id)
    assert Visitor(app).client.get(path, headers={"If-None-Match": etag}).status_code == 404
    new = address(cast.neighbour)
    assert new.key != made.key
    subscribe(Visitor(app), f"/calendars/{new.key}.ics")


def test_the_address_of_who_takes_part_no_more_leads_nowhere(app: Flask, cast: Cast) -> None:
    path = path_of(cast.neighbour)
    db.session.get_one(Resident, cast.neighbour.id).left_at = LONG_AGO
    db.session.commit()
    assert Visitor(app).client.get(path).status_code == 404


def test_what_arrives_at_the_record_one_was_merged_into_is_in_the_calendar(app: Flask, cast: Cast) -> None:
    event, path = planned(cast), path_of(cast.neighbour)
    events.sign_up(event.id, cast.outsider.id, uuid.uuid4(), cast.outsider.account_id)
    db.session.get_one(Resident, cast.neighbour.id).merged_into_id = cast.outsider.id
    db.session.commit()
    assert len(subscribe(Visitor(app), path).entries) == 1


@pytest.mark.parametrize(
    "key",
    [
        "x" * 43,
        "x" * 42,
        "x" * 44,
        "x" * 42 + "=",
        "%00" * 43,
        "书" * 43,
        "..%2f" + "x" * 40,
        "",
        "' OR 1=1--",
    ],
)
def test_any_other_address_leads_nowhere(app: Flask, cast: Cast, key: str) -> None:
    address(cast.neighbour)
    assert Visitor(app).client.get(f"/calendars/{key}.ics").status_code == 404


def test_an_address_in_other_letters_is_another_one(app: Flask, cast: Cast) -> None:
    key = address(cast.neighbour).key
    assert Visitor(app).client.get(f"/calendars/{key.swapcase()}.ics").status_code == 404


def test_the_same_id_twice_is_one_address_and_a_second_wish_keeps_the_first(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.neighbour)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.neighbour.id)}
    for data in (sent, sent, {**sent, "id": str(uuid.uuid4())}):
        visitor.post("/me/calendar", **data)
    assert db.session.query(CalendarAddress).count() == 1


def test_the_same_id_for_another_person_is_told_and_can_be_sent_as_a_new_one(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    sent: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(cast.resident.id)}
    visitor.post("/me/calendar", **sent)
    page = visitor.post("/me/calendar", 409, **{**sent, "resident": str(cast.child.id)})
    visitor.submit(page)
    assert queries.addresses_of([cast.resident, cast.child]).keys() == {cast.resident.id, cast.child.id}


def test_nobody_makes_sees_or_revokes_the_address_of_another_household(app: Flask, cast: Cast) -> None:
    made = address(cast.neighbour)
    for who in (cast.resident, cast.steward, cast.librarian, cast.admin):
        visitor = Visitor(app).sign_in(who)
        assert made.key not in visitor.get("/me/calendar").text
        visitor.post("/me/calendar", 404, resident=str(cast.neighbour.id))
        visitor.post(f"/me/calendar/{made.id}/revocation", 404)
    subscribe(Visitor(app), f"/calendars/{made.key}.ics")


@pytest.mark.parametrize(("resident", "record"), [("", None), ("nonsense", None), ("1\0", None), (None, "x")])
def test_a_wish_that_does_not_say_who_is_not_read(
    app: Flask, cast: Cast, resident: str | None, record: str | None
) -> None:
    visitor = Visitor(app).sign_in(cast.resident)
    who = str(cast.resident.id) if resident is None else resident
    visitor.post("/me/calendar", 400, resident=who, id=record or str(uuid.uuid4()))
    assert db.session.query(CalendarAddress).count() == 0


def test_two_phones_at_once_make_one_address(app: Flask, cast: Cast) -> None:
    together = Barrier(2)

    def send(_number: int) -> str:
        with app.app_context():
            together.wait()
            return address(cast.neighbour).key

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(send, range(2)))) == 1


def test_staff_without_a_home_here_are_told_how_to_take_part(app: Flask, cast: Cast) -> None:
    page = Visitor(app).sign_in(cast.admin).get("/me/calendar")
    assert page.soup.find("a", href="/me/taking-part")
    assert "Calendar on my phone" in Visitor(app).sign_in(cast.resident).get("/me").text
