"""What the database holds, so that a test can say what a request may not have changed."""

import uuid
from collections.abc import Collection
from typing import Any

from tests.recorded import rows

# Looking leaves these behind: when somebody was last seen, and that a file was taken or something refused.
# What changes a sum is noted beside what changed, which is looked at itself.
TRACES = {"sign_ins", "audit_lines", "sign_in_failures", "standing_changes", "residence_changes"}
Kept = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def standing() -> Kept:
    """Return every row but the traces: table → key → row."""
    return {
        table.name: {tuple(row[column.name] for column in table.primary_key): row for row in found}
        for table, found in rows().items()
        if table.name not in TRACES
    }


def touched(
    before: Kept, after: Kept, *, ids: Collection[uuid.UUID] = (), own: Collection[uuid.UUID] = ()
) -> list[str]:
    """Return what is other than it was: rows that changed or went, and new rows that name one of ``ids``.

    What changed of a row that names one of ``own`` is left out: those people did it to themselves.
    """
    wrong = []
    for name, found in before.items():
        now = after.get(name, {})
        changed = {key: row for key, row in found.items() if now.get(key) != row and not _names(row, own)}
        wrong += [f"{name} {key}: {row} became {now.get(key)}" for key, row in changed.items()]
    for name, found in after.items():
        fresh = [row for key, row in found.items() if key not in before.get(name, {})]
        wrong += [f"{name}: new {row}" for row in fresh if _names(row, ids)]
    return wrong


def _names(row: dict[str, Any], ids: Collection[uuid.UUID]) -> bool:
    return any(value in ids for value in row.values() if isinstance(value, uuid.UUID))
