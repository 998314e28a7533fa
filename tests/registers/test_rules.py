"""Hours, when a course is completed, and what fits on a page."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from reading.events.rules import taught
from reading.registers.rules import DATES_ABREAST, Held, abreast, completed_with, hours
from tests.events.planned import at


def a_class(number: int, minutes: int = 120, makes_up: int | None = None) -> Held:
    start = at("2026-11-24 19:00") + timedelta(weeks=number)
    return Held(
        UUID(int=number), start, start + timedelta(minutes=minutes), UUID(int=makes_up) if makes_up else None
    )


lessons = st.lists(st.tuples(st.integers(1, 240), st.integers(0, 5)), max_size=20).map(
    lambda drawn: [
        a_class(number, minutes, of if 0 < of < number else None)
        for number, (minutes, of) in enumerate(drawn, start=1)
    ]
)


@given(lessons, st.integers(1, 30))
def test_a_course_is_completed_with_the_first_class_that_makes_its_hours_full(
    classes: list[Held], needed: int
) -> None:
    last = completed_with(reversed(classes), needed)
    before = [one for one in classes if last is None or one.starts_at < last.starts_at]
    assert taught(before) < timedelta(hours=needed)
    assert last is None or taught([*before, last]) >= timedelta(hours=needed)


@given(lessons, st.integers(1, 30))
def test_the_hours_shown_are_as_full_as_the_course(classes: list[Held], needed: int) -> None:
    assert (hours(taught(classes)) >= needed) == (completed_with(classes, needed) is not None)


@given(lessons)
def test_a_class_more_never_takes_hours_away(classes: list[Held]) -> None:
    for number in range(len(classes)):
        assert taught(classes[:number]) <= taught(classes[: number + 1])


def test_an_original_and_its_make_up_count_once() -> None:
    assert hours(taught([a_class(1), a_class(2, 120, makes_up=1)])) == 2
    assert hours(taught([a_class(2, 120, makes_up=1)])) == 2
    assert hours(taught([a_class(1, 90), a_class(2, 120, makes_up=1), a_class(3, 59)])) == 2.9


@given(st.lists(st.integers(), max_size=70))
def test_a_register_is_parted_into_pages_of_like_width(classes: list[int]) -> None:
    parts = abreast(classes)
    assert [one for part in parts for one in part] == classes
    assert max(map(len, parts)) <= DATES_ABREAST
    assert len(parts) == max(1, -(-len(classes) // DATES_ABREAST))
