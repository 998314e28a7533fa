"""What the shell around every page costs: an empty view in it beside one of a bare Flask app.

Beside it, told only: the same asking who is signed in, and an empty page in its frame, for a visitor and signed in.
"""

from collections.abc import Iterator

from tests.bench.city import Bench
from tests.bench.figures import Figure
from tests.bench.rates import beside, get, ratio, side_by_side

LEAST = 0.60
TOLD = {
    "who": "an empty view that asks who is signed in, beside one that does not",
    "page": "an empty page in its frame, for a visitor, beside the empty view",
    "own page": "an empty page in its frame, signed in, beside the empty view",
}


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield how empty views of this service do beside a bare one, and beside each other."""
    account = bench.residents_with_account(1)[0].account
    assert account is not None
    cookies = bench.cookies(account)
    with bench.served() as port, bench.bare() as bare_port:
        rates = side_by_side(
            {
                "bare": get(bare_port, "/hello"),
                "hello": get(port, "/hello"),
                "who": get(port, "/hello/who", cookies),
                "page": get(port, "/hello/page"),
                "own page": get(port, "/hello/page", cookies),
            }
        )
    yield Figure(
        "an empty view in the whole shell beside a bare Flask app", bench.database,
        ratio(rates["hello"], rates["bare"]), least=LEAST, beside=beside(rates["hello"], rates["bare"]),
    )  # fmt: skip
    for name, work in TOLD.items():
        found, told = ratio(rates[name], rates["hello"]), beside(rates[name], rates["hello"])
        yield Figure(work, bench.database, found, beside=told)
