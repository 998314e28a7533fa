"""What a resident's front page costs beside an empty view: household, month card, books, events near by."""

import itertools
from collections.abc import Iterator

from reading.extensions import db
from tests.bench.city import SQLITE, Bench
from tests.bench.figures import Figure
from tests.bench.rates import Shot, beside, get, ratio, side_by_side
from tests.bench.serving import Phone

LEAST = {SQLITE: 0.35}
LEAST_ELSEWHERE = 0.18
# Each opens the page in turn: what a worker remembers of one household is of no use to the next.
READERS = 200


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield how the front page does beside an empty view, opened by many residents in turn."""
    cookies = [bench.cookies(one.account) for one in bench.residents_with_account(READERS) if one.account]
    db.session.remove()
    with bench.served() as port:
        opened = itertools.cycle([get(port, "/", _after_a_page(port, one)).made() for one in cookies])
        rates = side_by_side({"home": Shot(port, lambda: next(opened)), "hello": get(port, "/hello")})
    yield Figure(
        "a resident's front page beside an empty view", bench.database, ratio(rates["home"], rates["hello"]),
        least=LEAST.get(bench.database, LEAST_ELSEWHERE), beside=beside(rates["home"], rates["hello"]),
    )  # fmt: skip


def _after_a_page(port: int, cookies: dict[str, str]) -> dict[str, str]:
    """Return what the browser holds once it has opened a page: its session too."""
    phone = Phone(port)
    phone.cookies |= cookies
    phone.get("/")
    phone.connection.close()
    return phone.cookies
