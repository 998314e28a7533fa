"""The staff's pages: residents within reach, enrolment, roles; each ends at the own subtree."""

import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from reading.access import LIBRARIAN, STEWARD
from reading.errors import Refused
from reading.extensions import db
from reading.people import queries, role_actions
from reading.people.models import Consent, Resident, Role
from tests.cast import Cast, add_resident, add_staff
from tests.clock import TestClock
from tests.pages import Visitor

BUILDING, UNIT_2 = "410581001001-1-1", "410581001001-1-1-2"
SOUND: dict[str, Any] = {"name": "郑奶奶", "community": UNIT_2, "agree": "y"}


def names(visitor: Visitor, query: str = "") -> list[str]:
    return [row.get_text() for row in visitor.get(f"/residents{query}").soup.select("tbody th")]


def enrolled(name: str = "郑奶奶") -> list[Resident]:
    return list(db.session.scalars(select(Resident).where(Resident.name == name)))


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("steward", {"张晓明", "张小花", "吴大爷"}),
        ("librarian", {"张晓明", "张小花", "吴大爷", "单田方"}),
        ("admin", {"张晓明", "张小花", "吴大爷", "单田方", "周外人"}),
        ("other_admin", set()),
    ],
)
def test_staff_see_the_residents_of_their_own_subtree(
    cast: Cast, visitor: Visitor, who: str, seen: set
) -> None:
    assert set(names(visitor.sign_in(cast.account(who)))) == seen


def test_a_list_of_residents_is_paged(cast: Cast, visitor: Visitor) -> None:
    for number in range(35):
        add_resident(f"王{number:02}", "410581001001")
    db.session.commit()
    visitor.sign_in(cast.librarian)
    assert len(names(visitor)) == 30
    assert len(names(visitor, "?page=2")) == 9
    assert names(visitor, "?page=-3") == names(visitor, "?page=nonsense") == names(visitor)
    assert names(visitor, f"?page={10**30}") == []


@pytest.mark.parametrize("path", ["/staff", "/residents", "/residents/new", "/roles", "/roles/new"])
def test_residents_are_kept_from_the_staffs_pages(cast: Cast, visitor: Visitor, path: str) -> None:
    assert visitor.get(path, 302).response.location.startswith("/sign-in")
    visitor.sign_in(cast.resident).get(path, 403)


def test_an_organizer_sees_no_residents_and_grants_nothing(cast: Cast, visitor: Visitor) -> None:
    desk = visitor.sign_in(cast.organizer).get("/staff")
    assert "任村镇" in desk.text
    assert "Residents" not in desk.text
    for path in ("/residents", "/residents/new", "/roles"):
        visitor.get(path, 403)


def test_the_desk_shows_roles_by_their_names(cast: Cast, visitor: Visitor) -> None:
    desk = visitor.sign_in(cast.steward).get("/staff")
    assert "Building steward 开元社区 和顺园 1号楼" in desk.text
    assert "楼长" in Visitor(visitor.app, "zh").sign_in(cast.steward).get("/staff").text


def test_a_steward_enrols_a_neighbour_without_a_phone(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get("/residents/new")
    radios = {tag["value"] for tag in page.soup.find_all("input", type="radio")}
    assert radios == {BUILDING, f"{BUILDING}-1", UNIT_2}
    done = visitor.submit(page, **SOUND, phone="+86 137-0000-0001", born_on="1948-3-8")
    assert "郑奶奶 was enrolled." in done.text
    (person,) = enrolled()
    assert (person.account_id, person.phone, person.home_code, person.show_as) == (
        None, "13700000001", UNIT_2, "hidden",
    )  # fmt: skip
    assert person.created_by == cast.steward.id
    consent = db.session.scalar(select(Consent).where(Consent.resident_id == person.id))
    assert consent is not None
    assert (consent.kind, consent.given_by) == ("taking_part", cast.steward.id)


def test_who_was_enrolled_stands_there_to_be_logged_for(cast: Cast, visitor: Visitor) -> None:
    enrolling = visitor.sign_in(cast.steward).get("/residents/new")
    found = visitor.submit(enrolling, **SOUND)
    (person,) = enrolled()
    link = found.soup.find("a", attrs={"aria-label": "Log for 郑奶奶"})
    assert link is not None
    assert link["href"] == f"/logbook/new?resident={person.id}"
    saved = visitor.submit(visitor.get(link["href"]), book="红楼梦", pages="5")
    assert "Saved for 郑奶奶: 红楼梦." in saved.text
    assert saved.soup.find("a", class_="back")["href"] == "/residents"


def test_the_button_that_enrols_says_so_in_chinese(cast: Cast, visitor: Visitor) -> None:
    page = Visitor(visitor.app, "zh").sign_in(cast.steward).get("/residents/new")
    assert page.soup.find("button", form="enrol").get_text() == "登记"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "Write the name."),
        ({"name": "\u202e"}, "name", "control character"),
        ({"community": ""}, "community", "Say which place it is."),
        ({"community": "410581001001-1-2"}, "community", "There is no such place."),
        ({"community": "410581106210"}, "community", "There is no such place."),
        ({"community": "410500001001"}, "community", "There is no such place."),
        ({"phone": "12345"}, "phone", "11 digits"),
        ({"born_on": "1948-02-30"}, "born_on", "There is no such date."),
        ({"born_on": "1066-10-14"}, "born_on", "Nobody can be born"),
        ({"agree": None}, "agree", "without having agreed"),
    ],
)
def test_a_mistake_is_told_and_nobody_is_enrolled(cast, visitor, typed, field, said) -> None:
    page = visitor.sign_in(cast.steward).get("/residents/new")
    refused = visitor.submit(page, 400, **{**SOUND, **typed})
    assert said in refused.errors_of(field)
    assert enrolled() == []


def test_sent_twice_somebody_is_enrolled_once(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get("/residents/new")
    visitor.submit(page, **SOUND)
    visitor.submit(page, **SOUND)
    assert len(enrolled()) == 1
    asked = visitor.submit(page, 409, **{**SOUND, "name": "郑爷爷"})
    assert "郑奶奶" in asked.text
    visitor.submit(asked)
    assert len(enrolled("郑爷爷")) == 1


def test_an_id_of_another_steward_is_refused(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.librarian).get("/residents/new")
    refused = visitor.submit(page, 409, **{**SOUND, "id": str(cast.neighbour.id)})
    assert "单田方" not in str(refused.soup)


def neighbour_of(cast: Cast) -> uuid.UUID:
    assert cast.neighbour.account_id is not None
    return cast.neighbour.account_id


def roles_of(account_id: uuid.UUID) -> list[tuple[str, str]]:
    held = select(Role).where(Role.account_id == account_id, Role.ended_at.is_(None))
    return [(role.name, role.community_id) for role in db.session.scalars(held)]


def test_a_role_takes_effect_on_the_next_request_and_ends_so(cast: Cast, visitor: Visitor) -> None:
    reader = Visitor(visitor.app).sign_in(cast.neighbour)
    reader.get("/residents", 403)
    visitor.sign_in(cast.admin)
    page = visitor.get("/roles/new")
    done = visitor.submit(page, phone="138 0000 0002", role=LIBRARIAN, community="任村镇")
    assert "单田方 holds the role now." in done.text
    assert names(reader) == ["周外人"]
    held = queries.role_held(neighbour_of(cast), LIBRARIAN, "410581106")
    assert held is not None
    visitor.submit(visitor.get("/roles"), form=visitor.get("/roles").form(f"/roles/{held.id}/ending"))
    reader.get("/residents", 403)


def test_who_ends_a_role_twice_ends_it_once(cast: Cast, visitor: Visitor, clock: TestClock) -> None:
    held = role_actions.grant_role(neighbour_of(cast), LIBRARIAN, "410581106", by=cast.admin)
    visitor.sign_in(cast.admin).post(f"/roles/{held.id}/ending")
    ended_at = db.session.get_one(Role, held.id).ended_at
    clock.advance(minutes=5)
    again = visitor.post(f"/roles/{held.id}/ending", 200, follow=True)
    assert "The role has ended." in again.text
    assert db.session.get_one(Role, held.id).ended_at == ended_at


def test_granted_twice_a_role_is_held_once(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.admin)
    for _ in range(2):
        visitor.submit(visitor.get("/roles/new"), phone="13800000002", role=STEWARD, community=BUILDING)
    assert roles_of(neighbour_of(cast)) == [(STEWARD, BUILDING)]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"phone": "13899999999"}, "phone", "Nobody has joined with this number"),
        ({"phone": ""}, "phone", "Write a mobile number."),
        ({"role": "king"}, "role", "Choose one of these."),
        ({"community": "410500001001"}, "community", "There is no such place."),
        ({"community": "没有这里"}, "community", "There is no such place."),
    ],
)
def test_a_role_that_cannot_be_is_told(cast, visitor, typed, field, said) -> None:
    page = visitor.sign_in(cast.admin).get("/roles/new")
    refused = visitor.submit(
        page, 400, **{"phone": "13800000002", "role": STEWARD, "community": BUILDING, **typed}
    )
    assert said in refused.errors_of(field)
    assert roles_of(neighbour_of(cast)) == []


def test_a_steward_grants_only_stewards_below_the_own_node(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get("/roles/new")
    assert {tag["value"] for tag in page.soup.find_all("input", type="radio")} == {STEWARD}
    sound: dict[str, Any] = {"phone": "13800000002", "community": UNIT_2}
    visitor.submit(page, **sound)
    visitor.submit(page, 400, **sound, role=LIBRARIAN)
    visitor.submit(page, 409, phone="13800000002", community=BUILDING)
    visitor.submit(page, 400, phone="13800000002", community="410581001001-1-2")
    assert roles_of(neighbour_of(cast)) == [(STEWARD, UNIT_2)]


def test_a_steward_learns_no_name_of_another_place_by_granting_a_role(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get("/roles/new")
    done = visitor.submit(page, phone="13800000003", community=UNIT_2)
    assert "周*人 holds the role now." in done.text
    assert "周外人" not in done.text + visitor.get("/roles").text
    done = visitor.submit(page, phone="13800000001", community=UNIT_2)
    assert "张晓明 holds the role now." in done.text
    assert "周外人" in Visitor(visitor.app).sign_in(cast.admin).get("/roles").text


def test_roles_are_listed_and_ended_within_the_own_reach_only(cast: Cast, visitor: Visitor) -> None:
    below = add_staff("单元长", "13900000006", STEWARD, UNIT_2)
    db.session.commit()
    visitor.sign_in(cast.steward)
    assert [row.get_text() for row in visitor.get("/roles").soup.select("tbody th")] == ["单元长"]
    (own,), (under,) = (
        db.session.scalars(select(Role.id).where(Role.account_id == one.id)).all()
        for one in (cast.librarian, below)
    )
    visitor.post(f"/roles/{own}/ending", 404)
    visitor.post(f"/roles/{uuid.uuid4()}/ending", 404)
    visitor.post(f"/roles/{under}/ending")
    assert roles_of(below.id) == []
    assert roles_of(cast.librarian.id) == [(LIBRARIAN, "410581001")]
    assert "Nobody holds a role below you yet." in visitor.get("/roles").text
    other = Visitor(visitor.app).sign_in(cast.other_admin)
    other.post(f"/roles/{own}/ending", 404)
    assert [row.get_text() for row in other.get("/roles").soup.select("tbody th")] == ["钱主任"]


def test_nobody_ends_a_role_of_their_own(cast: Cast, visitor: Visitor) -> None:
    own = db.session.scalars(select(Role.id).where(Role.account_id == cast.admin.id)).one()
    visitor.sign_in(cast.admin).post(f"/roles/{own}/ending", 409)
    assert roles_of(cast.admin.id)


def test_the_action_itself_refuses_what_may_not_be_granted(cast: Cast) -> None:
    for code in ("410581", "410500", "nowhere"):
        with pytest.raises(Refused):
            role_actions.grant_role(neighbour_of(cast), LIBRARIAN, code, by=cast.steward)
    assert db.session.scalar(select(func.count()).select_from(Role)) == 5


def test_staff_act_for_residents_in_reach_and_everybody_for_the_own_household(cast: Cast) -> None:
    account = cast.account("resident")
    assert queries.resident_for(account, cast.phoneless.id, "residents.log") is None
    assert queries.resident_for(cast.steward, cast.phoneless.id, "residents.log") == cast.phoneless
    assert queries.resident_for(cast.steward, cast.neighbour.id, "residents.log") is None
    assert queries.resident_for(cast.organizer, cast.outsider.id, "residents.log") is None
    assert queries.resident_for(account, cast.child.id, "residents.log") == cast.child
    assert queries.resident_for(account, cast.neighbour.id, "residents.log") is None
    assert queries.resident_for(cast.steward, cast.phoneless.id, "residents.log") == cast.phoneless
    assert queries.resident_for(cast.other_admin, cast.phoneless.id, "residents.log") is None
    assert queries.resident_for(cast.steward, uuid.uuid4(), "residents.log") is None
    assert queries.resident_for(cast.steward, None, "residents.log") is None
