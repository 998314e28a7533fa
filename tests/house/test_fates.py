"""Every column that says whose record a row is has its fate in a merge; no other is named."""

from flask import Flask

from reading.extensions import db
from reading.rights.merge_parts import FATES


def test_a_merge_knows_what_becomes_of_every_reference_to_a_resident(app: Flask) -> None:
    named = {
        f"{table.name}.{link.parent.name}"
        for table in db.metadata.sorted_tables
        for link in table.foreign_keys
        if link.column.table.name == "residents"
    }
    assert set(FATES) == named
