"""The boards of persons: who stands on them, under which name, and what each visitor sees."""

from datetime import date

import pytest
from flask import Flask

from reading.extensions import db
from reading.leaderboards.rules import MEASURES
from reading.people.models import Resident
from tests.cast import Cast, a_second_shangzhuang, add_resident
from tests.leaderboards.readers import HOME, NEXT_DOOR, VILLAGE, crowd, stand
from tests.pages import Page, Visitor

BOARD = f"/communities/{HOME}/leaderboard"


def rows_of(page: Page) -> list[tuple[str, str, str]]:
    """Return the board's rows as (place, name, value); a gap is ("⋯", "", "")."""
    found = []
    for row in page.soup.select("ol.board > li"):
        if "gap" in (row.get("class") or []):
            found.append(("⋯", "", ""))
            continue
        place, who, value = (row.select_one(part) for part in (".place", ".who", ".value"))
        assert place is not None
        assert who is not None
        assert value is not None
        name = who.find(string=True, recursive=False)
        found.append((place.get_text(), (name or who.get_text()).strip(), value.get_text(" ").split()[0]))
    return found


def places_of(page: Page) -> list[str]:
    return [place for place, *_ in rows_of(page)]


def test_equal_points_share_a_place_and_names_are_masked(app: Flask, cast: Cast) -> None:
    found = crowd(12)
    for resident, points in zip(found, (30, 20, 20, 10, 9, 8, 7, 6, 5, 4, 3, 2), strict=True):
        stand(resident, points, period="2026-10")
    db.session.commit()
    page = Visitor(app).sign_in(cast.neighbour).get(f"{BOARD}?period=2026-10")
    assert [row[0] for row in rows_of(page)][:4] == ["1", "2", "2", "4"]
    assert rows_of(page)[0] == ("1", "王*甲", "30")
    assert "王一甲" not in page.text


def test_a_board_of_nine_shown_people_names_nobody(app: Flask, cast: Cast) -> None:
    crowd(9)
    crowd(3, show_as="hidden", points=20)
    page = Visitor(app).sign_in(cast.neighbour).get(BOARD)
    assert "王*甲" not in page.text
    assert "at least ten stand on it who chose to be shown. So far: 9." in page.text
    assert "of residents took part" in page.text


def test_the_tenth_shown_person_opens_the_board(app: Flask, cast: Cast) -> None:
    crowd(10)
    page = Visitor(app).sign_in(cast.neighbour).get(BOARD)
    assert len(rows_of(page)) == 11  # One's own line is the eleventh.


def test_who_is_hidden_is_told_only_to_themselves_where_they_would_be(app: Flask, cast: Cast) -> None:
    crowd(10, points=20)
    stand(cast.resident, 15)
    stand(cast.neighbour, 50)
    db.session.commit()
    mine, other = (Visitor(app).sign_in(person) for person in (cast.resident, cast.neighbour))
    page = mine.get(BOARD)
    assert ("6", "张晓明", "15") in rows_of(page)
    assert rows_of(page)[5][1] == "杨*己"  # The equal who is shown comes first.
    assert "would be my place" in page.text
    assert "Only you see this line." in page.text
    assert "单田方" not in page.text
    theirs = other.get(BOARD)
    assert "张晓明" not in theirs.text
    assert rows_of(theirs)[0] == ("1", "单田方", "50")


def test_ones_own_line_is_shown_beyond_the_first_twenty(app: Flask, cast: Cast) -> None:
    crowd(25, points=60)
    cast.resident.show_as = "masked"
    stand(cast.resident, 3)
    db.session.add(cast.resident)
    db.session.commit()
    page = Visitor(app).sign_in(cast.resident).get(BOARD)
    assert len(rows_of(page)) == 20 + 1 + 2
    assert rows_of(page)[20] == ("⋯", "", "")
    assert rows_of(page)[21:] == [("26", "张晓明", "3"), ("–", "张小花", "0")]
    assert "Others see: 张*明" in page.text


def test_a_child_stands_by_number_and_never_by_name(app: Flask, cast: Cast) -> None:
    crowd(10, points=8)
    child = db.session.get(Resident, cast.child.id)
    assert child is not None
    child.show_as, child.nickname = "nickname", "小花"
    stand(child, 40)
    db.session.commit()
    stranger = Visitor(app).sign_in(cast.neighbour).get(BOARD)
    assert rows_of(stranger)[0] == ("1", "Young reader 1", "40")
    assert "张小花" not in stranger.text
    assert "小读者 1" in Visitor(app, "zh").sign_in(cast.neighbour).get(BOARD).text
    guardian = Visitor(app).sign_in(cast.resident).get(BOARD)
    assert rows_of(guardian)[0] == ("1", "张小花", "40")
    assert "my family" in guardian.text


def test_a_child_whose_nickname_gives_the_name_away_stands_without_it(app: Flask, cast: Cast) -> None:
    crowd(10, points=8)
    child = add_resident("张小花", HOME, guardian=cast.resident.account, born_on=date(2018, 1, 1))
    child.show_as, child.nickname, child.child_number = "nickname", "张小花最棒", None
    stand(child, 40)
    db.session.commit()
    page = Visitor(app).sign_in(cast.neighbour).get(BOARD)
    assert rows_of(page)[0] == ("1", "A young reader", "40")
    assert "张小花" not in page.text


def test_a_changed_choice_shows_at_once(app: Flask, cast: Cast) -> None:
    first = crowd(11)[0]
    visitor = Visitor(app).sign_in(cast.neighbour)
    assert "王*甲" in visitor.get(BOARD).text
    first.show_as = "hidden"
    db.session.add(first)
    db.session.commit()
    assert "王*甲" not in visitor.get(BOARD).text


def test_a_mover_is_summed_over_the_township_and_split_over_its_communities(app: Flask, cast: Cast) -> None:
    mover = crowd(10, points=12)[0]
    crowd(10, NEXT_DOOR, points=12)
    stand(mover, 9, community=NEXT_DOOR)
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.outsider)
    assert rows_of(visitor.get(BOARD))[0][2] == "12"
    assert ("4", "王*甲", "9") in rows_of(visitor.get(f"/communities/{NEXT_DOOR}/leaderboard"))
    township = rows_of(visitor.get("/communities/410581001/leaderboard"))
    assert township[0] == ("1", "王*甲", "21")
    assert [row[2] for row in township].count("21") == 1
    assert rows_of(visitor.get("/communities/410581/leaderboard"))[0] == ("1", "王*甲", "21")


def test_another_citys_readers_stand_elsewhere(app: Flask, cast: Cast) -> None:
    crowd(10, "410500001001")
    page = Visitor(app).sign_in(cast.resident).get("/communities/410581/leaderboard")
    assert rows_of(page) == [("–", "张晓明", "0"), ("–", "张小花", "0")]


@pytest.mark.parametrize("measure", MEASURES)
def test_a_board_is_by_what_was_asked_and_leaves_zeros_out(app: Flask, cast: Cast, measure: str) -> None:
    found = crowd(12, points=None)
    for number, resident in enumerate(found):
        asked = {name: number if name == measure else 0 for name in MEASURES}
        stand(resident, asked["points"], pages=asked["pages"], books=asked["books"], days=asked["days"])
    db.session.commit()
    page = Visitor(app).sign_in(cast.outsider).get(f"{BOARD}?by={measure}")
    # Who lives elsewhere and has nothing here has no line of their own here either.
    assert [row[2] for row in rows_of(page)] == [str(number) for number in range(11, 0, -1)]
    assert "王*甲" not in page.text


def test_a_board_is_of_the_period_asked_for(app: Flask, cast: Cast) -> None:
    found = crowd(10)
    for resident in found:
        stand(resident, 70, period="2026")
        stand(resident, 90, period="all")
    db.session.commit()
    visitor = Visitor(app).sign_in(cast.outsider)
    for query, value in (
        ("", "10"),
        ("?period=2026-11", "10"),
        ("?period=2026", "70"),
        ("?period=all", "90"),
    ):
        assert rows_of(visitor.get(BOARD + query))[0][2] == value
    assert "October 2026" not in visitor.get(BOARD).text


def test_earlier_and_later_months_are_offered_while_there_is_something(app: Flask, cast: Cast) -> None:
    resident = crowd(1)[0]
    stand(resident, 5, period="2026-08")
    db.session.commit()
    visitor = Visitor(app)
    links = {a["href"] for a in visitor.get(f"{BOARD}?period=2026-10&by=days").soup.select(".pager a")}
    assert links == {f"{BOARD}?period=2026-09&by=days", f"{BOARD}?by=days"}
    assert not visitor.get(f"{BOARD}?period=2026-08").soup.select("a[rel=prev]")
    assert not visitor.get(BOARD).soup.select("a[rel=next]")


@pytest.mark.parametrize(
    "query",
    [
        "period=2026-13", "period=2026-00", "period=20261", "period=2026-1", "period=", "period=0000",
        "period=2026-12", "period=2027", "period=９９９９", "period=٢٠٢٦", "period=2026-11%00", "period=ALL",
        "by=password", "by=", "by=community_id", "by=points;drop", "by=points%00", "period=all&by=minutes",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/leaderboards", BOARD, "/communities/410581/participation"])
def test_there_is_no_board_of_a_wrong_period_or_measure(
    visitor: Visitor, cast: Cast, path: str, query: str
) -> None:
    if path == "/leaderboards":
        visitor.sign_in(cast.resident)
    page = visitor.get(f"{path}?{query}", 404)
    assert page.h1 == "There is no such board"
    assert page.response.headers["X-Request-Id"] in page.text


@pytest.mark.parametrize("end", ["leaderboard", "participation"])
@pytest.mark.parametrize("code", ["999", "410581001001x", "410581001001%00", "%F0%9F%93%9A", "a" * 300])
def test_there_is_no_board_of_a_place_that_is_not_there(
    visitor: Visitor, cast: Cast, code: str, end: str
) -> None:
    visitor.get(f"/communities/{code}/{end}", 404)


@pytest.mark.parametrize("code", ["410581001001-1", "410581001001-1-1", "410581001001-1-1-1"])
def test_a_buildings_board_is_its_communitys(visitor: Visitor, cast: Cast, code: str) -> None:
    page = visitor.get(f"/communities/{code}/leaderboard?by=books&period=2026", 302)
    assert page.response.location == f"{BOARD}?period=2026&by=books"


def test_ones_own_communitys_board_comes_first(app: Flask, cast: Cast) -> None:
    here, there = (Visitor(app).sign_in(person) for person in (cast.resident, cast.outsider))
    assert here.get("/leaderboards").h1 == "How 开元社区 reads"
    assert there.get("/leaderboards").h1 == "How 上庄村 reads"


def test_a_visitor_sees_who_chose_to_be_shown_and_nobody_else(app: Flask, cast: Cast) -> None:
    crowd(12)
    stand(cast.resident, 1000)
    db.session.commit()
    page = Visitor(app).get(BOARD)
    assert len(rows_of(page)) == 12
    assert cast.resident.name not in page.text
    assert "1000" not in page.text
    assert "Only you see" not in page.text


def test_staff_without_a_household_sees_the_communities_they_serve(app: Flask, cast: Cast) -> None:
    crowd(10)
    librarian, steward, admin = (
        Visitor(app).sign_in(staff) for staff in (cast.librarian, cast.steward, cast.admin)
    )
    page = librarian.get("/leaderboards")
    assert page.h1 == "How the communities read"
    assert "开元街道" in page.text
    assert steward.get("/leaderboards").h1 == "How 开元社区 reads"
    assert len(rows_of(admin.get(BOARD))) == 10


@pytest.mark.parametrize("path", ["/leaderboards", BOARD, "/communities/410581/leaderboard?by=books"])
def test_with_ranking_off_nobody_has_a_place(app: Flask, cast: Cast, path: str) -> None:
    crowd(12)
    stand(cast.resident, 15)
    db.session.commit()
    app.config["RANK_PEOPLE"] = False
    page = Visitor(app).sign_in(cast.resident).get(path)
    assert rows_of(page) == []
    assert "place" not in page.text.replace("Choose a place", "")
    assert "This town does not rank people." in page.text
    assert "of residents took part" in page.text


def test_the_board_reads_in_chinese(app: Flask, cast: Cast) -> None:
    crowd(10)
    stand(cast.resident, 5)
    db.session.commit()
    text = Visitor(app, "zh").sign_in(cast.resident).get(BOARD).text
    for words in (
        "开元社区读书榜",
        "2026年11月",
        "按积分",
        "若上榜的名次",
        "这一行只有您看得到。",
        "居民参与率",
    ):
        assert words in text


def test_what_was_read_in_a_village_does_not_reach_the_next(app: Flask, cast: Cast) -> None:
    crowd(10, VILLAGE)
    assert rows_of(Visitor(app).sign_in(cast.neighbour).get(BOARD)) == [("–", "单田方", "0")]


def test_on_a_citys_board_villages_called_the_same_are_told_apart(app: Flask, cast: Cast) -> None:
    crowd(6, VILLAGE)
    crowd(6, a_second_shangzhuang())
    text = Visitor(app).get("/communities/410581/leaderboard").text
    assert text.count("任村镇 上庄村") == 6
    assert text.count("开元街道 上庄村") == 6
