"""Every column that may name a person says what becomes of it when the person is erased; none can be forgotten."""

import sqlalchemy
from flask import Flask
from sqlalchemy import ForeignKey

from reading.extensions import db
from reading.rights.fates import BLANK, COLUMNS, GOES, JSON
from reading.rights.sweeping import key_of

PEOPLE = {"residents", "accounts"}
# A sentence, not a word: why a column stays.
SHORTEST_REASON = 4


def links() -> dict[str, ForeignKey]:
    return {key_of(link): link for table in db.metadata.sorted_tables for link in table.foreign_keys}


def going() -> set[str]:
    """Return the tables from which an erasure deletes rows."""
    found = set(PEOPLE)
    while True:
        more = {
            link.parent.table.name
            for key, link in links().items()
            if COLUMNS.get(key) == GOES and link.column.table.name in found
        }
        if more <= found:
            return found
        found |= more


def test_every_foreign_key_to_what_may_be_erased_has_a_fate_and_no_other_has(app: Flask) -> None:
    tables = going()
    due = {key for key, link in links().items() if link.column.table.name in tables}
    kept = {key for key in due if key not in COLUMNS}
    assert not kept, "say in reading/rights/fates.py what becomes of these when a person is erased"
    assert set(COLUMNS) <= due


def test_what_is_blanked_may_be_empty(app: Flask) -> None:
    assert [
        key for key, link in links().items() if COLUMNS.get(key) == BLANK and not link.parent.nullable
    ] == []


def test_what_goes_by_its_own_id_has_one(app: Flask) -> None:
    """A row is found by the ``id`` of the person, and its own by the column that names it."""
    assert all("id" in db.metadata.tables[name].columns for name in PEOPLE)
    assert all(link.column.name == "id" for key, link in links().items() if key in COLUMNS)


def test_what_stays_says_why(app: Flask) -> None:
    reasons = [fate for fate in (*COLUMNS.values(), *JSON.values()) if fate not in (GOES, BLANK)]
    assert all(len(reason.split()) >= SHORTEST_REASON for reason in reasons)


def test_every_column_of_json_has_a_fate_and_what_goes_is_in_a_row_that_goes(app: Flask) -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sqlalchemy.JSON)
    }
    assert columns == set(JSON), (
        "say in reading/rights/fates.py what becomes of these when a person is erased"
    )
    assert {key.split(".")[0] for key, fate in JSON.items() if fate == GOES} <= going()
