"""A person's data as files: JSON, written as it is read, and a workbook with a sheet for each table."""

import json
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _

from reading import clock
from reading.rights.data_queries import Asked, columns, rows, tables
from reading.rights.data_words import COLUMNS, TABLES
from reading.tables import Table, xlsx


def as_json(asked: Asked) -> Iterator[str]:
    """Yield the text of one JSON object, a row at a time: by table, the list of its rows."""
    yield f'{{"made_at": {_json(clock.now())}, "name": {_json(asked.name)}'
    for table in tables():
        yield f",\n{_json(table.name)}: ["
        for number, row in enumerate(rows(asked, table)):
            yield (",\n" if number else "\n") + _json(row)
        yield "]"
    yield "}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def as_workbook(asked: Asked) -> bytes:
    """Return a workbook; a table without a row has a sheet too, so that one sees that nothing is kept."""
    sheets = [
        Table(
            str(TABLES[table.name]),
            [str(COLUMNS[name]) for name in columns(table)],
            [[_cell(value) for value in row.values()] for row in rows(asked, table)],
        )
        for table in tables()
    ]
    return xlsx(*sheets)


def _cell(value: Any) -> Any:
    """Return what a cell can hold of a value."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, uuid.UUID):
        return str(value)
    return _json(value) if isinstance(value, dict | list) else value
