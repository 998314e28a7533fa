"""Commands on a database whose tables nobody made, or on one that was named by mistake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from reading import create_app
from reading.extensions import db
from tests.conftest import SECRET

LIST = "name,phone,home_code,born_on\n某人,,410581001001,\n"
TREE = "code,parent_code,level,name\n410581,,city,林州市\n"
BOOKS = "title,author,publisher,year,pages,isbn,shelf\n活着,余华,,,,,\n"
ACCOUNT = "account create 13999990001 --name 孙 --role admin --at 410581"


@pytest.fixture
def bare(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database without tables."""
    made = create_app({"READING_INSTANCE": str(tmp_path / "mistyped"), "READING_SECRET_KEY": SECRET})
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("points verify", ""),
        ("points rebuild", ""),
        ("communities import", TREE),
        ("communities close 410581001", ""),
        ("residents import", LIST),
        ("books import", BOOKS),
        (ACCOUNT, ""),
        ("people erase", ""),
        ("retention", ""),
        ("retention --dry-run", ""),
        ("sample --residents 100", ""),
        ("sample --first-start", ""),
    ],
)
def test_a_command_without_tables_says_so_in_a_sentence(
    bare: Flask, tmp_path: Path, asked: str, given: str
) -> None:
    args = asked.split()
    if given:
        file = tmp_path / "file.csv"
        file.write_text(given, encoding="utf-8")
        args.append(str(file))
    result = bare.test_cli_runner().invoke(args=args)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "does not hold the tables of the service" in result.output
    assert "`flask --app reading db upgrade`" in result.output
    assert "Traceback" not in result.output


def test_a_backup_without_tables_says_so_in_its_own_sentence(bare: Flask, tmp_path: Path) -> None:
    result = bare.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
    assert (result.exit_code, result.output.count("holds no tables")) == (1, 1)
