"""Old and new code stand on the schema of a migration, so that a city is upgraded one machine after the other.

The rule, and how a change is made in two steps: ``reading/deploy/README.md``, "Upgrading without a break".
"""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

import config
from reading.extensions import db
from tests.house.locking import HOT, locking

VERSIONS = config.ROOT / "reading" / "migrations" / "versions"
PATHS = sorted(VERSIONS.glob("[0-9]*.py"))
# Until here nobody ran the service; what these migrations took away nobody missed.
LAST_BEFORE_THE_RULE = "0022"
# Until here there was no town on it either that would have waited while an index was built.
LAST_THAT_STOPS_WRITING = "0030"
TAKES_AWAY = {"drop_table", "drop_column", "rename_table"}
FORBIDS = {"create_check_constraint", "create_unique_constraint", "create_exclude_constraint"}
IN_PLAIN_SQL = re.compile(r"\b(DROP\s+(TABLE|COLUMN)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL)\b", re.IGNORECASE)
MARK = re.compile(r"(\d{4}): .{20,}")


def contracting(source: str) -> list[str]:
    """Return what in a migration's upgrade old code would not stand: "drop_column (line 20)"."""
    return [
        f"{what} (line {node.lineno})"
        for function in ast.parse(source).body
        if not (isinstance(function, ast.FunctionDef) and function.name == "downgrade")
        for node in ast.walk(function)
        if isinstance(node, ast.Call | ast.Constant) and (what := _taken_away_by(node))
    ]


def _taken_away_by(node: ast.Call | ast.Constant) -> str | None:
    if isinstance(node, ast.Constant):
        return "plain SQL" if isinstance(node.value, str) and IN_PLAIN_SQL.search(node.value) else None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    return name if name in TAKES_AWAY | FORBIDS or _narrows(name, node) else None


def _narrows(name: str, call: ast.Call) -> bool:
    told = {one.arg: one.value for one in call.keywords}
    is_needed = isinstance(told.get("nullable"), ast.Constant) and ast.literal_eval(told["nullable"]) is False
    if name == "alter_column":
        return is_needed or "new_column_name" in told
    column = next((one for one in call.args if isinstance(one, ast.Call)), None)
    return name == "add_column" and column is not None and _is_needed_by_each_insert(column)


def _is_needed_by_each_insert(column: ast.Call) -> bool:
    told = {one.arg: ast.unparse(one.value) for one in column.keywords}
    return told.get("nullable") == "False" and "server_default" not in told


def mark_of(source: str) -> str | None:
    """Return the sentence of a migration's ``CONTRACTS``, None if it has none."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CONTRACTS":
            return str(ast.literal_eval(node.value))
    return None


def is_sound(number: str, source: str) -> bool:
    """Tell whether a migration only adds, or says since which earlier one nobody needs what it takes away."""
    if not contracting(source):
        return True
    mark = MARK.fullmatch(mark_of(source) or "")
    return mark is not None and mark[1] < number


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_migration_takes_nothing_from_running_code_unless_it_says_since_when_nobody_needs_it(
    path: Path,
) -> None:
    number, source = path.name[:4], path.read_text(encoding="utf-8")
    assert number <= LAST_BEFORE_THE_RULE or is_sound(number, source), (
        f"{path.name}: {contracting(source)}; add first, take away in a later migration with "
        'CONTRACTS = "NNNN: since that migration the code …"'
    )


@pytest.mark.parametrize(
    "line",
    [
        "op.drop_table('cards')",
        "batch_op.drop_column('name')",
        "op.rename_table('a', 'b')",
        "batch_op.alter_column('name', new_column_name='title')",
        "batch_op.alter_column('name', nullable=False)",
        "batch_op.create_check_constraint('short', 'length(name) < 5')",
        "batch_op.add_column(sa.Column('name', sa.String(5), nullable=False))",
        "op.execute('ALTER TABLE cards RENAME COLUMN name TO title')",
    ],
)
def test_what_old_code_would_not_stand_needs_the_mark(line: str) -> None:
    source = f"def upgrade():\n    {line}\n"
    assert not is_sound("0031", source)
    assert is_sound("0031", f'CONTRACTS = "0030: the code asks for it no more since then"\n{source}')
    assert not is_sound("0031", f'CONTRACTS = "0031: the code asks for it no more since now"\n{source}')


@pytest.mark.parametrize(
    "line",
    [
        "op.create_table('cards', sa.Column('id', sa.Uuid(), nullable=False))",
        "batch_op.add_column(sa.Column('name', sa.String(5), nullable=True))",
        "batch_op.add_column(sa.Column('is_shown', sa.Boolean(), server_default='0', nullable=False))",
        "batch_op.create_index('ix', ['name'])",
        "batch_op.alter_column('name', nullable=True)",
    ],
)
def test_what_only_adds_needs_none(line: str) -> None:
    assert is_sound("0031", f"def upgrade():\n    {line}\n\n\ndef downgrade():\n    op.drop_table('cards')\n")


def upgrade_of(*lines: str) -> str:
    return "\n    ".join(["def upgrade():", *lines])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_migration_lets_people_write_while_it_runs(path: Path) -> None:
    found = locking(path.read_text(encoding="utf-8"))
    assert path.name[:4] <= LAST_THAT_STOPS_WRITING or not found, (
        f"{path.name}: {found}; build the index with postgresql_concurrently=True inside "
        "op.get_context().autocommit_block(), and fill tables with a command, in small pieces"
    )


def test_the_tables_that_people_write_to_all_the_time_are_tables(app: Flask) -> None:
    assert db.metadata.tables.keys() >= HOT


@pytest.mark.parametrize("number", ["0023", "0024", "0025", "0026", "0027", "0028", "0029"])
def test_migrations_that_did_stop_writing_are_seen_to(number: str) -> None:
    (path,) = VERSIONS.glob(f"{number}_*.py")
    assert locking(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        "op.create_index('ix', 'log_entries', ['book_id'])",
        "op.create_index('ix', 'log_entries', ['book_id'], postgresql_concurrently=True)",
        "op.create_index('ix', table, ['book_id'])",
        "op.create_unique_constraint('uq', 'marks', ['guest_id'])",
        "op.add_column('residents', sa.Column('street', sa.String(9), index=True))",
        "op.execute('CREATE UNIQUE INDEX ix ON signups (event_id)')",
        "op.execute('UPDATE standings SET points = 0')",
        "op.execute(f'UPDATE {table} SET points = 0')",
        "op.execute('DELETE FROM sign_ins')",
        "op.execute('INSERT INTO sums SELECT community_id, count(*) FROM attendance GROUP BY 1')",
        "op.execute('INSERT INTO accounts (id) SELECT id FROM old')",
        "op.execute(sa.update(sa.table('accounts', sa.column('name'))).values(name='x'))",
    ],
)
def test_what_would_keep_people_from_writing_is_found(line: str) -> None:
    assert len(locking(upgrade_of(line))) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("with op.batch_alter_table('marks') as batch_op:", "    batch_op.create_index('ix', ['guest_id'])"),
        ("with op.get_context().autocommit_block():", "    op.create_index('ix', 'marks', ['guest_id'])"),
        ("marks = sa.table('marks', sa.column('at'))", "bind.execute(marks.update().values(at=None))"),
        ("marks = sa.table('marks')", "bind.execute(sums.insert().from_select(['id'], sa.select(marks)))"),
        (
            "with op.batch_alter_table('marks') as batch_op:",
            "    batch_op.create_index('ix', ['guest_id'])",
            "with op.batch_alter_table('cards') as batch_op:",
            "    batch_op.create_index('ix', ['guest_id'])",
        ),
        ("table = 'marks'", "op.execute(f'UPDATE {table} SET at = NULL')"),
    ],
)
def test_what_is_said_in_several_lines_is_found_too(lines: tuple[str, str]) -> None:
    assert len(locking(upgrade_of(*lines))) == 1


@pytest.mark.parametrize(
    "lines",
    [
        (
            "with op.get_context().autocommit_block():",
            "    op.create_index('ix', 'marks', ['guest_id'], postgresql_concurrently=True)",
        ),
        ("op.create_index('ix', 'matchings', ['guest_id'])",),
        ("op.create_table('sign_ins')", "op.create_index('ix', 'sign_ins', ['made_at'])"),
        ("op.add_column('residents', sa.Column('street', sa.String(9), nullable=True))",),
        ("op.execute('CREATE INDEX CONCURRENTLY ix ON signups (event_id)')",),
        (
            "op.execute('CREATE TRIGGER t AFTER UPDATE ON residents BEGIN UPDATE standings SET days = 0; END')",
        ),
        ("op.execute('INSERT INTO point_rules (code) SELECT code FROM old')",),
        ("op.execute('UPDATE communities SET level = 1')",),
        ("told.update(at=None)",),
    ],
)
def test_what_keeps_nobody_from_writing_is_let_be(lines: tuple[str, ...]) -> None:
    undone = "def downgrade():\n    op.execute('UPDATE marks SET at = NULL')"
    assert locking(f"{upgrade_of(*lines)}\n\n\n{undone}") == []
