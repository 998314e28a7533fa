"""What the roster of five hundred people weighs on the way to a phone, and how long the service takes to make it."""

import statistics
import time
from dataclasses import dataclass

from tests.bench.hall import PEOPLE, hall
from tests.bench.serving import Phone, served
from tests.cast import PASSWORD

MOST_BYTES = 40_000
TIMES = 9


@dataclass(frozen=True)
class Weighed:
    """The compressed bytes of the page, the seconds it takes in the middle of several, and of a bare answer."""

    size: int
    seconds: float
    bare_seconds: float


def middle(phone: Phone, path: str) -> tuple[int, float]:
    """Open a page several times; return its compressed size and the seconds it takes in the middle."""
    size, seconds = 0, []
    for _time in range(TIMES):
        began = time.perf_counter()
        size = phone.get(path).size
        seconds.append(time.perf_counter() - began)
    return size, statistics.median(seconds)


def measure() -> Weighed:
    """Open the roster and return what it weighs."""
    with hall(PEOPLE) as found:
        with served("reading:create_app", found.environ) as port:
            phone = Phone(port).sign_in(found.phone, PASSWORD)
            size, seconds = middle(phone, f"/events/{found.event_id}/roster")
        with served("tests.bench.bare:create_app", {}) as port:
            _size, bare_seconds = middle(Phone(port), "/healthz")
    return Weighed(size, seconds, bare_seconds)
