"""Every action's commit is done and its answer lost, once: ``pytest -p tests.lost_commits`` runs any tests so.

The action is run again and must find what it wrote: the tests must not notice. Those notice rightly that count
statements, or look at the one run of an action.
"""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from reading import connections, database
from reading.extensions import db

commit, begin = database.commit, database._Again.__init__
LOSE = "lose the next answer"


def pytest_configure() -> None:
    """Lose the first answer of each action from here on."""
    connections.SECONDS_TO_ANSWER = 60.0
    database.commit = commit_and_lose
    database._Again.__init__ = begin_again  # type: ignore[method-assign]


def begin_again(self: Any) -> None:
    """Begin a call of an action: its first answer is lost."""
    begin(self)
    db.session.info[LOSE] = True


def commit_and_lose(session: Session, connection: Connection) -> None:
    """Commit, and say so only the second time."""
    commit(session, connection)
    if session.info.pop(LOSE, False):
        raise OperationalError("COMMIT", {}, Exception("no answer"), connection_invalidated=True)
