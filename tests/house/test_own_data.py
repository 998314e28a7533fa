"""Everything that may be a person's is among what they can take along, by words they understand."""

from flask import Flask

from reading.extensions import db
from reading.rights import data_queries
from reading.rights.data_words import COLUMNS, HIDDEN, HIDDEN_THERE, TABLES, WITHHELD


def test_every_table_that_may_hold_my_data_is_told_or_it_says_why_not(app: Flask) -> None:
    assert {*TABLES, *WITHHELD} == data_queries.personal_tables()
    assert not TABLES.keys() & WITHHELD.keys()
    named = {
        table.name
        for table in db.metadata.sorted_tables
        for link in table.foreign_keys
        if link.column.table.name == "residents"
    }
    assert named <= {*TABLES, *WITHHELD}


def test_every_column_is_told_by_a_word_or_hidden(app: Flask) -> None:
    for table in data_queries.tables():
        hidden = HIDDEN | HIDDEN_THERE.get(table.name, set())
        assert {column.name for column in table.columns} <= COLUMNS.keys() | hidden, table.name
    told = {name for table in data_queries.tables() for name in data_queries.columns(table)}
    assert told <= COLUMNS.keys()
