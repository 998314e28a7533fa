"""SQLite only: the log of writes is folded into the database in the background, once a second, while a service writes.

By itself SQLite does that inside whichever commit finds the log long enough: one person in a thousand writes waits for
everybody's pages. Here a thread of each serving process does it. Whatever happens to it (a killed worker, a full disk,
somebody who reads for long), SQLite folds the log in by itself once it has grown past ``BOUND_PAGES``.
"""

import sqlite3
from contextlib import closing, suppress
from threading import Event, Lock, Thread

from flask import current_app, has_request_context
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

EVERY_SECONDS = 1.0
# After so many rounds in which nothing was written the thread ends; the next write begins another.
IDLE_ROUNDS = 10
# 64 MB of pages. The log file keeps its greatest length and is written over from its beginning: the disk need not
# find room for each write then, which halves what a commit waits for.
BOUND_PAGES = 16_384
# From so many pages on the log is begun anew. Writers wait meanwhile, for the few pages since the last look; who reads
# is waited for no longer than this, so that no writer waits for a reader.
RENEWED_PAGES, RENEWAL_WAIT_MS = 4_000, 50


def init_engine(engine: Engine) -> None:
    """Fold in the background what is written through this engine while requests are served."""
    folding = _Folding(engine.url.database or "")

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, record: object) -> None:
        if _serves():
            connection.execute(f"PRAGMA wal_autocheckpoint={BOUND_PAGES}")

    @event.listens_for(engine, "commit")
    def on_commit(connection: Connection) -> None:
        if _serves():
            folding.note()


def _serves() -> bool:
    """Tell whether a request is being answered: commands and tests leave everything to SQLite."""
    return has_request_context() and not current_app.testing


class _Folding:
    """The thread of one process for one database file; there is one while somebody writes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._lock, self._written = Lock(), Event()
        self._thread: Thread | None = None

    def note(self) -> None:
        """Let what was just written be folded in before long."""
        if not self._written.is_set():
            self._written.set()
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = Thread(target=self._run, name="checkpoints", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        idle, pause = 0, Event()
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(f"PRAGMA busy_timeout={RENEWAL_WAIT_MS}")
            while idle < IDLE_ROUNDS:
                pause.wait(EVERY_SECONDS)
                idle = 0 if self._written.is_set() else idle + 1
                self._written.clear()
                # In idle rounds too: a commit is noted just before it is made. A full disk, or another process at
                # it: there is a next time, and the bound.
                with suppress(sqlite3.OperationalError):
                    fold(connection)


def fold(connection: sqlite3.Connection) -> None:
    """Write into the database what the log holds, without keeping anybody waiting; begin a long log anew."""
    _busy, pages, _folded = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if pages >= RENEWED_PAGES:
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
