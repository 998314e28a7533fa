"""Places are counted, and who has standings in several communities is found, in indexes alone

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SHOWN = ["community_id", "period", "points", "pages", "books", "days"]


def shown(columns: list[str]) -> None:
    where = sa.text("is_shown")
    op.create_index("ix_standings_shown", "standings", columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.drop_index("ix_standings_shown", "standings")
    shown([*SHOWN, "is_shown"])
    op.create_index(
        "ix_standings_all_time",
        "standings",
        ["resident_id", "period"],
        sqlite_where=sa.text("period = 'all'"),
        postgresql_where=sa.text("period = 'all'"),
    )


def downgrade() -> None:
    op.drop_index("ix_standings_all_time", "standings")
    op.drop_index("ix_standings_shown", "standings")
    shown(SHOWN)
