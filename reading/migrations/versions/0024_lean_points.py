"""Keep points in fewer pages: no index that nobody asks, and on SQLite rows in the order of their keys

Revision ID: 0024
Revises: 0023
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CONTRACTS = "0023: the same columns are there before and after; SQLite, one machine alone, makes the tables anew at once"

# Rows of a few words, found by keys as long as themselves: SQLite need not keep each key twice.
CLUSTERED = {
    "point_entries": 'resident_id, "on", rule, source_id',
    "day_totals": 'resident_id, "on", community_id',
    "standings": "community_id, period, resident_id",
}
UNASKED = {
    "point_entries": ("ix_point_entries_community_id_on", ["community_id", "on"]),
    "day_totals": ("ix_day_totals_community_id_on", ["community_id", "on"]),
    "log_entries": ("ix_log_entries_community_id_read_on", ["community_id", "read_on"]),
}
FINISHED_ONCE = "uq_point_entries_resident_book"


def upgrade() -> None:
    for table, (name, _columns) in UNASKED.items():
        op.drop_index(name, table)
    op.drop_index(FINISHED_ONCE, "point_entries")
    _remake(" WITHOUT ROWID")
    _finished_once("uncapped > 0 AND book_id IS NOT NULL")


def downgrade() -> None:
    op.drop_index(FINISHED_ONCE, "point_entries")
    _remake("")
    _finished_once("uncapped > 0")
    for table, (name, columns) in UNASKED.items():
        op.create_index(name, table, columns)


def _finished_once(condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        FINISHED_ONCE, "point_entries", ["resident_id", "book_id"], unique=True, sqlite_where=where,
        postgresql_where=where,
    )  # fmt: skip


def _remake(kind: str) -> None:
    """Make the tables anew, of this kind, with all that is on them: SQLite only, PostgreSQL knows one kind."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    for table, key in CLUSTERED.items():
        kept = sa.text("SELECT sql FROM sqlite_master WHERE name = :table")
        made = bind.execute(kept, {"table": table}).scalar_one()
        # What is on it, and triggers of others that write to it: neither outlives the table.
        around = bind.execute(
            sa.text(
                "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND"
                " (type = 'index' AND tbl_name = :table OR type = 'trigger' AND instr(sql, :table))"
            ),
            {"table": table},
        ).all()
        for one in around:
            op.execute(f"DROP {one.type} {one.name}")
        new = re.sub(r'^CREATE TABLE "?\w+"?', f"CREATE TABLE {table}_new", made)
        op.execute(new.removesuffix(" WITHOUT ROWID") + kind)
        op.execute(f"INSERT INTO {table}_new SELECT * FROM {table} ORDER BY {key}")
        op.execute(f"DROP TABLE {table}")
        op.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
        for one in around:
            op.execute(one.sql)
