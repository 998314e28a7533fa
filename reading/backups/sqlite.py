"""Backups of SQLite: a copy made by SQLite itself, in one step, while others write."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from reading.backups.refusals import EMPTY, IN_USE, NO_BACKUP, BackupRefused, Contents

MAGIC = b"SQLite format 3\x00"
# Where a file says that its last pages may stand in another one beside it, and how.
WAL_FROM, WAL = 18, b"\x02"
SECONDS_TO_WAIT = 30
COPIED = (
    "{file} is a copied database file, in which the last records may be missing; "
    "backups are made with `flask --app reading backup`."
)


def save(database: Path, made: Path) -> None:
    """Copy the database into the empty file ``made``; what was committed when it begins is in it.

    Raises :class:`BackupRefused` when the copy is not sound.
    """
    if not database.is_file():
        raise BackupRefused(EMPTY)
    try:
        with closing(_opened(database, "rw")) as source, closing(_opened(made, "rw")) as copy:
            # All pages in one step: in smaller ones it begins anew with every write of somebody else.
            source.backup(copy)
            # The copy is one file, with no log of writes beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            wrong = problems(copy)
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"The database could not be copied: {error}.") from None
    if wrong:
        raise BackupRefused(f"The database is damaged, no backup was made: {'; '.join(wrong)}.")


def problems(database: sqlite3.Connection) -> list[str]:
    """Return what SQLite finds wrong in a database: pages, indexes, rows that point at nothing."""
    found = [row[0] for row in database.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
    orphans = {row[0] for row in database.execute("PRAGMA foreign_key_check")}
    return found + [f"rows of {table} point at nothing" for table in sorted(orphans)]


def read(file: Path) -> Contents:
    """Return what is in a backup. Raises :class:`BackupRefused` for a file that is not sound."""
    with file.open("rb") as opened:
        if opened.read(WAL_FROM + 1)[WAL_FROM:] == WAL:
            raise BackupRefused(COPIED.format(file=file))
    try:
        with closing(_opened(file, "ro", "&immutable=1")) as backup:
            wrong = problems(backup)
            tables = {row[0] for row in backup.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            revisions = []
            if "alembic_version" in tables:
                revisions = [row[0] for row in backup.execute("SELECT version_num FROM alembic_version")]
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"{NO_BACKUP.format(file=file)} ({error})") from None
    if wrong:
        raise BackupRefused(f"{file} is damaged: {'; '.join(wrong)}.")
    return Contents(revisions, tables)


def restore(file: Path, database: Path) -> None:
    """Let ``database`` hold what the backup holds: the whole of it, or after any failure what it held before.

    Raises :class:`BackupRefused` while another process has the database open.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _alone(database) as target, closing(_opened(file, "ro", "&immutable=1")) as backup:
            backup.backup(target)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise BackupRefused(IN_USE) from None
        raise BackupRefused(f"The backup could not be restored: {error}.") from None
    except sqlite3.DatabaseError as error:
        raise BackupRefused(
            f"The present database is damaged ({error}); move {database} and the files beside it away, "
            "then restore again."
        ) from None


@contextmanager
def _alone(database: Path) -> Iterator[sqlite3.Connection]:
    """Open the database (made if it is missing) as the only one who has it open."""
    if not database.exists():
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT, 0o600))
    with closing(_opened(database, "rw")) as target:
        # To leave the WAL, its last pages are written back and its files removed: only who is alone can do that.
        target.execute("PRAGMA busy_timeout=0")
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("PRAGMA synchronous=FULL")
        yield target


def _opened(file: Path, mode: str, more: str = "") -> sqlite3.Connection:
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}{more}",
        uri=True,
        timeout=SECONDS_TO_WAIT,
        isolation_level=None,
    )
