"""A group is started by staff of its place, who name its leader; it stays when it has ended."""

import pytest
from flask import Flask
from sqlalchemy import select

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.groups import queries
from reading.groups.models import StudyGroup
from tests.cast import Cast, add_resident
from tests.groups.grouping import HOME, join, meet, names_in, start
from tests.pages import Page, Visitor


def begin(visitor: Visitor, status: int = 200, **typed: str) -> Page:
    """Fill in the form that starts a group."""
    sent = {"name": "晨读小组", "community": HOME, "leader": "单田方", "about": "", **typed}
    page = visitor.get("/groups/new")
    return visitor.submit(page, status, form=page.form(holding="leader"), **sent)  # type: ignore[arg-type]


def deeds() -> list[str]:
    """Return the deeds of groups on the trail."""
    found = db.session.scalars(select(AuditLine.deed).where(AuditLine.deed.like("group.%")))
    return sorted(found)


def test_staff_start_a_group_and_name_its_leader(librarian: Visitor) -> None:
    page = begin(librarian)
    assert (page.h1, "Led by 单田方" in page.text) == ("晨读小组", True)
    (group,) = db.session.scalars(select(StudyGroup))
    assert (names_in(group), deeds()) == (["单田方"], ["group.started"])


def test_a_double_tap_starts_one_group(librarian: Visitor) -> None:
    page = librarian.get("/groups/new")
    sent = {"community": HOME, "leader": "单田方"}
    for _tap in range(2):
        assert librarian.submit(page, name="晨读小组", **sent).h1 == "晨读小组"  # type: ignore[arg-type]
    assert len(list(db.session.scalars(select(StudyGroup)))) == 1
    librarian.submit(page, 409, name="另一个小组", **sent)  # type: ignore[arg-type]


def test_a_steward_starts_groups_in_the_own_building_only(app: Flask, cast: Cast) -> None:
    steward = Visitor(app).sign_in(cast.steward)
    assert begin(steward, community="410581001001-1-1", leader="13800000002").h1 == "晨读小组"
    for code in (HOME, "410581001001-1-2", "410581106210"):
        assert "There is no such place." in begin(steward, 400, community=code).errors_of("community")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "Say what the group is called."),
        ({"name": "长" * 41}, "name", "at most 40 characters"),
        ({"name": "a\u202eb"}, "name", "invisible control character"),
        ({"about": "长" * 1001}, "about", "at most 1001 characters"),
        ({"community": "没有这里"}, "community", "There is no such place."),
        ({"community": "410581001"}, "community", "There is no such place."),
        ({"community": "410581001001-1-1-1"}, "community", "There is no such place."),
        ({"leader": ""}, "leader", "Say who leads the group."),
        ({"leader": "谁也不是"}, "leader", "Nobody of this name with an account"),
        ({"leader": "吴大爷"}, "leader", "Nobody of this name with an account"),
        ({"leader": "张小花"}, "leader", "Nobody of this name with an account"),
        ({"leader": "周外人"}, "leader", "Nobody of this name with an account"),
        ({"leader": "%"}, "leader", "Nobody of this name with an account"),
    ],
)
def test_what_is_wrong_with_a_new_group_is_told(
    librarian: Visitor, typed: dict[str, str], field: str, said: str
) -> None:
    page = begin(librarian, 400, **typed)
    assert said.replace("1001", "1000") in page.errors_of(field)
    for name, value in typed.items():
        shown = page.soup.find(attrs={"name": name})
        assert (shown.get("value") or shown.get_text().strip()) == value
    assert list(db.session.scalars(select(StudyGroup))) == []


def test_of_several_of_one_name_the_leader_is_chosen(librarian: Visitor) -> None:
    other = add_resident("单田方", "410581001001-1-1-2", phone="13800000009")
    db.session.commit()
    page = begin(librarian, 400)
    assert "Which one leads the group?" in page.errors_of("leader")
    assert "2单元" in page.text
    librarian.submit(page, leader_id=str(other.id))
    (group,) = db.session.scalars(select(StudyGroup))
    led = queries.leader(group.id)
    assert led is not None
    assert led.resident_id == other.id


def test_staff_name_another_leader_among_the_grown_up_members(
    librarian: Visitor, cast: Cast, group: StudyGroup
) -> None:
    at = f"/groups/{group.id}"
    librarian.post(f"{at}/leader", 409, resident=str(cast.resident.id))
    join(group, cast.resident)
    join(group, cast.child)
    librarian.post(f"{at}/leader", 409, resident=str(cast.child.id))
    page = librarian.get(f"{at}/edit")
    assert "张小花" not in page.text
    page = librarian.submit(page, form=page.form(f"{at}/leader"))
    assert "Led by 张晓明" in page.text
    librarian.post(f"{at}/leader", resident=str(cast.resident.id))
    assert [one.resident.name for one in queries.members(group.id) if one.leads_since] == ["张晓明"]
    assert (len(names_in(group)), deeds()) == (3, ["group.leader_named", "group.started"])


def test_a_leader_may_leave_and_the_group_goes_on_without_one(
    leader: Visitor, librarian: Visitor, cast: Cast, group: StudyGroup
) -> None:
    leader.post(f"/groups/{group.id}/members/removal", resident=str(cast.neighbour.id))
    assert queries.leader(group.id) is None
    leader.get(f"/groups/{group.id}/edit", 404)
    assert "Led by" not in librarian.get(f"/groups/{group.id}").text


def test_the_leader_changes_the_words_but_names_no_leader_and_ends_nothing(
    leader: Visitor, cast: Cast, group: StudyGroup
) -> None:
    at = f"/groups/{group.id}"
    page = leader.get(f"{at}/edit")
    assert "End the group" not in page.text
    assert leader.submit(page, form=page.form(), name="夜读小组", about="改到晚上").h1 == "夜读小组"
    wrong = leader.submit(page, 400, form=page.form(), name=" ")
    assert "Say what the group is called." in wrong.errors_of("name")
    leader.post(f"{at}/leader", 403, resident=str(cast.neighbour.id))
    leader.post(f"{at}/ending", 403)


def test_a_group_that_has_ended_keeps_its_page_and_takes_nobody(
    resident: Visitor, librarian: Visitor, cast: Cast, group: StudyGroup
) -> None:
    at = f"/groups/{group.id}"
    meeting = meet(group, cast.librarian)
    assert "Cancel those first" in librarian.post(f"{at}/ending", 409).text
    librarian.post(f"{at}/meetings/{meeting.id}/cancellation", reason="下雨")
    page = librarian.get(f"{at}/edit")
    page = librarian.submit(page, form=page.form(f"{at}/ending"), reason="大家都忙")
    assert "This group ended on 18 Nov 2026." in page.text
    librarian.post(f"{at}/ending", reason="又一次")
    shown = resident.get(at)
    assert "大家都忙" in shown.text
    assert shown.soup.find("form", action=f"{at}/members") is None
    resident.post(f"{at}/members", 409, resident=str(cast.resident.id))
    librarian.post(f"{at}/book", 409, book="活着")
    librarian.post(f"{at}/members/spoken", 409, name="吴大爷", agree="y")
    assert "太行晨读小组" not in librarian.get("/groups?community=").text
    assert deeds() == ["group.ended", "group.started"]


def test_staff_of_another_place_run_nothing_here(app: Flask, cast: Cast) -> None:
    group = start(cast, name="另一组")
    for who in (cast.other_admin, cast.steward):
        other, at = Visitor(app).sign_in(who), f"/groups/{group.id}"
        for path in ("book", "ending", "leader", "members/spoken", "edit", "meetings/new"):
            other.post(f"{at}/{path}", 404, name="x", book="x", resident=str(cast.neighbour.id))
