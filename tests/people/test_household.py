"""Households: children, being shown, moving house; and what others' households keep to themselves."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reading.errors import Refused
from reading.extensions import db
from reading.people import actions, queries
from reading.people.models import Consent, Residence, Resident
from tests.cast import Cast
from tests.clock import TestClock
from tests.pages import Visitor

TODAY = date(2026, 11, 18)
XINGLIN = "410581001004"


def consents(resident: Resident) -> set[tuple[str, bool]]:
    found = db.session.scalars(select(Consent).where(Consent.resident_id == resident.id))
    return {(one.kind, one.withdrawn_at is None) for one in found}


def family(cast: Cast) -> list[Resident]:
    return queries.household(cast.account("resident").id)


def fresh(resident: Resident) -> Resident:
    return db.session.get_one(Resident, resident.id, populate_existing=True)


def test_a_guardian_adds_a_child_who_is_hidden_and_numbered(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.resident).get("/me/household/new")
    done = visitor.submit(page, name="张小果", born_on="２０１９-6-1", agree="y")
    assert "张小果 was added." in done.text
    child = family(cast)[2]
    assert (child.relation, child.show_as, child.child_number, child.home_code) == (
        "child", "hidden", 2, cast.resident.home_code,
    )  # fmt: skip
    assert consents(child) == {("taking_part", True)}


def test_a_grown_up_of_the_family_needs_no_birth_date(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.resident).get("/me/household/new")
    visitor.submit(page, relation="other", name="张奶奶", agree="y")
    assert (family(cast)[2].relation, family(cast)[2].child_number) == ("other", None)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "Write the name."),
        ({"name": "张" * 41}, "name", "at most 40"),
        ({"name": "张\u202e"}, "name", "control character"),
        ({"name": "张\0"}, "name", "control character"),
        ({"born_on": ""}, "born_on", "Write the child's date of birth."),
        ({"born_on": "2019-02-30"}, "born_on", "There is no such date."),
        ({"born_on": "2026-11-19"}, "born_on", "Nobody can be born on this day."),
        ({"born_on": "2008-11-18"}, "born_on", "A child is under 18."),
        ({"relation": "other", "born_on": "2008-11-19"}, "born_on", "Who is under 18 is added as a child."),
        ({"relation": "cousin"}, "relation", "Choose one of these."),
        ({"agree": None}, "agree", "Without this consent"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nobody_is_added(cast, visitor, typed, field, said) -> None:
    page = visitor.sign_in(cast.resident).get("/me/household/new")
    sound = {"name": "张小果", "born_on": "2019-06-01", "agree": "y"}
    refused = visitor.submit(page, 400, **{**sound, **typed})
    assert said in refused.errors_of(field)
    assert len(family(cast)) == 2


def test_sent_twice_a_child_is_added_once_and_other_content_is_shown(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.resident).get("/me/household/new")
    child: dict[str, Any] = {"name": "张小果", "born_on": "2019-06-01", "agree": "y"}
    visitor.submit(page, **child)
    visitor.submit(page, **child)
    assert len(family(cast)) == 3
    asked = visitor.submit(page, 409, **{**child, "name": "张小豆"})
    assert "张小果" in asked.text
    assert "张小豆" in asked.text
    assert len(family(cast)) == 3
    visitor.submit(asked)
    assert sorted(one.name for one in family(cast)[1:]) == sorted(["张小果", "张小花", "张小豆"])


def test_an_id_of_another_account_is_refused_and_leaks_nothing(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.neighbour).get("/me/household/new")
    refused = visitor.submit(page, 409, id=str(cast.child.id), name="单小方", born_on="2019-06-01", agree="y")
    assert "张小花" not in str(refused.soup)
    visitor.submit(page, 400, id="x", name="单小方", born_on="2019-06-01", agree="y")


def test_a_household_holds_twenty(cast: Cast) -> None:
    account = cast.account("resident")
    for number in range(18):
        actions.add_child(uuid.uuid4(), account.id, name=f"孩子{number}", born_on=date(2018, 1, 1))
    with pytest.raises(Refused):
        actions.add_child(uuid.uuid4(), account.id, name="再一个", born_on=date(2018, 1, 1))


def test_staff_without_a_home_say_first_where_they_live(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.librarian).get("/me/household/new")
    visitor.submit(page, 409, name="李小果", born_on="2019-06-01", agree="y")
    part = visitor.get("/me/taking-part")
    visitor.submit(part, 400, community="开元社区")
    visitor.submit(part, community="开元社区", agree="y")
    (own,) = queries.household(cast.librarian.id)
    assert (own.relation, own.name, own.community_id) == ("self", "李馆员", "410581001001")
    assert visitor.get("/me/taking-part", 302).response.location == "/me"


@pytest.mark.parametrize("path", ["", "/shown"])
def test_another_household_is_not_found(cast: Cast, visitor: Visitor, path: str) -> None:
    visitor.sign_in(cast.neighbour)
    address = f"/me/household/{cast.child.id}{path}"
    visitor.get(address, 404)
    visitor.post(address, 404, name="改名", show_as="nickname", nickname="改")
    assert fresh(cast.child).name == "张小花"
    visitor.get(f"/me/household/{uuid.uuid4()}", 404)


def test_names_and_birth_dates_are_corrected(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    visitor.submit(visitor.get(f"/me/household/{cast.child.id}"), name="张小华", born_on="2018-05-02")
    assert (fresh(cast.child).name, fresh(cast.child).keys.split()[0]) == ("张小华", "zxh")
    visitor.submit(visitor.get(f"/me/household/{cast.resident.id}"), name="张晓朋")
    assert queries.account_by_phone("13800000001").name == "张晓朋"  # type: ignore[union-attr]
    visitor.submit(visitor.get(f"/me/household/{cast.child.id}"), 400, born_on="")


def test_who_turns_out_to_be_a_minor_is_no_longer_shown_by_name(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    person, shown = f"/me/household/{cast.resident.id}", f"/me/household/{cast.resident.id}/shown"
    visitor.submit(visitor.get(shown), show_as="masked")
    visitor.submit(visitor.get(person), born_on="2010-01-01")
    assert queries.shown_of(fresh(cast.resident)) is None
    assert ("boards", True) not in consents(cast.resident)
    page = visitor.get(shown)
    assert "Under 18 nobody stands on boards by name" in page.text
    visitor.submit(page, 400, show_as="masked")
    visitor.submit(page, 400, show_as="nickname", nickname="我是张晓明")
    visitor.submit(page, show_as="nickname", nickname="书虫")
    visitor.submit(visitor.get(person), name="书虫")
    assert queries.shown_of(fresh(cast.resident)) is None


def test_a_child_who_has_grown_up_keeps_the_birth_date(
    cast: Cast, visitor: Visitor, clock: TestClock
) -> None:
    clock.advance(days=10 * 366)
    page = visitor.sign_in(cast.resident).get(f"/me/household/{cast.child.id}")
    visitor.submit(page, name="张小华")
    assert fresh(cast.child).name == "张小华"
    visitor.submit(page, 400, born_on="2017-05-01")


def test_a_date_that_cannot_be_read_is_told_once(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.resident).get("/me/household/new")
    refused = visitor.submit(page, 400, name="张小果", born_on="2019-02-30", agree="y")
    assert "Write the child's date of birth." not in refused.text


def test_the_choice_of_being_shown_is_a_consent_that_can_be_taken_back(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    address = f"/me/household/{cast.resident.id}/shown"
    visitor.submit(visitor.get(address), 400, show_as="nickname", nickname="")
    visitor.submit(visitor.get(address), show_as="nickname", nickname="书虫")
    assert queries.shown_of(fresh(cast.resident)).text == "书虫"  # type: ignore[union-attr]
    assert ("boards", True) in consents(cast.resident)
    assert "书虫" in visitor.get("/me").text
    visitor.submit(visitor.get(address), show_as="hidden")
    assert ("boards", True) not in consents(cast.resident)
    assert ("boards", False) in consents(cast.resident)
    visitor.submit(visitor.get(address), 400, show_as="loudly")


def test_a_young_child_is_shown_by_number_and_never_masked(cast: Cast, visitor: Visitor) -> None:
    address = f"/me/household/{cast.child.id}/shown"
    page = visitor.sign_in(cast.resident).get(address)
    assert {tag["value"] for tag in page.soup.find_all(attrs={"name": "show_as"})} == {"nickname", "hidden"}
    visitor.submit(page, 400, show_as="masked")
    visitor.submit(page, show_as="nickname")
    assert "Young reader 1" in visitor.get("/me").text


def test_an_older_childs_nickname_must_not_hold_the_name(cast: Cast, visitor: Visitor) -> None:
    older = actions.add_child(
        uuid.uuid4(), cast.account("resident").id, name="张大林", born_on=date(2011, 1, 1)
    )
    page = visitor.sign_in(cast.resident).get(f"/me/household/{older.id}/shown")
    assert older.child_number is None
    told = visitor.submit(page, 400, show_as="nickname", nickname="张大林呀")
    assert "must not hold the real name" in told.errors_of("nickname")
    visitor.submit(page, show_as="nickname", nickname="林间鹿")


def test_the_household_moves_and_the_past_stays(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    page = visitor.get("/me/home")
    assert len(page.soup.select("input[name=who][checked]")) == 2
    movers = [str(cast.resident.id), str(cast.child.id)]
    visitor.submit(page, community="开元街道 兴林社区", since="2026-11-10", who=movers)
    for person in (cast.resident, cast.child):
        assert fresh(person).community_id == XINGLIN
        assert queries.community_on(person.id, date(2026, 11, 9)) == "410581001001"
        assert queries.community_on(person.id, date(2026, 11, 10)) == XINGLIN
        assert queries.community_on(person.id, date(2020, 1, 1)) == "410581001001"
    assert fresh(cast.child).child_number == 1
    left = db.session.scalars(select(Residence).where(Residence.until.is_not(None))).all()
    assert {(one.until, one.end_recorded_at is not None) for one in left} == {(date(2026, 11, 10), True)}


def test_one_may_move_alone_and_into_a_building(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.resident).get("/me/home?community=410581001001-1-2")
    assert page.soup.find(attrs={"name": "community"})["value"] == "开元社区 和顺园 2号楼"
    visitor.submit(page, who=str(cast.resident.id))
    assert fresh(cast.resident).home_code == "410581001001-1-2"
    assert fresh(cast.child).home_code == "410581001001-1-1-1"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"since": "2026-11-19"}, "since", "today or up to"),
        ({"since": "2026-10-17"}, "since", "today or up to"),
        ({"since": ""}, "since", "Write the day"),
        ({"community": "没有这里"}, "community", "There is no such place."),
        ({"community": ""}, "community", "Say where you live."),
        ({"community": "410581106"}, "community", "There is no such place."),
    ],
)
def test_a_move_that_cannot_be_is_told(cast, visitor, typed, field, said) -> None:
    page = visitor.sign_in(cast.resident).get("/me/home")
    refused = visitor.submit(page, 400, **{"community": XINGLIN, "since": "2026-11-18", **typed})
    assert said in refused.errors_of(field)
    assert fresh(cast.resident).community_id == "410581001001"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "张晓明 has lived in the present home since 18 Nov 2026. Choose that day or a later one."),
        ("zh", "张晓明从2026年11月18日起住在现在的地方，请选那一天或更晚的日子。"),
    ],
)
def test_a_move_before_the_day_of_the_last_one_is_told_at_its_field(
    app: Flask, cast: Cast, language: str, said: str
) -> None:
    actions.move_house(cast.resident.id, XINGLIN, TODAY, cast.account("resident").id)
    visitor = Visitor(app, language).sign_in(cast.resident)
    movers = [str(cast.resident.id), str(cast.child.id)]
    page = visitor.get("/me/home")
    refused = visitor.submit(page, 400, community="410581106210", since="2026-11-17", who=movers)
    assert said in refused.errors_of("since")
    assert len(refused.soup.select("input[name=who][checked]")) == 2
    assert (fresh(cast.resident).community_id, fresh(cast.child).community_id) == (XINGLIN, "410581001001")
    visitor.submit(refused, community="410581106210", since="2026-11-18", who=movers)
    assert fresh(cast.resident).community_id == fresh(cast.child).community_id == "410581106210"


def test_nobody_else_can_be_moved(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.resident).get("/me/home")
    visitor.submit(page, 400, community=XINGLIN, who=str(cast.neighbour.id))
    assert fresh(cast.neighbour).community_id == "410581001001"


def test_a_move_is_not_dated_ahead_or_before_the_last_one(cast: Cast) -> None:
    by = cast.account("resident").id
    with pytest.raises(Refused):
        actions.move_house(cast.resident.id, XINGLIN, TODAY + timedelta(days=1), by)
    actions.move_house(cast.resident.id, XINGLIN, TODAY, by)
    with pytest.raises(Refused):
        actions.move_house(cast.resident.id, "410581106210", TODAY - timedelta(days=1), by)
    with pytest.raises(Refused):
        actions.move_house(cast.resident.id, "410581", TODAY, by)
    actions.move_house(cast.resident.id, "410581001001", TODAY, by)
    actions.move_house(cast.resident.id, "410581001001", TODAY, by)
    assert queries.community_on(cast.resident.id, TODAY) == "410581001001"


def test_a_numbered_child_gets_a_new_number_in_the_new_community(cast: Cast) -> None:
    outsider = cast.account("outsider").id
    actions.add_child(uuid.uuid4(), outsider, name="周小一", born_on=date(2019, 1, 1))
    actions.move_house(cast.child.id, "410581106210", TODAY, cast.account("resident").id)
    assert fresh(cast.child).child_number == 2


def test_who_stands_alone_is_14_or_older(cast: Cast, visitor: Visitor) -> None:
    path = f"/me/household/{cast.resident.id}"
    page = visitor.sign_in(cast.resident).get(path)
    refused = visitor.submit(page, 400, born_on="2012-11-19")
    assert "takes part with a guardian" in refused.errors_of("born_on")
    visitor.submit(page, born_on="2012-11-18")
    assert db.session.get_one(Resident, cast.resident.id).born_on == date(2012, 11, 18)
