"""Chance that repeats: the same seed and purpose always draw the same."""

import csv
import random
import uuid
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")
DATA = Path(__file__).parent / "data"


class Bag(Generic[T]):
    """Things drawn by weight; the running sums are kept, so that drawing many times is cheap."""

    def __init__(self, weighted: Sequence[tuple[T, float]]) -> None:
        self.things = [thing for thing, _weight in weighted]
        self.sums = list(accumulate(weight for _thing, weight in weighted))


class Draw(random.Random):
    """A source of chance for one purpose, so that drawing more people does not reshuffle the books."""

    def __init__(self, seed: int, purpose: str) -> None:
        super().__init__(f"{seed}/{purpose}")

    def id(self) -> uuid.UUID:
        """Return a UUID (version 4 in form) that the seed decides."""
        return uuid.UUID(int=self.getrandbits(128), version=4)

    def key(self, characters: int) -> str:
        """Return this many hexadecimal characters."""
        return f"{self.getrandbits(4 * characters):0{characters}x}"

    def happens(self, probability: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.random() < probability

    def of(self, bag: Bag[T]) -> T:
        """Return one thing from ``bag``, by weight."""
        return self.choices(bag.things, cum_weights=bag.sums)[0]

    def some(self, weighted: Sequence[tuple[T, float]], number: int) -> list[T]:
        """Return up to ``number`` different things, those of more weight more likely (Efraimidis and Spirakis)."""
        keyed = [
            (self.random() ** (1 / weight), place)
            for place, (_thing, weight) in enumerate(weighted)
            if weight > 0
        ]
        return [weighted[place][0] for _key, place in sorted(keyed, reverse=True)[:number]]

    def shares(self, total: int, weights: Sequence[float]) -> list[int]:
        """Share ``total`` out by ``weights`` (not all 0), a little unevenly; the shares add up to ``total``."""
        uneven = [weight * self.uniform(0.7, 1.3) for weight in weights]
        scale = total / sum(uneven)
        # Rounding the running sum loses nothing: each share is what the sum gained.
        marks = [round(mark * scale) for mark in accumulate(uneven)]
        return [mark - before for mark, before in zip(marks, [0, *marks], strict=False)]


def rows(file: str) -> Iterator[dict[str, Any]]:
    """Return the rows of one of the sample's tables."""
    with (DATA / file).open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table)
