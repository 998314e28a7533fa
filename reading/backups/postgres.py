"""Backups of PostgreSQL: by its own programs, which find the connection in their environment."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from time import sleep

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, text

from reading.backups.refusals import IN_USE, NO_BACKUP, BackupRefused, Contents

MAGIC = b"PGDMP"
PACKAGE = "the package postgresql-client-{major}"
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
REVISION = re.compile(r"^COPY \S*alembic_version \(version_num\) FROM stdin;\n(\w+)\n", re.MULTILINE)
TABLE = re.compile(r"^\d+; \d+ \d+ TABLE \S+ (\S+) ", re.MULTILINE)
# Whoever restores owns what is restored, whatever the roles on the other server were called.
ANYBODYS = ("--no-owner", "--no-privileges")
CHUNK = 1024 * 1024
LOOKS, SECONDS_BETWEEN_LOOKS = 5, 0.4
# Everything of the schema goes first, also what came to it after the backup; extensions stay.
EMPTIED = """
\\set ON_ERROR_STOP on
BEGIN;
SET lock_timeout = '10s';
SET client_min_messages = warning;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', one.name);
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', one.name);
  END LOOP;
END $$;
"""


def save(engine: Engine, made: Path) -> None:
    """Dump the database into the empty file ``made``. Raises :class:`BackupRefused` when that cannot be done."""
    with engine.connect() as connection:
        major = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    program = _program("pg_dump", major)
    _run([program, "--format=custom", *ANYBODYS, f"--file={made}"], connection_of(engine))
    _run([_program("pg_restore", major), "--list", str(made)], {})


def read(file: Path) -> Contents:
    """Return what is in a backup. Raises :class:`BackupRefused` for a file that is not sound."""
    program = _program("pg_restore")
    try:
        listed = _run([program, "--list", str(file)], {})
        said = _run([program, "--data-only", "--table=alembic_version", "--file=-", str(file)], {})
        # Unpacked once, so that a file cut short is found before anything is dropped.
        _run([program, f"--file={os.devnull}", str(file)], {})
    except BackupRefused as refused:
        raise BackupRefused(f"{NO_BACKUP.format(file=file)} ({refused})") from None
    return Contents(REVISION.findall(said), set(TABLE.findall(listed)))


def restore(file: Path, engine: Engine) -> None:
    """Let the database hold what the backup holds, in one transaction.

    Raises :class:`BackupRefused` while somebody else is connected, and when it could not be done.
    """
    _check_alone(engine)
    read = [_program("pg_restore"), *ANYBODYS, "--file=-", str(file)]
    write = [_program("psql"), "--no-psqlrc", "--quiet", f"--output={os.devnull}"]
    with TemporaryFile() as said:
        reading = subprocess.Popen(read, stdout=subprocess.PIPE, stderr=said)
        writing = subprocess.Popen(
            write, env=os.environ | connection_of(engine), stdin=subprocess.PIPE, stderr=said
        )
        with writing, reading:
            _pass_on(reading, writing)
        if reading.returncode or writing.returncode:
            said.seek(0)
            raise BackupRefused(f"The backup could not be restored: {_last_line(said.read())}")


def _pass_on(reading: subprocess.Popen[bytes], writing: subprocess.Popen[bytes]) -> None:
    """Send what one program reads to the one that writes; that commits only when all of it was there."""
    source, target = reading.stdout, writing.stdin
    assert source is not None
    assert target is not None
    # A program that met an error takes no more; its status and its words tell.
    with suppress(BrokenPipeError), target:
        target.write(EMPTIED.encode())
        shutil.copyfileobj(source, target, CHUNK)
        if reading.wait() == 0:
            target.write(b"\nCOMMIT;\n")


def _check_alone(engine: Engine) -> None:
    """Wait a little: the server lets go of a killed process only when it next looks at it."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    for _again in range(LOOKS):
        with engine.connect() as connection:
            if not connection.execute(text(others)).scalar_one():
                return
        sleep(SECONDS_BETWEEN_LOOKS)
    raise BackupRefused(IN_USE)


def connection_of(engine: Engine) -> dict[str, str]:
    """Return the connection as the environment variables of PostgreSQL's programs: no command line shows it."""
    _args, given = engine.dialect.create_connect_args(engine.url)
    given = {name: value for name, value in given.items() if name != "context"}
    wanted = psycopg.conninfo.conninfo_to_dict(make_conninfo(**given))
    named = {
        option.keyword.decode(): option.envvar.decode()
        for option in psycopg.pq.Conninfo.get_defaults()
        if option.envvar
    }
    return {named[name]: str(value) for name, value in wanted.items() if name in named}


def _program(name: str, major: int = 0) -> str:
    """Return the path of one of PostgreSQL's programs, not older than the server's ``major`` version."""
    found = shutil.which(name)
    package = PACKAGE.format(major=major or "15")
    if found is None:
        raise BackupRefused(f"{name} is not installed; install {package}.")
    version = VERSION.search(_run([found, "--version"], {}))
    if version is None or int(version[1]) < major:
        raise BackupRefused(
            f"{name} is too old for the server, which is PostgreSQL {major}; install {package}."
        )
    return found


def _run(command: list[str], environ: Mapping[str, str]) -> str:
    ended = subprocess.run(command, env=os.environ | environ, capture_output=True, stdin=subprocess.DEVNULL)
    if ended.returncode:
        raise BackupRefused(f"{Path(command[0]).name}: {_last_line(ended.stderr)}")
    return ended.stdout.decode(errors="replace")


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it ended without a word."
