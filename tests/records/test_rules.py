"""The figures of an event and of a month; pure."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from reading.records.rules import Known, Met, figures, restored_at, sums

PEOPLE = st.lists(
    st.builds(
        Known,
        status=st.sampled_from(["present", "late", "excused", "undone", "waiting"]),
        method=st.sampled_from(["roster", "card", "paper"]),
        is_guest=st.booleans(),
        why=st.sampled_from(["enrolled", "seated", "waiting", ""]),
    ),
    max_size=30,
)


def test_who_did_not_come_is_a_number_and_who_was_excused_is_not_missing() -> None:
    known = [
        Known("present", "card", why="seated"),
        Known("late", "roster", why="seated"),
        Known("excused", "roster", why="seated"),
        Known("undone", "roster", why="seated"),
        Known("present", "roster", why="waiting"),
        Known("present", "paper"),
        Known("present", "walk_in", is_guest=True),
        Known("waiting", "claim", is_guest=True),
    ]
    found = figures(known, seats=10, signed_up=6, waiting=1, expected=6, heads=9)
    assert (found.present, found.late, found.excused, found.came) == (4, 1, 1, 5)
    assert (found.missing, found.not_signed_up, found.guests, found.to_confirm) == (3, 1, 1, 1)
    assert found.methods == {"roster": 2, "card": 1, "paper": 1, "walk_in": 1}
    assert found.heads == 9


@given(PEOPLE, st.one_of(st.none(), st.integers(0, 500)))
def test_figures_add_up_and_the_headcount_changes_none_of_them(
    people: list[Known], heads: int | None
) -> None:
    expected = sum(one.why in ("enrolled", "seated") for one in people) + 2
    found = figures(people, seats=None, signed_up=0, waiting=0, expected=expected, heads=heads)
    assert found.came == sum(found.methods.values())
    assert found.not_signed_up + found.guests <= found.came <= len(people)
    assert 2 <= found.missing <= expected
    without = figures(people, seats=None, signed_up=0, waiting=0, expected=expected, heads=None)
    assert (found.came, found.missing, found.guests) == (without.came, without.missing, without.guests)


def test_visits_people_and_heads_are_kept_apart() -> None:
    found = sums([Met(12, 2, 40), Met(10, 0, None), Met(0, 0, 5)], people=15)
    assert (found.events, found.visits, found.people, found.guests, found.heads, found.counted) == (
        3,
        22,
        15,
        2,
        45,
        2,
    )
    assert sums([], 0).heads == 0


def test_who_came_after_all_has_the_time_that_was_noted_first() -> None:
    early, late = datetime(2026, 11, 18, 11, tzinfo=UTC), datetime(2026, 11, 18, 12, tzinfo=UTC)
    assert restored_at([late, early]) == early
    assert restored_at([]) is None
