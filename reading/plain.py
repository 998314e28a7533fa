"""Statements that are made and compiled once, and then sent to the driver as they are.

For the paths everybody takes at once on a learning day, and for no others: what SQLAlchemy does around a statement
(building it, looking for it among those compiled, reading rows into objects) takes several times as long as the
database. Types, names and both dialects stay SQLAlchemy's; nothing is written as SQL text.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from flask import Flask, current_app, g
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
)
from sqlalchemy.types import TypeEngine

from reading.connections import is_ready
from reading.extensions import db

Processor = Callable[[Any], Any] | None
LOOKING = "plain_looking"


@dataclass(frozen=True)
class _Compiled:
    """A statement in a dialect's words, and how values are told to the driver and read from it."""

    text: str
    # By position, for SQLite; () where the driver takes names.
    order: Sequence[str]
    given: Mapping[str, Any]
    tellers: Mapping[str, Callable[[Any], Any]]
    read: Sequence[tuple[int, Callable[[Any], Any]]]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Return what the driver takes."""
        named = {**self.given, **values}
        for name, tell in self.tellers.items():
            named[name] = tell(named[name])
        return tuple([named[name] for name in self.order]) if self.order else named


class Plain:
    """One statement, made by a function when it is first wanted: ``make(*shape)`` returns it for each shape.

    A shape says how many values there are where their number varies (see :func:`any_of`); few shapes are usual.
    """

    def __init__(self, make: Callable[..., Executable]) -> None:
        self._make, self._lock = make, Lock()
        self._compiled: dict[tuple[Any, ...], _Compiled] = {}

    def rows(self, values: Mapping[str, Any], *shape: Any) -> list[tuple[Any, ...]]:
        """Run it within the session's transaction and return its rows; nothing that waits in the session is sent."""
        return self._sent(db.session.connection(), values, shape)

    def _sent(
        self, connection: Connection, values: Mapping[str, Any], shape: tuple[Any, ...]
    ) -> list[tuple[Any, ...]]:
        compiled = self._of(connection.dialect, shape)
        cursor = _send(connection, compiled.text, compiled.parameters(values))
        # The driver's own rows: nobody asks them for anything by name.
        found = _read(cursor.fetchall(), compiled.read) if cursor.description else []
        cursor.close()
        return found

    def look(self, values: Mapping[str, Any], *shape: Any) -> list[tuple[Any, ...]]:
        """As :meth:`rows`, for a page that only looks: without a transaction, which is more work than the statement.

        Within a transaction that has begun it sees what was written there.
        """
        if db.session.registry.has() and db.session().in_transaction():
            return self.rows(values, *shape)
        return self._sent(looking(), values, shape)

    def run(self, values: Mapping[str, Any], *shape: Any) -> None:
        """Run it for what it writes."""
        self.rows(values, *shape)

    def _of(self, dialect: Dialect, shape: tuple[Any, ...]) -> _Compiled:
        key = (dialect.name, *shape)
        found = self._compiled.get(key)
        if found is None:
            with self._lock:
                found = self._compiled[key] = _compile(self._make(*shape), dialect)
        return found


def init_engine(app: Flask, engine: Engine) -> None:
    """Let the app's requests look on connections that wait for them, each set up once and used by one at a time."""
    idle: deque[Connection] = deque()
    app.extensions[LOOKING] = idle

    @event.listens_for(engine, "engine_disposed")
    def dispose(_engine: Engine) -> None:
        # The pool they came from is gone, and would keep what is given back for nobody.
        while idle:
            connection = idle.pop()
            connection.detach()
            connection.close()


def looking() -> Connection:
    """Return the connection on which this request looks: each statement by itself, nothing begun and nothing to end.

    It is the request's until :func:`look_no_longer`; one that died is another one then. To take one from the pool and
    give it back takes longer than what most pages ask on it, so it waits here, not there.
    """
    connection: Connection | None = g.get(LOOKING)
    if connection is None or connection.invalidated or connection.closed:
        connection = _waiting() or _connected()
        setattr(g, LOOKING, connection)
    return connection


def _waiting() -> Connection | None:
    idle: deque[Connection] = current_app.extensions[LOOKING]
    while idle:
        connection = idle.pop()
        driver: Any = connection.connection.dbapi_connection
        if connection.dialect.name == "sqlite" or is_ready(driver):
            return connection
        connection.invalidate()
        connection.close()
    return None


def _connected() -> Connection:
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        # The driver would begin a transaction by itself: three ways to the server and back in place of one.
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    return connection


def look_no_longer() -> None:
    """Let the connection on which this request looked wait for the next one."""
    connection: Connection | None = g.pop(LOOKING, None)
    if connection is None:
        return
    if connection.invalidated or connection.closed or connection.in_transaction():
        connection.close()
    else:
        current_app.extensions[LOOKING].append(connection)


def _send(connection: Any, text: str, parameters: Any) -> Any:
    """Send a statement with the connection's own cursor; who listens is told, and errors are SQLAlchemy's.

    What ``exec_driver_sql`` would do besides (learning the columns of every answer) takes longer than most answers.
    """
    cursor = connection.connection.cursor()
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, cursor, text, parameters, None, False)
    try:
        cursor.execute(text, parameters)
    except Exception as error:
        connection._handle_dbapi_exception(error, text, parameters, cursor, None)
    return cursor


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


def _read(
    found: Sequence[Sequence[Any]], readers: Sequence[tuple[int, Callable[[Any], Any]]]
) -> list[tuple[Any, ...]]:
    if not readers:
        return [tuple(row) for row in found]
    rows = []
    for row in found:
        values = list(row)
        for place, reader in readers:
            value = values[place]
            # None is what it is; of the columns of roles, which few people have, all are.
            if value is not None:
                values[place] = reader(value)
        rows.append(tuple(values))
    return rows


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    # Lists that the statement itself holds (which statuses count) are spelled out; they need no telling.
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    binds: Mapping[str, BindParameter[Any]] = compiled.binds
    tell = {name: _impl(bind.type, dialect).bind_processor(dialect) for name, bind in binds.items()}
    columns = statement.selected_columns if hasattr(statement, "selected_columns") else ()
    read = [_impl(column.type, dialect).result_processor(dialect, None) for column in columns]
    return _Compiled(
        str(compiled),
        compiled.positiontup or (),
        {name: value for name, value in compiled.params.items() if value is not None},
        {name: how for name, how in tell.items() if how is not None and not binds[name].expanding},
        [(place, how) for place, how in enumerate(read) if how is not None],
    )


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect)
