"""The work of staff through two app processes by turns: what one showed is done by the other, and once."""

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from reading import clock
from reading.attendance.models import Attendance, Guest, Mark
from reading.cards.models import Card
from reading.extensions import db
from reading.groups.models import GroupMeeting, GroupMember, StudyGroup
from reading.imports.models import RosterImport
from reading.logbook.models import LogEntry
from reading.people.models import Resident
from reading.rights.merge_models import Merge
from tests.cluster.balanced import Caller, Cluster
from tests.cluster.people import (
    BOTH,
    BUILDING,
    COMMUNITY,
    an_event,
    minute,
    newcomer,
    number,
    record,
    resident,
    signed_in,
    unsettled,
)
from tests.imports.lists import HEADS, confirm, counts_on, csv_list, hand_in


def to_the_other(caller: Caller) -> None:
    """Ask for anything, so that what is sent again now comes to the other one than before."""
    caller.get("/notice")


def test_a_card_made_by_one_is_known_to_the_other_typed_or_scanned(cluster: Cluster) -> None:
    one, librarian = newcomer("卡一张", "13912340011"), signed_in(cluster, "李馆员")
    event, caller = an_event(librarian), signed_in(cluster, "卡一张")
    page = caller.get("/me/card")
    for _worker in BOTH:
        assert len(caller.submit(page).soup.select(".card")) == 1
        to_the_other(caller)
    code = db.session.scalars(select(Card.code).where(Card.resident_id == one.id)).one()
    looked_up = librarian.get(f"/events/{event}/card?card={code}")
    assert "卡一张" in looked_up.text
    for _worker in BOTH:
        librarian.submit(looked_up, form=looked_up.form(f"/events/{event}/card", holding="id"))
        to_the_other(librarian)
        assert "already" in librarian.get(f"/events/{event}/card?card={code}").text
        to_the_other(librarian)
    scan = {"id": str(uuid.uuid4()), "card": code, "status": "present"}
    answers = [
        librarian.post_json(f"/events/{event}/attendance", {"marks": [scan]})["marks"][0]["result"]
        for _worker in BOTH
    ]
    assert answers == ["stored", "duplicate"]
    assert number(Attendance, Attendance.event_id == uuid.UUID(event)) == 1
    assert caller.wrote_to["/me/card"] == librarian.wrote_to[f"/events/{event}/card"] == BOTH
    assert librarian.wrote_to[f"/events/{event}/attendance"] == BOTH


def test_a_sheet_printed_by_one_is_typed_in_at_the_other_and_saved_once(cluster: Cluster) -> None:
    one, librarian = newcomer("纸小签", "13912340012"), signed_in(cluster, "李馆员")
    event = an_event(librarian)
    signed_in(cluster, "纸小签").post(f"/events/{event}/signup", id=str(uuid.uuid4()), resident=str(one.id))
    sheet = librarian.submit(librarian.get(f"/events/{event}/sheets"), what="roster", blanks="5")
    assert "纸小签" in sheet.text
    typed = librarian.get(f"/events/{event}/sheets/1/entry")
    seen = librarian.submit(typed, step="show", numbers="1l", walk_ins="2 李四", heads="3")
    assert "1 纸小签" in seen.text
    assert number(Mark, Mark.event_id == uuid.UUID(event)) == 0
    librarian.wrote_to.clear()
    for _worker in BOTH:
        saved = librarian.submit(seen, form=seen.form(holding="numbers"), step="save")
        assert "saved from paper" in saved.text
        to_the_other(librarian)
    stands = select(Attendance.resident_id, Attendance.status).where(Attendance.event_id == uuid.UUID(event))
    assert [tuple(row) for row in db.session.execute(stands)] == [(one.id, "late")]
    assert number(Guest, Guest.event_id == uuid.UUID(event)) == 1
    assert librarian.wrote_to[f"/events/{event}/sheets/1/entry"] == BOTH


def test_a_list_that_one_showed_is_taken_in_by_the_other_once(cluster: Cluster) -> None:
    steward = signed_in(cluster, "孙楼长")
    people = [["名单甲", "13712340001", "2单元", "201", ""], ["名单乙", "", "1单元", "102", ""]]
    seen = hand_in(steward, csv_list([HEADS, *people]))
    shown = len(steward.served_by)
    assert counts_on(seen) == [2, 0, 0]
    assert number(Resident, Resident.name.in_(["名单甲", "名单乙"])) == 0
    for _worker in BOTH:
        assert "2 residents were added." in confirm(steward, seen).text
        to_the_other(steward)
    showed, took_in = steward.served_by[shown - 1 : shown + 1]
    assert showed != took_in
    assert steward.wrote_to[f"{seen.path}/confirmation"] == BOTH
    assert number(Resident, Resident.name.in_(["名单甲", "名单乙"])) == 2
    kept = db.session.get_one(RosterImport, uuid.UUID(seen.path.rpartition("/")[2]))
    assert (kept.added, kept.known, kept.refused) == (2, 0, 0)


def test_a_household_enrolled_at_the_door_is_one_and_stands_in_the_building_at_both(cluster: Cluster) -> None:
    steward = signed_in(cluster, "孙楼长")
    page = steward.get(f"/buildings/{BUILDING}/households/new")
    family: dict[str, Any] = {
        "home": f"{BUILDING}-2", "door": "701", "name_1": "门爷爷", "name_2": "门小妹", "born_on_2": "2018-05-01",
        "agree": "y", "guardian_agrees": "y",
    }  # fmt: skip
    for _worker in BOTH:
        assert "Enrolled: 门爷爷, 门小妹." in steward.submit(page, **family).text
        to_the_other(steward)
    for _worker in BOTH:
        folk = steward.get(f"/buildings/{BUILDING}").soup.select(".folk a")
        assert [one.get_text() for one in folk if one.get_text().startswith("门")] == ["门爷爷", "门小妹"]
    assert number(Resident, Resident.name.in_(["门爷爷", "门小妹"])) == 2
    assert resident("门小妹").guardian_id == resident("门爷爷").id
    assert steward.wrote_to[page.path] == BOTH


def test_a_group_is_started_joined_met_and_its_attendance_taken_through_both(cluster: Cluster) -> None:
    newcomer("组长林", "13912340013")
    joining = newcomer("组员林", "13912340014")
    librarian, leader, member = (signed_in(cluster, name) for name in ("李馆员", "组长林", "组员林"))
    start = librarian.get("/groups/new")
    told: dict[str, Any] = {"name": "两机晨读小组", "community": COMMUNITY, "leader": "13912340013"}
    for _worker in BOTH:
        assert librarian.submit(start, form=start.form(holding="leader"), **told).h1 == "两机晨读小组"
        to_the_other(librarian)
    group = db.session.scalars(select(StudyGroup).where(StudyGroup.name == "两机晨读小组")).one()
    page = f"/groups/{group.id}"
    joined: dict[str, Any] = {"id": str(uuid.uuid4()), "resident": str(joining.id)}
    for _worker in BOTH:
        member.post(f"{page}/members", **joined)
    now = clock.now()
    times: dict[str, Any] = {"starts_at": minute(now), "ends_at": minute(now + timedelta(hours=1))}
    planning = leader.get(f"{page}/meetings/new")
    for _worker in BOTH:
        planned = leader.submit(planning, title="两机晨读", venue="书屋", **times)
        assert "两机晨读" in planned.text
        to_the_other(leader)
    event = db.session.scalars(select(GroupMeeting.event_id).where(GroupMeeting.group_id == group.id)).one()
    assert "组员林" in leader.get(f"/events/{event}/roster").text
    mark = {"id": str(uuid.uuid4()), "resident": str(joining.id), "status": "present"}
    answers = [
        leader.post_json(f"/events/{event}/attendance", {"marks": [mark]})["marks"][0]["result"]
        for _worker in BOTH
    ]
    assert answers == ["stored", "duplicate"]
    assert number(GroupMember, GroupMember.group_id == group.id) == 2
    came = select(Attendance.resident_id).where(Attendance.event_id == event)
    assert list(db.session.scalars(came)) == [joining.id]
    assert librarian.wrote_to["/groups/new"] == leader.wrote_to[f"{page}/meetings/new"] == BOTH
    assert member.wrote_to[f"{page}/members"] == leader.wrote_to[f"/events/{event}/attendance"] == BOTH


def test_two_records_that_one_showed_side_by_side_are_merged_by_the_other_once(cluster: Cluster) -> None:
    keep, old = newcomer("双双重", "13912340015"), newcomer("双双重", home=f"{BUILDING}-2")
    librarian = signed_in(cluster, "李馆员")
    for one in (keep, old):
        librarian.post("/logbook/new", **record(one))
    shown = librarian.get(f"/residents/duplicates/{keep.id}/{old.id}")
    for _worker in BOTH:
        merged = librarian.submit(shown, form=shown.form("/residents/merges"))
        assert "One record now: 双双重." in merged.text
        to_the_other(librarian)
    for _worker in BOTH:
        assert len(librarian.get("/residents?q=双双重").soup.select("tbody tr")) == 1
    assert number(Merge, Merge.merged_id == old.id, Merge.survivor_id == keep.id) == 1
    assert number(LogEntry, LogEntry.resident_id == keep.id) == 2
    assert unsettled() == []
    assert librarian.wrote_to["/residents/merges"] == BOTH
