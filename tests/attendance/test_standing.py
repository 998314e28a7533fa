"""What the marks of one person come to together: the rule by which two offline phones merge."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading.attendance.rules import (
    CLOCK_SLACK,
    COMING,
    QUICK_UNDO,
    Made,
    check_in_window,
    contradiction,
    corrected,
    is_quick,
    marking_window,
    standing,
)

EVENING = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
IDS = [uuid.UUID(int=number) for number in range(8)]
STATUSES = ("present", "late", "excused", "undone")
usual = settings(max_examples=150)


def after(minutes: float) -> datetime:
    return EVENING + timedelta(minutes=minutes)


def made(number: int, status: str, minutes: float = 0, *seen: int) -> Made:
    return Made(IDS[number], status, after(minutes), frozenset(IDS[one] for one in seen))


def status_of(*marks: Made) -> str:
    found = standing(marks)
    assert found is not None
    return found.status


@st.composite
def histories(draw: st.DrawFn, *, forged: bool = False) -> list[Made]:
    """Marks of which each has seen some of those before it; ``forged``: of any, itself and unknown ones too."""
    marks = []
    for number in range(draw(st.integers(1, 6))):
        choices = list(range(len(IDS))) if forged else list(range(number))
        seen = draw(st.sets(st.sampled_from(choices))) if choices else set()
        status, minutes = draw(st.sampled_from(STATUSES)), draw(st.integers(0, 5))
        marks.append(made(number, status, minutes, *seen))
    return marks


def test_nobody_marked_has_no_standing() -> None:
    assert standing([]) is None


@usual
@given(histories(forged=True), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_what_marks_come_to(marks: list[Made], chance) -> None:
    again = marks * 3
    chance.shuffle(again)
    assert standing(again) == standing(marks)


@usual
@given(histories())
def test_the_earliest_coming_that_nothing_has_seen_stands_before_all_else(marks: list[Made]) -> None:
    found = standing(marks)
    assert found is not None
    heads = [one for one in marks if not any(one.id in other.seen for other in marks)]
    assert found.heads == tuple(sorted(one.id for one in heads))
    statuses = {one.status for one in heads}
    coming = [one for one in heads if one.status in COMING]
    if coming:
        assert found.status in {one.status for one in coming}
        assert found.since <= min(one.happened_at for one in coming)
    else:
        assert found.status == ("excused" if "excused" in statuses else "undone")


@usual
@given(histories())
def test_an_undo_that_has_seen_everything_undoes_everything(marks: list[Made]) -> None:
    undo = Made(IDS[7], "undone", after(60), frozenset(one.id for one in marks))
    found = standing([*marks, undo])
    assert found is not None
    assert (found.status, found.heads) == ("undone", (undo.id,))


@usual
@given(histories(), st.sampled_from(STATUSES))
def test_a_mark_that_has_seen_nothing_takes_no_coming_away(marks: list[Made], status: str) -> None:
    before = standing(marks)
    assert before is not None
    unaware = Made(IDS[7], status, after(60))
    assert before.status not in COMING or status_of(*marks, unaware) in COMING


@usual
@given(histories(forged=True), st.integers(0, 5))
def test_no_forged_circle_takes_away_who_was_marked_outside_it(marks: list[Made], minutes: int) -> None:
    """Whoever forges can only name ids they know: not those of a mark that they never saw."""
    honest = Made(uuid.UUID(int=99), "present", after(minutes))
    found = standing([*marks, honest])
    assert found is not None
    assert found.status in COMING
    assert found.since <= honest.happened_at


def test_the_earliest_of_two_phones_stands() -> None:
    found = standing([made(0, "present", 7), made(1, "present", 2)])
    assert found is not None
    assert (found.since, found.mark_id) == (after(2), IDS[1])


def test_at_the_same_moment_the_smaller_id_stands_on_every_machine() -> None:
    found = standing([made(1, "late", 2), made(0, "present", 2)])
    assert found is not None
    assert (found.status, found.mark_id) == ("present", IDS[0])


def test_an_undo_beats_only_what_it_has_seen() -> None:
    mine, theirs = made(0, "present", 1), made(1, "present", 3)
    assert status_of(mine, made(2, "undone", 5, 0)) == "undone"
    assert status_of(mine, theirs, made(2, "undone", 5, 0)) == "present"
    assert status_of(mine, theirs, made(2, "undone", 5, 0), made(3, "undone", 5, 1)) == "undone"


def test_an_undo_that_arrives_before_its_mark_waits_for_it() -> None:
    undo = made(1, "undone", 5, 0)
    assert status_of(undo) == status_of(undo, made(0, "present", 1)) == "undone"


@pytest.mark.parametrize(("first", "second"), [("late", "present"), ("present", "late"), ("late", "late")])
def test_who_is_corrected_keeps_the_time_they_came(first: str, second: str) -> None:
    found = standing([made(0, first, 4), made(1, second, 30, 0), made(2, second, 40, 1)])
    assert found is not None
    assert (found.status, found.since, found.mark_id) == (second, after(4), IDS[2])


def test_who_was_excused_in_between_came_when_they_came_again() -> None:
    found = standing([made(0, "present", 4), made(1, "excused", 5, 0), made(2, "present", 30, 1)])
    assert found is not None
    assert found.since == after(30)


def test_an_excuse_gives_way_to_coming_on_another_phone() -> None:
    assert status_of(made(0, "excused", 0), made(1, "late", 20)) == "late"
    assert status_of(made(0, "late", 20), made(1, "excused", 30, 0)) == "excused"


@pytest.mark.parametrize(
    "marks",
    [
        [made(0, "present", 0, 1), made(1, "present", 1, 0)],
        [made(0, "present", 0, 1), made(1, "late", 1, 2), made(2, "excused", 2, 0)],
    ],
)
def test_marks_that_replace_each_other_in_a_circle_are_nobody_coming(marks: list[Made]) -> None:
    found = standing(marks)
    assert found is not None
    assert (found.status, found.heads) == ("undone", ())
    assert status_of(*marks, made(5, "present", 9)) == "present"


def test_a_mark_that_names_itself_or_unknown_ones_stands() -> None:
    assert status_of(made(0, "present", 0, 0, 6, 7)) == "present"


@pytest.mark.parametrize(
    ("told", "offset", "kept", "wrong"),
    [
        (-30, 0, -30, False),
        (-30, 119, -30, False),
        (-30, -120, -30, False),
        (-30 - 180, 180 * 60, -30, True),
        (-30 + 180, -180 * 60, -30, True),
        (1, 0, 0, False),
        (3, 0, 0, True),
        (240, -180 * 60, 0, True),
    ],
)
def test_a_phones_clock_is_corrected_and_never_in_the_future(
    told: int, offset: int, kept: int, wrong: bool
) -> None:
    now = after(60)
    got = corrected(now + timedelta(minutes=told), offset, now)
    assert got == (now + timedelta(minutes=kept), wrong)


def test_a_mark_without_a_time_is_of_now() -> None:
    assert corrected(None, 5000, EVENING) == (EVENING, False)


@usual
@given(
    told=st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC)),
    offset=st.integers(-(2**70), 2**70),
)
def test_no_clock_is_so_wrong_that_its_mark_breaks(told: datetime, offset: int) -> None:
    moment, wrong = corrected(told, offset, EVENING)
    assert moment <= EVENING
    assert wrong or abs(offset) <= CLOCK_SLACK.total_seconds()


@usual
@given(minutes=st.integers(0, 600), skew=st.integers(-(24 * 60), 24 * 60).filter(lambda one: abs(one) > 2))
def test_a_clock_that_is_wrong_by_hours_tells_the_right_time(minutes: int, skew: int) -> None:
    happened, now = after(minutes), after(700)
    on_the_phone = happened + timedelta(minutes=skew)
    assert corrected(on_the_phone, -skew * 60, now) == (happened, True)


@pytest.mark.parametrize(
    ("undone", "now", "quick"),
    [
        (15, 15, True),
        (16, 16, False),
        (15, 300, True),
        (300, 300, False),
        (-15, 300, True),
        (-16, 300, False),
    ],
)
def test_a_mark_is_taken_back_quickly_within_a_quarter_of_an_hour(undone: int, now: int, quick: bool) -> None:
    assert timedelta(minutes=15) == QUICK_UNDO
    assert is_quick(after(undone), after(now), happened_at=after(0), arrived_at=after(0)) is quick


def test_a_mark_that_arrived_late_can_still_be_taken_back_quickly() -> None:
    assert is_quick(after(240), after(240), happened_at=after(0), arrived_at=after(230))


def test_the_windows_of_checking_in_and_of_marking() -> None:
    starts_at, ends_at = after(0), after(90)
    assert check_in_window(starts_at, ends_at) == (after(-30), after(90))
    assert marking_window(starts_at, ends_at) == (after(-60), after(90) + timedelta(days=31))


def test_one_phone_that_says_present_contradicts_another_that_took_it_back_or_excused() -> None:
    for status in ("undone", "excused"):
        marks = [made(0, "present"), made(1, "present", 1), made(2, status, 2, 1)]
        assert contradiction(marks) == (IDS[0], IDS[2])
    assert contradiction([made(0, "excused", 2), made(1, "late", 1)]) == (IDS[1], IDS[0])


def test_an_ordinary_undo_and_marks_that_agree_contradict_nothing() -> None:
    for marks in (
        [],
        [made(0, "present"), made(1, "undone", 1, 0)],
        [made(0, "present"), made(1, "undone", 1, 0), made(2, "present", 2, 1)],
        [made(0, "present"), made(1, "late", 1)],
        [made(0, "excused"), made(1, "undone", 1)],
    ):
        assert contradiction(marks) == ()


def test_whoever_sees_both_settles_a_contradiction_either_way() -> None:
    two = [made(0, "present"), made(1, "undone", 1)]
    assert contradiction(two)
    # Corrected: both are replaced. Confirmed: what says otherwise is.
    for settled in (made(2, "late", 2, 0, 1), made(2, "present", 2, 1), made(2, "undone", 2, 0)):
        assert contradiction([*two, settled]) == ()


@usual
@given(histories(forged=True), st.randoms(use_true_random=False))
def test_a_contradiction_is_a_matter_of_the_marks_alone_and_one_who_came_stands_in_it(
    marks: list[Made], chance
) -> None:
    found = contradiction(marks)
    again = [*marks, *marks]
    chance.shuffle(again)
    assert contradiction(again) == found
    if found:
        heads = standing(marks)
        assert heads is not None
        assert (set(found), heads.status in COMING) == (set(heads.heads), True)
