"""Work in the background: one thread while somebody writes, and another one whenever that has ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from reading.background import Rounds, Step

pytestmark = pytest.mark.sqlite


def rounds(step: Step, idle: Callable[[], int] = lambda: 2) -> Rounds:
    @contextmanager
    def begin() -> Iterator[Step]:
        yield step

    return Rounds("tried", lambda: (0.001, idle()), begin)


def ended(one: Rounds) -> None:
    thread = one._thread
    if thread is not None:
        thread.join()


def test_a_thread_takes_steps_until_nothing_is_written_and_the_next_write_begins_another() -> None:
    told: list[bool] = []
    one = rounds(told.append)
    for _ in range(3):
        told.clear()
        one.note()
        ended(one)
        assert told == [False, True, True]


def test_what_is_written_meanwhile_is_seen_to_by_the_same_thread() -> None:
    told: list[bool] = []
    seen = Event()

    def step(is_idle: bool) -> None:
        told.append(is_idle)
        if len(told) == 2:
            one.note()
            seen.set()

    one = rounds(step)
    one.note()
    first = one._thread
    assert seen.wait()
    assert one._thread in (first, None)
    ended(one)
    assert told == [False, True, False, True, True]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_failed_is_followed_by_another() -> None:
    told: list[bool] = []

    def step(is_idle: bool) -> None:
        told.append(is_idle)
        if len(told) == 1:
            one.note()  # written while it fails
            raise RuntimeError("the lights went out")

    one = rounds(step)
    one.note()
    ended(one)
    assert told == [False]
    one.note()
    ended(one)
    assert told == [False, False, True, True]
