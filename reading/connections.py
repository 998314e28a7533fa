"""How long this service waits for its database: a request 5 s, and not at all for what others waited for in vain.

How a connection to PostgreSQL keeps to it is in ``bounded``.
"""

import logging
import random
import select
import time
from typing import Any

from flask import current_app, has_request_context, request

SECONDS_TO_CONNECT = 2
# From the first time a request needs the database to the answer: so long anybody waits, and no worker longer.
SECONDS_TO_ANSWER = 5.0
# Whoever comes late is still given a moment: long work of Python's own is no fault of the database.
LEAST_WAIT = 0.1
# While it lasts, nobody is kept waiting for a database that others of this worker have just waited for in vain.
SECONDS_OF_GIVING_UP = 3.0
GIVEN_UP, DEADLINE = "database_given_up_until", "reading.database_deadline"
LOGGER = logging.getLogger("reading.database")
PAUSES = (0.0, 0.05, 0.1, 0.2, 0.4)


def deadline() -> float | None:
    """Return until when (of ``time.monotonic()``) this request waits for the database; None outside a request."""
    if not has_request_context():
        return None
    # With the request itself: what looked at it early (reading/early.py) waited for it too.
    until: float = request.environ.setdefault(DEADLINE, time.monotonic() + SECONDS_TO_ANSWER)
    return until


def is_ready(connection: Any) -> bool:
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
