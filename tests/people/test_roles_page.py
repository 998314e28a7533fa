"""The page of roles: who holds what, where, since when, last seen; searched, and never beyond the own reach."""

import pytest
from flask import Flask
from sqlalchemy import select

from reading.access import ADMIN, LIBRARIAN, STEWARD
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.errors import Refused
from reading.extensions import db
from reading.people import role_actions, role_queries
from reading.people.models import Account, Role
from reading.people.rules import may_grant
from tests.at_once import at_once
from tests.cast import LONG_AGO, Cast, a_second_shangzhuang, add_staff
from tests.clock import TestClock
from tests.pages import Page, Visitor
from tests.statements import statements

TOWNSHIP, BUILDING, UNIT_2 = "410581001", "410581001001-1-1", "410581001001-1-1-2"


def named(page: Page) -> list[str]:
    return [row.get_text(" ", strip=True) for row in page.soup.select("tbody th")]


@pytest.fixture
def township_admin(cast: Cast) -> Account:
    made = add_staff("何镇长", "13900000077", ADMIN, TOWNSHIP)
    db.session.commit()
    return made


def test_an_admin_sees_who_holds_what_where_since_when_and_when_they_were_seen(
    cast: Cast, visitor: Visitor, clock: TestClock
) -> None:
    Visitor(visitor.app).sign_in(cast.librarian)
    page = visitor.sign_in(cast.admin).get("/roles")
    assert named(page) == ["王主任", "李馆员", "孙楼长", "赵组织"]
    assert "4 roles" in page.text
    told = {
        line.th.get_text(strip=True): line.get_text(" ", strip=True) for line in page.soup.select("tbody tr")
    }
    assert "Librarian 开元街道 1 Jan 2025" in told["李馆员"]
    assert "never" in told["孙楼长"]
    assert "never" not in told["李馆员"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=馆", ["李馆员"]),
        ("?q=13900000005", ["孙楼长"]),
        ("?q=0004", ["赵组织"]),
        ("?q=%25", []),
        ("?q=%00", []),
        ("?q=" + "x" * 300, []),
        ("?q=钱主任", []),
        ("?role=librarian", ["李馆员"]),
        ("?role=king", ["王主任", "李馆员", "孙楼长", "赵组织"]),
        ("?at=任村镇", ["赵组织"]),
        ("?at=410581001", ["李馆员", "孙楼长"]),
        ("?at=410581001&role=steward", ["孙楼长"]),
        ("?at=安阳市", []),
        ("?at=没有这里", []),
        ("?page=2", []),
        ("?page=nonsense", ["王主任", "李馆员", "孙楼长", "赵组织"]),
        (f"?page={10**30}", []),
    ],
)
def test_roles_are_searched_and_filtered(cast: Cast, visitor: Visitor, query: str, found: list[str]) -> None:
    page = visitor.sign_in(cast.admin).get(f"/roles{query}")
    assert named(page) == found
    if not found:
        assert "Nobody holds such a role in your places." in page.text or "page=" in query


def test_a_place_that_is_not_sure_is_asked_back(cast: Cast, visitor: Visitor) -> None:
    other = a_second_shangzhuang()
    page = visitor.sign_in(cast.admin).get("/roles?at=上庄村&role=steward")
    links = [tag["href"] for tag in page.soup.select("main ul.links a")]
    assert sorted(links) == [f"/roles?at={code}&role=steward" for code in (other, "410581106210")]


def test_nobody_outside_the_own_subtree_is_shown_or_counted(cast, visitor, township_admin: Account) -> None:
    page = visitor.sign_in(township_admin).get("/roles")
    assert named(page) == ["何镇长", "李馆员", "孙楼长"]
    assert "3 roles" in page.text
    for query in ("?q=主任", "?q=13900000001", "?at=任村镇", "?at=林州市", "?role=organizer"):
        assert named(visitor.get(f"/roles{query}")) == []
    visitor.get(f"/accounts/{cast.organizer.id}", 404)
    other = Visitor(visitor.app).sign_in(cast.other_admin).get("/roles")
    assert named(other) == ["钱主任"]


def test_a_steward_sees_the_stewards_below_alone(cast: Cast, visitor: Visitor) -> None:
    add_staff("单元长", "13900000006", STEWARD, UNIT_2)
    add_staff("馆员丙", "13900000007", LIBRARIAN, UNIT_2)
    db.session.commit()
    page = visitor.sign_in(cast.steward).get("/roles")
    assert named(page) == ["单元长"]
    assert not page.soup.select('a[href^="/accounts/"]')


def test_the_question_of_the_list_is_the_rule_itself(cast: Cast, township_admin: Account) -> None:
    """What the database finds is what ``may_grant`` allows, for every holder and every role."""
    for name, phone, code in (("甲", "01", UNIT_2), ("乙", "02", BUILDING), ("丙", "03", "410581001001")):
        add_staff(name, f"139000001{phone}", STEWARD, code)
    db.session.commit()
    roles = list(db.session.scalars(select(Role)))
    for by in db.session.scalars(select(Account)):
        allowed = {one.id for one in roles if may_grant(by.roles, one.name, one.path)}
        found = role_queries.roles_to_see(by, role_queries.Wanted(), limit=100)
        assert {one.id for one in found} == allowed
        assert role_queries.number_to_see(by, role_queries.Wanted()) == len(allowed)


def test_a_township_admin_grants_within_the_township_alone(cast, visitor, township_admin: Account) -> None:
    visitor.sign_in(township_admin)
    for code in ("410581", "410581106"):
        with pytest.raises(Refused):
            role_actions.grant_role(cast.librarian.id, STEWARD, code, by=township_admin)
    asked = visitor.get("/roles/new")
    visitor.submit(asked, phone="13800000002", role=ADMIN, community="410581001004")
    refused = visitor.submit(asked, 400, phone="13800000002", role=STEWARD, community="任村镇")
    assert "There is no such place." in refused.errors_of("community")
    refused = visitor.submit(asked, 400, phone="13800000002", role=ADMIN, community="410581")
    assert "There is no such place." in refused.errors_of("community")


def test_a_township_admin_is_ended_by_the_city_and_not_the_other_way(cast, visitor, township_admin) -> None:
    own, above = (
        db.session.scalars(select(Role.id).where(Role.account_id == one.id)).one()
        for one in (township_admin, cast.admin)
    )
    live = Visitor(visitor.app).sign_in(township_admin)
    live.post(f"/roles/{above}/ending", 404)
    live.get("/roles")
    visitor.sign_in(cast.admin).post(f"/roles/{own}/ending")
    live.get("/roles", 403)


def crowd(first: int, last: int) -> None:
    for number in range(first, last):
        code = f"{BUILDING}-9{number}"
        path = f"/410581/410581001/410581001001/410581001001-1/{BUILDING}/{code}/"
        told = {
            "name": f"{number}单元",
            "short_name": f"{number}单元",
            "keys": "",
            "sort_key": f"{number:04}",
        }
        db.session.add(Community(code=code, parent_code=BUILDING, level="unit", path=path, **told))
        db.session.flush()
        add_staff(f"单元长{number}", f"1360000{number:04}", STEWARD, code)
    db.session.commit()


def test_the_list_is_paged_and_costs_the_same_however_many_they_are(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app).sign_in(cast.admin)
    crowd(0, 3)
    visitor.get("/roles")
    with statements() as few:
        visitor.get("/roles")
    crowd(3, 40)
    with statements() as many:
        first = visitor.get("/roles?q=")
    assert len(many) == len(few), many
    assert len(named(first)) == 30
    assert "44 roles" in first.text
    second = visitor.get(first.soup.find("a", rel="next")["href"])
    assert len(named(second)) == 14
    assert not set(named(first)) & set(named(second))


def test_labels_of_many_places_are_those_of_each(cast: Cast) -> None:
    a_second_shangzhuang()
    places = list(db.session.scalars(select(Community)))
    labels = communities.full_labels(places)
    assert labels == {one.code: communities.full_label(one) for one in places}
    assert communities.full_labels([]) == {}


def test_two_admins_who_end_each_other_at_once_leave_one(app: Flask, cast: Cast) -> None:
    second = add_staff("周主任", "13900000088", ADMIN, "410581")
    db.session.commit()
    held = select(Role.account_id, Role.id).where(Role.name == ADMIN, Role.community_id == "410581")
    of = {row[0]: row[1] for row in db.session.execute(held)}
    db.session.commit()
    refused: list[str] = []

    def end(by: Account, other: Account) -> None:
        try:
            role_actions.end_role(of[other.id], by=db.session.get_one(Account, by.id))
        except Refused as why:
            refused.append(why.message)

    at_once(app, lambda: end(cast.admin, second), lambda: end(second, cast.admin))
    standing = select(Role).where(Role.name == ADMIN, Role.community_id == "410581", Role.ended_at.is_(None))
    assert len(refused) == 1, refused
    assert len(db.session.scalars(standing).all()) == 1


def test_the_last_administrator_of_a_city_is_not_ended(cast: Cast) -> None:
    """The only other one's account is closed, so that they could not take over."""
    second = add_staff("周主任", "13900000088", ADMIN, "410581")
    db.session.commit()
    own = db.session.scalars(select(Role.id).where(Role.account_id == cast.admin.id)).one()
    db.session.get_one(Account, second.id).disabled_at = LONG_AGO
    db.session.commit()
    assert role_queries.has_other_admin("/410581/", second.id)
    assert not role_queries.has_other_admin("/410581/", cast.admin.id)
    with pytest.raises(Refused, match="最后一位管理员"):
        role_actions.end_role(own, by=db.session.get_one(Account, second.id))
