"""Databases for tests that need one of their own."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy


@contextmanager
def own_database(folder: Path, like: str | None = None) -> Iterator[str]:
    """Yield the address of a new one: SQLite, or on the server ``READING_TEST_DATABASE_URL`` names.

    It is empty, or a copy of the database at the address ``like``, which nobody has open.
    """
    name, server = f"own_{uuid.uuid4().hex}", os.environ.get("READING_TEST_DATABASE_URL")
    if not server:
        file = folder / f"{name}.sqlite3"
        if like:
            shutil.copy(str(sqlalchemy.make_url(like).database), file)
        yield f"sqlite:///{file}"
        return
    maintenance = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    template = f' TEMPLATE "{sqlalchemy.make_url(like).database}"' if like else ""
    with maintenance.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"{template}')
    yield sqlalchemy.make_url(server).set(database=name).render_as_string(hide_password=False)
    with maintenance.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    maintenance.dispose()
