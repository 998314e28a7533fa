"""Two of one household who bear the same name are told apart wherever one of them is chosen."""

from datetime import date

import pytest

from reading.extensions import db
from tests.cast import Cast, add_resident
from tests.pages import Page, Visitor

UNIT = "410581001001-1-1-1"


@pytest.fixture
def holder(cast: Cast, visitor: Visitor) -> Visitor:
    """The browser of the neighbour, who looks after three of one name."""
    for born_on in (date(1948, 2, 3), None, None):
        add_resident("吴大爷", UNIT, born_on=born_on, guardian=cast.neighbour.account)
    db.session.commit()
    return visitor.sign_in(cast.neighbour)


def told(page: Page, tag: str) -> list[str]:
    found = [" ".join(one.get_text(" ").split()) for one in page.soup.main.find_all(tag)]
    return [one for one in found if "吴大爷" in one]


def are_apart(words: list[str]) -> bool:
    return (len(words), len(set(words)), "吴大爷 · born 3 Feb 1948" in words) == (3, 3, True)


def test_they_are_told_apart_where_a_reader_is_chosen(holder: Visitor) -> None:
    assert are_apart(told(holder.get("/logbook/new"), "a"))


def test_they_are_told_apart_on_their_cards_and_consents(holder: Visitor) -> None:
    holder.post("/me/card")
    assert are_apart(told(holder.get("/me/card"), "h2"))
    assert are_apart(told(holder.get("/me/consents"), "h2"))


def test_who_bears_a_name_alone_is_called_by_it(cast: Cast, visitor: Visitor) -> None:
    visitor.sign_in(cast.resident)
    assert "born" not in visitor.get("/logbook/new").text
    assert "张小花" in [one.get_text() for one in visitor.get("/me/consents").soup.main.find_all("h2")]
