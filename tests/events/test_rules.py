"""What follows from an event's times, place and content."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reading.events.rules import (
    ELSEWHERE,
    HERE,
    IN_THE_CITY,
    NEARBY,
    digest,
    free_seats,
    nearness,
    next_time_like,
    trouble_with_times,
)
from tests.events.planned import CITY, a_plan, at

NOW = at("2026-11-18 14:00")
HOME = "/410581/410581001/410581001001/410581001001-1/"


@pytest.mark.parametrize(
    ("starts", "ends", "trouble"),
    [
        ("2026-11-20 19:30", "2026-11-20 21:00", None),
        ("2026-11-20 19:30", "2026-11-20 19:30", "ends_first"),
        ("2026-11-20 08:00", "2026-11-21 08:00", None),
        ("2026-11-20 08:00", "2026-11-21 08:01", "too_long"),
        ("2026-10-18 14:00", "2026-10-18 15:00", None),
        ("2026-10-18 13:59", "2026-10-18 15:00", "too_long_ago"),
        ("2028-11-18 14:00", "2028-11-18 15:00", None),
        ("2028-11-20 14:00", "2028-11-20 15:00", "too_far_ahead"),
    ],
)
def test_times_that_cannot_be_are_named(starts: str, ends: str, trouble: str | None) -> None:
    assert trouble_with_times(at(starts), at(ends), NOW) == trouble


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("2026-11-11 19:30", "2026-11-18 19:30"),
        ("2026-11-11 09:00", "2026-11-25 09:00"),
        ("2026-11-18 14:00", "2026-11-25 14:00"),
        ("2025-11-18 19:30", "2026-11-24 19:30"),
        ("2026-11-18 19:30", "2026-11-25 19:30"),
        ("2026-11-30 19:30", "2026-12-07 19:30"),
    ],
)
def test_the_next_time_is_the_same_weekday_and_hour_after_now_and_after_the_last(
    last: str, following: str
) -> None:
    assert next_time_like(at(last), NOW) == at(following)


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/410581/410581001/410581001001/", HERE),
        ("/410581/410581001/410581001001/410581001001-1/410581001001-1-2/", HERE),
        ("/410581/410581001/", HERE),
        ("/410581/", HERE),
        ("/410581/410581001/410581001004/", NEARBY),
        ("/410581/410581106/410581106200/", IN_THE_CITY),
        ("/410500/410500001/410500001001/", ELSEWHERE),
    ],
)
def test_a_place_is_as_near_as_the_tree_says(path: str, near: int) -> None:
    assert nearness(path, HOME) == near


def test_nothing_is_near_while_nobodys_home_is_known() -> None:
    assert nearness("/410581/", None) == ELSEWHERE


def test_free_seats_never_fall_below_none() -> None:
    assert (free_seats(None, 5), free_seats(5, 3), free_seats(5, 7)) == (None, 2, 0)


def test_plans_that_differ_in_anything_have_other_digests() -> None:
    plan = a_plan()
    others = [replace(plan, capacity=1), replace(plan, book="活着"), replace(plan, starts_at=NOW)]
    assert len({digest(one) for one in (plan, *others)}) == 4


def test_the_same_moment_in_another_zone_is_the_same_content() -> None:
    plan = a_plan()
    assert plan.starts_at.tzinfo is CITY
    assert digest(replace(plan, starts_at=plan.starts_at.astimezone(UTC))) == digest(plan)
    assert isinstance(plan.starts_at, datetime)
