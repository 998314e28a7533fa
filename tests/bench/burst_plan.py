"""Who does what at which second of the burst: drawn before it begins, whatever the service then answers."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HOME, LOG, CHECK_IN, BOARD, SIGN_IN = "home", "log", "check-in", "board", "sign-in"
# A visit opens home twice or three times and does one thing between: 70 % home, 15 % logs, 10 % check-ins, 5 % boards.
STEPS_A_VISIT, THIRD_LOOK = 10 / 3, 1 / 3
DOES = ((LOG, 0.5), (CHECK_IN, 1 / 3), (BOARD, 1 / 6))
# Seconds somebody looks at a page before the next step: never less than the first, the second on average.
SHORTEST_LOOK, LOOK = 2.0, 6.0
# Visits are under way already when the clock starts.
BEFORE = 60.0


@dataclass(frozen=True)
class Step:
    """Something one person does ``due`` seconds after the start."""

    due: float
    kind: str
    person: int


def mixed(draw: random.Random, rate: float, seconds: float, people: int) -> list[Step]:
    """Return the steps of visits that come by chance, together ``rate`` requests a second, in their order."""
    kinds, weights = [kind for kind, _weight in DOES], [weight for _kind, weight in DOES]
    nobody_twice = in_turn(draw, people)
    steps = []
    for begins in arrivals(draw, rate / STEPS_A_VISIT, seconds + BEFORE):
        kinds_done = [HOME, draw.choices(kinds, weights)[0], HOME, *[HOME] * (draw.random() < THIRD_LOOK)]
        person, due = next(nobody_twice), begins - BEFORE
        for kind in kinds_done:
            steps.append(Step(due, kind, person))
            due += SHORTEST_LOOK + draw.expovariate(1 / (LOOK - SHORTEST_LOOK))
    return sorted((step for step in steps if 0 <= step.due < seconds), key=lambda step: step.due)


def alone(draw: random.Random, kind: str, rate: float, seconds: float, people: int) -> list[Step]:
    """Return steps of one kind that come by chance at ``rate`` a second, each of another person while there are any."""
    turn = in_turn(draw, people)
    return [Step(due, kind, next(turn)) for due in arrivals(draw, rate, seconds)]


def arrivals(draw: random.Random, rate: float, seconds: float) -> Iterator[float]:
    """Yield the seconds at which people come who know nothing of each other."""
    gap: Callable[[], float] = lambda: draw.expovariate(rate)  # noqa: E731
    at = gap()
    while at < seconds:
        yield at
        at += gap()


def in_turn(draw: random.Random, people: int) -> Iterator[int]:
    """Yield everybody in a drawn order, again and again: records are spread evenly."""
    order = list(range(people))
    draw.shuffle(order)
    while True:
        yield from order
