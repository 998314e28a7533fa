"""What all of time adds up to is told by the length of its period

SQLite compares the condition of a partial index with each question's values, and plans the question anew every time it
is asked: half of what most questions about standings took.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def made(where: str) -> None:
    op.drop_index("ix_standings_all_time", "standings")
    op.create_index(
        "ix_standings_all_time",
        "standings",
        ["resident_id", "period"],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def upgrade() -> None:
    made("length(period) = 3")


def downgrade() -> None:
    made("period = 'all'")
