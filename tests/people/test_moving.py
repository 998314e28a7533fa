"""Moving house: the past stays, a steward's role ends with the home it was for, others are bound to no home."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from reading import clock
from reading.access import ADMIN, LIBRARIAN, ORGANIZER, STEWARD
from reading.audit.models import AuditLine
from reading.errors import Refused
from reading.extensions import db
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people import actions, queries, role_actions
from reading.people.household_actions import move_neighbours
from reading.people.leaving_actions import hide, show_again
from reading.people.models import Account, Residence, Resident, Role
from tests import logged
from tests.cast import Cast, add_resident
from tests.pages import Visitor

TODAY = date(2026, 11, 18)
COMMUNITY, COMPOUND, BUILDING = "410581001001", "410581001001-1", "410581001001-1-1"
UNIT, OTHER_UNIT, OTHER_BUILDING = f"{BUILDING}-1", f"{BUILDING}-2", "410581001001-1-2"


def account_of(resident: Resident) -> Account:
    assert resident.account is not None
    return resident.account


def hold(cast: Cast, name: str, code: str) -> Account:
    """Let `resident`, who lives in 1单元, hold a role."""
    holder = account_of(cast.resident)
    role_actions.grant_role(holder.id, name, code, by=cast.admin)
    return holder


def held(account: Account) -> set[tuple[str, str]]:
    found = select(Role).where(Role.account_id == account.id, Role.ended_at.is_(None))
    return {(role.name, role.community_id) for role in db.session.scalars(found)}


def move(resident: Resident, to: str) -> None:
    actions.move_house(resident.id, to, TODAY, by=account_of(resident).id)


@pytest.mark.parametrize(
    ("role_at", "to", "stays"),
    [
        (UNIT, OTHER_UNIT, False),
        (BUILDING, OTHER_UNIT, True),
        (BUILDING, BUILDING, True),
        (BUILDING, OTHER_BUILDING, False),
        (COMPOUND, OTHER_BUILDING, True),
        (COMPOUND, "410581001004", False),
        (COMMUNITY, "410581106210", False),
        # Never lived there: a move elsewhere is not out of it.
        (OTHER_BUILDING, "410581106210", True),
    ],
)
def test_a_steward_keeps_the_role_only_while_living_there(
    cast: Cast, role_at: str, to: str, stays: bool
) -> None:
    holder = hold(cast, STEWARD, role_at)
    move(cast.resident, to)
    assert held(holder) == ({(STEWARD, role_at)} if stays else set())


@pytest.mark.parametrize(
    ("role", "at"), [(LIBRARIAN, COMMUNITY), (ORGANIZER, COMMUNITY), (ADMIN, "410581001")]
)
def test_other_roles_are_bound_to_no_home(cast: Cast, role: str, at: str) -> None:
    holder = hold(cast, role, at)
    move(cast.resident, "410581106210")
    assert held(holder) == {(role, at)}


def test_the_role_that_ends_with_a_move_stands_in_the_trail_and_is_gone_on_the_next_request(
    cast: Cast, visitor: Visitor
) -> None:
    holder = hold(cast, STEWARD, BUILDING)
    visitor.sign_in(holder).get("/residents")
    page = visitor.get("/me/home")
    visitor.submit(page, community="410581106210", since="2026-11-18", who=str(cast.resident.id))
    visitor.get("/residents", 403)
    (line,) = db.session.scalars(select(AuditLine).where(AuditLine.deed == "role.ended"))
    assert (line.by_id, line.subject_id, line.community_code) == (holder.id, holder.id, BUILDING)
    assert line.detail == {"role": STEWARD, "moved": True}


def test_a_child_who_moves_ends_nobodys_role(cast: Cast) -> None:
    holder = hold(cast, STEWARD, BUILDING)
    actions.move_household(resident_ids=[cast.child.id], home_code=OTHER_BUILDING, since=TODAY, by=holder.id)
    assert held(holder) == {(STEWARD, BUILDING)}


def test_a_steward_moves_neighbours_without_an_account_together(cast: Cast) -> None:
    friend = add_resident("吴奶奶", UNIT)
    db.session.commit()
    told: dict[str, Any] = {"home_code": "410581106210", "door": "7", "since": date(2026, 11, 10)}
    move_neighbours([cast.phoneless.id, friend.id], **told, by=cast.steward.id)
    for one in (cast.phoneless, friend):
        moved = db.session.get_one(Resident, one.id)
        assert (moved.home_code, moved.community_id, moved.door) == ("410581106210", "410581106210", "7")
        first, second = db.session.scalars(
            select(Residence).where(Residence.resident_id == one.id).order_by(Residence.since)
        )
        assert (first.until, second.since) == (date(2026, 11, 10), date(2026, 11, 10))
        assert first.end_recorded_at == second.recorded_at
    lines = db.session.scalars(select(AuditLine).where(AuditLine.deed == "resident.moved")).all()
    assert {(one.subject_id, one.community_code, one.detail["to"]) for one in lines} == {
        (one.id, COMMUNITY, "410581106210") for one in (cast.phoneless, friend)
    }


def test_who_has_an_account_moves_themselves_and_then_nobody_of_them_moves(cast: Cast) -> None:
    with pytest.raises(Refused, match="张晓明有自己的账号"):
        move_neighbours(
            [cast.phoneless.id, cast.resident.id],
            home_code=OTHER_UNIT,
            door="",
            since=TODAY,
            by=cast.steward.id,
        )
    assert db.session.get_one(Resident, cast.phoneless.id).home_code == UNIT


def test_another_door_at_the_same_node_is_no_move(cast: Cast) -> None:
    move_neighbours([cast.phoneless.id], home_code=UNIT, door="502", since=TODAY, by=cast.steward.id)
    found = select(Residence).where(Residence.resident_id == cast.phoneless.id)
    assert len(db.session.scalars(found).all()) == 1
    assert db.session.get_one(Resident, cast.phoneless.id).door == "502"


def test_the_door_is_left_behind(cast: Cast) -> None:
    resident = db.session.get_one(Resident, cast.resident.id)
    resident.door = "101"
    db.session.commit()
    move(resident, OTHER_UNIT)
    assert db.session.get_one(Resident, resident.id).door == ""


def test_nobody_moves_to_a_place_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(Refused):
        move_neighbours([cast.phoneless.id], home_code="410581", door="", since=TODAY, by=cast.steward.id)
    move_neighbours([uuid.uuid4()], home_code=UNIT, door="", since=TODAY, by=cast.steward.id)


@pytest.mark.parametrize("written_last", ["the first home", "the second home"])
def test_of_two_homes_told_at_one_moment_the_one_left_again_was_the_first(
    cast: Cast, written_last: str
) -> None:
    resident = add_resident("郝搬家", COMMUNITY, since=clock.now())
    db.session.commit()
    actions.move_house(resident.id, "410581001004", TODAY, by=account_of(cast.resident).id)
    found = select(Residence).where(Residence.resident_id == resident.id)
    homes = {"first" if one.until else "second": one for one in db.session.scalars(found)}
    write_anew(homes["first" if written_last == "the first home" else "second"])
    before = TODAY - timedelta(days=8)
    assert queries.community_on(resident.id, before) == COMMUNITY
    told = Told(resident.id, BookAsked(title="红楼梦"), before, Amounts(30, None, False))
    assert logged.log(uuid.uuid4(), told, cast.librarian.id).community_id == COMMUNITY


def test_who_moved_and_left_in_one_moment_and_stays_after_all_lives_where_they_moved_to(cast: Cast) -> None:
    resident_id, by = cast.neighbour.id, account_of(cast.neighbour).id
    for to in ("410581106210", "410581001004"):
        actions.move_house(resident_id, to, TODAY, by=by)
    passed_through = Residence.resident_id == resident_id, Residence.home_code == "410581106210"
    write_anew(db.session.scalars(select(Residence).where(*passed_through)).one())
    resident = db.session.get_one(Resident, resident_id)
    was = hide(resident, clock.now())
    db.session.flush()
    show_again(resident, was)
    living = queries.open_residence(resident_id)
    assert living is not None
    assert living.home_code == resident.home_code == "410581001004"


def write_anew(one: Residence) -> None:
    """Write a row of its contents last; no key tells which was first."""
    kept = {column.name: getattr(one, column.name) for column in Residence.__table__.columns}
    db.session.delete(one)
    db.session.commit()
    db.session.add(Residence(**kept))
    db.session.commit()
