"""Acting for a neighbour from the door: two taps, back to the building, and who entered it stands beside it."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from reading import clock
from reading.events import actions as events
from reading.events.models import Enrolment, Event, Signup
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.people import role_actions
from reading.people.models import Account, Resident
from tests.cast import Cast, add_resident
from tests.events.planned import planned, started
from tests.pages import Page, Visitor
from tests.statements import statements
from tests.stewards.conftest import BUILDING, UNIT_1, UNIT_2, Doors


def tap(visitor: Visitor, page: Page, words: str) -> Page:
    """Press the link in the page's main part that says ``words``."""
    link = next(one for one in page.soup.main.find_all("a") if one.get_text(" ", strip=True) == words)
    return visitor.get(str(link["href"]), follow=True)


def at_door_of(visitor: Visitor, name: str) -> Page:
    """Come from the building's page to a neighbour's."""
    return tap(visitor, visitor.get("/buildings", follow=True), name)


def sign_up_form(page: Page, event_title: str) -> Tag:
    button = next(
        one for one in page.soup.find_all("button") if event_title in str(one.get("aria-label", ""))
    )
    form = button.find_parent("form")
    assert isinstance(form, Tag)
    return form


def test_reading_is_logged_two_taps_from_the_building_and_one_is_back_there(
    doors: Doors, visitor: Visitor
) -> None:
    visitor.sign_in(doors.cast.steward)
    form = tap(visitor, at_door_of(visitor, "郑奶奶"), "Log for 郑奶奶")
    done = visitor.submit(form, book="农桑易懂", pages="12")
    assert done.path == f"/buildings/{BUILDING}"
    assert "Saved for 郑奶奶: 农桑易懂." in done.text
    entry = db.session.scalars(select(LogEntry)).one()
    assert (entry.resident_id, entry.entered_by) == (doors.granny.id, doors.cast.steward.id)


def test_a_form_with_a_mistake_still_leads_back_to_the_building(doors: Doors, visitor: Visitor) -> None:
    visitor.sign_in(doors.cast.steward)
    form = tap(visitor, at_door_of(visitor, "郑奶奶"), "Log for 郑奶奶")
    wrong = visitor.submit(form, 400, book="农桑易懂", pages="x")
    assert visitor.submit(wrong, pages="12").path == f"/buildings/{BUILDING}"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "///evil"])
def test_nobody_is_led_to_another_site(doors: Doors, visitor: Visitor, target: str) -> None:
    visitor.sign_in(doors.cast.steward)
    posted = visitor.post(
        "/logbook/new",
        resident=str(doors.granny.id),
        id=str(uuid.uuid4()),
        book="农桑",
        pages="3",
        next=target,
    )
    assert posted.response.location.startswith("/logbook")


def test_a_neighbour_is_signed_up_in_two_taps_and_sees_who_did_it(doors: Doors, app: Flask) -> None:
    event, one = planned(doors.cast, title="红旗渠故事会"), doors.sisters[0]
    steward = Visitor(app).sign_in(doors.cast.steward)
    page = at_door_of(steward, "李大姐")
    done = steward.submit(page, form=sign_up_form(page, "红旗渠故事会"))
    assert done.path == f"/buildings/{BUILDING}"
    assert "李大姐 has a place." in done.text
    signup = db.session.scalars(select(Signup)).one()
    assert (signup.resident_id, signup.created_by) == (one.id, doors.cast.steward.id)
    assert "signed up" in at_door_of(steward, "李大姐").text
    reader = Visitor(app).sign_in(db.session.get_one(Resident, one.id))
    assert "entered by Building steward 孙楼长" in reader.get(f"/events/{event.id}").text
    chinese = Visitor(app, "zh").sign_in(db.session.get_one(Resident, one.id))
    assert "由楼长 孙楼长代记" in chinese.get(f"/events/{event.id}").text


def test_a_neighbour_is_enrolled_in_a_course_and_sees_who_did_it(doors: Doors, app: Flask) -> None:
    course = started(doors.cast, community="410581001001", title="果树修剪")
    steward = Visitor(app).sign_in(doors.cast.steward)
    page = at_door_of(steward, "李大姐")
    done = steward.submit(page, form=sign_up_form(page, "果树修剪"))
    assert done.path == f"/buildings/{BUILDING}"
    enrolment = db.session.scalars(select(Enrolment)).one()
    assert (enrolment.resident_id, enrolment.enrolled_by) == (doors.sisters[0].id, doors.cast.steward.id)
    assert "enrolled in the course" in at_door_of(steward, "李大姐").text
    reader = Visitor(app).sign_in(db.session.get_one(Resident, doors.sisters[0].id))
    assert "entered by Building steward 孙楼长" in reader.get(f"/courses/{course.id}").text


def test_the_log_says_who_entered_what_and_nothing_of_what_one_wrote_oneself(
    doors: Doors, app: Flask
) -> None:
    one, reader = doors.sisters[0], Visitor(app).sign_in(doors.sisters[0])
    writers = ((doors.cast.steward, "帮着记的"), (doors.cast.librarian, "馆里记的"))
    told = [(Visitor(app).sign_in(by), book) for by, book in writers]
    for writer, book in [*told, (reader, "自己记的")]:
        writer.submit(writer.get(f"/logbook/new?resident={one.id}"), book=book, pages="5")
    rows = {
        row.select_one(".title").get_text(): row.get_text(" ", strip=True)
        for row in reader.get("/logbook").soup.select("ul.list > li")
    }
    assert "entered by Building steward 孙楼长" in rows["帮着记的"]
    assert "entered by Librarian 李馆员" in rows["馆里记的"]
    assert "entered by" not in rows["自己记的"]


def test_the_stamp_outlives_the_role(doors: Doors, app: Flask) -> None:
    one = db.session.get_one(Resident, doors.sisters[0].id)
    steward = Visitor(app).sign_in(doors.cast.steward)
    steward.submit(steward.get(f"/logbook/new?resident={one.id}"), book="农桑", pages="5")
    (role,) = db.session.get_one(Account, doors.cast.steward.id).roles
    role_actions.end_role(role.id, by=db.session.get_one(Account, doors.cast.admin.id))
    reader = Visitor(app).sign_in(db.session.get_one(Resident, doors.sisters[0].id))
    assert "entered by Building steward 孙楼长" in reader.get("/logbook").text


def test_an_event_that_has_begun_or_is_far_away_is_not_offered_to_sign_up_for(
    doors: Doors, visitor: Visitor
) -> None:
    now = doors.cast.librarian
    begun = planned(doors.cast, title="已经开始", starts_at=at_now(-10), ends_at=at_now(50))
    planned(doors.cast, title="取消的", starts_at=at_now(100), ends_at=at_now(160))
    cancelled = db.session.scalars(select(Event).where(Event.title == "取消的")).one()
    events.cancel(cancelled.id, "", now.id)
    page = at_door_of(visitor.sign_in(doors.cast.steward), "郑奶奶")
    assert begun.title in page.text
    assert "取消的" not in page.text
    assert not [one for one in page.soup.find_all("button") if "已经开始" in str(one.get("aria-label", ""))]


def at_now(minutes: int) -> datetime:

    return clock.now() + timedelta(minutes=minutes)


def test_a_card_is_one_tap_away(doors: Doors, visitor: Visitor) -> None:
    visitor.sign_in(doors.cast.steward)
    assert tap(visitor, at_door_of(visitor, "郑奶奶"), "Card of 郑奶奶").path == "/residents/cards"
    sheet = tap(visitor, visitor.get(f"/buildings/{BUILDING}"), "Cards to print")
    assert "开元社区 和顺园 1号楼" in sheet.text


def test_a_door_number_is_told_for_the_whole_household(doors: Doors, visitor: Visitor) -> None:
    page = visitor.sign_in(doors.cast.steward).get(f"/buildings/people/{doors.cast.resident.id}")
    saved = visitor.submit(page, form=page.form(holding="door"), door="４０１号")
    assert "Saved." in saved.text
    found = {db.session.get_one(Resident, one.id).door for one in (doors.cast.resident, doors.cast.child)}
    assert found == {"401"}
    refused = visitor.submit(page, 400, form=page.form(holding="door"), door=" ")
    assert "Write the number on the door." in refused.errors_of("door")


def test_a_grandmother_moves_with_her_grandchild(doors: Doors, visitor: Visitor) -> None:
    visitor.sign_in(doors.cast.steward)
    form = tap(visitor, at_door_of(visitor, "郑奶奶"), "Moved house")
    both = [one["value"] for one in form.soup.select("input[name=who]")]
    assert both == [str(doors.granny.id), str(doors.grandchild.id)]
    refused = visitor.submit(form, 400, community="没有这里", since="2026-11-17", who=both)
    assert "There is no such place" in refused.errors_of("community")
    for since in ("2026-11-19", "2026-10-17"):
        late = visitor.submit(form, 400, community=UNIT_2, since=since, who=both)
        assert "up to 31 days ago" in late.errors_of("since")
    nobody = visitor.submit(form, 400, community=UNIT_2, since="2026-11-17", who=str(doors.sisters[0].id))
    assert "Choose who moves." in nobody.text
    done = visitor.submit(form, community="410581106210", door="9", since="2026-11-17", who=both)
    assert "Saved." in done.text
    for one in (doors.granny, doors.grandchild):
        moved = db.session.get_one(Resident, one.id)
        assert (moved.home_code, moved.door) == ("410581106210", "9")
    visitor.get(f"/buildings/people/{doors.granny.id}", 404)
    visitor.get(f"/logbook/new?resident={doors.granny.id}", 404)


def test_a_neighbours_move_before_the_day_of_the_last_one_is_told_at_its_field(
    doors: Doors, visitor: Visitor
) -> None:
    visitor.sign_in(doors.cast.steward)
    path, both = f"/buildings/people/{doors.granny.id}/home", [str(doors.granny.id), str(doors.grandchild.id)]
    visitor.submit(visitor.get(path), community=UNIT_2, since="2026-11-17", who=both)
    early = visitor.submit(visitor.get(path), 400, community=UNIT_1, door="9", since="2026-11-16", who=both)
    assert "has lived in the present home since 17 Nov 2026" in early.errors_of("since")
    assert early.soup.find(attrs={"name": "door"})["value"] == "9"


def test_who_has_an_account_moves_alone(doors: Doors, visitor: Visitor) -> None:
    path = f"/buildings/people/{doors.sisters[0].id}/home"
    page = visitor.sign_in(doors.cast.steward).get(path)
    assert "李大姐 has an account and says it there" in page.text
    visitor.post(path, 409, community=UNIT_2, since="2026-11-17", who=str(doors.sisters[0].id))
    assert db.session.get_one(Resident, doors.sisters[0].id).home_code == UNIT_1
    assert "Moved house" not in visitor.get(f"/buildings/people/{doors.sisters[0].id}").text


@pytest.mark.parametrize("whom", ["neighbour", "outsider"])
def test_whoever_lives_elsewhere_is_not_found(cast: Cast, visitor: Visitor, whom: str) -> None:
    visitor.sign_in(cast.steward)
    path = f"/buildings/people/{getattr(cast, whom).id}"
    visitor.get(path, 404)
    visitor.get(f"{path}/home", 404)
    visitor.post(f"{path}/door", 404, door="1")
    visitor.post(f"{path}/home", 404, community=BUILDING, since=str(date(2026, 11, 17)))
    assert db.session.get_one(Resident, getattr(cast, whom).id).door == ""


def test_a_person_who_is_not_there_is_not_found(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.admin).get(f"/buildings/people/{uuid.uuid4()}", 404)


def test_a_page_of_a_neighbour_costs_the_same_whoever_lives_there(doors: Doors, visitor: Visitor) -> None:

    visitor.sign_in(doors.cast.steward)
    path, costs = f"/buildings/people/{doors.granny.id}", []
    for _round in range(2):
        visitor.get(path)
        with statements() as sent:
            visitor.get(path)
        costs.append(len(sent))
        for number in range(6):
            add_resident(f"同住{number}", UNIT_1).door = "302"
        db.session.commit()
    assert costs[0] == costs[1] <= 20
