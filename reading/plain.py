"""Statements that are made and compiled once, and then sent to the driver as they are.

For the paths everybody takes at once on a learning day, and for no others: what SQLAlchemy does around a statement
(building it, looking for it among those compiled, reading rows into objects) takes several times as long as the
database. Types, names and both dialects stay SQLAlchemy's; nothing is written as SQL text.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, has_app_context
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Executable,
    bindparam,
    event,
    false,
    text,
)
from sqlalchemy.types import TypeEngine

from reading import current
from reading.compiled import Compiled, Row, compiled_for
from reading.connections import is_ready
from reading.extensions import HELD, db
from reading.late import Late

if TYPE_CHECKING:
    from psycopg import pq

    from reading import wire
else:
    # Only on PostgreSQL are they asked for.
    pq, wire = Late("psycopg.pq"), Late("reading.wire")

LOOKING = "plain_looking"
# As many as a worker has threads, at most.
MOST_WAITING = 4


class Sent(NamedTuple):
    """A statement with what it is told, to be sent."""

    plain: "Plain"
    values: Mapping[str, Any]
    shape: tuple[Any, ...]


class Plain:
    """One statement, made by a function when it is first wanted: ``make(*shape)`` returns it for each shape.

    A shape says how many values there are where their number varies (see :func:`any_of`); few shapes are usual.
    """

    def __init__(self, make: Callable[..., Executable], same: int = 0) -> None:
        """``same``: so many of the first columns say the same in every row, and are read in the first one alone."""
        self._make, self._lock, self._same = make, Lock(), same
        self._compiled: dict[tuple[Any, ...], Compiled] = {}

    def rows(self, values: Mapping[str, Any], *shape: Any) -> list[Row]:
        """Run it within the session's transaction and return its rows; nothing that waits in the session is sent."""
        return _send(_writing(), [Sent(self, values, shape)])[0]

    def told(self, values: Mapping[str, Any], *shape: Any) -> Sent:
        """Return it with these values, to be sent with others (see :func:`together`)."""
        return Sent(self, values, shape)

    def look(self, values: Mapping[str, Any], *shape: Any) -> list[Row]:
        """As :meth:`rows`, for a page that only looks: without a transaction, which is more work than the statement.

        Within a transaction that has begun it sees what was written there.
        """
        return look_together(Sent(self, values, shape))[0]

    def run(self, values: Mapping[str, Any], *shape: Any) -> None:
        """Run it for what it writes."""
        self.rows(values, *shape)

    def of(self, dialect: Dialect, shape: tuple[Any, ...]) -> Compiled:
        """Return it as the dialect has it."""
        key = (dialect.name, *shape)
        found = self._compiled.get(key)
        if found is None:
            with self._lock:
                found = self._compiled[key] = compiled_for(dialect, self._make(*shape), self._same)
        return found


def init_engine(app: Flask, engine: Engine) -> None:
    """Let the app's requests look on connections that wait for them, each set up once and used by one at a time."""
    idle: deque[Connection] = deque()
    app.extensions[LOOKING] = idle

    @event.listens_for(engine, "engine_disposed")
    def dispose(_engine: Engine) -> None:
        # The pool they came from is gone, and would keep what is given back for nobody.
        if has_app_context():
            look_no_longer()
        while idle:
            connection = idle.pop()
            connection.detach()
            connection.close()


def _writing() -> Connection:
    held: Connection | None = current.g().get(HELD)
    return db.session.connection() if held is None else held


def looking() -> Connection:
    """Return the connection on which this request looks: each statement by itself, nothing begun and nothing to end.

    It is the request's until :func:`look_no_longer`; one that died is another one then. To take one from the pool and
    give it back takes longer than what most pages ask on it, so it waits here, not there. Whoever begins a transaction
    on it writes.
    """
    kept = current.g()
    connection: Connection | None = kept.get(LOOKING)
    if connection is None or connection.invalidated or connection.closed:
        connection = _waiting() or _set_up()
        setattr(kept, LOOKING, connection)
    return connection


def _set_up() -> Connection:
    connection = db.engine.connect().execution_options(writes=True)
    if connection.dialect.name == "postgresql":
        _send(connection, [Sent(_PLANNED_ONCE, {}, ())], begins=False)
    return connection


def _waiting() -> Connection | None:
    idle: deque[Connection] = current.app().extensions[LOOKING]
    while idle:
        connection = idle.pop()
        driver: Any = connection.connection.dbapi_connection
        if connection.dialect.name == "sqlite" or is_ready(driver):
            return connection
        connection.invalidate()
        connection.close()
    return None


def look_no_longer() -> None:
    """Let the connection on which this request looked wait for the next one; of many, let it go."""
    connection: Connection | None = current.g().pop(LOOKING, None)
    if connection is None:
        return
    idle: deque[Connection] = current.app().extensions[LOOKING]
    if connection.in_transaction():
        connection.invalidate()
    if connection.invalidated or connection.closed:
        connection.close()
    elif len(idle) < MOST_WAITING:
        idle.append(connection)
    else:
        # Whoever waits for the pool has this place. The connection itself is not as the pool's are.
        connection.detach()
        connection.close()


def look_together(*sent: Sent) -> list[list[Row]]:
    """As :func:`together`, for a page that only looks (see :meth:`Plain.look`)."""
    if HELD in current.g() or (db.session.registry.has() and db.session().in_transaction()):
        return together(*sent)
    return _send(looking(), sent, begins=False)


def together(*sent: Sent, last: bool = False) -> list[list[Row]]:
    """Run these statements, in this order, within the session's transaction; return the rows of each.

    On PostgreSQL they go there and back at once. ``last``: nothing follows, so the COMMIT goes with them; whoever
    commits the session then has nothing left to do.
    """
    return _send(_writing(), sent, commits=last)


def _send(
    connection: Connection, sent: Sequence[Sent], *, begins: bool = True, commits: bool = False
) -> list[list[Row]]:
    """Send statements with the driver's own means; who listens is told, and errors are SQLAlchemy's.

    What ``exec_driver_sql`` would do besides (learning the columns of every answer) takes longer than most answers.
    """
    dialect = connection.dialect
    compiled = [(one.plain.of(dialect, one.shape), one.values) for one in sent]
    for listener in connection.dispatch.before_cursor_execute:
        for one, _values in compiled:
            listener(connection, None, one.text, None, None, False)
    driver: Any = connection.connection.dbapi_connection
    try:
        if dialect.name == "postgresql":
            found = _wired(driver, [(one, one.told(values)) for one, values in compiled], begins, commits)
        else:
            found = [_run(driver, one, one.told(values)) for one, values in compiled]
    except Exception as error:
        said = "; ".join([one.text for one, _values in compiled])
        connection._handle_dbapi_exception(error, said, None, None, None)
    # The driver's own rows: nobody asks them for anything by name.
    return [
        one.rows_of(rows) if one.read else rows for (one, _values), rows in zip(compiled, found, strict=True)
    ]


def _run(driver: sqlite3.Connection, one: Compiled, told: Sequence[Any]) -> list[Row]:
    return driver.execute(one.text, [told[place] for place in one.order]).fetchall()


def _wired(
    driver: Any, compiled: Sequence[tuple[Compiled, Sequence[Any]]], begins: bool, commits: bool
) -> list[list[Row]]:
    if driver.spoken is None:
        driver.spoken = wire.Spoken(driver)
    # The driver would begin by itself with its next statement; so does this, unless somebody only looks.
    is_new = (
        begins and not driver.autocommit and driver.pgconn.transaction_status == pq.TransactionStatus.IDLE
    )
    begin = driver._get_tx_start_command() if is_new else None
    asked = [(one.wired, told) for one, told in compiled if one.wired]
    return wire.send(driver, driver.spoken, asked, begin=begin, commits=commits)


def told(name: str, kind: TypeEngine[Any]) -> BindParameter[Any]:
    """Return the place of a value that is told each time the statement is run."""
    return bindparam(name, type_=kind, required=False)


def any_of(name: str, number: int, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the column holds one of so many values, told as ``name_0``, ``name_1``, …"""
    each = [told(f"{name}_{one}", column.type) for one in range(number)]
    if number == 1:
        return column == each[0]
    return column.in_(each) if each else false()


def numbered(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return the values as :func:`any_of` wants them told."""
    return {f"{name}_{one}": value for one, value in enumerate(values)}


# By itself PostgreSQL plans a statement anew for its values as long as it takes that for cheaper: for those of many
# parts for ever, and a record took a tenth longer. What is asked here is found by its keys, whichever they are.
_PLANNED_ONCE = Plain(lambda: text("SET plan_cache_mode = force_generic_plan"))
