"""`backup FILE`: whole or not at all, for nobody else's eyes, and never over another file unasked."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest
import sqlalchemy

from reading.backups import postgres
from reading.extensions import db
from tests.backups.conftest import Command
from tests.durability.town import Town

ADDRESS = "postgresql+psycopg://reader:p%40ss%20word@db.example:6543/town?sslmode=require"
FAKE = """#!/bin/sh
if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) {version}"; exit; fi
echo "$@" >{seen}; env >>{seen}; exit 1
"""


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_a_backup_is_one_file_that_only_its_owner_reads(flask: Command, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    file = folder / "书香 2026.backup"
    assert str(file) in flask("backup", file)
    assert list(folder.iterdir()) == [file]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size > 10_000


def test_a_backup_never_takes_the_place_of_a_file_unasked(flask: Command, tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("of somebody else")
    assert "is there already" in flask("backup", file, status=1)
    assert file.read_text() == "of somebody else"
    flask("backup", file, "--overwrite")
    assert file.read_bytes()[:5] in (b"SQLit", b"PGDMP")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["missing/kept", "folder", "kept/below"])
def test_a_place_that_takes_no_file_is_told(flask: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "kept").write_text("a file")
    said = flask("backup", tmp_path / name, status=1)
    assert said.startswith("Error: No backup was made. ")
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_disk_without_room_leaves_nothing(flask: Command, tmp_path: Path, monkeypatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = set(tmp_path.iterdir())
    assert "could not be written: No space left on device." in flask("backup", tmp_path / "kept", status=1)
    assert set(tmp_path.iterdir()) == before


def test_a_database_without_tables_has_nothing_to_back_up(
    place: Town, flask: Command, tmp_path: Path
) -> None:
    db.metadata.drop_all(db.engine)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    assert "There is nothing to back up yet" in flask("backup", tmp_path / "kept", status=1)
    assert not (tmp_path / "kept").exists()


def test_a_damaged_database_is_told_and_not_kept(place: Town, flask: Command, tmp_path: Path) -> None:
    if not is_sqlite():
        return
    with sqlite3.connect(str(db.engine.url.database)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("UPDATE residents SET home_code = 'nowhere'")
    connection.close()
    said = flask("backup", tmp_path / "kept", status=1)
    assert "The database is damaged, no backup was made: rows of residents point at nothing." in said
    assert not (tmp_path / "kept").exists()


def test_the_password_stands_in_the_environment_of_postgresqls_programs() -> None:
    engine = sqlalchemy.create_engine(ADDRESS)
    assert postgres.connection_of(engine) == {
        "PGHOST": "db.example", "PGPORT": "6543", "PGUSER": "reader", "PGPASSWORD": "p@ss word",
        "PGDATABASE": "town", "PGSSLMODE": "require",
    }  # fmt: skip


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which alone programs are looked for."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_missing_pg_dump_is_named_with_its_package(flask: Command, tmp_path: Path, programs: Path) -> None:
    if is_sqlite():
        return
    said = flask("backup", tmp_path / "kept", status=1)
    assert "pg_dump is not installed; install the package postgresql-client-15." in said


def test_a_pg_dump_older_than_the_server_is_told(flask: Command, tmp_path: Path, programs: Path) -> None:
    if is_sqlite():
        return
    fake(programs / "pg_dump", "13.14 (Debian 13.14-0)", tmp_path / "seen")
    said = flask("backup", tmp_path / "kept", status=1)
    assert "pg_dump is too old for the server, which is PostgreSQL 15;" in said
    assert not (tmp_path / "seen").exists()


def test_pg_dump_is_told_no_address_on_its_command_line(
    flask: Command, tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_sqlite():
        return
    monkeypatch.setenv("PATH", f"{programs}:{os.defpath}")
    fake(programs / "pg_dump", "15.8", tmp_path / "seen")
    assert "pg_dump: it ended without a word." in flask("backup", tmp_path / "kept", status=1)
    line, *environ = (tmp_path / "seen").read_text().splitlines()
    url = db.engine.url
    for part in (url.host, str(url.port), url.username, url.database):
        assert part not in line.split()
    assert f"PGDATABASE={url.database}" in environ


def fake(program: Path, version: str, seen: Path) -> None:
    program.write_text(FAKE.format(version=version, seen=seen))
    program.chmod(0o755)
