"""No test finds anything that another one left: whatever it wrote, and wherever."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy
from flask import Flask, g
from sqlalchemy import Connection, Engine, Table, TypeDecorator, Uuid, delete, insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from reading.audit.models import AuditLine
from reading.extensions import db
from reading.people.models import Account, Residence
from tests.cast import Cast, put_on_stage
from tests.kept import keeper
from tests.recorded import empty, rows
from tests.stage import populate

NOW = datetime(2026, 11, 18, tzinfo=UTC)
SOME = {str: "x", int: 1, bool: False, date: NOW.date(), datetime: NOW, object: {}, bytes: b"x"}
CHECKS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'c' AND connamespace = 'public'::regnamespace
"""


@pytest.fixture
def elsewhere() -> Iterator[Engine]:
    """The same database, from where the app's engine sees nothing of what is done."""
    engine = sqlalchemy.create_engine(db.engine.url, poolclass=NullPool)
    yield engine
    engine.dispose()


@contextmanager
def anything_goes(engine: Engine) -> Iterator[Connection]:
    """Let any row into any table; in the end the tables are emptied and as strict as before."""
    with engine.connect() as connection:
        checks = []
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA ignore_check_constraints=ON"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
            checks = list(connection.execute(text(CHECKS)))
        for table, name, _ in checks:
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        connection.commit()
        try:
            yield connection
        finally:
            connection.rollback()
            empty()
            for table, name, told in checks:
                connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {told}"))
            connection.commit()


def some(table: Table) -> dict[str, Any]:
    """Return a row with something in each column that must hold something."""
    return {column.name: _something(column.type) for column in table.columns if not column.nullable}


def _something(kind: Any) -> Any:
    kind = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return uuid.uuid4() if isinstance(kind, Uuid) else SOME[kind.python_type]


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_writes_into_every_table_is_not_there_for_the_next(
    app: Flask, elsewhere: Engine, time: str
) -> None:
    tables = db.metadata.sorted_tables
    assert rows() == {}
    with anything_goes(elsewhere) as connection:
        for table in tables:
            connection.execute(insert(table), some(table))
        connection.commit()
        assert set(rows()) == set(tables)
        empty()
        assert rows() == {}


@pytest.mark.parametrize("time", ["first", "second"])
def test_settings_and_what_a_context_holds_do_not_stay(app: Flask, time: str) -> None:
    assert "LEFT" not in app.config
    assert not list(g)
    app.config["LEFT"] = g.left = time


def test_what_was_changed_added_or_taken_is_again_as_it_was(cast: Cast) -> None:
    populate(cast)
    usual = rows()
    changes = (
        update(Account).where(Account.id == cast.librarian.id).values(name="别人"),
        insert(Account.__table__).values(some(Account.__table__)),  # type: ignore[arg-type]
        delete(Residence).where(Residence.resident_id == cast.child.id),
    )
    for change in changes:
        db.session.execute(change)
        db.session.commit()
        assert rows() != usual
        empty()
        assert rows() == {}
        populate(put_on_stage())
        assert rows() == usual


def test_what_another_process_wrote_is_noticed(cast: Cast, elsewhere: Engine) -> None:
    keeping = keeper()
    assert keeping
    before = keeping.contents()
    assert before in keeping.known.values()
    with elsewhere.begin() as connection:
        connection.execute(update(Account).values(name="别人"))
    assert keeping.contents() != before


def test_lines_of_the_trail_that_were_put_back_can_be_neither_changed_nor_deleted(cast: Cast) -> None:
    populate(cast)
    for change in (update(AuditLine).values(deed="another"), delete(AuditLine)):
        with pytest.raises(DBAPIError, match="audit"):
            db.session.execute(change)
        db.session.rollback()
    with pytest.raises(DBAPIError):
        db.session.execute(update(Account).values(id=uuid.uuid4()))
    db.session.rollback()


def test_no_number_is_counted_by_the_database_itself(app: Flask) -> None:
    """What is put back are rows; where a sequence stands would stay."""
    counted = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'",
        "postgresql": "SELECT count(*) FROM pg_sequences",
    }
    assert db.session.scalar(text(counted[db.engine.dialect.name])) == 0
