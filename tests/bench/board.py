"""What boards cost: the page beside an empty one, and places beside the sorted sets of Redis, warm, in the same run."""

import importlib
import socket
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, func, insert, select

from reading import clock
from reading.communities.models import Community
from reading.extensions import db
from reading.leaderboards import queries
from reading.people.member_queries import members
from reading.people.models import Account, Resident
from reading.points.models import Standing
from reading.points.rules import Period, parse_period
from tests.bench.city import SQLITE, TODAY, Bench
from tests.bench.figures import Figure
from tests.bench.rates import beside, get, ratio, side_by_side

LEAST_PUBLIC, LEAST_SIGNED_IN = 0.95, {True: 0.60, False: 0.28}
MOST_OF_REDIS, MOST_PLACE_MS, MOST_COMPARED_MS = {True: 0.35, False: 2.5}, {True: 3.0, False: 10.0}, 1.0
MEMBERS, LARGEST = 1_160_000, 49_000
TIMES = 400
IN_A_ROW = 20


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the figures of the page, of the places, and of the communities compared."""
    sqlite, month = bench.database == SQLITE, parse_period(TODAY[:7])
    assert month is not None
    code = bench.largest_community()
    last = _last_with_account(code, month)
    path = f"/communities/{code}/leaderboard"
    with bench.served() as port:
        rates = side_by_side(
            {
                "hello": get(port, "/hello"), "public": get(port, path),
                "own": get(port, path, bench.cookies(db.session.get_one(Account, last.account_id))),
            }
        )  # fmt: skip
    for kind, work, least in (
        ("public", "public board beside an empty view", LEAST_PUBLIC),
        ("own", "signed-in board, my line in it, beside an empty view", LEAST_SIGNED_IN[sqlite]),
    ):
        share, said = ratio(rates[kind], rates["hello"]), beside(rates[kind], rates["hello"])
        yield Figure(work, bench.database, share, least=least, beside=said)
    yield from _beside_redis(bench, last, month, MOST_OF_REDIS[sqlite])
    yield _compared(bench, month)
    yield _last_place(bench, code, month, MOST_PLACE_MS[sqlite])


def _last_with_account(code: str, month: Period) -> Resident:
    """Return who has the fewest points of those in a community who are shown and look after themselves."""
    found = select(Resident).join(Standing, Standing.resident_id == Resident.id)
    here = found.where(Standing.community_id == code, Standing.period == month.key, Standing.is_shown)
    own = here.where(Resident.account_id.is_not(None), Resident.relation == "self")
    return db.session.scalars(own.order_by(Standing.points).limit(1)).one()


def _beside_redis(bench: Bench, reader: Resident, month: Period, most: float) -> Iterator[Figure]:
    city, community = (
        queries.node(code) for code in (reader.community.path.split("/")[1], reader.community_id)
    )
    assert city is not None
    assert community is not None
    assert reader.account_id is not None
    me: list[Any] = members(reader.account_id)[:1]
    memory = bench.app.extensions["kept"]
    with _redis() as server:
        mine = str(reader.id)
        server.zadd("board", {mine: 7})

        def place() -> None:
            server.zscore("board", mine)
            server.zrevrank("board", mine)

        def board() -> None:
            queries.board(community, month, "points")

        def first_20() -> None:
            server.zrevrange("board", 0, 19, withscores=True)

        def anew() -> None:
            memory.clear()
            board()

        def my_place() -> None:
            queries.own_lines(city, month, "points", me)

        # Warm is as a worker serves it: it keeps a board's first lines for five seconds. What they take when they are
        # asked of the database is told beside it, with no promise.
        for work, ours, theirs, bound in (
            ("first 20 of a board, kept for 5 s, beside ZREVRANGE of 1.16 million", board, first_20, most),
            ("first 20 of a board, asked anew each time, beside ZREVRANGE", anew, first_20, None),
            ("my points and my place in the city beside ZSCORE and ZREVRANK", my_place, place, most),
        ):
            own, other = _side_by_side(ours, theirs)
            said = f"{own * 1e6:.0f} µs and {other * 1e6:.0f} µs"
            yield Figure(work, bench.database, own / other, most=bound, beside=said)


def _side_by_side(ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[float, float]:
    """Return the medians of both in seconds, in turn; each warm, after some calls of its own."""
    times: tuple[list[float], list[float]] = [], []
    for _ in range(TIMES // IN_A_ROW):
        for found, call in zip(times, (ours, theirs), strict=True):
            for _ in range(IN_A_ROW):
                began = time.perf_counter()
                call()
                found.append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])


@contextmanager
def _redis() -> Iterator[Any]:
    """Run a Redis that keeps nothing, with a sorted set of a whole city's residents in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            # Only the bench needs it (tests/bench/requirements.txt): nothing else may fail where it is not.
            redis: Any = importlib.import_module("redis")
            client = redis.Redis(port=port)
            while not _answers(client, redis.ConnectionError):
                time.sleep(0.05)
            for first in range(0, MEMBERS, 10_000):
                some = range(first, first + 10_000)
                client.zadd("board", {f"resident {one:032}": one * 7919 % 1240 for one in some})
            yield client
        finally:
            server.terminate()
            server.wait(timeout=10)


def _answers(client: Any, refused: type[Exception]) -> bool:
    try:
        return bool(client.ping())
    except refused:
        return False


def _compared(bench: Bench, month: Period) -> Figure:
    """The league table, asked of the database each time: what this worker keeps of it is let go."""
    code = db.session.scalars(select(Community.code).where(Community.level == "city")).one()
    city, memory = queries.node(code), bench.app.extensions["kept"]
    assert city is not None

    def compare() -> None:
        memory.pop(("boards compared", code, month.key), None)
        queries.communities_compared(city, month)

    compare()
    took = _median(compare)
    count = db.session.scalar(select(func.count()).where(Community.level == "community"))
    return Figure(
        "league table of all communities, asked of the database", bench.database, took * 1000, "ms",
        most=MOST_COMPARED_MS, beside=f"{count} communities",
    )  # fmt: skip


def _last_place(bench: Bench, code: str, month: Period, most: float) -> Figure:
    """My place when I am last of a community as large as the largest one, counted anew each time."""
    community = queries.node(code)
    assert community is not None
    stand = _crowd(code, month)
    last, memory = db.session.get_one(Resident, stand[0]), bench.app.extensions["kept"]

    def count() -> None:
        memory.clear()
        queries.own_lines(community, month, "points", [last])

    took = _median(count, 60)
    db.session.rollback()
    return Figure(
        f"my place, the last of {len(stand):,} in one community, nothing kept yet", bench.database, took * 1000,
        "ms", most=most,
    )  # fmt: skip


def _crowd(code: str, month: Period) -> list[uuid.UUID]:
    """Let up to 49,000 residents of the city stand on one community's board, in a transaction that is taken back.

    The first of them stands last.
    """
    people = list(db.session.scalars(select(Resident.id).order_by(Resident.id).limit(LARGEST)))
    db.session.execute(delete(Standing).where(Standing.period == month.key, Standing.community_id == code))
    sums = {"pages": 10, "minutes": 0, "books": 0, "days": 1, "records": 1, "is_shown": True}
    rows = [
        {"community_id": code, "period": month.key, "resident_id": one, "points": 1 + number * 7919 % 700,
         "settled_at": clock.now(), **sums}
        for number, one in enumerate(people)
    ]  # fmt: skip
    db.session.execute(insert(Standing), rows)
    return people


def _median(call: Callable[[], Any], times: int = TIMES) -> float:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return statistics.median(found)
