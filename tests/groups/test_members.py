"""People join and leave of their own will; who has no phone is written in with their spoken yes."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from reading.audit.models import AuditLine
from reading.errors import Refused
from reading.events import queries as events
from reading.extensions import db
from reading.groups import actions, queries
from reading.groups.models import GroupMember, StudyGroup
from reading.people.models import Account
from reading.rights import consent_actions, merge_actions
from tests.cast import Cast, add_resident
from tests.groups.grouping import join, meet, names_in
from tests.pages import Visitor


def test_a_household_joins_and_leaves_of_its_own_will(
    resident: Visitor, cast: Cast, group: StudyGroup
) -> None:
    at = f"/groups/{group.id}"
    for one in (cast.resident, cast.child):
        page = resident.get(at)
        forms = [form for form in page.soup.find_all("form") if form.get("action") == f"{at}/members"]
        form = next(form for form in forms if form.find("input", {"value": str(one.id)}))
        assert f"{one.name} belongs to the group now." in resident.submit(page, form=form).text
    assert names_in(group) == ["单田方", "张小花", "张晓明"]
    page = resident.get(at)
    assert "No longer a member." in resident.submit(page, form=page.form(f"{at}/members/removal")).text
    assert len(names_in(group)) == 2


def test_joining_twice_makes_one_member_and_leaving_twice_is_a_normal_answer(
    resident: Visitor, cast: Cast, group: StudyGroup
) -> None:
    at, own = f"/groups/{group.id}", str(cast.resident.id)
    page = resident.get(at)
    for _tap in range(2):
        resident.submit(page, form=page.form(f"{at}/members"))
    resident.post(f"{at}/members", id=str(uuid.uuid4()), resident=own)
    assert names_in(group) == ["单田方", "张晓明"]
    for _tap in range(2):
        resident.post(f"{at}/members/removal", resident=own)
    assert names_in(group) == ["单田方"]
    resident.post(f"{at}/members", id=str(uuid.uuid4()), resident=own)
    assert names_in(group) == ["单田方", "张晓明"]


def test_taps_at_the_same_moment_join_once(app: Flask, cast: Cast, group: StudyGroup) -> None:
    group_id, resident_id, barrier = group.id, cast.resident.id, Barrier(4)
    account_id = cast.account("resident").id

    def tap(_number: int) -> uuid.UUID:
        with app.app_context():
            by = db.session.get_one(Account, account_id)
            barrier.wait()
            member = actions.join(group_id, resident_id, uuid.uuid4(), by).id
            db.session.remove()
            return member

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(tap, range(4)))) == 1


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({}, 400),
        ({"resident": "x"}, 400),
        ({"resident": "9" * 36}, 400),
        ({"id": "x"}, 400),
        ({"id": ""}, 302),
    ],
)
def test_a_damaged_form_lets_nobody_join_twice(
    resident: Visitor, cast: Cast, group: StudyGroup, typed: dict[str, str], status: int
) -> None:
    sent = {"resident": str(cast.resident.id), **typed} if typed else {}
    resident.post(f"/groups/{group.id}/members", status, **sent)  # type: ignore[arg-type]
    assert len(names_in(group)) == (2 if status == 302 else 1)
    resident.post(f"/groups/{uuid.uuid4()}/members", 404, resident=str(cast.resident.id))


def test_the_id_of_another_membership_is_refused(resident: Visitor, cast: Cast, group: StudyGroup) -> None:
    first = join(group, cast.resident)
    resident.post(f"/groups/{group.id}/members", 409, id=str(first.id), resident=str(cast.child.id))
    assert names_in(group) == ["单田方", "张晓明"]


def test_who_lives_elsewhere_does_not_join(app: Flask, cast: Cast, group: StudyGroup) -> None:
    outsider = Visitor(app).sign_in(cast.outsider)
    page = outsider.post(f"/groups/{group.id}/members", 409, resident=str(cast.outsider.id))
    assert "周外人 lives elsewhere" in page.text
    assert names_in(group) == ["单田方"]


@pytest.mark.parametrize("who", ["neighbour", "librarian", "steward", "admin"])
def test_nobody_lets_others_with_an_account_join_or_leave(
    app: Flask, cast: Cast, group: StudyGroup, who: str
) -> None:
    member, other = join(group, cast.resident), Visitor(app).sign_in(getattr(cast, who))
    other.post(f"/groups/{group.id}/members", 404, resident=str(cast.child.id))
    other.post(f"/groups/{group.id}/members/removal", 404, resident=str(cast.resident.id))
    assert db.session.get_one(GroupMember, member.id).left_at is None


def test_somebody_without_a_phone_is_written_in_with_their_spoken_yes(
    leader: Visitor, cast: Cast, group: StudyGroup
) -> None:
    at = f"/groups/{group.id}"
    page = leader.get(at)
    form = page.form(f"{at}/members/spoken")
    refused = leader.submit(page, 400, form=form, name="吴大爷")
    assert "Nobody is written in who did not say yes." in refused.errors_of("agree")
    leader.submit(page, form=form, name="吴大爷", agree="y")
    done = leader.submit(page, form=form, name="吴大爷", agree="y")
    assert "吴大爷 belongs to the group now." in done.text
    assert "said yes in person, 18 Nov" in done.text
    member = queries.membership(group.id, cast.phoneless.id)
    assert member is not None
    assert (member.spoken, member.joined_by) == (True, cast.account("neighbour").id)
    lines = db.session.scalars(select(AuditLine).where(AuditLine.deed == "group.member_written_in"))
    assert [line.subject_id for line in lines] == [cast.phoneless.id]
    leader.post(f"{at}/members/removal", resident=str(cast.phoneless.id))
    assert names_in(group) == ["单田方"]


@pytest.mark.parametrize("name", ["", "张晓明", "张小花", "周外人", "没有的人", "吴", "%", "长" * 41])
def test_who_cannot_be_written_in_is_told_and_nobody_is(
    leader: Visitor, group: StudyGroup, name: str
) -> None:
    page = leader.get(f"/groups/{group.id}")
    form = page.form(f"/groups/{group.id}/members/spoken")
    refused = leader.submit(page, 400, form=form, name=name, agree="y")
    assert refused.errors_of("name")
    assert names_in(group) == ["单田方"]


def test_of_several_of_one_name_staff_choose_and_a_leader_asks_the_steward(
    leader: Visitor, librarian: Visitor, cast: Cast, group: StudyGroup
) -> None:
    other = add_resident("吴大爷", "410581001001-1-1-2")
    db.session.commit()
    at = f"/groups/{group.id}"
    page = librarian.get(at)
    for visitor, says in ((leader, "Ask the steward"), (librarian, "Which one is it?")):
        form = visitor.get(at).form(f"{at}/members/spoken")
        page = visitor.submit(page, 400, form=form, name="吴大爷", agree="y")
        assert says in page.errors_of("name")
        assert ("2单元" in page.text) == (visitor is librarian)
    form = page.form(f"{at}/members/spoken")
    librarian.submit(page, form=form, name="吴大爷", agree="y", resident=str(other.id))
    assert queries.membership(group.id, other.id)
    leader.post(f"{at}/members/spoken", 400, name="吴大爷", agree="y", resident=str(cast.phoneless.id))


def test_who_has_an_account_is_not_written_in(cast: Cast, group: StudyGroup) -> None:
    with pytest.raises(Refused):
        actions.write_in(group.id, cast.resident.id, uuid.uuid4(), cast.librarian)


def test_staff_write_nobody_in_from_behind_their_own_door(
    librarian: Visitor, cast: Cast, group: StudyGroup
) -> None:
    own = add_resident("李妈妈", "410581001001-1-1-1", guardian=cast.librarian)
    own.door = cast.phoneless.door = "301"
    db.session.commit()
    librarian.post(f"/groups/{group.id}/members/spoken", 409, name="吴大爷", agree="y")
    assert names_in(group) == ["单田方"]


def test_who_takes_part_no_more_is_no_member(cast: Cast, group: StudyGroup) -> None:
    join(group, cast.resident)
    cast.resident.left_at = cast.resident.created_at
    db.session.commit()
    assert [one.resident.name for one in queries.members(group.id)] == ["单田方"]


def test_two_records_of_one_person_are_one_member(cast: Cast, group: StudyGroup) -> None:
    other = add_resident("单田方", "410581001001-1-2")
    db.session.commit()
    actions.write_in(group.id, other.id, uuid.uuid4(), cast.librarian)
    assert names_in(group) == ["单田方", "单田方"]
    merged = merge_actions.merge(uuid.uuid4(), (cast.neighbour.id, other.id), cast.librarian)
    assert names_in(group) == ["单田方"]
    led = queries.leader(group.id)
    assert led is not None
    assert led.resident_id == cast.neighbour.id
    merge_actions.undo(merged.id, cast.admin)
    assert names_in(group) == ["单田方", "单田方"]


def test_who_takes_part_no_more_joins_no_group_and_stands_on_no_new_roster(
    cast: Cast, group: StudyGroup
) -> None:
    join(group, cast.resident)
    for one in (cast.resident, cast.child):
        consent_actions.decide(one.id, "taking_part", False, cast.account("resident"))
    with pytest.raises(Refused, match="不再同意"):
        join(group, cast.child)
    meeting = meet(group, cast.librarian)
    assert [one.resident_id for one in events.signups(meeting.id)] == [cast.neighbour.id]
    consent_actions.decide(cast.resident.id, "taking_part", True, cast.account("resident"))
    later = meet(group, cast.librarian)
    assert len(events.signups(later.id)) == 2
