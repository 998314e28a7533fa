"""What was written down as a helper's hours, each time

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "helper_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("helper_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name=op.f("ck_helper_hours_minutes_possible")),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_helper_hours_by")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.code"], name=op.f("fk_helper_hours_community_id")
        ),
        sa.ForeignKeyConstraint(["helper_id"], ["helpers.id"], name=op.f("fk_helper_hours_helper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helper_hours")),
    )
    with op.batch_alter_table("helper_hours", schema=None) as batch_op:
        batch_op.create_index("ix_helper_hours_helper_id", ["helper_id"], unique=False)


def downgrade() -> None:
    op.drop_table("helper_hours")
