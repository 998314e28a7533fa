"""Statements in a dialect's words, made once; and how values are told to the driver and read from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, SafeUUID

from sqlalchemy import BindParameter, Dialect, Uuid
from sqlalchemy.types import TypeEngine

from reading.late import Late

if TYPE_CHECKING:
    from reading import wire
else:
    # Only on PostgreSQL is it asked for.
    wire = Late("reading.wire")

Processor = Callable[[Any], Any] | None
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Compiled:
    """A statement in a dialect's words, and how values are told to the driver and read from it."""

    text: str
    # What is told, each name once with how the driver takes it; and for SQLite which of them stands in each place.
    places: Sequence[tuple[str, Processor]]
    order: Sequence[int]
    given: Mapping[str, Any]
    read: Sequence[tuple[int, Callable[[Any], Any]]]
    wired: "wire.Wired | None"
    # So many columns say the same in every row.
    same: int

    def told(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values as the driver takes them, in the order of ``places``."""
        if self.given:
            values = {**self.given, **values}
        return [values[name] if tell is None else tell(values[name]) for name, tell in self.places]

    def rows_of(self, found: Sequence[Row]) -> list[Row]:
        """Return the driver's rows with their values as the columns' types have them."""
        rows: list[Row] = []
        readers = self.read
        for row in found:
            values = list(row)
            if rows and self.same:
                values[: self.same] = rows[0][: self.same]
                readers = [one for one in readers if one[0] >= self.same]
            for place, reader in readers:
                value = values[place]
                # None is what it is; of the columns of roles, which few people have, all are.
                if value is not None:
                    values[place] = reader(value)
            rows.append(tuple(values))
        return rows


def compiled_for(dialect: Dialect, statement: Any, same: int) -> Compiled:
    """Return a statement as the dialect has it; ``same``: see :class:`reading.plain.Plain`."""
    # Lists that the statement itself holds (which statuses count) are spelled out; they need no telling.
    made = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    binds: Mapping[str, BindParameter[Any]] = made.binds
    tell = {
        name: _impl(bind.type, dialect).bind_processor(dialect)
        for name, bind in binds.items()
        if not bind.expanding
    }
    columns = statement.selected_columns if hasattr(statement, "selected_columns") else ()
    read = [_reader(column.type, dialect) for column in columns]
    text = str(made)
    wired = wire.wired(text) if dialect.name == "postgresql" else None
    names = wired.order if wired else tuple(dict.fromkeys(made.positiontup or ()))
    return Compiled(
        text,
        [(name, tell.get(name)) for name in names],
        [names.index(name) for name in made.positiontup or ()],
        {name: value for name, value in made.params.items() if value is not None},
        [(place, how) for place, how in enumerate(read) if how is not None],
        wired,
        same,
    )


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Processor:
    if isinstance(kind, Uuid) and dialect.name == "sqlite":
        return _uuid
    reader: Processor = _impl(kind, dialect).result_processor(dialect, None)
    return reader


def _uuid(text: str) -> UUID:
    """As ``UUID(text)``, for a text that was made of one: to look whether it is sound takes longer than all else."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", int(text, 16))
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect)
