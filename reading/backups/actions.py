"""Making a backup of the database the service is set up with, and taking one back."""

from pathlib import Path

from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from reading.backups import postgres, sqlite
from reading.backups.files import written_whole
from reading.backups.refusals import EMPTY, NO_BACKUP, OTHER_KIND, TOO_NEW, BackupRefused
from reading.extensions import db

# Who has a row in none of these has nothing to lose.
TABLES_OF_DATA = ("communities", "accounts", "residents")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def save(file: Path, *, overwrite: bool = False) -> None:
    """Write the whole database into ``file`` while the service runs. Raises :class:`BackupRefused`."""
    if not _tables():
        raise BackupRefused(EMPTY)
    with written_whole(file, overwrite=overwrite) as made:
        if _kind() == "sqlite":
            sqlite.save(_database(), made)
        else:
            postgres.save(db.engine, made)


def restore(file: Path, *, replace: bool = False) -> None:
    """Let the database hold what ``file`` holds, brought up to the present schema; the service must not run.

    Raises :class:`BackupRefused`, with nothing changed, when the file is no backup, is newer than this version or of
    another kind of database, when the service still runs, and without ``replace`` when there is data already.
    """
    _check_kind(file)
    _check_contents(file)
    if not replace and _holds_data():
        raise BackupRefused("The database holds data; add --replace to give it up for the backup's.")
    db.session.remove()
    db.engine.dispose()
    if _kind() == "sqlite":
        sqlite.restore(file, _database())
    else:
        postgres.restore(file, db.engine)
    db.engine.dispose()
    upgrade()


def _kind() -> str:
    return db.engine.dialect.name


def _database() -> Path:
    return Path(db.engine.url.database or "")


def _tables() -> set[str]:
    try:
        return set(inspect(db.engine).get_table_names())
    except DBAPIError as error:
        raise BackupRefused(f"The present database cannot be read: {error.orig}") from None


def _holds_data() -> bool:
    there = _tables()
    with db.engine.connect() as connection:
        return any(
            connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first()
            for table in TABLES_OF_DATA
            if table in there
        )


def _check_kind(file: Path) -> None:
    with file.open("rb") as opened:
        first = opened.read(len(sqlite.MAGIC))
    if first.startswith(sqlite.MAGIC):
        kind = "sqlite"
    elif first.startswith(postgres.MAGIC):
        kind = "postgresql"
    else:
        raise BackupRefused(NO_BACKUP.format(file=file))
    if kind != _kind():
        raise BackupRefused(OTHER_KIND.format(file=file, theirs=NAMES[kind], ours=NAMES[_kind()]))


def _check_contents(file: Path) -> None:
    contents = sqlite.read(file) if _kind() == "sqlite" else postgres.read(file)
    if len(contents.revisions) != 1 or not contents.tables.issuperset(TABLES_OF_DATA):
        raise BackupRefused(NO_BACKUP.format(file=file))
    [revision] = contents.revisions
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    if revision not in {script.revision for script in scripts.walk_revisions()}:
        raise BackupRefused(TOO_NEW.format(file=file, revision=revision))
