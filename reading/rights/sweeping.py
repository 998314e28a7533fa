"""Deletes and blanks whatever the tables hold of a person, as ``fates`` says; in the caller's transaction."""

import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, ForeignKey, Table, delete, or_, select, update

from reading.extensions import db
from reading.rights.fates import BLANK, COLUMNS, GOES

# By table: the ids of the rows to begin with.
Begun = Mapping[str, Collection[uuid.UUID]]


def sweep(begun: Begun) -> None:
    """Delete the rows in ``begun``, all that goes with them, and blank what names any of these.

    What is blanked is blanked first; what goes, goes before what it names.
    """
    tables = db.metadata.sorted_tables
    for table in tables:
        for column, names in _fated(table, BLANK):
            going = going_with(names.table, begun)
            if going is not None:
                named = column.in_(select(names).where(going))
                db.session.execute(update(table).where(named).values({column.name: None}))
    for table in reversed(tables):
        going = going_with(table, begun)
        if going is not None:
            db.session.execute(delete(table).where(going))


def going_with(table: Table, begun: Begun) -> ColumnElement[bool] | None:
    """Return the condition that a row of the table goes, None where none can."""
    found: list[ColumnElement[bool]] = []
    if table.name in begun:
        found.append(table.c.id.in_(begun[table.name]))
    for column, names in _fated(table, GOES):
        going = going_with(names.table, begun)
        if going is not None:
            found.append(column.in_(select(names).where(going)))
    return or_(*found) if found else None


def _fated(table: Table, fate: str) -> Iterator[tuple[Column[Any], Column[Any]]]:
    """Yield the columns of the table with this fate, each with the column it names."""
    for link in sorted(table.foreign_keys, key=lambda link: str(link.parent.name)):
        if COLUMNS.get(key_of(link)) == fate:
            yield link.parent, link.column


def key_of(link: ForeignKey) -> str:
    """Return how ``fates`` names the column of a foreign key."""
    return f"{link.parent.table.name}.{link.parent.name}"
