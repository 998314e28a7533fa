"""Rosters on paper

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("resident_ids", sa.JSON(), nullable=False),
        sa.Column("blanks", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column("printed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["communities.code"], name=op.f("fk_sheets_community_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_sheets_event_id")),
        sa.ForeignKeyConstraint(["printed_by"], ["accounts.id"], name=op.f("fk_sheets_printed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheets")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_sheets_event_id_number")),
    )


def downgrade() -> None:
    op.drop_table("sheets")
