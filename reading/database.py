"""How this service speaks to its database: SQLite's pragmas, and the write transaction.

How PostgreSQL is reached is in ``bounded``, what the errors mean in ``failures``, what columns hold in ``columns``.
"""

import itertools
import random
import sqlite3
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from importlib import import_module
from typing import Any, NamedTuple, ParamSpec, TypeVar

from flask import Flask, g
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from reading import checkpoints, plain
from reading.columns import say_to_postgresql
from reading.connections import Patience
from reading.extensions import HELD, db
from reading.failures import lost, raced
from reading.late import Late

bounded: Any = Late("reading.bounded")
P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M")

ATTEMPTS = 4
SQLITE_BUSY_TIMEOUT_MS = 5000
SQLITE_CACHE_KIB = 2_000
LONGEST_PAUSE = 0.05
# Kept with the request: the action that is under way; whether one was committed.
ACTING, ACTED = "acting", "acted"


def init_app(app: Flask) -> None:
    """Set each connection of the app's engine up."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        _set_up_sqlite(engine)
        checkpoints.init_engine(engine)
    else:
        bounded.set_up(engine, app)
        say_to_postgresql(db.metadata)
    plain.init_engine(app, engine)

    @app.teardown_appcontext
    def forget(_error: BaseException | None) -> None:
        # Before the extension's own end of the session (the last registered is the first called), which would raise,
        # and take the page away, where the database went since the page was made.
        plain.look_no_longer()
        if db.session.registry.has():
            give_up()


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, record: object) -> None:
        # The driver must not open transactions by itself; `on_begin` does.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={SQLITE_BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            # FULL, not NORMAL: what was answered "saved" must survive a power cut.
            "synchronous=FULL",
            "foreign_keys=ON",
            # Of each connection of each worker. The system keeps the file's pages too, and once for all of them: eight
            # times as much here made no page faster that could be measured, and each worker larger by 25 MB.
            f"cache_size=-{SQLITE_CACHE_KIB}",
            # Sorting needs no file then: on a full disk everything can still be read.
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A deferred transaction that turns into a write fails at once when another writer was faster.
        words = "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.execute(words)
        except sqlite3.Error as error:
            connection._handle_dbapi_exception(error, words, None, None, None)


class _Acting(NamedTuple):
    """An action that is under way: the call's own id, which run of it this is, and what to do once it is committed."""

    call: uuid.UUID
    run: int
    after: list[Callable[[], None]]


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Make ``function`` one write transaction: begun for writing, committed at its end, undone on any error.

    What was loaded before is read again inside the transaction. A failure that only says "somebody was
    faster" (deadlock, serialization, a person erased meanwhile) runs the whole function again; so does a database
    that went away, for a few seconds. Whether a commit that was not answered happened nobody knows, so an action
    finds what it wrote by the id it was given, or by its own (:func:`done_before`). Actions do not nest: a write that
    serves several actions is a plain function which the actions call.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if g.get(ACTING):
            raise RuntimeError(f"{function.__name__} was called inside another action")
        again, call = _Again(), uuid.uuid4()
        for number in itertools.count():
            try:
                if db.session.registry.has():
                    db.session.rollback()
                acting = _Acting(call, number, [])
                setattr(g, ACTING, acting)
                connection = plain.looking()
                try:
                    connection.begin()
                    # What the session does it does on this connection, and much that is written asks it nothing: most
                    # of what is saved on a learning day makes no session at all.
                    setattr(g, HELD, connection)
                    result = function(*args, **kwargs)
                    commit(connection, acting.after)
                except BaseException:
                    give_up()
                    _undo(connection)
                    raise
                setattr(g, ACTED, True)
                return result
            except DBAPIError as error:
                if not again.may_help(error):
                    raise
            finally:
                g.pop(ACTING, None)
                g.pop(HELD, None)
        raise AssertionError("unreachable")

    return run


def _undo(connection: Connection) -> None:
    """Undo what is open on the connection; one on which that cannot be done is used no more.

    Asked of the driver: SQLAlchemy takes a transaction whose COMMIT failed for ended, and SQLite does not. One that is
    gone has nothing to undo, and to ask for its driver would connect anew, beyond the time a request may take.
    """
    try:
        if not connection.invalidated:
            driver: Any = connection.connection.dbapi_connection
            driver.rollback()
        if open_one := connection.get_transaction():
            open_one.close()
    except Exception:
        connection.invalidate()


def commit(connection: Connection, after: Iterable[Callable[[], None]] = ()) -> None:
    """Send what waits in an action's session, and commit what was done on its connection; then do what comes after."""
    if db.session.registry.has() and db.session().in_transaction():
        # It joined the connection's transaction: it commits nothing by itself.
        db.session.commit()
    connection.commit()
    for do in after:
        do()


def afterwards(do: Callable[[], None]) -> None:
    """Do this once the action that is under way is committed; never, where it is undone."""
    _acting().after.append(do)


def _acting() -> _Acting:
    acting: _Acting = getattr(g, ACTING)
    return acting


def own_id() -> uuid.UUID:
    """Return an id for the one row that tells an action was done, the same however often this call of it is run."""
    return _acting().call


def done_before(kind: type[M]) -> M | None:
    """Return the row of this kind with :func:`own_id` that an earlier run of this call wrote; None for the first."""
    return db.session.get(kind, own_id()) if _acting().run else None


class _Again:
    """Whether an action is run once more: what it met, and how often."""

    def __init__(self) -> None:
        self.races, self.patience = 0, Patience()

    def may_help(self, error: DBAPIError) -> bool:
        """Tell whether the same again may succeed; waits a little before it does."""
        if lost(error):
            return self.patience.lasts()
        self.races += 1
        if not raced(error) or self.races == ATTEMPTS:
            return False
        time.sleep(random.uniform(0, LONGEST_PAUSE))
        return True


def give_up() -> None:
    """Undo what the session has not committed, even where the database is gone that would be told so."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session().invalidate()


def has_acted() -> bool:
    """Tell whether an action of this request was committed."""
    return bool(g.get(ACTED))


def insert_into(table: Any) -> Any:
    """Return an INSERT that knows what to do with a row of the same key; the other database's words stay unloaded."""
    return import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}").insert(table)


def add_up(table: Any, rows: Sequence[Mapping[str, Any]], sums: Collection[str]) -> None:
    """Add ``rows`` to a table of sums: what a row of its key has already in the columns ``sums`` is added to."""
    if rows:
        adding = insert_into(table)
        added = {name: table.c[name] + adding.excluded[name] for name in sums}
        more = adding.on_conflict_do_update(index_elements=table.primary_key, set_=added)
        db.session.execute(more, list(rows))


def broke(error: IntegrityError, constraint: str, *sqlite_columns: str) -> bool:
    """Tell whether ``error`` is about this constraint.

    PostgreSQL names the constraint; SQLite names the columns, as ``table.column``.
    """
    diagnostics: Any = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return bool(diagnostics.constraint_name == constraint)
    return all(column in str(error.orig) for column in sqlite_columns) and bool(sqlite_columns)


def again_if_raced(constraint: str, *sqlite_columns: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run an action once more when somebody wrote the same key (this constraint) at the same moment.

    The second run finds the first one's record and answers as for anything sent twice.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except IntegrityError as error:
                if not broke(error, constraint, *sqlite_columns):
                    raise
                return function(*args, **kwargs)

        return run

    return decorate
