"""Everything the tables hold of a person, table by table, as rows to be written down one by one."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, case, false, or_, select

from reading.extensions import db
from reading.people.models import Account, Resident
from reading.rights import queries
from reading.rights.data_words import HIDDEN, HIDDEN_THERE, TABLES
from reading.rights.sweeping import Begun, going_with

ME, STAFF = "me", "staff"
AT_ONCE = 200
# What a row of these is called, where another row names it.
CALLED = {
    "books": "title",
    "events": "title",
    "courses": "title",
    "communities": "name",
    "study_groups": "name",
}
# Tables whose rows stay when a person is erased, and name them no more: they are the person's data all the same.
ALSO = {"cards", "guests", "marks", "attempts", "audit_lines"}


@dataclass(frozen=True)
class Asked:
    """Whose data is meant: a resident with the records merged into theirs, an account, or both."""

    name: str
    residents: tuple[uuid.UUID, ...]
    account_id: uuid.UUID | None

    @property
    def begun(self) -> Begun:
        """The rows from which everything else follows."""
        return {"residents": self.residents, "accounts": (self.account_id,) if self.account_id else ()}


def of_resident(resident: Resident, name: str) -> Asked:
    """Return whose data a resident's is, who goes by this name; one's own comes with the account."""
    own = resident.account_id if resident.relation == "self" else None
    return Asked(name, tuple(queries.records_of(resident.id)), own)


def of_account(account: Account) -> Asked:
    """Return whose data that of an account without a person is."""
    return Asked(account.name, (), account.id)


def tables() -> list[Table]:
    """Return the tables that are told, in the order in which people look for them."""
    return [db.metadata.tables[name] for name in TABLES]


def columns(table: Table) -> list[str]:
    """Return the names of the columns that are told."""
    hidden = HIDDEN | HIDDEN_THERE.get(table.name, set())
    return [column.name for column in table.columns if column.name not in hidden]


def personal_tables() -> set[str]:
    """Return every table that may hold data of a person, told or not."""
    begun = {"residents": [uuid.UUID(int=0)], "accounts": [uuid.UUID(int=0)]}
    found = {table.name for table in db.metadata.sorted_tables if going_with(table, begun) is not None}
    return found | ALSO


def rows(asked: Asked, table: Table) -> Iterator[dict[str, Any]]:
    """Yield a table's rows about a person, by column; places, books and events by their names, staff as "staff"."""
    mine = _mine(asked, table)
    if mine is None:
        return
    joined: FromClause = table
    chosen: list[ColumnElement[Any]] = []
    for name in columns(table):
        joined, told = _told(asked, joined, table.c[name])
        chosen.append(told.label(name))
    found = select(*chosen).select_from(joined).where(mine).order_by(*table.primary_key)
    for row in db.session.execute(found.execution_options(yield_per=AT_ONCE)).mappings():
        yield dict(row)


def _told(asked: Asked, joined: FromClause, column: Any) -> tuple[FromClause, ColumnElement[Any]]:
    """Return the tables to read from, and what is told of a column: what it names is told by its name."""
    link = next(iter(column.foreign_keys), None)
    if link is None:
        return joined, column
    named = link.column.table.name
    if named == "accounts":
        me = column == asked.account_id if asked.account_id else false()
        return joined, case((column.is_(None), None), (me, ME), else_=STAFF)
    if named not in CALLED:
        return joined, column
    other = link.column.table.alias(f"of_{column.name}")
    return joined.outerjoin(other, other.c[link.column.name] == column), other.c[CALLED[named]]


def _mine(asked: Asked, table: Table) -> ColumnElement[bool] | None:
    conditions = [going_with(table, asked.begun), _also(asked, table)]
    known = [one for one in conditions if one is not None]
    return or_(*known) if known else None


def _also(asked: Asked, table: Table) -> ColumnElement[bool] | None:
    """Return the condition of the rows that are a person's though they do not go with them."""
    ids, known = asked.residents, db.metadata.tables["guests"].c
    if table.name in ("cards", "guests"):
        return table.c.resident_id.in_(ids)
    if table.name == "marks":
        return table.c.guest_id.in_(select(known.id).where(known.resident_id.in_(ids)))
    if table.name == "attempts":
        return table.c.sent["resident"].as_string().in_([str(one) for one in ids])
    if table.name == "audit_lines":
        return table.c.subject_id.in_([*ids, *([asked.account_id] if asked.account_id else [])])
    return None
