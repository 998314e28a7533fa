"""How much memory one worker holds after thousands of requests of many people, as on a busy evening."""

from collections.abc import Iterator

from tests.bench.burst_watch import MEGABYTE
from tests.bench.city import Bench
from tests.bench.figures import Figure
from tests.bench.serving import Phone

# In MB, of one worker: its code, the kept pieces of pages, and the database's own page cache.
MOST = 120
PEOPLE, ROUNDS = 100, 2
KIBIBYTE = 1024
PUBLIC = (
    "/", "/events", "/leaderboards", "/leaderboards?by=books", "/learning-days", "/communities", "/notice",
    "/books?q=%E6%B4%BB%E7%9D%80", "/sign-in", "/join", "/nowhere", "/static/base.css",
)  # fmt: skip
OWN = ("/", "/logbook", "/logbook/new", "/points", "/me", "/leaderboards", "/events", "/learning-days")


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the memory of a worker that answered public pages and those of a hundred people in turn."""
    accounts = [one.account for one in bench.residents_with_account(PEOPLE) if one.account]
    browsers = [bench.cookies(account) for account in accounts]
    count = 0
    with bench.served() as port:
        at_first = _held(port)
        for _ in range(ROUNDS):
            for cookies in browsers:
                phone, stranger = Phone(port), Phone(port)
                phone.cookies.update(cookies)
                answers = [phone.get(path) for path in OWN] + [stranger.get(path) for path in PUBLIC]
                broken = [one.status for one in answers if one.status >= 500]
                if broken:
                    raise SystemExit(f"A page was answered with {broken[0]}.")
                count += len(answers)
                phone.connection.close()
                stranger.connection.close()
        held = _held(port)
    yield Figure(
        "memory of a worker", bench.database, held, "MB", most=MOST,
        beside=f"{at_first:.0f} MB at first; after {count:,} requests of {len(browsers)} people",
    )  # fmt: skip


def _held(port: int) -> float:
    return int(Phone(port).get("/hello/memory").body) * KIBIBYTE / MEGABYTE
