"""Calendars of an event and of a place, read as a phone's calendar reads them."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from tests.calendars.reading import subscribe
from tests.cast import Cast
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.events.planned import KAIYUAN, a_plan, at, planned, started
from tests.pages import Visitor

TITLE = "《活着》读书分享会"


def test_an_event_is_read_with_its_time_place_and_page(app: Flask, cast: Cast) -> None:
    event = planned(cast, host="李馆员", book="活着", about="带上书。\n茶水管够。")
    read = subscribe(Visitor(app), f"/events/{event.id}/calendar.ics")
    [entry] = read.entries.values()
    assert read.name == entry.summary == TITLE
    assert (entry.starts_at, entry.ends_at) == (at("2026-11-20 19:30"), at("2026-11-20 21:00"))
    assert entry.starts_at.utcoffset() == timedelta(0)
    assert entry.location == "社区图书室, 开元社区"
    assert entry.description == "Host: 李馆员\n《活着》\n带上书。\n茶水管够。"
    assert entry.url == f"http://localhost/events/{event.id}"
    assert (entry.uid, entry.status, entry.sequence) == (str(event.id), "CONFIRMED", 0)
    assert entry.stamped_at == entry.changed_at == PRESENT


@pytest.mark.parametrize(
    "title",
    [
        "a,b;c\\d",
        "\\n",
        "D:\\New",
        "：；，",
        'BEGIN:VEVENT "x"',
        "书" * 100,
        "📚" * 50,
        "é" * 90,
        "x" * 100,
        "=1+1",
    ],
)
def test_any_title_comes_through_the_escapes_and_the_folding(app: Flask, cast: Cast, title: str) -> None:
    event = planned(cast, title=title, about=f"{title}\n{title}", venue=title)
    read = subscribe(Visitor(app), f"/events/{event.id}/calendar.ics")
    [entry] = read.entries.values()
    assert read.name == entry.summary == title
    assert entry.description == f"{title}\n{title}"
    assert entry.location == f"{title}, 开元社区"


def test_every_change_raises_the_number_and_the_stamp_and_keeps_the_uid(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event, visitor = planned(cast), Visitor(app)
    path = f"/events/{event.id}/calendar.ics"
    clock.advance(hours=1)
    events.change(event.id, a_plan(venue="任村大院"), cast.librarian.id)
    entry = subscribe(visitor, path).entries[TITLE]
    assert (entry.sequence, entry.uid) == (1, str(event.id))
    assert entry.changed_at == entry.stamped_at == PRESENT + timedelta(hours=1)
    assert "任村大院" in entry.location
    clock.advance(hours=1)
    events.cancel(event.id, "下雨了", cast.librarian.id)
    entry = subscribe(visitor, path).entries[TITLE]
    assert (entry.sequence, entry.uid, entry.status) == (2, str(event.id), "CANCELLED")
    assert entry.changed_at == PRESENT + timedelta(hours=2)
    assert entry.description.startswith("This event has been cancelled: 下雨了")


def test_a_change_of_nothing_a_calendar_tells_counts_as_none(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    event = planned(cast)
    clock.advance(hours=1)
    events.change(event.id, a_plan(), cast.librarian.id)
    events.change(event.id, a_plan(capacity=20), cast.librarian.id)
    events.sign_up(event.id, cast.resident.id, uuid.uuid4(), cast.resident.account_id)
    entry = subscribe(Visitor(app), f"/events/{event.id}/calendar.ics").entries[TITLE]
    assert (entry.sequence, entry.changed_at) == (0, PRESENT)


def test_an_event_past_midnight_ends_on_the_next_day(app: Flask, cast: Cast) -> None:
    event = planned(cast, starts_at=at("2026-12-31 22:00"), ends_at=at("2027-01-01 00:30"))
    [entry] = subscribe(Visitor(app), f"/events/{event.id}/calendar.ics").entries.values()
    assert (entry.starts_at, entry.ends_at) == (at("2026-12-31 22:00"), at("2027-01-01 00:30"))


def test_a_place_shows_what_is_held_in_it_and_for_its_whole_township_and_city(app: Flask, cast: Cast) -> None:
    for title, community in (
        ("社区", KAIYUAN),
        ("楼里", f"{KAIYUAN}-1-1"),
        ("街道", "410581001"),
        ("全市", "410581"),
        ("邻社区", "410581001004"),
        ("任村", "410581106200"),
        ("安阳", "410500001001"),
    ):
        planned(cast, title=title, community=community)
    visitor = Visitor(app)
    read = subscribe(visitor, f"/communities/{KAIYUAN}/calendar.ics")
    assert set(read.entries) == {"社区", "楼里", "街道", "全市"}
    assert read.name == "Shuxiang: 开元社区"
    assert read.entries["楼里"].location == "社区图书室, 开元社区 和顺园 1号楼"
    assert set(subscribe(visitor, "/communities/410581001/calendar.ics").entries) == {
        "社区", "楼里", "街道", "全市", "邻社区",
    }  # fmt: skip
    building = subscribe(visitor, f"/communities/{KAIYUAN}-1-2/calendar.ics")
    assert building.name == "Shuxiang: 开元社区"
    assert subscribe(visitor, "/communities/410500/calendar.ics").entries.keys() == {"安阳"}


def test_a_place_shows_the_last_31_days_what_is_to_come_and_what_was_called_off(
    app: Flask, cast: Cast, clock: TestClock
) -> None:
    gone = planned(cast, title="取消了")
    events.cancel(gone.id, "", cast.librarian.id)
    planned(cast, title="刚过", starts_at=at("2026-11-01 19:30"), ends_at=at("2026-11-01 21:00"))
    planned(cast, title="明年", starts_at=at("2027-10-01 19:30"), ends_at=at("2027-10-01 21:00"))
    clock.set(at("2026-12-02 20:59"))
    read = subscribe(Visitor(app), f"/communities/{KAIYUAN}/calendar.ics")
    assert {name: entry.status for name, entry in read.entries.items()} == {
        "刚过": "CONFIRMED", "取消了": "CANCELLED", "明年": "CONFIRMED",
    }  # fmt: skip
    clock.advance(minutes=1)
    assert "刚过" not in subscribe(Visitor(app), f"/communities/{KAIYUAN}/calendar.ics").entries


def test_every_class_of_a_course_has_an_entry_of_its_own(app: Flask, cast: Cast) -> None:
    course = started(cast)
    read = subscribe(Visitor(app), "/communities/410581106200/calendar.ics")
    assert (
        read.text.count("BEGIN:VEVENT")
        == len({line for line in read.text.split("\r\n") if "UID" in line})
        == 4
    )
    assert all(str(one.id) in read.text for one in course.events)


def test_an_empty_place_still_has_a_calendar(app: Flask, cast: Cast) -> None:
    read = subscribe(Visitor(app), f"/communities/{KAIYUAN}/calendar.ics")
    assert read.entries == {}


def test_nobody_who_comes_or_helps_is_named(app: Flask, cast: Cast) -> None:
    event = planned(cast)
    events.sign_up(event.id, cast.resident.id, uuid.uuid4(), cast.resident.account_id)
    for path in (f"/events/{event.id}/calendar.ics", f"/communities/{KAIYUAN}/calendar.ics"):
        text = subscribe(Visitor(app), path).text
        for secret in (
            "张晓明",
            "13800000001",
            "ATTENDEE",
            "ORGANIZER",
            str(cast.resident.id),
        ):
            assert secret not in text


def test_who_has_the_calendar_already_is_told_so_until_it_changes(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app)
    path = f"/events/{event.id}/calendar.ics"
    first = subscribe(visitor, path).response
    assert first.headers["Cache-Control"] == "public, max-age=900"
    kept = {**visitor.headers, "If-None-Match": first.headers["ETag"]}
    again = visitor.client.get(path, headers=kept)
    assert (again.status_code, again.data) == (304, b"")
    events.change(event.id, a_plan(venue="别处"), cast.librarian.id)
    assert visitor.client.get(path, headers=kept).status_code == 200


def test_compressed_it_is_the_same_and_still_told_apart(app: Flask, cast: Cast) -> None:
    for number in range(8):
        planned(cast, title=f"活动{number}")
    visitor = Visitor(app)
    asked = {"Accept-Encoding": "gzip", **visitor.headers}
    answer = visitor.client.get(f"/communities/{KAIYUAN}/calendar.ics", headers=asked)
    again = visitor.client.get(
        f"/communities/{KAIYUAN}/calendar.ics", headers={**asked, "If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_feed_hands_out_no_cookie_and_reads_none(app: Flask, cast: Cast) -> None:
    event, own = planned(cast), Visitor(app).sign_in(cast.resident)
    read = subscribe(own, f"/events/{event.id}/calendar.ics")
    assert "Set-Cookie" not in read.response.headers
    assert read.text == subscribe(Visitor(app), f"/events/{event.id}/calendar.ics").text


def test_what_is_not_there_has_no_calendar(app: Flask, cast: Cast) -> None:
    for path in (
        f"/events/{uuid.uuid4()}/calendar.ics", "/events/nonsense/calendar.ics",
        "/communities/nowhere/calendar.ics", "/communities/%00/calendar.ics",
    ):  # fmt: skip
        Visitor(app).get(path, 404)


def test_the_pages_of_an_event_and_of_a_place_lead_to_their_calendars(app: Flask, cast: Cast) -> None:
    event, visitor = planned(cast), Visitor(app)
    assert visitor.get(f"/events/{event.id}").soup.find("a", href=f"/events/{event.id}/calendar.ics")
    place = visitor.get(f"/communities/{KAIYUAN}")
    assert place.soup.find("a", href=f"/communities/{KAIYUAN}/calendar.ics")


def test_an_event_from_before_changes_were_counted_is_stamped_with_its_making(app: Flask, cast: Cast) -> None:
    event = planned(cast)
    assert db.session.get_one(Event, event.id).changed_at is None
    [entry] = subscribe(Visitor(app), f"/events/{event.id}/calendar.ics").entries.values()
    assert entry.changed_at == PRESENT
