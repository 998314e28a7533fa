"""`restore FILE`: all of it or nothing, from a backup of ours alone, and never over data unasked."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect, select

from reading.extensions import db
from reading.people.models import Resident
from tests.backups.conftest import Command
from tests.durability.town import FIRST_READER, Town

OTHER_NAME = "改过名"


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def names() -> set[str]:
    found = set(db.session.scalars(select(Resident.name)))
    db.session.remove()
    return found


def rename(name: str = OTHER_NAME) -> None:
    """Change something that a backup made before does not know."""
    one = db.session.scalars(select(Resident).where(Resident.name == FIRST_READER)).one()
    one.name = name
    db.session.commit()
    db.session.remove()


def empty() -> None:
    """Take every row out, as on a machine set up anew."""
    db.session.remove()
    with db.engine.begin() as connection:
        for table in reversed(db.metadata.sorted_tables):
            connection.exec_driver_sql(f"DROP TABLE {table.name}")
        connection.exec_driver_sql("DROP TABLE alembic_version")


@pytest.fixture
def backup(place: Town, flask: Command, tmp_path: Path) -> Path:
    """A backup of the town, after which a name was changed."""
    file = tmp_path / "kept"
    flask("backup", file)
    rename()
    return file


def test_what_was_changed_after_the_backup_is_as_before(backup: Path, flask: Command) -> None:
    assert flask("restore", backup, "--replace") == f"The database holds what {backup} holds.\n"
    assert FIRST_READER in names()
    assert OTHER_NAME not in names()


def test_data_is_not_given_up_unasked(backup: Path, flask: Command) -> None:
    assert "The database holds data; add --replace" in flask("restore", backup, status=1)
    assert OTHER_NAME in names()


def test_a_machine_set_up_anew_takes_the_backup_without_asking(backup: Path, flask: Command) -> None:
    empty()
    flask("restore", backup)
    assert FIRST_READER in names()
    assert flask("points", "verify") == "Everything agrees.\n"


def test_a_missing_database_is_made(backup: Path, flask: Command) -> None:
    if not is_sqlite():
        return
    db.session.remove()
    db.engine.dispose()
    database = Path(str(db.engine.url.database))
    for one in database.parent.glob(f"{database.name}*"):
        one.unlink()
    flask("restore", backup)
    assert FIRST_READER in names()


def test_an_older_backup_is_brought_up_to_the_present_schema(
    place: Town, flask: Command, tmp_path: Path
) -> None:
    file, there = tmp_path / "old", set(inspect(db.engine).get_table_names())
    db.session.remove()
    downgrade(revision="0006")
    flask("backup", file)
    assert set(inspect(db.engine).get_table_names()) < there
    flask("db", "upgrade")
    rename()
    flask("restore", file, "--replace")
    assert set(inspect(db.engine).get_table_names()) == there
    assert FIRST_READER in names()
    flask("db", "check")


def test_a_backup_of_a_newer_version_is_refused(place: Town, flask: Command, tmp_path: Path) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    flask("backup", tmp_path / "new")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0007'")
    said = flask("restore", tmp_path / "new", "--replace", status=1)
    assert "was made by a newer version of the service" in said


def broken(kind: str, backup: Path) -> Path:
    """Return a file that is no backup of ours, in one of many ways."""
    file, whole = backup.with_name("broken"), backup.read_bytes()
    if kind == "other":
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute("INSERT INTO alembic_version VALUES ('0001')")
            connection.commit()
        return file if is_sqlite() else dump_of_nothing(file)
    content = {
        "empty": b"",
        "text": "姓名,电话\n".encode(),
        "short": whole[: len(whole) // 2],
        "header": whole[:16],
        "holes": whole[:8192] + bytes(len(whole) - 8192),
    }
    file.write_bytes(content[kind])
    return file


def dump_of_nothing(file: Path) -> Path:
    environ = {**os.environ, "PGHOST": str(db.engine.url.host), "PGPORT": str(db.engine.url.port)}
    asked = ["pg_dump", "-Fc", "-U", str(db.engine.url.username), "-t", "pg_class", f"--file={file}"]
    subprocess.run([*asked, str(db.engine.url.database)], env=environ, check=True)
    return file


@pytest.mark.parametrize("kind", ["empty", "text", "short", "header", "holes", "other"])
def test_what_is_no_sound_backup_changes_nothing(backup: Path, flask: Command, kind: str) -> None:
    file = broken(kind, backup)
    said = flask("restore", file, "--replace", status=1)
    assert said.startswith(f"Error: Nothing was restored. {file} is ")
    assert OTHER_NAME in names()


def test_a_backup_of_the_other_kind_of_database_is_told(backup: Path, flask: Command, tmp_path: Path) -> None:
    file = tmp_path / "other"
    file.write_bytes(b"PGDMP and more" if is_sqlite() else b"SQLite format 3\x00 and more")
    ours, theirs = ("SQLite", "PostgreSQL") if is_sqlite() else ("PostgreSQL", "SQLite")
    said = flask("restore", file, "--replace", status=1)
    assert f"is a backup of {theirs}; this service keeps its data in {ours}." in said


def test_a_copied_database_file_is_no_backup(place: Town, flask: Command, tmp_path: Path) -> None:
    if not is_sqlite():
        return
    shutil.copy(str(db.engine.url.database), tmp_path / "copy")
    said = flask("restore", tmp_path / "copy", "--replace", status=1)
    assert "is a copied database file, in which the last records may be missing" in said


@contextmanager
def in_use() -> Iterator[None]:
    """Let another process have the database open, idle."""
    if is_sqlite():
        with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
            connection.execute("SELECT count(*) FROM residents").fetchone()
            yield
        return
    url = db.engine.url
    environ = {**os.environ, "PGHOST": str(url.host), "PGPORT": str(url.port), "PGUSER": str(url.username)}
    asked = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--dbname", str(url.database)]
    with subprocess.Popen(asked, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as psql:
        assert psql.stdin
        assert psql.stdout
        psql.stdin.write(b"SELECT 'here';\n")
        psql.stdin.flush()
        assert b"here" in psql.stdout.readline()
        yield


def test_a_running_service_is_not_pulled_away_from_under(backup: Path, flask: Command) -> None:
    with in_use():
        said = flask("restore", backup, "--replace", status=1)
    assert "The service still uses the database; stop it first." in said
    assert OTHER_NAME in names()
    flask("restore", backup, "--replace")
    assert FIRST_READER in names()


def test_a_restore_that_breaks_off_leaves_everything_as_it_was(
    backup: Path, flask: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_sqlite():
        return
    real, folder = shutil.which("pg_restore"), tmp_path / "programs"
    folder.mkdir()
    (folder / "pg_restore").write_text(
        f'#!/bin/bash\ncase "$*" in *--no-owner*) {real} "$@" | head -c 40000; exit 1 ;; *) exec {real} "$@" ;; esac\n'
    )
    (folder / "pg_restore").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    assert "The backup could not be restored" in flask("restore", backup, "--replace", status=1)
    assert OTHER_NAME in names()


def test_a_damaged_present_database_is_to_be_moved_away(backup: Path, flask: Command) -> None:
    if not is_sqlite():
        return
    db.session.remove()
    db.engine.dispose()
    database = Path(str(db.engine.url.database))
    database.write_bytes(b"not a database" * 1000)
    assert "cannot be read" in flask("restore", backup, status=1)
    said = flask("restore", backup, "--replace", status=1)
    assert f"move {database} and the files beside it away, then restore again." in said
    assert database.read_bytes() == b"not a database" * 1000
