"""What a worker needs seldom is not in its memory from the start."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex

import config
from reading.columns import say_to_postgresql
from reading.extensions import db
from reading.late import Late

SELDOM = (
    "alembic", "flask_migrate", "openpyxl", "icalendar", "psycopg", "reading.commands", "reading.sample",
    "reading.backups", "pypinyin", "segno", "sqlalchemy.dialects.postgresql",
)  # fmt: skip
STARTED = """
import json, os, sys
from reading import create_app
create_app(os.environ)
print(json.dumps(sorted(sys.modules)))
"""


def test_a_worker_on_sqlite_starts_without_what_it_needs_seldom(tmp_path: Path) -> None:
    settings = {
        "READING_DATABASE_URL": f"sqlite:///{tmp_path}/town.sqlite3",
        "READING_INSTANCE": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", STARTED], cwd=config.ROOT, env={**os.environ, **settings}, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert {*json.loads(done.stdout)}.isdisjoint(SELDOM)


def test_a_late_module_is_there_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    module, asked = ModuleType("seldom"), Late("seldom")
    with pytest.raises(ModuleNotFoundError):
        _ = asked.answer
    module.answer = 42  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "seldom", module)
    assert asked.answer == 42
    with pytest.raises(AttributeError):
        _ = asked.nothing


def test_an_index_of_some_rows_says_on_both_databases_which() -> None:
    say_to_postgresql(db.metadata)
    indexes = [index for table in db.metadata.tables.values() for index in table.indexes]
    of_some = 0
    for index in indexes:
        said = [str(CreateIndex(index).compile(dialect=one.dialect())) for one in (sqlite, postgresql)]
        conditions = {text.partition(" WHERE ")[2] for text in said}
        assert len(conditions) == 1, said
        of_some += conditions != {""}
    assert of_some > 20
