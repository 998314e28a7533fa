"""Old and new code stand on the schema of a migration, so that a city is upgraded one machine after the other.

The rule, and how a change is made in two steps: ``reading/deploy/README.md``, "Upgrading without a break".
"""

import ast
import re
from pathlib import Path

import pytest

import config

VERSIONS = config.ROOT / "reading" / "migrations" / "versions"
# Until here nobody ran the service; what these migrations took away nobody missed.
LAST_BEFORE_THE_RULE = "0022"
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


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("[0-9]*.py")), ids=lambda path: path.stem)
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
