"""How this service reaches PostgreSQL: a dead connection is seen before it is used, none is waited for over 5 s.

A statement is not cancelled when it takes too long: one that waits for a synchronous standby would report success
for what no standby has. The connection is closed instead, and whoever asked learns nothing but that; what is sent
again with its id finds what was written, or writes it.
"""

import logging
import random
import select
import time
from typing import Any

import psycopg
from flask import Flask, current_app, g, has_request_context
from psycopg import waiting
from psycopg.abc import RV, PQGen
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError

from reading import wire
from reading.clock import AgreedClock, Clock
from reading.failures import READ_ONLY_SQLSTATE

SECONDS_TO_CONNECT = 2
# From the first time a request needs the database to the answer: so long anybody waits, and no worker longer.
SECONDS_TO_ANSWER = 5.0
# Whoever comes late is still given a moment: long work of Python's own is no fault of the database.
LEAST_WAIT = 0.1
# Told to the machine's own network code: a server that went without a word is noticed, in a transaction and between.
SOCKET = {
    "connect_timeout": SECONDS_TO_CONNECT,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
# While it lasts, nobody is kept waiting for a database that others of this worker have just waited for in vain.
SECONDS_OF_GIVING_UP = 3.0
GIVEN_UP = "database_given_up_until"
LOGGER = logging.getLogger("reading.database")
PAUSES = (0.0, 0.05, 0.1, 0.2, 0.4)


class Bounded(psycopg.Connection[Any]):
    """A connection that waits for the server until ``deadline`` (of ``time.monotonic()``) only; None: for ever."""

    deadline: float | None = None
    spoken: wire.Spoken | None = None

    def _deallocate(self, name: bytes | None) -> PQGen[None]:
        # The driver forgets all that it prepared, and so does the server what we did.
        if name is None:
            self.spoken = None
        yield from super()._deallocate(name)

    def wait(self, gen: PQGen[RV], interval: float = LEAST_WAIT, timeout: float | None = None) -> RV:
        """Do as psycopg does, until the deadline; then close the connection and raise ``OperationalError``."""
        if self.deadline is not None:
            timeout = max(LEAST_WAIT, self.deadline - time.monotonic())
        try:
            return waiting.wait(gen, self.pgconn.socket, interval=interval, timeout=timeout)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError(
                "the server did not answer in time: the connection was closed"
            ) from None
        except KeyboardInterrupt:
            # psycopg would cancel the statement.
            self.pgconn.finish()
            raise


def set_up(engine: Engine, app: Flask) -> None:
    """Let the connections of a PostgreSQL engine be bounded, and looked at before each use."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: list[Any], given: dict[str, Any]) -> Bounded:
        connection = Bounded.connect(*args, **{**SOCKET, **given})
        connection.deadline = deadline()
        _agree(connection, app.extensions["clock"])
        return connection

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Bounded, _record: Any, _proxy: Any) -> None:
        if not is_ready(connection):
            raise DisconnectionError("the connection died while nobody used it")

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        # A server that is no primary any more, or not yet: another connection may reach the one that is.
        if getattr(context.original_exception, "sqlstate", None) == READ_ONLY_SQLSTATE:
            context.is_disconnect = True


def _agree(connection: Bounded, clock: Clock) -> None:
    if isinstance(clock, AgreedClock):
        connection.autocommit = True
        told = connection.execute("SELECT clock_timestamp()").fetchone()
        connection.autocommit = False
        clock.agree(told[0] if told else clock())


def deadline() -> float | None:
    """Return until when (of ``time.monotonic()``) this request waits for the database; None outside a request."""
    if not has_request_context():
        return None
    if "database_deadline" not in g:
        g.database_deadline = time.monotonic() + SECONDS_TO_ANSWER
    until: float = g.database_deadline
    return until


def is_ready(connection: Bounded) -> bool:
    """Tell whether a connection lives that nobody used for a while; it is bounded by this request's deadline then.

    A server that goes says so, or closes the socket: there is something to read where nothing was asked. To look
    costs no round trip, as a ping would.
    """
    if connection.closed or _says_something(connection.pgconn.socket):
        return False
    connection.deadline = deadline()
    return True


def _says_something(socket: int) -> bool:
    asked = select.poll()
    asked.register(socket, select.POLLIN)
    return bool(asked.poll(0))


class Patience:
    """How long whoever found no database goes on trying: within the request's deadline, with small pauses."""

    def __init__(self) -> None:
        self.until = deadline() or time.monotonic() + SECONDS_TO_ANSWER
        self.tries = 0

    def lasts(self) -> bool:
        """Pause a little; tell whether there is time to try once more.

        There is none where the next try could outlast the deadline, nor while others of this worker have just
        waited in vain: they and everybody behind them would queue.
        """
        pause = PAUSES[min(self.tries, len(PAUSES) - 1)] * random.uniform(0.5, 1.5)
        now, known = time.monotonic(), current_app.extensions
        if now + pause + SECONDS_TO_CONNECT > self.until or now < known.get(GIVEN_UP, 0.0):
            known[GIVEN_UP] = now + SECONDS_OF_GIVING_UP
            return False
        LOGGER.warning("the database went away: trying again")
        self.tries += 1
        time.sleep(pause)
        return True
