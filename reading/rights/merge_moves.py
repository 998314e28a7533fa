"""What a merge changes is written down row by row, so that it can be undone."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select

from reading.extensions import Model, db
from reading.rights.merge_models import CHANGED, REMOVED, Merge, MergeLine

Row = Any


class Moves:
    """The changes of one merge, in their order; inside the caller's action."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge
        self._written = 0

    def change(self, row: Row, **values: Any) -> None:
        """Set these columns of a row; where they stand so already nothing is written."""
        before = {name: getattr(row, name) for name in values}
        changed = {name: value for name, value in values.items() if before[name] != value}
        for name, value in changed.items():
            setattr(row, name, value)
        told = {name: [_plain(before[name]), _plain(value)] for name, value in changed.items()}
        if told:
            self._write(row, CHANGED, told)

    def give(self, rows: Iterable[Row], to: uuid.UUID, **more: Any) -> None:
        """Let these rows be of another resident."""
        for row in rows:
            self.change(row, resident_id=to, **more)

    def remove(self, row: Row) -> None:
        """Take a row out that follows from others and would stand twice."""
        columns = inspect(type(row)).column_attrs
        self._write(row, REMOVED, {one.key: [_plain(getattr(row, one.key)), None] for one in columns})
        db.session.delete(row)
        db.session.flush()

    def _write(self, row: Row, kind: str, values: dict[str, list[Any]]) -> None:
        self._written += 1
        line = MergeLine(
            merge_id=self.merge.id, position=self._written, table=row.__tablename__, row_id=row.id, kind=kind,
            values=values,
        )  # fmt: skip
        db.session.add(line)


def put_back(line: MergeLine) -> None:
    """Undo one line. What was changed again since, or is gone, stays as it is; a row goes back to its resident."""
    model = _models()[line.table]
    if line.kind == REMOVED:
        if db.session.get(model, _key(model, line)) is None:
            db.session.add(
                model(**{name: _typed(model, name, told[0]) for name, told in line.values.items()})
            )
        db.session.flush()
        return
    row = _find(model, line.row_id)
    if row is None:
        return
    for name, (before, after) in line.values.items():
        if name == "resident_id" or _plain(getattr(row, name)) == after:
            setattr(row, name, _typed(model, name, before))
    db.session.flush()


def _find(model: type[Any], row_id: uuid.UUID) -> Row | None:
    # A stamp is found by its own id too, though its key is another.
    found = select(model).where(model.id == row_id).execution_options(populate_existing=True)
    return db.session.scalars(found).one_or_none()


def _key(model: type[Any], line: MergeLine) -> tuple[Any, ...]:
    names = [column.name for column in inspect(model).primary_key]
    return tuple(_typed(model, name, line.values[name][0]) for name in names)


def _models() -> dict[str, type[Any]]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}


def _plain(value: Any) -> Any:
    """Return a column's value as JSON can hold it."""
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _typed(model: type[Any], name: str, told: Any) -> Any:
    if told is None:
        return None
    told_as = inspect(model).column_attrs[name].columns[0].type
    kind = getattr(told_as, "impl_instance", told_as).python_type
    if kind is uuid.UUID:
        return uuid.UUID(told)
    return kind.fromisoformat(told) if kind in (date, datetime) else told
