"""What in a migration would keep people from writing while it runs, read from its source.

On PostgreSQL an index that is built inside the transaction, and a table that is filled or changed as a whole, hold up
everybody who writes there until all is committed. What is written plainly is read: a table's name stands in the call
or the text itself, or in a name of the module. What a trigger will do later is no work of the migration's: its SQL
stands in one text with its CREATE.
"""

import ast
import re

# The tables that grow with the records, and those everybody's sign-in or record goes through.
HOT = frozenset({
    "accounts", "attendance", "audit_lines", "books", "consents", "day_totals", "enrolments", "guests", "log_entries",
    "log_revisions", "marks", "point_entries", "residences", "residents", "sign_ins", "signups", "stamps", "standings",
})  # fmt: skip
# A name that is put together when the migration runs may be any of them.
UNREAD = "unread_table"
LATER = re.compile(r"\bCREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?(TRIGGER|FUNCTION)\b", re.IGNORECASE)
CHANGES = re.compile(r'\b(?:UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?"?(\w+)', re.IGNORECASE)
FILLS = re.compile(r'\bINSERT\s+INTO\s+"?(\w+)"?(?=.*\bSELECT\b)', re.IGNORECASE | re.DOTALL)
READS = re.compile(r'\b(?:FROM|JOIN)\s+"?(\w+)', re.IGNORECASE)
BUILDS = re.compile(
    r'\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY\b)[^;]*?\bON\s+(?:ONLY\s+)?"?(\w+)', re.IGNORECASE
)
# Calls that build an index; the second thing each is told is the table.
BUILDING = {"create_index", "create_unique_constraint"}


def locking(source: str) -> list[str]:
    """Return what in a migration's upgrade would hold up who writes to a hot table: "create_index (line 20)"."""
    tree = ast.parse(source)
    reader = _Reader(tree)
    for part in tree.body:
        if not (isinstance(part, ast.FunctionDef) and part.name == "downgrade"):
            reader.visit(part)
    return reader.found


class _Reader(ast.NodeVisitor):
    def __init__(self, tree: ast.Module) -> None:
        self.found: list[str] = []
        self.names: dict[str, str] = {}
        self.made: set[str] = set()  # by this migration: nobody writes there yet
        self.is_outside = False  # the transaction
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._keep(node.targets[0].id, node.value)
            if isinstance(node, ast.Call) and _called(node) == "create_table":
                self.made.add(self._said(node.args[0]) or "")

    def _keep(self, name: str, value: ast.expr) -> None:
        if (said := self._said(value)) is not None:
            self.names[name] = said

    def _said(self, node: ast.expr | None) -> str | None:
        """Return the text, or the name of the table, that this is; None where it cannot be read."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.JoinedStr):
            parts = (one.value if isinstance(one, ast.FormattedValue) else one for one in node.values)
            return "".join(UNREAD if (said := self._said(one)) is None else said for one in parts)
        if isinstance(node, ast.Call) and _called(node) in ("table", "Table", "batch_alter_table"):
            return self._said(node.args[0])
        return None

    def visit_With(self, node: ast.With) -> None:
        before = self.is_outside
        for one in node.items:
            # The next block calls another table's changes by the same name.
            if isinstance(one.optional_vars, ast.Name):
                self._keep(one.optional_vars.id, one.context_expr)
        self.is_outside = before or any(
            isinstance(one.context_expr, ast.Call) and _called(one.context_expr) == "autocommit_block"
            for one in node.items
        )
        self.generic_visit(node)
        self.is_outside = before

    def visit_Expr(self, node: ast.Expr) -> None:
        # A docstring only talks.
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        self._read(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._read(node)

    def _read(self, node: ast.expr) -> None:
        text = self._said(node) or ""
        if LATER.search(text):
            return
        tables = [one[1] for one in (*CHANGES.finditer(text), *BUILDS.finditer(text))]
        if filled := FILLS.search(text):
            tables += [filled[1], *READS.findall(text)]
        if any(_is_hot(one) and one not in self.made for one in tables):
            self.found.append(f"plain SQL (line {node.lineno})")

    def visit_Call(self, node: ast.Call) -> None:
        if self._holds_up(node, _called(node)):
            self.found.append(f"{_called(node)} (line {node.lineno})")
        self.generic_visit(node)

    def _holds_up(self, node: ast.Call, name: str) -> bool:
        told = {one.arg: one.value for one in node.keywords}
        of = self._said(node.func.value) if isinstance(node.func, ast.Attribute) else None
        if name in BUILDING:
            named = of or self._said(node.args[1] if len(node.args) > 1 else told.get("table_name"))
            is_apart = self.is_outside and _is_true(told.get("postgresql_concurrently"))
            return _is_hot(named) and named not in self.made and not is_apart
        if name == "add_column":
            column = next((one for one in node.args if isinstance(one, ast.Call)), None)
            indexed = {one.arg for one in column.keywords if _is_true(one.value)} if column else set()
            return bool(indexed & {"index", "unique"}) and _is_hot(of or self._said(node.args[0]))
        if name in ("update", "delete"):
            return (of or self._said(node.args[0] if node.args else None)) in HOT
        # What it selects may have been said anywhere before.
        return name == "from_select" and bool(HOT & set(self.names.values()))


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_hot(table: str | None) -> bool:
    return table is None or UNREAD in table or table.lower() in HOT


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
