"""What it takes to save: a log entry and a check-in, each beside a bare form post without a database; and what points
and standings add to a bare row of the log.

The people are many and take turns, as on a learning day: nobody saves more than the service takes of one in an hour.
"""

import itertools
import re
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import select

from reading import clock
from reading.books.models import Book
from reading.check_in.queries import signing_key
from reading.check_in.rules import token_at
from reading.events.models import Event
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.logbook import log_queries
from reading.people.models import Account
from tests import signed_in
from tests.bench.city import SQLITE, Bench
from tests.bench.figures import Figure
from tests.bench.rates import ROUNDS, Shot, beside, post, ratio, side_by_side
from tests.bench.serving import Phone

NEW = "/logbook/new"
READERS, GUESTS = 250, 5_000
LEAST_LOG = {SQLITE: 0.16, "PostgreSQL": 0.24}
LEAST_CHECK_IN = {SQLITE: 0.20, "PostgreSQL": 0.25}
MOST_OF_POINTS = 4.0
ROWS, SETTLED = 200, 4_200


class Hand(NamedTuple):
    """Somebody with a phone on which the form is open."""

    resident: uuid.UUID
    cookies: Mapping[str, str]
    token: str


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield how saving does beside a bare form post, one worker each, and beside a bare row."""
    book = db.session.scalars(select(Book).order_by(Book.id).limit(1)).one()
    chosen = {
        "book_id": str(book.id),
        "book": book.title,
        "read_on": clock.today().isoformat(),
        "pages": "12",
    }
    plain = {**chosen, "csrf_token": "x" * 90, "resident": str(book.id)}
    code = f"/check-in/{token_at(_evening(), clock.now(), signing_key())}"
    with bench.served() as port, bench.bare() as bare_port:
        shots = {
            # Nobody comes twice: who is in already would be less to write.
            "check-in": _saving(port, code, iter(_hands(bench, port, code, GUESTS)), {}),
            "log": _saving(port, NEW, itertools.cycle(_hands(bench, port, NEW, READERS)), chosen),
            "bare": post(bare_port, "/form", lambda: urlencode(plain | {"id": uuid.uuid4()}).encode()),
        }
        rates = side_by_side(shots)
    yield Figure(
        "a log entry saved beside a bare form post", bench.database, ratio(rates["log"], rates["bare"]),
        least=LEAST_LOG[bench.database], beside=beside(rates["log"], rates["bare"]),
    )  # fmt: skip
    yield Figure(
        "a check-in beside a bare form post", bench.database, ratio(rates["check-in"], rates["bare"]),
        least=LEAST_CHECK_IN[bench.database], beside=beside(rates["check-in"], rates["bare"]),
    )  # fmt: skip
    if bench.database == SQLITE:
        yield _of_points(bench, book.id)


def _evening() -> uuid.UUID:
    """Return an event that goes on now."""
    row = dict(db.session.execute(select(Event.__table__).limit(1)).mappings().one())
    now = clock.now()
    row |= {"id": uuid.uuid4(), "course_id": None, "capacity": None, "cancelled_at": None}
    row |= {"starts_at": now - timedelta(minutes=10), "ends_at": now + timedelta(hours=2)}
    db.session.add(Event(**row))
    db.session.commit()
    return uuid.UUID(str(row["id"]))


def _hands(bench: Bench, port: int, path: str, number: int) -> list[Hand]:
    """Return so many people with the form open, each on a phone of their own."""
    people = bench.residents_with_account(number)
    accounts = db.session.scalars(select(Account).where(Account.id.in_([one.account_id for one in people])))
    by_id = {one.id: one for one in accounts.unique()}
    tokens = signed_in.sign_in_all([by_id[one.account_id] for one in people if one.account_id])
    hands, phone = [], Phone(port)
    for one, token in zip(people, tokens, strict=True):
        phone.cookies = {bench.app.config["SIGN_IN_COOKIE_NAME"]: token}
        phone.get(path)
        hands.append(Hand(one.id, phone.cookies, phone.token))
    return hands


def _saving(port: int, path: str, turn: Iterator[Hand], fields: Mapping[str, str]) -> Shot:
    """Return a form sent by one person after the other, each time with an id of its own."""
    hand = next(turn)

    def body() -> bytes:
        sent = {"csrf_token": hand.token, "id": uuid.uuid4(), "resident": hand.resident, **fields}
        return urlencode(sent).encode()

    shot = post(port, path, body, {"session": "to be told"})
    made = shot.made

    def next_one() -> bytes:
        nonlocal hand
        hand = next(turn)
        line = "; ".join(f"{name}={value}" for name, value in hand.cookies.items())
        return re.sub(rb"Cookie: [^\r]*", f"Cookie: {line}".encode(), made(), count=1)

    shot.made = next_one
    return shot


def _of_points(bench: Bench, book_id: uuid.UUID) -> Figure:
    """Return what a settled row costs beside one alone, in process and without waiting for the disk."""
    turn = iter([(one.id, one.community_id) for one in bench.residents_with_account(SETTLED)])
    today = clock.today()

    def row(resident: uuid.UUID, community: str) -> dict[str, Any]:
        return {
            "id": uuid.uuid4(), "community_id": community, "resident_id": resident, "book_id": book_id,
            "read_on": today, "pages": 12, "minutes": None, "finished": False, "reflection": "", "flag": None,
            "review": None, "set_aside_at": None, "sent_digest": "", "arrived_at": clock.now(),
            "entered_by": None, "removed_at": None, "removed_by": None,
        }  # fmt: skip

    def alone() -> None:
        log_queries.write(row(*next(turn)))

    def settled() -> None:
        resident, community = next(turn)
        log_queries.write(row(resident, community))
        learning_days.settle_locked([resident], {today})

    db.session.rollback()
    # The pool hands the same connection out again.
    db.session.connection().exec_driver_sql("COMMIT")
    db.session.connection().exec_driver_sql("PRAGMA synchronous=OFF")
    db.session.rollback()
    for doing in (alone, settled):
        _seconds(doing)
    rounds = [(_seconds(settled), _seconds(alone)) for _round in range(ROUNDS)]
    added = statistics.median((whole - bare) / bare for whole, bare in rounds)
    whole, bare = (statistics.median(one) for one in zip(*rounds, strict=True))
    return Figure(
        "what points and standings add to a bare row of the log", bench.database, added, most=MOST_OF_POINTS,
        beside=f"{(whole - bare) / ROWS * 1e6:.0f} µs and {bare / ROWS * 1e6:.0f} µs",
    )  # fmt: skip


def _seconds(doing: Callable[[], None]) -> float:
    """Return what it takes so many times, each in a transaction of its own that waits for no disk."""
    began = time.process_time()
    for _row in range(ROWS):
        db.session.connection(execution_options={"writes": True})
        doing()
        db.session.commit()
    return time.process_time() - began
