"""Lets tables be written at full speed: without indexes, foreign keys and triggers, which are there again after."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Table, bindparam, text

# Of these tables: table, name, definition.
FOREIGN_KEYS = text(
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND conrelid::regclass::text = ANY(:tables)"
)
# SQLite's triggers on them: name, definition.
TRIGGERS = text(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN :tables"
).bindparams(bindparam("tables", expanding=True))


@contextmanager
def quiet(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Drop what slows writing to the tables down, and make it again afterwards.

    To sort an index once is faster than to place each row in it. What triggers would have written is the caller's work.
    """
    indexes = [index for table in tables for index in table.indexes]
    with _without_keys(connection, tables), _without_triggers(connection, tables):
        for index in indexes:
            index.drop(connection)
        yield
        for index in indexes:
            index.create(connection)


@contextmanager
def _without_keys(connection: Connection, tables: Iterable[Table]) -> Iterator[None]:
    """Drop the foreign keys: PostgreSQL's, for SQLite's are turned off by a pragma."""
    if connection.dialect.name != "postgresql":
        yield
        return
    keys = connection.execute(FOREIGN_KEYS, {"tables": [table.name for table in tables]}).all()
    for table, name, _definition in keys:
        connection.execute(text(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'))
    yield
    for table, name, definition in keys:
        connection.execute(text(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}'))
    connection.execute(text("ANALYZE"))


@contextmanager
def _without_triggers(connection: Connection, tables: Iterable[Table]) -> Iterator[None]:
    names = [table.name for table in tables]
    if connection.dialect.name == "postgresql":
        for name in names:
            connection.execute(text(f'ALTER TABLE "{name}" DISABLE TRIGGER USER'))
        yield
        for name in names:
            connection.execute(text(f'ALTER TABLE "{name}" ENABLE TRIGGER USER'))
        return
    triggers = connection.execute(TRIGGERS, {"tables": names}).all()
    for name, _definition in triggers:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for _name, definition in triggers:
        # As it stands, for words in it may begin with a colon.
        connection.exec_driver_sql(definition)
