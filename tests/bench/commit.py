"""How evenly two processes commit that write at once (SQLite, ``synchronous=FULL``): the slowest beside the usual.

The disk alone is not even either: what it does with as many bytes and no database is told in the same run.
"""

import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from reading import clock, create_app
from reading.extensions import db
from reading.logbook.models import LogEntry
from tests.bench.check_in import p99
from tests.bench.city import HOME, SQLITE, Bench
from tests.bench.figures import Figure

ROWS: Any = LogEntry.__table__
WRITERS, SECONDS, MOST = 2, 8.0, 5.0
# What a row of the log and its indexes come to in the log of writes, and how long that file grows.
COMMITTED, FILE = 5 * 4096, 4000 * 4096


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the ratio of the slowest of a hundred commits to the middle one; PostgreSQL's is its own business."""
    if bench.database == SQLITE:
        with get_context("spawn").Pool(WRITERS) as pool:
            times = _of_all(pool.map(written, [dict(bench.environ)] * WRITERS))
            alone = _of_all(pool.map(synced, [str(HOME)] * WRITERS))
        usual, slowest = statistics.median(times), p99(times)
        disk = f"the disk alone {p99(alone) / statistics.median(alone):.1f} ×"
        yield Figure(
            f"commit p99 ÷ p50, {WRITERS} writers", bench.database, slowest / usual, most=MOST,
            beside=f"{slowest * 1000:.1f} ms and {usual * 1000:.1f} ms, {len(times)} commits; {disk}",
        )  # fmt: skip


def _of_all(each: Iterable[list[float]]) -> list[float]:
    return [one for some in each for one in some]


def synced(folder: str) -> list[float]:
    """Write as many bytes again and again without a database; return what each write to the disk took, in seconds."""
    times = list[float]()
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        file.write(bytes(FILE))
        os.fsync(file.fileno())
        until, place = time.perf_counter() + SECONDS, 0
        while time.perf_counter() < until:
            began = time.perf_counter()
            os.pwrite(file.fileno(), bytes(COMMITTED), place % (FILE - COMMITTED))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
            place += COMMITTED
    return times[20:]


def written(environ: dict[str, str]) -> list[float]:
    """Write one log row after the other for a while, as a request does; return what each commit took, in seconds."""
    app, times = create_app(environ), list[float]()
    with app.app_context():
        row = dict(db.session.execute(select(ROWS).limit(1)).mappings().one())
        db.session.rollback()
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        with app.test_request_context():
            times.append(_write(app, row))
    # The warm-up of a process is no commit.
    return times[20:]


def _write(app: Flask, row: dict[str, Any]) -> float:
    connection = db.session.connection(execution_options={"writes": True})
    connection.execute(insert(ROWS), row | {"id": uuid.uuid4(), "arrived_at": clock.now()})
    began = time.perf_counter()
    db.session.commit()
    return time.perf_counter() - began
