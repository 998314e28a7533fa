"""Wrong passwords, counted so that nobody can try them all

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wrong_passwords",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("counted_as", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_passwords")),
    )
    with op.batch_alter_table("wrong_passwords", schema=None) as batch_op:
        batch_op.create_index("ix_wrong_passwords_address_at", ["address", "at"])
        batch_op.create_index("ix_wrong_passwords_at", ["at"])
        batch_op.create_index("ix_wrong_passwords_counted_as_at", ["counted_as", "at"])


def downgrade() -> None:
    op.drop_table("wrong_passwords")
