"""Who no longer agrees to take part leads no group: they are not offered, not named, and lead on no longer."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from reading.errors import Refused
from reading.extensions import db
from reading.groups import actions, queries
from reading.groups.models import GroupMember, StudyGroup
from reading.people.models import Account, Resident
from reading.rights import consent_actions
from reading.volunteers.models import Helper
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.groups.grouping import HOME, join, meet, names_in, start
from tests.groups.test_starting import begin
from tests.pages import Page, Visitor
from tests.rights.test_consents import button

GONE = "no longer agrees that new records are kept"


def decide(cast: Cast, who: str, given: bool) -> None:
    """Let somebody of the cast withdraw taking part, or give it again."""
    consent_actions.decide(getattr(cast, who).id, "taking_part", given, cast.account(who))
    db.session.rollback()


def takes(resident: Resident) -> list[bool]:
    """Return, for each time this resident was to help, whether they still are to take the attendance."""
    found = db.session.scalars(select(Helper).where(Helper.resident_id == resident.id).order_by(Helper.id))
    return [one.given_up_at is None and one.naming_ended_at is None for one in found]


def test_who_withdrew_is_not_named_for_a_new_group_and_what_was_typed_comes_back(
    librarian: Visitor, cast: Cast
) -> None:
    decide(cast, "neighbour", given=False)
    page = begin(librarian, 409, name="晨读小组")
    assert GONE in page.text
    assert page.soup.find(attrs={"name": "name"})["value"] == "晨读小组"
    assert list(db.session.scalars(select(StudyGroup))) == []


def test_of_several_of_one_name_who_withdrew_is_not_offered_and_the_other_not_taken_unasked(
    librarian: Visitor, cast: Cast
) -> None:
    other = add_resident("单田方", "410581001001-1-1-2", phone="13800000009")
    db.session.commit()
    decide(cast, "neighbour", given=False)
    page = begin(librarian, 400)
    offered = [radio["value"] for radio in page.soup.select("input[name=leader_id]")]
    assert offered == [str(other.id)]
    librarian.submit(page, leader_id=str(other.id))
    assert len(list(db.session.scalars(select(StudyGroup)))) == 1


def test_a_member_who_withdrew_is_not_offered_and_refused_until_they_agree_again(
    librarian: Visitor, cast: Cast, group: StudyGroup
) -> None:
    join(group, cast.resident)
    decide(cast, "resident", given=False)
    event, at = meet(group, cast.librarian), f"/groups/{group.id}"
    assert "张晓明" not in librarian.get(f"{at}/edit").text
    assert GONE in librarian.post(f"{at}/leader", 409, resident=str(cast.resident.id)).text
    led = queries.leader(group.id)
    assert led is not None
    assert (led.resident.name, takes(cast.resident)) == ("单田方", [])
    decide(cast, "resident", given=True)
    assert "张晓明" in librarian.get(f"{at}/edit").text
    librarian.post(f"{at}/leader", resident=str(cast.resident.id))
    assert [one.event_id for one in db.session.scalars(select(Helper)) if one.given_up_at is None] == [
        event.id
    ]


def test_staff_who_withdrew_are_led_to_where_they_agree_again(app: Flask, cast: Cast) -> None:
    decide(cast, "neighbour", given=False)
    with pytest.raises(Refused) as refused:
        actions.start(uuid.uuid4(), HOME, "晨读", "", cast.neighbour.id, cast.account("neighbour"))
    assert refused.value.remedy is not None
    assert refused.value.remedy[0] == f"/me/consents#of-{cast.neighbour.id}"


def test_a_leader_who_withdraws_leads_no_more_and_takes_no_attendance_of_meetings_to_come(
    leader: Visitor, librarian: Visitor, cast: Cast, group: StudyGroup, clock: TestClock
) -> None:
    meet(group, cast.librarian)
    assert takes(cast.neighbour) == [True]
    decide(cast, "neighbour", given=False)
    assert (queries.leader(group.id), names_in(group)) == (None, ["单田方"])
    assert takes(cast.neighbour) == [False]
    meet(group, cast.librarian)
    assert takes(cast.neighbour) == [False]
    leader.get(f"/groups/{group.id}/edit", 404)
    assert "Led by" not in librarian.get(f"/groups/{group.id}").text
    by = db.session.get_one(Account, cast.neighbour.account_id)
    consent_actions.decide(cast.neighbour.id, "taking_part", True, by)
    assert queries.leader(group.id) is None, "what was given up is not taken back by itself, as with seats"


def test_a_leader_withdrawn_before_takes_no_attendance_of_a_meeting_planned_after(
    cast: Cast, group: StudyGroup
) -> None:
    decide(cast, "neighbour", given=False)
    # As it stood before withdrawing ended it.
    member = db.session.scalars(select(GroupMember)).one()
    member.leads_since = member.joined_at
    db.session.commit()
    meet(group, cast.librarian)
    assert takes(cast.neighbour) == []


def test_another_consent_withdrawn_ends_no_leading_and_others_lead_on(cast: Cast, group: StudyGroup) -> None:
    other = start(cast, name="另一组")
    join(other, cast.resident)
    actions.name_leader(other.id, cast.resident.id, cast.librarian)
    consent_actions.decide(cast.neighbour.id, "boards", False, cast.account("neighbour"))
    assert queries.leader(group.id) is not None
    decide(cast, "neighbour", given=False)
    assert (queries.leader(group.id), queries.leader(other.id) is None) == (None, False)


def asks(visitor: Visitor, resident: Resident, status: int = 400) -> Page:
    """Tap "withdraw" for taking part on the page of the household."""
    page = visitor.get("/me/consents")
    return visitor.submit(page, status, form=button(page, resident, "taking_part", "no"))


def test_a_leader_is_told_before_withdrawing_that_leading_ends_and_that_it_does_not_come_back(
    leader: Visitor, cast: Cast, group: StudyGroup
) -> None:
    assert "leading a study group ends, which is asked about first" in leader.get("/me/consents").text
    asked = asks(leader, cast.neighbour)
    assert "单田方 would lead no study group any more. Nothing was withdrawn yet." in asked.text
    assert "would lose these places" not in asked.text
    assert [one.get_text() for one in asked.soup.select("main h2")] == ["Leading, which ends"]
    assert [one.get_text() for one in asked.soup.select("main .title")] == ["太行晨读小组"]
    assert "Agreeing again does not bring it back" in asked.text
    led = queries.leader(group.id)
    assert led is not None
    assert led.resident_id == cast.neighbour.id
    done = leader.submit(asked, form=asked.soup.select_one(".actions form"))
    assert "Withdrawn, from this moment on." in done.text
    assert queries.leader(group.id) is None


def test_a_leader_with_a_place_too_is_told_of_both_and_of_each_group(
    leader: Visitor, cast: Cast, group: StudyGroup
) -> None:
    start(cast, name="暮读小组")
    meet(group, cast.librarian)
    asked = asks(leader, cast.neighbour)
    assert "单田方 would lead no study group any more, and lose places that others get at once." in asked.text
    headings = [one.get_text() for one in asked.soup.select("main h2")]
    assert headings[0] == "Leading, which ends"
    assert len(headings) > 1
    assert {"太行晨读小组", "暮读小组"} <= {one.get_text() for one in asked.soup.select("main .title")}


def test_nobody_is_told_of_leading_a_group_that_ended_or_that_another_leads(
    app: Flask, leader: Visitor, cast: Cast, group: StudyGroup
) -> None:
    join(group, cast.resident)
    resident = Visitor(app).sign_in(cast.resident)
    assert "Withdrawn, from this moment on." in asks(resident, cast.resident, 200).text
    actions.end(group.id, "没人来了", cast.librarian)
    assert "Withdrawn, from this moment on." in asks(leader, cast.neighbour, 200).text


def test_the_page_that_asks_says_it_in_chinese(app: Flask, cast: Cast, group: StudyGroup) -> None:
    visitor = Visitor(app, language="zh").sign_in(cast.neighbour)
    asked = asks(visitor, cast.neighbour)
    assert "不再当学习小组的组长" in asked.text
