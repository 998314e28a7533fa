"""What the leader of a group and its staff write at the same time is not written over."""

from reading.extensions import db
from reading.groups.models import StudyGroup
from tests.cast import Cast
from tests.groups.grouping import meet
from tests.pages import Visitor


def test_an_older_form_of_a_group_takes_no_newer_name_back(
    leader: Visitor, librarian: Visitor, group: StudyGroup
) -> None:
    group_id = group.id
    older = leader.get(f"/groups/{group_id}/edit")
    form = librarian.get(f"/groups/{group_id}/edit")
    librarian.submit(form, form=form.form(holding="about"), name="太行夜读小组")
    page = leader.submit(older, 409, form=older.form(holding="about"), about="改在晚上。")
    assert "What the group is called 太行夜读小组" in page.text
    for _tap in range(2):
        leader.submit(page, form=page.form(holding="about"))
    kept = db.session.get_one(StudyGroup, group_id)
    assert (kept.name, kept.about) == ("太行夜读小组", "改在晚上。")


def test_an_older_form_of_a_meeting_takes_no_newer_place_back(
    leader: Visitor, librarian: Visitor, group: StudyGroup, cast: Cast
) -> None:
    meeting = meet(group, cast.account("neighbour"))
    path, place = f"/groups/{group.id}/meetings/{meeting.id}", f"/events/{meeting.id}/new-date"
    older = leader.get(path)
    librarian.submit(librarian.get(place), venue="老年活动室")
    page = leader.submit(older, 409, form=older.form(holding="venue"), reason="下雨")
    assert "Where 老年活动室" in page.text
    assert page.form(holding="venue").find(attrs={"name": "venue"})["value"] == "老年活动室"
    assert page.form(holding="venue").find(attrs={"name": "reason"})["value"] == "下雨"
