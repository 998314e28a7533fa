"""Two machines that start on a new version at the same moment: one migrates, the other waits and finds it done."""

import os
import subprocess
import sys
from pathlib import Path

import sqlalchemy
from alembic.script import ScriptDirectory

import config
from tests.databases import own_database

MACHINES = 2


def migrate(environ: dict[str, str]) -> subprocess.Popen[str]:
    asked = [sys.executable, "-m", "flask", "--app", "reading", "db", "upgrade"]
    return subprocess.Popen(
        asked, cwd=config.ROOT, env={**os.environ, **environ}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip


def test_migrations_run_by_several_machines_at_once_are_run_once(tmp_path: Path) -> None:
    with own_database(tmp_path) as address:
        environ = {
            "READING_DATABASE_URL": address,
            "READING_SECRET_KEY": "k" * 40,
            "READING_INSTANCE": str(tmp_path),
        }
        machines = [migrate(environ) for _ in range(MACHINES)]
        said = [one.communicate(timeout=120)[0] for one in machines]
        assert [one.returncode for one in machines] == [0] * MACHINES, "\n".join(said)
        engine = sqlalchemy.create_engine(address)
        with engine.connect() as connection:
            versions = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
        engine.dispose()
    newest = ScriptDirectory(str(config.ROOT / "reading" / "migrations")).get_current_head()
    assert versions == [newest]
