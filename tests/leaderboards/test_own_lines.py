"""Lines of one's own on a board: where they stand, and what they say of who else sees them."""

import pytest
from flask import Flask

from reading.extensions import db
from tests.cast import Cast
from tests.leaderboards.readers import HOME, NEXT_DOOR, crowd, stand
from tests.pages import Page, Visitor

BOARD = "/communities/{}/leaderboard"


def notes(page: Page) -> list[str]:
    """Return the lines of one's own, in words."""
    return [one.get_text(" ", strip=True) for one in page.soup.select("ol.board .me")]


@pytest.mark.parametrize(("others", "is_seen"), [(5, False), (12, True)])
def test_a_line_that_nobody_else_sees_says_so(app: Flask, cast: Cast, others: int, is_seen: bool) -> None:
    crowd(others)
    cast.resident.show_as = "masked"
    db.session.add(cast.resident)
    stand(cast.resident, 3)
    db.session.commit()
    mine, child = notes(Visitor(app).sign_in(cast.resident).get(BOARD.format(HOME)))
    assert ("Others see: 张*明" in mine, "Only you see this line." in mine) == (is_seen, not is_seen)
    # Who has nothing stands on no board.
    assert "Only you see this line." in child


def test_who_has_nothing_in_another_community_has_no_line_there(app: Flask, cast: Cast) -> None:
    crowd(12, NEXT_DOOR)
    stand(cast.child, 2, community=NEXT_DOOR)
    db.session.commit()
    reader = Visitor(app).sign_in(cast.resident)
    page = reader.get(BOARD.format(NEXT_DOOR))
    (line,) = notes(page)
    assert "张小花" in line
    assert "my place" not in page.text
    assert len(notes(reader.get(BOARD.format(HOME)))) == 2
