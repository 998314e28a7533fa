"""Connections to PostgreSQL: a dead one is seen before it is used, none waits longer than ``connections`` says.

A statement is not cancelled when it takes too long: one that waits for a synchronous standby would report success
for what no standby has. The connection is closed instead, and whoever asked learns nothing but that; what is sent
again with its id finds what was written, or writes it. Only where there is a PostgreSQL this file is imported, and
with it the driver.
"""

import time
from typing import Any

import psycopg
from flask import Flask
from psycopg import waiting
from psycopg.abc import RV, PQGen
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError

from reading import wire
from reading.clock import AgreedClock, Clock
from reading.connections import LEAST_WAIT, SECONDS_TO_CONNECT, deadline, is_ready
from reading.failures import READ_ONLY_SQLSTATE

# Told to the machine's own network code: a server that went without a word is noticed, in a transaction and between.
SOCKET = {
    "connect_timeout": SECONDS_TO_CONNECT,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


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
        # Asked for before: a request that finds its connection gone waits for the new one within the same five seconds.
        until = deadline()
        connection = Bounded.connect(*args, **{**SOCKET, **given})
        connection.deadline = until
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
