"""Meetings are planned by who runs the group; members stand on the roster, the leader takes the attendance."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from reading.attendance.rights import right_to_take
from reading.clock import city_time
from reading.events import queries as events
from reading.events.models import SEATED, Event, Notice, Signup
from reading.extensions import db
from reading.groups import actions, queries
from reading.groups.models import GroupMeeting, StudyGroup
from reading.people.models import Role
from tests.cast import LONG_AGO, Cast, add_staff
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.groups.grouping import HOME, join, meet, start
from tests.pages import Page, Visitor, fields_of

SENT = {
    "title": "周三晨读",
    "starts_at": "2026-11-25T08:00",
    "ends_at": "2026-11-25T09:00",
    "venue": "社区书屋",
}


def plan(visitor: Visitor, group: StudyGroup, status: int = 200, **typed: str) -> Page:
    """Fill in the form that plans a meeting."""
    page = visitor.get(f"/groups/{group.id}/meetings/new")
    return visitor.submit(page, status, **{**SENT, **typed})  # type: ignore[arg-type]


def seated(event: Event) -> list[str]:
    """Return the names of who is expected at the meeting."""
    return sorted(one.resident.name for one in events.signups(event.id, (SEATED,)))


def test_the_leader_plans_a_meeting_and_every_member_stands_on_its_roster(
    leader: Visitor, cast: Cast, group: StudyGroup
) -> None:
    join(group, cast.resident)
    join(group, cast.child)
    page = plan(leader, group, book="活着")
    assert "The meeting was planned." in page.text
    assert "周三晨读" in page.text
    (event,) = db.session.scalars(select(Event))
    assert (event.kind, event.host, event.community_id) == ("meeting", "", group.community_id)
    assert seated(event) == ["单田方", "张小花", "张晓明"]
    shown = leader.get(f"/events/{event.id}")
    assert shown.soup.find("a", href=f"/groups/{group.id}")


def test_a_double_tap_plans_one_meeting(leader: Visitor, group: StudyGroup) -> None:
    page = leader.get(f"/groups/{group.id}/meetings/new")
    for _tap in range(2):
        leader.submit(page, **SENT)  # type: ignore[arg-type]
    assert len(list(db.session.scalars(select(GroupMeeting)))) == 1
    assert len(list(db.session.scalars(select(Signup)))) == 1
    leader.submit(page, 409, **{**SENT, "title": "别的"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"title": ""}, "title", "Say what it is called."),
        ({"venue": " "}, "venue", "Say where it is held."),
        ({"starts_at": ""}, "starts_at", "Say when it starts."),
        ({"starts_at": "2026-02-30T08:00"}, "starts_at", "There is no such time."),
        ({"starts_at": "2025-W01-1T08:00"}, "starts_at", "There is no such time."),
        ({"starts_at": "0001-01-01T08:00"}, "starts_at", "Check the year."),
        ({"starts_at": "2026-01-01T08:00", "ends_at": "2026-01-01T09:00"}, "starts_at", "31 days ago"),
        ({"ends_at": "2026-11-25T07:00"}, "ends_at", "The end must come after the start."),
        ({"ends_at": "2026-11-27T09:00"}, "ends_at", "24 hours at most"),
        ({"about": "a\u202eb"}, "about", "invisible control character"),
    ],
)
def test_what_is_wrong_with_a_meeting_is_told_and_nothing_is_planned(
    leader: Visitor, group: StudyGroup, typed: dict[str, str], field: str, said: str
) -> None:
    page = plan(leader, group, 400, **typed)
    assert said in page.errors_of(field)
    title = page.soup.find(attrs={"name": "title"})
    assert title["value"] == typed.get("title", SENT["title"])
    assert list(db.session.scalars(select(Event))) == []
    assert list(db.session.scalars(select(GroupMeeting))) == []


def test_the_leader_takes_the_attendance_on_the_day_alone(
    app: Flask, leader: Visitor, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    event = meet(group, cast.librarian)
    account = cast.account("neighbour")
    assert right_to_take(event, account, clock()) is None
    clock.set(event.starts_at)
    assert leader.get(f"/events/{event.id}/roster").status == 200
    Visitor(app).sign_in(cast.resident).get(f"/events/{event.id}/roster", 404)
    clock.advance(days=2)
    leader.get(f"/events/{event.id}/roster", 404)


def test_another_leader_takes_the_attendance_from_then_on(
    cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    join(group, cast.resident)
    event = meet(group, cast.librarian)
    actions.name_leader(group.id, cast.resident.id, cast.librarian)
    clock.set(event.starts_at)
    new = right_to_take(event, cast.account("resident"), clock())
    assert new is not None
    assert new.holds(clock())
    old = right_to_take(event, cast.account("neighbour"), clock())
    assert old is None or not old.holds(clock())


def test_who_joins_stands_on_the_rosters_to_come_and_who_leaves_on_none(
    cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    past, soon = meet(group, cast.librarian, PRESENT + timedelta(hours=1)), meet(group, cast.librarian)
    clock.advance(hours=3)
    join(group, cast.resident)
    assert (seated(past), seated(soon)) == (["单田方"], ["单田方", "张晓明"])
    actions.leave(group.id, cast.resident.id, cast.account("resident"))
    actions.leave(group.id, cast.neighbour.id, cast.account("neighbour"))
    assert (seated(past), seated(soon)) == (["单田方"], [])


def test_a_member_who_cannot_come_says_so_and_stays_so(
    resident: Visitor, cast: Cast, group: StudyGroup
) -> None:
    join(group, cast.resident)
    event = meet(group, cast.librarian)
    resident.post(f"/events/{event.id}/signup/removal", resident=str(cast.resident.id))
    assert seated(event) == ["单田方"]


def test_a_meeting_is_moved_and_everybody_is_told(leader: Visitor, cast: Cast, group: StudyGroup) -> None:
    join(group, cast.resident)
    event = meet(group, cast.librarian)
    at = f"/groups/{group.id}/meetings/{event.id}"
    page = leader.get(at)
    wrong = leader.submit(page, 400, form=page.form(holding="venue"), ends_at="2026-11-01T08:00")
    assert "The end must come after the start." in wrong.errors_of("ends_at")
    done = leader.submit(page, form=page.form(holding="venue"), venue="文化广场", reason="书屋修灯")
    assert "Everybody who means to come is told." in done.text
    assert events.event(event.id).venue == "文化广场"  # type: ignore[union-attr]
    told = list(db.session.scalars(select(Notice).where(Notice.kind == "changed")))
    assert {(one.resident.name, one.reason) for one in told} == {
        ("单田方", "书屋修灯"),
        ("张晓明", "书屋修灯"),
    }


def test_only_who_runs_the_group_plans_moves_or_cancels(app: Flask, cast: Cast, group: StudyGroup) -> None:
    join(group, cast.resident)
    event = meet(group, cast.librarian)
    other = meet(
        actions.start(uuid.uuid4(), "410581106210", "上庄小组", "", cast.outsider.id, cast.admin), cast.admin
    )
    at = f"/groups/{group.id}/meetings"
    for who in ("resident", "outsider", "organizer", "steward", "other_admin"):
        visitor = Visitor(app).sign_in(getattr(cast, who))
        visitor.get(f"{at}/new", 404)
        for path in (f"{event.id}", f"{event.id}/cancellation"):
            visitor.get(f"{at}/{path}", 404)
        for path in ("new", str(event.id), f"{event.id}/cancellation"):
            visitor.post(f"{at}/{path}", 404, **SENT)  # type: ignore[arg-type]
    # A leader reaches the meetings of the own group alone, under the own group's address.
    Visitor(app).sign_in(cast.neighbour).post(f"{at}/{other.id}/cancellation", 404)
    assert all(one.cancelled_at is None for one in db.session.scalars(select(Event)))


def test_an_id_of_another_event_plans_no_meeting(leader: Visitor, cast: Cast, group: StudyGroup) -> None:
    other = meet(group, cast.librarian)
    plan(leader, group, 409, id=str(other.id))
    assert len(list(db.session.scalars(select(Event)))) == 1


def leads_to(page: Page) -> list[str]:
    """Return where the page of a meeting leads whoever wants to plan one more."""
    found = [str(one["href"]) for one in page.soup.select("main a[href]")]
    return [one for one in found if "/events/new" in one or "/meetings/new" in one]


@pytest.mark.parametrize("who", ["librarian", "admin"])
def test_from_a_meeting_its_staff_plan_the_groups_next_one_a_week_later(
    app: Flask, cast: Cast, group: StudyGroup, clock: TestClock, who: str
) -> None:
    join(group, cast.resident)
    event, staff = meet(group, cast.librarian), Visitor(app).sign_in(getattr(cast, who))
    clock.set(event.ends_at)
    (path,) = leads_to(staff.get(f"/events/{event.id}"))
    page = staff.get(path)
    sent = fields_of(page.form(holding="venue"))
    week = [
        f"{city_time(moment) + timedelta(days=7):%Y-%m-%dT%H:%M}"
        for moment in (event.starts_at, event.ends_at)
    ]
    assert [sent[name] for name in ("starts_at", "ends_at")] == week
    assert (sent["title"], sent["venue"]) == ("太行晨读小组", "社区书屋")
    assert staff.submit(page).path == f"/groups/{group.id}"
    (planned,) = queries.coming(group.id)
    assert (planned.kind, planned.starts_at) == ("meeting", event.starts_at + timedelta(days=7))
    assert seated(planned) == ["单田方", "张晓明"]


def test_only_who_runs_the_group_is_led_from_a_meeting_to_the_form_of_the_next(
    app: Flask, cast: Cast, group: StudyGroup
) -> None:
    event = meet(group, cast.librarian)
    # Staff of the place who plan events but run no group; and who runs the group but plans no other events. Both take
    # the attendance.
    organizer, steward = (
        add_staff("某", f"1390000005{n}", one, HOME) for n, one in enumerate(("organizer", "steward"))
    )
    for who in (organizer, steward, cast.resident, cast.steward):
        page = Visitor(app).sign_in(who).get(f"/events/{event.id}")
        assert ("For the organizers" in page.text) == (who in (organizer, steward))
        assert bool(leads_to(page)) == (who is steward)


def test_the_leader_is_led_from_a_meeting_to_the_next_one(
    leader: Visitor, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    event = meet(group, cast.librarian)
    for moment in (clock(), event.starts_at, event.ends_at):
        clock.set(moment)
        (path,) = leads_to(leader.get(f"/events/{event.id}"))
        assert leader.get(path).h1 == "Plan a meeting"


def test_a_leader_who_plans_events_too_is_led_to_the_form_of_the_group(
    leader: Visitor, cast: Cast, group: StudyGroup
) -> None:
    event = meet(group, cast.librarian)
    role = Role(
        account_id=cast.neighbour.account_id, name="organizer", community_id=HOME, granted_at=LONG_AGO
    )
    db.session.add(role)
    db.session.commit()
    (path,) = leads_to(leader.get(f"/events/{event.id}"))
    assert leader.get(path).h1 == "Plan a meeting"


def test_a_group_that_has_ended_plans_no_next_meeting(
    librarian: Visitor, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    event = meet(group, cast.librarian)
    assert leads_to(librarian.get(f"/events/{event.id}"))
    clock.set(event.ends_at)
    actions.end(group.id, "", cast.librarian)
    assert leads_to(librarian.get(f"/events/{event.id}")) == []


def test_no_other_event_is_planned_like_a_meeting(librarian: Visitor, cast: Cast, group: StudyGroup) -> None:
    event = meet(group, cast.librarian)
    page = librarian.get(f"/events/new?like={event.id}", 409)
    assert "planned on the group's own page" in page.text
    assert page.soup.find("a", href=f"/events/{event.id}")


def test_a_meeting_is_planned_like_one_of_the_same_group_alone(
    librarian: Visitor, cast: Cast, group: StudyGroup
) -> None:
    event, other = meet(group, cast.librarian), start(cast, name="太行夜读小组")
    for like in (event.id, uuid.uuid4(), "x", ""):
        librarian.get(f"/groups/{other.id}/meetings/new?like={like}", 404)
