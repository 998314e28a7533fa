"""Residents found by what one may type of them: name, pinyin, phone."""

import pytest

from reading.extensions import db
from reading.people import queries
from reading.people.name_queries import named
from tests.cast import Cast, add_resident
from tests.pages import Visitor


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("晓明", ["张晓明"]),
        ("zxm", ["张晓明"]),
        ("zhangxiao", ["张晓明", "张小花"]),
        ("stf", ["单田方"]),
        ("dtf", ["单田方"]),
        ("xiaoming", ["张晓明"]),
        ("xm", ["张晓明"]),
        ("Xiao", ["张晓明", "张小花"]),
        ("ao", []),
        ("iaoming", []),
        ("m", []),
        ("0001", ["张晓明", "张小花"]),
        ("+86 138 0000 0002", ["单田方"]),
        ("９９９９", []),
        ("%", []),
        ("_", []),
        ("周外人", []),
        ("%00", []),
        ("x" * 300, []),
        ("x\0", []),
    ],
)
def test_residents_are_found_by_name_pinyin_and_phone(cast, visitor, asked: str, found: list[str]) -> None:
    visitor.sign_in(cast.librarian)
    page = visitor.get("/residents?q=" + asked.replace("%", "%25").replace("+", "%2B"))
    assert sorted(row.get_text() for row in page.soup.select("tbody th")) == sorted(found)
    assert sorted(one.name for one in queries.find_residents("/410581/410581001/", asked)) == sorted(found)


@pytest.mark.parametrize("asked", ["qiuxia", "QX", "qiu xia", "qiux"])
def test_a_given_name_alone_is_found_by_its_pinyin(cast: Cast, visitor: Visitor, asked: str) -> None:
    for name in ("王秋霞", "王球", "邱霞", "王霞秋", "王安"):
        add_resident(name, "410581001001")
    db.session.commit()
    visitor.sign_in(cast.librarian)
    rows = visitor.get(f"/residents?q={asked}").soup.select("tbody th")
    found = [row.get_text() for row in rows]
    # 邱 is a surname: who is called so stands before whose given name it is.
    assert found == ["邱霞", "王秋霞"]


@pytest.mark.parametrize("asked", ["nana", "nn", "娜娜", "ouyang", "oynn"])
def test_a_given_name_is_found_after_a_surname_of_two_characters(
    cast: Cast, visitor: Visitor, asked: str
) -> None:
    for name in ("欧阳娜娜", "王小南", "南星"):
        add_resident(name, "410581001001")
    db.session.commit()
    visitor.sign_in(cast.librarian)
    rows = visitor.get(f"/residents?q={asked}").soup.select("tbody th")
    assert [row.get_text() for row in rows] == ["欧阳娜娜"]


def test_the_end_of_a_surname_is_no_given_name(cast: Cast, visitor: Visitor) -> None:
    for name in ("王伟", "王安", "安心"):
        add_resident(name, "410581001001")
    db.session.commit()
    visitor.sign_in(cast.librarian)
    rows = visitor.get("/residents?q=an").soup.select("tbody th")
    assert [row.get_text() for row in rows] == ["安心", "王安"]


def test_who_is_out_of_reach_is_found_by_a_masked_name_and_the_community(cast: Cast) -> None:
    def found(by: str, text: str) -> list[tuple[str, str]]:
        told = named(cast.account(by), text, "/410581/410581001/")
        return [(one.name, one.place.code) for one in told]

    assert found("librarian", "wdy") == found("steward", "wdy") == [("吴大爷", "410581001001-1-1-1")]
    assert found("steward", "stf") == [("单*方", "410581001001")]
    assert found("organizer", "wdy") == found("neighbour", "wdy") == [("吴*爷", "410581001001")]
    assert found("neighbour", "吴*爷") == found("neighbour", "") == []
