"""Staff who enrol one person are asked once whether it is somebody of the same name who is enrolled there already."""

from typing import Any

from sqlalchemy import select

from reading.extensions import db
from reading.people.models import Resident
from tests.cast import Cast, add_resident
from tests.pages import Visitor

BUILDING, UNIT_2, ELSEWHERE = "410581001001-1-1", "410581001001-1-1-2", "410581001001-1-2"
SOUND: dict[str, Any] = {"name": "郑奶奶", "community": UNIT_2, "agree": "y"}


def enrolled(name: str = "郑奶奶") -> list[Resident]:
    return list(db.session.scalars(select(Resident).where(Resident.name == name)))


def test_a_namesake_at_the_same_home_is_pointed_out_but_not_blocked(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get("/residents/new")
    twin: dict[str, Any] = {**SOUND, "name": "吴大爷", "community": f"{BUILDING}-1"}
    asked = visitor.submit(page, 400, **twin)
    assert "Is it the same person?" in asked.errors_of("another")
    assert len(enrolled("吴大爷")) == 1
    visitor.submit(asked, another="y", community=f"{BUILDING}-1")
    assert len(enrolled("吴大爷")) == 2


def test_a_mistyped_birth_date_makes_nobody_another_person_unasked(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get("/residents/new")
    visitor.submit(page, **SOUND, born_on="1950-03-08")
    asked = visitor.submit(visitor.get("/residents/new"), 400, **SOUND, born_on="1950-08-03")
    assert "Is it the same person?" in asked.errors_of("another")
    assert "born 8 Mar 1950" in asked.text
    assert len(enrolled()) == 1


def test_a_tick_for_one_name_is_none_for_another(cast: Cast, visitor: Visitor) -> None:
    twin: dict[str, Any] = {**SOUND, "name": "吴大爷", "community": f"{BUILDING}-1"}
    asked = visitor.submit(visitor.sign_in(cast.steward).get("/residents/new"), 400, **twin)
    again = visitor.submit(asked, 400, **{**twin, "name": "张晓明"}, another="y")
    assert "张晓明" in again.soup.select_one("#same-name li").get_text()
    assert len(enrolled("张晓明")) == 1


def test_a_neighbour_written_down_at_the_wrong_unit_is_asked_about(cast: Cast, visitor: Visitor) -> None:
    page = visitor.sign_in(cast.steward).get("/residents/new")
    asked = visitor.submit(page, 400, **{**SOUND, "name": "吴大爷"})
    assert "吴大爷 · 1单元" in asked.text
    visitor.submit(asked, another="y", community=UNIT_2)
    assert {one.home_code for one in enrolled("吴大爷")} == {UNIT_2, f"{BUILDING}-1"}


def test_a_tick_at_one_building_is_none_at_another(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.librarian)
    add_resident("吴大爷", ELSEWHERE)
    db.session.commit()
    page = visitor.get("/residents/new")
    asked = visitor.submit(page, 400, **{**SOUND, "name": "吴大爷"})
    again = visitor.submit(asked, 400, another="y", community=ELSEWHERE)
    assert "吴大爷 · 2号楼" in again.text
    assert len(enrolled("吴大爷")) == 2
