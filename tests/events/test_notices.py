"""What people who mean to come are told, until they have seen it."""

import uuid

from flask import Flask

from reading.events import actions, queries
from reading.events.models import Event
from reading.people.models import Resident
from tests.cast import Cast
from tests.clock import TestClock
from tests.events.planned import RENCUN, a_plan, at, planned, started
from tests.pages import Visitor


def signed_up(event: Event, *residents: Resident) -> Event:
    for one in residents:
        actions.sign_up(event.id, one.id, uuid.uuid4(), one.account_id)
    return event


def told(cast: Cast, who: str) -> list[str]:
    return [one.kind for one in queries.notices_for(cast.account(who).id)]


def test_another_venue_or_time_is_told_to_who_has_a_seat_and_to_who_waits(cast: Cast) -> None:
    event = signed_up(planned(cast, capacity=1), cast.resident, cast.neighbour)
    actions.change(event.id, a_plan(capacity=1, venue="文化广场"), cast.librarian.id)
    assert (told(cast, "resident"), told(cast, "neighbour")) == (["changed"], ["changed"])
    assert told(cast, "outsider") == []
    (notice,) = queries.notices_for(cast.account("resident").id)
    assert notice.before == {"venue": "社区图书室"}


def test_a_change_of_words_alone_is_no_news(cast: Cast) -> None:
    event = signed_up(planned(cast), cast.resident)
    actions.change(event.id, a_plan(title="《活着》分享", about="带上书"), cast.librarian.id)
    assert told(cast, "resident") == []


def test_changed_twice_unseen_is_told_once_from_what_they_knew(cast: Cast) -> None:
    event = signed_up(planned(cast), cast.resident)
    for venue in ("文化广场", "学校礼堂"):
        actions.change(event.id, a_plan(venue=venue), cast.librarian.id)
    (notice,) = queries.notices_for(cast.account("resident").id)
    assert notice.before == {"venue": "社区图书室"}


def test_a_change_taken_back_before_it_was_seen_is_no_news(cast: Cast) -> None:
    event = signed_up(planned(cast), cast.resident)
    actions.change(event.id, a_plan(starts_at=at("2026-11-20 20:00")), cast.librarian.id)
    assert told(cast, "resident") == ["changed"]
    actions.change(event.id, a_plan(), cast.librarian.id)
    assert told(cast, "resident") == []


def test_a_cancellation_is_told_to_the_enrolled_of_a_course(cast: Cast) -> None:
    course = started(cast)
    actions.enrol_in_course(course.id, cast.outsider.id, uuid.uuid4(), None)
    actions.cancel(course.events[1].id, "下雨", cast.organizer.id)
    assert told(cast, "outsider") == ["cancelled"]


def test_a_cancellation_outweighs_what_was_told_before(cast: Cast) -> None:
    event = signed_up(planned(cast, capacity=1), cast.resident, cast.neighbour)
    actions.change(event.id, a_plan(capacity=2, venue="文化广场"), cast.librarian.id)
    assert sorted(told(cast, "neighbour")) == ["changed", "seated"]
    actions.cancel(event.id, "停电", cast.librarian.id)
    assert (told(cast, "resident"), told(cast, "neighbour")) == (["cancelled"], ["cancelled"])


def test_who_gives_up_a_place_is_no_longer_told_of_it(cast: Cast) -> None:
    event = signed_up(planned(cast, capacity=1), cast.resident, cast.neighbour)
    actions.change(event.id, a_plan(capacity=2, venue="文化广场"), cast.librarian.id)
    actions.give_up(event.id, cast.neighbour.id)
    assert (told(cast, "resident"), told(cast, "neighbour")) == (["changed"], [])


def test_who_leaves_a_course_is_no_longer_told_of_its_classes(cast: Cast) -> None:
    course = started(cast)
    for one in (cast.outsider, cast.neighbour):
        actions.enrol_in_course(course.id, one.id, uuid.uuid4(), None)
    moved = a_plan(
        kind="class", community=RENCUN, starts_at=at("2026-12-01 20:00"), ends_at=at("2026-12-01 21:00")
    )
    actions.change(course.events[1].id, moved, cast.organizer.id)
    actions.leave_course(course.id, cast.outsider.id)
    assert (told(cast, "outsider"), told(cast, "neighbour")) == ([], ["changed"])


def test_a_childs_notice_stands_on_the_page_of_who_looks_after_it(cast: Cast) -> None:
    event = signed_up(planned(cast), cast.child)
    actions.cancel(event.id, "停电", cast.librarian.id)
    assert told(cast, "resident") == ["cancelled"]


def test_notices_of_several_people_say_whom_each_is_for(app: Flask, cast: Cast) -> None:
    reader = Visitor(app).sign_in(cast.resident)
    event = signed_up(planned(cast), cast.child)
    actions.cancel(event.id, "停电", cast.librarian.id)
    assert "张小花: “" not in reader.get("/").text
    other = signed_up(planned(cast), cast.resident, cast.child)
    actions.cancel(other.id, "停电", cast.librarian.id)
    page = reader.get("/").text
    assert (page.count("张小花: “"), page.count("张晓明: “")) == (2, 1)


def test_what_is_changed_after_the_end_concerns_nobody(cast: Cast, clock: TestClock) -> None:
    event = signed_up(planned(cast), cast.resident)
    clock.set(at("2026-11-20 22:00"))
    actions.change(event.id, a_plan(venue="文化广场"), cast.librarian.id)
    assert told(cast, "resident") == []


def test_a_notice_stands_until_it_was_seen(app: Flask, cast: Cast) -> None:
    event, visitor = signed_up(planned(cast), cast.resident), Visitor(app).sign_in(cast.resident)
    actions.cancel(event.id, "停电", cast.librarian.id)
    (notice,) = queries.notices_for(cast.account("resident").id)
    visitor.post(f"/notices/{notice.id}/seen")
    visitor.post(f"/notices/{notice.id}/seen")
    assert told(cast, "resident") == []


def test_nobody_takes_away_a_notice_of_another_household(app: Flask, cast: Cast) -> None:
    event, stranger = signed_up(planned(cast), cast.resident), Visitor(app).sign_in(cast.neighbour)
    actions.cancel(event.id, "停电", cast.librarian.id)
    (notice,) = queries.notices_for(cast.account("resident").id)
    stranger.post(f"/notices/{notice.id}/seen", 404)
    stranger.post(f"/notices/{uuid.uuid4()}/seen", 404)
    assert told(cast, "resident") == ["cancelled"]


def test_after_seeing_one_the_way_leads_only_to_a_page_of_this_site(app: Flask, cast: Cast) -> None:
    event, visitor = signed_up(planned(cast), cast.resident), Visitor(app).sign_in(cast.resident)
    actions.cancel(event.id, "停电", cast.librarian.id)
    (notice,) = queries.notices_for(cast.account("resident").id)
    page = visitor.post(f"/notices/{notice.id}/seen", next="//evil.example/")
    assert page.response.location == "/"
