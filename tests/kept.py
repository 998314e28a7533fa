"""Keeps all that a database holds and puts it back, whole: every test starts from one of a few such moments.

The database does the copying itself, which takes a tenth of the time that writing the rows again does. It is asked
what it holds, and not what a test is thought to have done to it.
"""

import sqlite3
from collections.abc import Hashable
from hashlib import blake2b
from typing import Any, Protocol

import psycopg
from flask import current_app
from psycopg import sql
from sqlalchemy import URL

from reading.extensions import db

KEY = "keeper of the tests"
EMPTY = "empty"


class Keeper(Protocol):
    """Keeps the contents of one database under names; ``known`` tells what is kept."""

    known: dict[str, Hashable]

    def contents(self) -> Hashable:
        """Return what equals only the same rows in the same tables."""

    def keep(self, name: str) -> None:
        """Keep what the database holds now."""

    def put_back(self, name: str) -> None:
        """Make the database hold what was kept under ``name``, and nothing else."""

    def let_go(self) -> None:
        """Have the database open no longer, until it is used next."""


def keeper() -> Keeper | None:
    """Return the keeper of the app's database, if the app has one: the tests' own has."""
    found: Keeper | None = current_app.extensions.get(KEY)
    return found


def let_go() -> None:
    """Leave the app alone with its database, for what is only done then."""
    db.session.remove()
    keeping = keeper()
    if keeping:
        keeping.let_go()


def begin_keeping() -> Keeper:
    """Give the app a keeper, whose ``EMPTY`` is the database as it is now."""
    url = db.engine.url
    made = _SqliteKeeper(str(url.database)) if db.engine.dialect.name == "sqlite" else _PostgresKeeper(url)
    current_app.extensions[KEY] = made
    made.keep(EMPTY)
    return made


class _SqliteKeeper:
    """Copies the pages of the file: tables, indexes, triggers and rows alike."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.opened: sqlite3.Connection | None = None
        self.kept: dict[str, sqlite3.Connection] = {}
        self.known: dict[str, Hashable] = {}
        self.standing = ("", 0)

    def contents(self) -> Hashable:
        name, version = self.standing
        return self.known[name] if version == self._version() else self._read()

    def keep(self, name: str) -> None:
        self.kept[name] = sqlite3.connect(":memory:")
        self._file().backup(self.kept[name])
        self.known[name] = self._read()
        self.standing = (name, self._version())

    def put_back(self, name: str) -> None:
        if self.standing != (name, self._version()):
            self.kept[name].backup(self._file())
            self.standing = (name, self._version())

    def let_go(self) -> None:
        if self.opened:
            self.opened.close()
        self.opened, self.standing = None, ("", 0)

    def _file(self) -> sqlite3.Connection:
        if self.opened is None:
            self.opened = sqlite3.connect(self.path, isolation_level=None)
            self.opened.execute("PRAGMA synchronous=OFF")
        return self.opened

    def _version(self) -> int:
        """Return a number that is another one as soon as any other connection has written anything."""
        found: int = self._file().execute("PRAGMA data_version").fetchone()[0]
        return found

    def _read(self) -> str:
        told = blake2b()
        for table in db.metadata.sorted_tables:
            rows = sorted(map(repr, self._file().execute(f"SELECT * FROM {table.name}")))
            told.update(repr((table.name, rows)).encode())
        return told.hexdigest()


class _PostgresKeeper:
    """Copies the rows of those tables that hold other ones than they should, within the server.

    Neither triggers nor foreign keys look on meanwhile: what comes back is what they once let in. To a superuser
    alone the server grants that; the role of ``.ci/postgres`` is one.
    """

    def __init__(self, url: URL) -> None:
        self.address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.opened: psycopg.Connection | None = None
        self.known: dict[str, Hashable] = {}
        self.sums_of: dict[str, dict[str, Any]] = {}
        names = [table.name for table in db.metadata.sorted_tables]
        sums = "SELECT {}, count(*), sum(hashtextextended(one::text, 0)) FROM {} AS one"
        parts = [sql.SQL(sums).format(sql.Literal(name), sql.Identifier(name)) for name in names]
        self.sums = sql.SQL(" UNION ALL ").join(parts)

    def contents(self) -> Hashable:
        return frozenset(self._sums().items())

    def keep(self, name: str) -> None:
        self.sums_of[name] = self._sums()
        self.known[name] = frozenset(self.sums_of[name].items())
        self._server().execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        for table in self.sums_of[name]:
            self._server().execute(_filled("CREATE TABLE {kept} AS TABLE {table}", name, table))

    def put_back(self, name: str) -> None:
        there = self._sums()
        others = [table for table, told in self.sums_of[name].items() if told != there[table]]
        if others:
            begin = "BEGIN; SET LOCAL session_replication_role = replica"
            move = "DELETE FROM {table}; INSERT INTO {table} TABLE {kept}"
            steps = [sql.SQL(begin), *(_filled(move, name, table) for table in others), sql.SQL("COMMIT")]
            self._server().execute(sql.SQL("; ").join(steps), prepare=False)

    def let_go(self) -> None:
        if self.opened:
            self.opened.close()
        self.opened = None

    def _server(self) -> psycopg.Connection:
        if self.opened is None:
            self.opened = psycopg.connect(self.address, autocommit=True, prepare_threshold=0)
        return self.opened

    def _sums(self) -> dict[str, Any]:
        return {name: (count, total) for name, count, total in self._server().execute(self.sums)}


def _filled(words: Any, name: str, table: str) -> sql.Composed:
    return sql.SQL(words).format(kept=sql.Identifier(name, table), table=sql.Identifier("public", table))
