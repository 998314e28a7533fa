"""What a group's page says to whom: names inside, a number outside, and of reading only what many share."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from reading.attendance import actions as attendance
from reading.attendance.rules import MarkSent
from reading.communities.models import Community
from reading.extensions import db
from reading.groups import actions
from reading.groups.models import StudyGroup
from reading.logbook import actions as logbook
from reading.people import actions as people
from reading.people.models import Resident
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.conftest import PRESENT
from tests.groups.grouping import HOME, join, meet, start
from tests.logbook.reviewing import put_aside
from tests.logbook.telling import keep
from tests.pages import Visitor


def reader(name: str, number: int) -> Resident:
    """Return a new neighbour with an account."""
    made = add_resident(name, HOME, phone=f"1370000{number:04}")
    db.session.commit()
    db.session.refresh(made)
    return made


def test_outsiders_see_a_number_members_the_chosen_names_and_the_leader_full_ones(
    app: Flask, resident: Visitor, leader: Visitor, librarian: Visitor, cast: Cast, group: StudyGroup
) -> None:
    third = reader("欧阳静", 1)
    assert third.account_id
    people.set_shown(third.id, show_as="nickname", nickname="静静读书", by=third.account_id)
    for one in (third, cast.resident):
        join(group, one)
    at = f"/groups/{group.id}"
    for visitor in (Visitor(app), Visitor(app).sign_in(cast.outsider), Visitor(app).sign_in(cast.organizer)):
        page = visitor.get(at)
        assert "3 members" in page.text
        for name in ("单田方", "欧阳静", "静静读书", "张晓明", "Members"):
            assert name not in page.text
    inside = resident.get(at)
    assert "静静读书" in inside.text
    assert "a neighbour" in inside.text, "the leader is shown to nobody by choice"
    assert "欧阳静" not in inside.text
    assert "单田方" not in inside.text
    for visitor in (leader, librarian):
        page = visitor.get(at)
        assert "欧阳静" in page.text
        assert "张晓明" in page.text


def test_who_has_left_sees_no_names_any_more(resident: Visitor, cast: Cast, group: StudyGroup) -> None:
    join(group, cast.resident)
    assert "Members" in resident.get(f"/groups/{group.id}").text
    actions.leave(group.id, cast.resident.id, cast.account("resident"))
    assert "Members" not in resident.get(f"/groups/{group.id}").text


def test_a_book_is_shown_by_its_readers_from_three_on(app: Flask, cast: Cast, group: StudyGroup) -> None:
    members = [cast.neighbour, cast.resident, reader("甲人", 1), reader("乙人", 2)]
    for one in members[1:]:
        join(group, one)
    outsider = reader("外人", 3)
    for one in (*members[:2], outsider):
        keep(one, "只有两名组员读的书")
    for one in members[:3]:
        keep(one, "三个人读的书")
        keep(one, "三个人读的书", PRESENT.date() - timedelta(days=1))
    page = Visitor(app).get(f"/groups/{group.id}")
    assert "只有两名组员读的书" not in page.text
    assert "三个人读的书 3 members read it" in page.text


def test_a_book_is_shown_no_more_when_one_of_three_readers_leaves(
    app: Flask, cast: Cast, group: StudyGroup
) -> None:
    members = [cast.neighbour, cast.resident, reader("甲人", 1)]
    for one in members[1:]:
        join(group, one)
    for one in members:
        keep(one, "三个人读的书")
    actions.leave(group.id, members[2].id, cast.account("neighbour"))
    assert "三个人读的书" not in Visitor(app).get(f"/groups/{group.id}").text


def test_old_removed_set_aside_and_doubted_records_tell_nothing(
    app: Flask, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    members = [cast.neighbour, cast.resident, reader("甲人", 1)]
    for one in members[1:]:
        join(group, one)
    for title in ("被删的书", "搁置的书", "asdfgh"):
        entries = [keep(one, title) for one in members]
        if title == "被删的书":
            logbook.remove(entries[0].id, cast.account("neighbour").id)
        if title == "搁置的书":
            put_aside(entries[0], cast.librarian)
    for one in members:
        keep(one, "从前的书")
    page = Visitor(app).get(f"/groups/{group.id}")
    assert "从前的书" in page.text
    for title in ("被删的书", "搁置的书", "asdfgh"):
        assert title not in page.text
    clock.advance(days=100)
    assert "从前的书" not in Visitor(app).get(f"/groups/{group.id}").text


def test_the_group_chooses_a_book_of_the_month(
    app: Flask, leader: Visitor, resident: Visitor, group: StudyGroup, clock: TestClock
) -> None:
    at = f"/groups/{group.id}"
    page = leader.get(at)
    form = page.form(f"{at}/book")
    assert "Write the title" in leader.submit(page, 400, form=form, book=" ").errors_of("book")
    leader.submit(page, form=form, book="活着")
    done = leader.submit(page, form=form, book="平凡的世界")
    assert "平凡的世界 the group's book in November 2026" in done.text
    assert "活着" not in done.text
    clock.advance(days=20)
    page = leader.get(at)
    leader.submit(page, form=page.form(f"{at}/book"), book="活着")
    shown = Visitor(app).get(at).text
    assert shown.index("December 2026") < shown.index("November 2026")
    resident.post(f"{at}/book", 404, book="别的书")


def test_past_meetings_say_how_many_came(app: Flask, cast: Cast, group: StudyGroup, clock: TestClock) -> None:
    join(group, cast.resident)
    event = meet(group, cast.librarian, PRESENT + timedelta(hours=1))
    clock.advance(hours=1)
    marks = [MarkSent(uuid.uuid4(), one.id, "present") for one in (cast.resident, cast.neighbour)]
    attendance.mark(event.id, marks, cast.librarian)
    clock.advance(hours=2)
    page = Visitor(app).get(f"/groups/{group.id}")
    assert "2 people came" in page.text
    assert "No meeting is planned." in page.text


def test_groups_are_listed_by_place_with_one_s_own_first(
    app: Flask, resident: Visitor, cast: Cast, group: StudyGroup
) -> None:
    actions.start(uuid.uuid4(), "410581106210", "上庄夜读小组", "", cast.outsider.id, cast.admin)
    everywhere = Visitor(app).get("/groups")
    assert "太行晨读小组" in everywhere.text
    assert "上庄夜读小组" in everywhere.text
    near = resident.get("/groups")
    assert "上庄夜读小组" not in near.text
    assert "Where my household belongs" not in near.text
    join(group, cast.resident)
    meet(group, cast.librarian)
    near = resident.get("/groups")
    assert "Where my household belongs" in near.text
    assert "2 members · meets on 21 Nov" in near.text
    assert "上庄夜读小组" in Visitor(app).get("/groups?community=410581106").text
    assert "No study group here yet." in Visitor(app).get("/groups?community=410500").text


def test_groups_of_a_closed_place_are_gone_but_for_its_own_people(
    app: Flask, resident: Visitor, librarian: Visitor, group: StudyGroup
) -> None:
    closed = db.session.get_one(Community, HOME)
    closed.closed_at = PRESENT
    db.session.commit()
    assert "太行晨读小组" not in Visitor(app).get("/groups").text
    for path in (f"/groups/{group.id}", f"/groups?community={HOME}"):
        Visitor(app).get(path, 410)
        for visitor in (resident, librarian):
            assert "太行晨读小组" in visitor.get(path).text


@pytest.mark.parametrize("asked", ["community=nowhere", "community=%00"])
def test_a_place_that_is_not_there_is_not_found(app: Flask, group: StudyGroup, asked: str) -> None:
    Visitor(app).get(f"/groups?{asked}", 404)


def test_a_group_that_is_not_there_is_not_found(leader: Visitor) -> None:
    for path in ("", "/edit", "/meetings/new"):
        leader.get(f"/groups/{uuid.uuid4()}{path}", 404)


def test_home_and_the_community_lead_to_groups(
    app: Flask, resident: Visitor, cast: Cast, group: StudyGroup
) -> None:
    assert resident.get("/").soup.find("a", href="/groups")
    join(group, cast.resident)
    assert "太行晨读小组" in resident.get("/").text
    page = Visitor(app).get(f"/communities/{HOME}")
    assert page.soup.find("a", href=f"/groups/{group.id}")
    assert page.soup.find("a", href=f"/groups?community={HOME}")


def test_the_staff_desk_leads_to_a_new_group_who_may_start_one(app: Flask, cast: Cast) -> None:
    for who, may in (("steward", True), ("librarian", True), ("organizer", False)):
        desk = Visitor(app).sign_in(getattr(cast, who)).get("/staff")
        assert bool(desk.soup.find("a", href="/groups/new")) is may


def test_the_list_is_paged(app: Flask, cast: Cast) -> None:
    for number in range(21):
        start(cast, name=f"小组{number:02}")
    first = Visitor(app).get("/groups")
    following = first.soup.find("a", rel="next")
    assert following is not None
    assert len({*range(21)} - {n for n in range(21) if f"小组{n:02}" in first.text}) == 1
    assert Visitor(app).get(str(following["href"])).text.count("小组") >= 1
