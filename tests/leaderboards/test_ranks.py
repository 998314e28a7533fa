"""Places counted for who asks are those that follow from all values."""

import random

import pytest
from flask import Flask

from reading.extensions import db
from reading.leaderboards import queries
from reading.leaderboards.queries import Line, Node
from reading.leaderboards.ranks import COUNTS, Counted, ranks
from reading.leaderboards.rules import MEASURES
from reading.points.rules import Period, parse_period
from tests.cast import Cast, add_resident
from tests.leaderboards.readers import HOME, NEXT_DOOR, crowd, stand
from tests.statements import statements

MONTH = "2026-11"
TOWNSHIP = "410581001"


def here(code: str = HOME) -> Node:
    found = queries.node(code)
    assert found is not None
    return found


def month() -> Period:
    found = parse_period(MONTH)
    assert found is not None
    return found


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("seed", range(3))
def test_a_counted_place_is_the_one_that_follows_from_all_values(
    app: Flask, cast: Cast, measure: str, seed: int
) -> None:
    draw, has = random.Random(seed), []
    people = [*crowd(16, points=None), *crowd(5, points=None, show_as="hidden")]
    for resident in people:
        points, pages, books, days = (draw.randrange(7) for _ in MEASURES)
        stand(resident, points, pages=pages, books=books, days=days)
        has.append(dict(zip(MEASURES, (points, pages, books, days), strict=True))[measure])
    db.session.commit()
    due = {value: sum(one > value for one in has[:16]) for value in range(8)}
    alone = {value: Counted(HOME, MONTH, measure).ahead_of([value])[value] for value in range(8)}
    one_by_one, at_once = Counted(HOME, MONTH, measure), Counted(HOME, MONTH, measure)
    assert alone == {value: one_by_one.ahead_of([value])[value] for value in range(8)} == due
    assert at_once.ahead_of(range(8)) == due
    assert [one.shown for one in (one_by_one, at_once)] == [due[0]] * 2
    lines = queries.own_lines(here(), month(), measure, people)
    assert [line.place for line in lines] == [due[value] + 1 if value else None for value in has]


def test_on_a_board_of_nobody_nobody_is_ahead(app: Flask, cast: Cast) -> None:
    stand(cast.resident, 7)
    db.session.commit()
    counted = Counted(HOME, MONTH, "points")
    assert counted.first == []
    for _ in range(COUNTS + 2):
        assert counted.ahead_of([3]) == {0: 0, 3: 0}


def test_a_place_is_counted_in_one_statement_however_many_the_household(app: Flask, cast: Cast) -> None:
    family = crowd(4, points=9)
    db.session.rollback()
    with statements() as sent:
        lines = queries.own_lines(here(), month(), "points", family)
    assert [line.place for line in lines] == [1, 2, 3, 4]
    assert len([one for one in sent if "count(*)" in one]) == 1
    assert len(sent) == 3  # where, what they have, and who is ahead


def test_a_community_that_many_look_at_is_counted_no_more(app: Flask, cast: Cast) -> None:
    crowd(12, points=40)
    counted = Counted(HOME, MONTH, "points")
    with statements() as sent:
        places = [counted.ahead_of([value])[value] for value in range(41, 20, -1)]
    assert places == [0, *range(12), *[12] * 8]
    assert len(sent) == COUNTS + 1


def test_what_was_counted_is_kept_for_five_seconds(app: Flask, cast: Cast) -> None:
    app.config["KEPT_SECONDS"] = 5
    family = crowd(3, points=30)
    assert [line.place for line in queries.own_lines(here(), month(), "points", family)] == [1, 2, 3]
    with statements() as sent:
        queries.own_lines(here(), month(), "points", family)
    assert len(sent) == 1


def test_who_lived_in_two_places_stands_in_a_township_with_both_and_nobody_elses(
    app: Flask, cast: Cast
) -> None:
    crowd(4, points=20)
    mover = add_resident("周一行", HOME, show_as="masked")
    stand(mover, 12)
    stand(mover, 7, community=NEXT_DOOR)
    stand(mover, 100, community="410500001001")  # in another city
    db.session.commit()

    def mine(code: str) -> tuple[int | None, int]:
        line: Line = queries.own_lines(here(code), month(), "points", [mover])[0]
        return line.place, line.value

    assert (mine(HOME), mine(NEXT_DOOR), mine(TOWNSHIP)) == ((5, 12), (1, 7), (2, 19))
    assert mine("410581") == (2, 19)
    assert mine("410500") == (1, 100)
    assert ranks(here("410500"), MONTH, "points").shown == 1
