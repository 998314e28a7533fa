"""SQLite only: the log of writes is folded into the database in the background, once a second, while a service writes.

By itself SQLite does that inside whichever commit finds the log long enough: one person in a thousand writes waits for
everybody's pages. Here a thread of each serving process does it. Whatever happens to it (a killed worker, a full disk,
somebody who reads for long), SQLite folds the log in by itself once it has grown past ``BOUND_PAGES``.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from reading import background
from reading.background import Rounds, Step

EVERY_SECONDS = 1.0
# After so many rounds in which nothing was written the thread ends; the next write begins another.
IDLE_ROUNDS = 10
# 64 MB of pages. The log file keeps its greatest length and is written over from its beginning: the disk need not
# find room for each write then, which halves what a commit waits for.
BOUND_PAGES = 16_384
# Kept with a connection that knows of it.
BOUND = "log_bound"
# From so many pages on the log is begun anew. Writers wait meanwhile, for the few pages since the last look; who reads
# is waited for no longer than this, so that no writer waits for a reader.
RENEWED_PAGES, RENEWAL_WAIT_MS = 4_000, 50


def init_engine(engine: Engine) -> None:
    """Fold in the background what is written through this engine while requests are served."""
    folding = Rounds(
        "checkpoints", lambda: (EVERY_SECONDS, IDLE_ROUNDS), lambda: _folding(engine.url.database or "")
    )

    @event.listens_for(engine, "commit")
    def on_commit(connection: Connection) -> None:
        if not background.serves():
            return
        if BOUND not in connection.info:
            # Here, not where it is made: the pool hands out those of before the first request, too.
            driver: Any = connection.connection.dbapi_connection
            driver.execute(f"PRAGMA wal_autocheckpoint={BOUND_PAGES}")
            connection.info[BOUND] = True
        folding.note()


@contextmanager
def _folding(file: str) -> Iterator[Step]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA busy_timeout={RENEWAL_WAIT_MS}")

        def step(_is_idle: bool) -> None:
            # A full disk, or another process at it: there is a next time, and the bound.
            with suppress(sqlite3.OperationalError):
                fold(connection)

        yield step


def fold(connection: sqlite3.Connection) -> None:
    """Write into the database what the log holds, without keeping anybody waiting; begin a long log anew."""
    _busy, pages, _folded = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if pages >= RENEWED_PAGES:
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
