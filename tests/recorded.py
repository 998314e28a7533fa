"""What the real actions wrote once is put back as rows for a worker's later tests: the same, and much sooner."""

import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, ParamSpec

from sqlalchemy import Connection, Integer, Select, Table, delete, func, insert, inspect, or_, select
from sqlalchemy.orm import joinedload

from reading import clock
from reading.audit.models import AuditCutoff, AuditLine
from reading.extensions import db
from reading.people.models import Account, Resident
from reading.points.models import RESIDENCE_CHANGES, STANDING_CHANGES
from tests.kept import EMPTY, Keeper, keeper

P = ParamSpec("P")
TRAIL: Any = AuditLine.__table__
CUTOFFS: Any = AuditCutoff.__table__
NOTED = (STANDING_CHANGES, RESIDENCE_CHANGES)
Row = dict[str, Any]
Rows = dict[Table, list[Row]]
Objects = dict[str, Any]  # by name: an object the database keeps, or a list of such objects


@dataclass(frozen=True)
class Take:
    """One making: the name under which all that there was after it is kept, and which rows its objects stand for."""

    name: str
    made: Objects


class Recorded(Generic[P]):
    """Runs ``make`` once, and from then on puts back what it wrote and reads its objects again.

    That holds from the empty database, or from what another such function made of it, at the same moment; from any
    other start ``make`` runs. What was loaded before is read again, as after an action. ``make`` leaves the clock as
    it found it.
    """

    def __init__(self, make: Callable[P, Objects]) -> None:
        self.make = make
        self._takes: dict[tuple[Keeper, datetime, Hashable], Take] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Objects:
        """Return the objects, by name."""
        db.session.commit()
        keeping = keeper()
        held = keeping.contents() if keeping else None
        if keeping is None or held not in keeping.known.values():
            return _read(self._anew(*args, **kwargs))
        from_nothing = self._from_nothing(keeping)
        if from_nothing and held == keeping.known[from_nothing.name]:
            return _read(from_nothing.made)
        start = keeping, clock.now(), held
        if start not in self._takes:
            names = self._anew(*args, **kwargs)
            self._takes[start] = Take(f"{self.make.__name__} {uuid.uuid4().hex}", names)
            keeping.keep(self._takes[start].name)
        keeping.put_back(self._takes[start].name)
        return _read(self._takes[start].made)

    def begin(self) -> None:
        """Make the database hold what ``make`` made of the empty one, or nothing where that is still to be made.

        Most of it most tests leave as it is: less is written than by way of the empty database.
        """
        keeping = _let_go()
        take = self._from_nothing(keeping)
        keeping.put_back(take.name if take else EMPTY)

    def _from_nothing(self, keeping: Keeper) -> Take | None:
        return self._takes.get((keeping, clock.now(), keeping.known[EMPTY]))

    def _anew(self, *args: P.args, **kwargs: P.kwargs) -> Objects:
        names = _named(self.make(*args, **kwargs))
        db.session.commit()
        return names


def rows() -> Rows:
    """Return all the database holds, by table; in the order of the keys, but after the rows they refer to.

    Where it notes by itself what changed, that is what these notes come to.
    """
    with db.engine.connect() as connection:
        found = {
            table: _parents_first(table, [dict(row) for row in connection.execute(_by_key(table)).mappings()])
            for table in _tables_with_rows(connection)
        }
    return {table: some for table, some in found.items() if some or table not in NOTED}


def empty() -> None:
    """Let go of what was read, and make the database hold nothing."""
    _let_go().put_back(EMPTY)


def _let_go() -> Keeper:
    """Let go of what was read, before other rows are put in its place by the keeper."""
    db.session.remove()
    keeping = keeper()
    assert keeping, "this app's database is not kept"
    return keeping


def put_back(kept: Rows) -> None:
    """Make the database hold these rows and no others."""
    with db.engine.begin() as connection:
        there = _tables_with_rows(connection)
        if TRAIL in there:
            # The database lets no line of the trail go whose time is not over.
            ended = {"id": uuid.uuid4(), "before": datetime.max.replace(tzinfo=UTC), "made_at": clock.now()}
            connection.execute(insert(CUTOFFS), ended)
            connection.execute(delete(TRAIL))
        for table in [*reversed(there), CUTOFFS]:
            connection.execute(delete(table))
        for table, found in kept.items():
            connection.execute(insert(table), found)
        for table in NOTED:
            # What it has just noted is noted already in the rows to put back.
            connection.execute(delete(table))
            if found := kept.get(table, []):
                connection.execute(insert(table), found)


def _tables_with_rows(connection: Connection) -> list[Table]:
    there = set(connection.exec_driver_sql(_names_of_tables_with_rows()).scalars())
    return [table for table in _tables() if table.name in there]


@cache
def _names_of_tables_with_rows() -> str:
    # All asked at once: most tables are empty in most tests.
    asked = (f"SELECT '{table.name}' WHERE EXISTS (SELECT * FROM {table.name})" for table in _tables())
    return " UNION ALL ".join(asked)


@cache
def _tables() -> list[Table]:
    return db.metadata.sorted_tables


@cache
def _by_key(table: Table) -> Select[Any]:
    if table not in NOTED:
        return select(table).order_by(*table.primary_key)
    numbers = [column for column in table.c if isinstance(column.type, Integer)]
    key, sums = [column for column in table.c if column not in numbers], [func.sum(one) for one in numbers]
    added = [total.label(one.name) for one, total in zip(numbers, sums, strict=True)]
    return select(*key, *added).group_by(*key).having(or_(*(total != 0 for total in sums))).order_by(*key)


def _parents_first(table: Table, found: list[Row]) -> list[Row]:
    links = [
        (link.parent.name, link.column.name) for link in table.foreign_keys if link.column.table is table
    ]
    ordered: list[Row] = []
    while found and links:
        missing = [{row[key] for row in found} for _name, key in links]
        ready = [
            row
            for row in found
            if not any(row[name] in keys for (name, _), keys in zip(links, missing, strict=True))
        ]
        ordered += ready
        found = [row for row in found if row not in ready]
    return ordered + found


def _named(made: Objects) -> Objects:
    """Return, in place of each object, what it is and its key."""
    return {
        name: [_key(one) for one in value] if isinstance(value, list) else _key(value)
        for name, value in made.items()
    }


def _key(one: Any) -> tuple[type, tuple[Any, ...]]:
    return type(one), inspect(one).identity


def _read(names: Objects) -> Objects:
    """Return the objects with all their columns, read at this moment; and so is every person who was read before."""
    db.session.expire_all()
    keys = [key for value in names.values() for key in (value if isinstance(value, list) else [value])]
    kinds = dict.fromkeys(kind for kind, _ in keys if kind is not Resident)
    # Residents bring their accounts along: no object needs the session any more.
    people = select(Account), select(Resident).options(joinedload(Resident.account))
    asked = [*(select(kind) for kind in kinds if kind is not Account), *people]
    there = {_key(one): one for each in asked for one in db.session.scalars(each)}
    db.session.commit()
    return {
        name: [there[key] for key in value] if isinstance(value, list) else there[value]
        for name, value in names.items()
    }
