"""The city that figures are measured on: a sample of many people and records, made once and kept.

It lies in ``READING_BENCH_DIR`` (default ``/var/tmp/reading-bench``): one for each size, database and state of the
migrations. What is measured works on a copy, so that no run finds what another one wrote.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy
from flask import Flask
from sqlalchemy import func, make_url, select

import config
from reading import create_app
from reading.extensions import db
from reading.people.models import Account, Resident
from tests import signed_in
from tests.bench.serving import served

HOME = Path(os.environ.get("READING_BENCH_DIR", "/var/tmp/reading-bench"))
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
TODAY = "2026-11-18"
CHUNK = 16 * 1024 * 1024
KEY = "a secret of the bench alone, of 40 characters"


@dataclass(frozen=True)
class Size:
    """How many residents and log entries the city has."""

    residents: int
    logs: int

    @property
    def name(self) -> str:
        """What its files are called by."""
        return f"city_{self.residents}_{self.logs}_{_head()}"


WHOLE = Size(1_160_000, 20_000_000)
TENTH = Size(116_000, 2_000_000)
HUNDREDTH = Size(11_600, 200_000)


@dataclass(frozen=True)
class Bench:
    """A copy of the city in one database, and the service on it."""

    database: str
    size: Size
    app: Flask
    environ: Mapping[str, str]

    @contextmanager
    def served(self, workers: int = 1) -> Iterator[int]:
        """Serve the service (with ``/hello``) on this city; yields the port."""
        with served("tests.bench.hello:create_app", self.environ, workers) as port:
            yield port

    @contextmanager
    def bare(self, workers: int = 1) -> Iterator[int]:
        """Serve the bare app behind the same server; yields the port."""
        with served("tests.bench.bare:create_app", {}, workers) as port:
            yield port

    def cookies(self, account: Account) -> dict[str, str]:
        """Return what a browser holds that is signed in as ``account`` and has opened a page before."""
        browser = self.app.test_client()
        browser.set_cookie(self.app.config["SIGN_IN_COOKIE_NAME"], signed_in.sign_in(account))
        # Outside this context: the app would take whoever was asked for in it before for who asks.
        Context().run(browser.get, "/me")
        return {cookie.key: cookie.value for cookie in (browser._cookies or {}).values()}

    def largest_community(self) -> str:
        """Return the code of the community in which most people live."""
        chosen = select(Resident.community_id).group_by(Resident.community_id)
        return db.session.scalars(chosen.order_by(func.count().desc()).limit(1)).one()

    def residents_with_account(self, count: int) -> list[Resident]:
        """Return so many residents who look after themselves, in the order of their ids."""
        own = select(Resident).where(Resident.account_id.is_not(None), Resident.guardian_id.is_(None))
        return list(db.session.scalars(own.order_by(Resident.id).limit(count)))


def _head() -> str:
    versions = config.ROOT / "reading" / "migrations" / "versions"
    return max(file.name[:4] for file in versions.glob("[0-9]*.py"))


@contextmanager
def city(database: str, size: Size) -> Iterator[Bench]:
    """Yield a copy of the city in ``database`` (one of ``SQLITE``, ``POSTGRESQL``), within the app's context."""
    with _sqlite(size) if database == SQLITE else _postgresql(size) as url, _on(url, database, size) as bench:
        yield bench


@contextmanager
def another(bench: Bench, size: Size) -> Iterator[Bench]:
    """Yield a city of another size beside ``bench``, in the same database server, within its own app's context."""
    beside = make_url(bench.environ["READING_DATABASE_URL"])
    server = beside.set(database="postgres").render_as_string(hide_password=False)
    copied = _sqlite(size) if bench.database == SQLITE else _copied(server, size)
    with copied as url, _on(url, bench.database, size) as other:
        yield other


@contextmanager
def _on(url: str, database: str, size: Size) -> Iterator[Bench]:
    environ = environ_of(url)
    app = create_app({**environ, "READING_LOG": "plain"})
    with app.app_context():
        yield Bench(database, size, app, environ)
        db.session.remove()
        db.engine.dispose()


def environ_of(url: str) -> dict[str, str]:
    """Return the settings of a service on the database at ``url``, as a town would run it."""
    return {
        "READING_DATABASE_URL": url,
        "READING_SECRET_KEY": KEY,
        "READING_INSTANCE": str(HOME),
        "READING_LOG": "json",
        "READING_ADMIN_TOTP": "offered",
    }


@contextmanager
def _sqlite(size: Size) -> Iterator[str]:
    HOME.mkdir(parents=True, exist_ok=True)
    kept = HOME / f"{size.name}.sqlite3"
    if not kept.exists():
        making = HOME / f"{size.name}.making"
        making.unlink(missing_ok=True)
        _make(f"sqlite:///{making}", size)
        # Whoever closes a database last folds its log of writes into it: only then is it all in one file.
        with closing(sqlite3.connect(making)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        making.rename(kept)
    copy = HOME / f"copy_{uuid.uuid4().hex}.sqlite3"
    try:
        shutil.copy(kept, copy)
        _warm(kept, copy)
        yield f"sqlite:///{copy}"
    finally:
        for file in HOME.glob(f"{copy.name}*"):
            file.unlink()


def _warm(kept: Path, copy: Path) -> None:
    """Let the machine's memory hold the copy, as it holds what has been served for months, and not the kept one too."""
    with kept.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with copy.open("rb", buffering=0) as file:
        while file.read(CHUNK):
            pass


@contextmanager
def _postgresql(size: Size) -> Iterator[str]:
    with postgres_server() as server, _copied(server, size) as url:
        yield url


@contextmanager
def _copied(server: str, size: Size) -> Iterator[str]:
    maintenance = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        there = set(connection.exec_driver_sql("SELECT datname FROM pg_database").scalars())
        if size.name not in there:
            making = f"{size.name}_making"
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {making}")
            connection.exec_driver_sql(f"CREATE DATABASE {making}")
            _make(_named(server, making), size)
            connection.exec_driver_sql(f"ALTER DATABASE {making} RENAME TO {size.name}")
        copy = f"copy_{uuid.uuid4().hex}"
        connection.exec_driver_sql(f"CREATE DATABASE {copy} TEMPLATE {size.name}")
        try:
            yield _named(server, copy)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {copy} WITH (FORCE)")
    maintenance.dispose()


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run the bench's own PostgreSQL, which keeps what it answered as a town's would; yields its address."""
    command = ["bash", str(config.ROOT / ".ci" / "postgres")]
    folder = str(HOME / "postgres")
    started = subprocess.run(
        [*command, "start", folder, "durable"], check=True, stdout=subprocess.PIPE, text=True
    )
    try:
        yield started.stdout.strip()
    finally:
        subprocess.run([*command, "stop", folder], check=False)


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _make(url: str, size: Size) -> None:
    flask = [str(Path(sys.executable).parent / "flask"), "--app", "reading"]
    asked = ["sample", "--residents", str(size.residents), "--logs", str(size.logs), "--today", TODAY]
    for command in (["db", "upgrade"], asked):
        subprocess.run(
            [*flask, *command], check=True, cwd=config.ROOT, env={**os.environ, **environ_of(url)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
