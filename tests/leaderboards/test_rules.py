"""Places, one's own lines, shares and periods."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.leaderboards.rules import (
    may_rank,
    neighbours,
    participation,
    place_below,
    places,
    with_own,
)

values = st.lists(st.integers(1, 40), max_size=60).map(lambda found: sorted(found, reverse=True))


@dataclass(frozen=True)
class Row:
    name: str
    value: int


def test_two_residents_with_equal_points_share_a_place() -> None:
    assert places([30, 20, 20, 10]) == [1, 2, 2, 4]
    assert places([]) == []


@given(values)
def test_a_place_is_one_more_than_the_number_of_people_ahead(best_first: list[int]) -> None:
    ahead = [sum(other > value for other in best_first) for value in best_first]
    assert places(best_first) == [place_below(count) for count in ahead]


@given(st.lists(st.integers(1, 40), min_size=2).filter(lambda found: found != sorted(found, reverse=True)))
def test_values_out_of_order_have_no_places(values: list[int]) -> None:
    with pytest.raises(ValueError, match="best first"):
        places(values)


@given(values, st.lists(st.integers(0, 45), max_size=4), st.booleans())
def test_ones_own_lines_stand_where_they_would(board: list[int], own: list[int], complete: bool) -> None:
    lines = [Row("other", value) for value in board]
    mine = [Row("mine", value) for value in own]
    rows = with_own(lines, mine, complete=complete)
    shown = [row for row in rows if row]
    assert sorted(shown, key=lambda row: -row.value) == shown
    assert [row for row in shown if row.name == "other"] == lines
    assert sorted(row.value for row in shown if row.name == "mine") == sorted(own)
    assert rows.count(None) == (not complete and any(value < (board or [0])[-1] for value in own))


def test_an_own_line_comes_after_its_equals_and_a_far_one_after_a_gap() -> None:
    lines = [Row("a", 9), Row("b", 5)]
    assert with_own(lines, [Row("me", 9), Row("child", 2)], complete=False) == [
        Row("a", 9), Row("me", 9), Row("b", 5), None, Row("child", 2),
    ]  # fmt: skip


def test_persons_are_ranked_from_ten_shown_people_on() -> None:
    assert [may_rank(count) for count in (0, 9, 10, 11)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("active", "registered", "share"),
    [
        (0, 0, None), (3, 9, None), (0, 10, 0), (3, 10, 300), (1, 3000, 0), (2, 3000, 1), (1, 2000, 1),
        (10, 10, 1000), (12, 10, 1000), (1, 12, 83),
    ],
)  # fmt: skip
def test_participation_is_told_in_thousandths_from_ten_residents_on(
    active: int, registered: int, share: int | None
) -> None:
    assert participation(active, registered) == share


@pytest.mark.parametrize(
    ("period", "around"),
    [
        ("2026-11", ("2026-10", "2026-12")), ("2026-01", ("2025-12", "2026-02")),
        ("2026-12", ("2026-11", "2027-01")), ("2026", ("2025", "2027")), ("all", None),
    ],
)  # fmt: skip
def test_a_period_knows_its_neighbours(period: str, around: tuple[str, str] | None) -> None:
    assert neighbours(period) == around
