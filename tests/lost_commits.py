"""Every action's commit is done and its answer lost, once: ``pytest -p tests.lost_commits`` runs any tests so.

The action is run again and must find what it wrote: the tests must not notice. Those notice rightly that count
statements, or look at the one run of an action.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import g
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from reading import connections, database

commit, begin = database.commit, database._Again.__init__
LOSE = "lose_the_next_answer"


def pytest_configure() -> None:
    """Lose the first answer of each action from here on."""
    connections.SECONDS_TO_ANSWER = 60.0
    database.commit = commit_and_lose
    database._Again.__init__ = begin_again  # type: ignore[method-assign]


def begin_again(self: Any) -> None:
    """Begin a call of an action: its first answer is lost."""
    begin(self)
    setattr(g, LOSE, True)


def commit_and_lose(connection: Connection, after: Iterable[Callable[[], None]] = ()) -> None:
    """Commit, and say so only the second time."""
    commit(connection, after)
    if g.pop(LOSE, False):
        raise OperationalError("COMMIT", {}, Exception("no answer"), connection_invalidated=True)
