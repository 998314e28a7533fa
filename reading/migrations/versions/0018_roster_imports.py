"""Lists of residents that wait to be confirmed

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from reading.columns import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("base_code", sa.String(length=40), nullable=False),
        sa.Column("read_as", sa.String(length=10), nullable=False),
        sa.Column("encoding", sa.String(length=10), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("unused", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=True),
        sa.Column("known", sa.Integer(), nullable=True),
        sa.Column("refused", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_roster_imports_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["base_code"], ["communities.code"], name=op.f("fk_roster_imports_base_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_imports")),
    )
    with op.batch_alter_table("roster_imports", schema=None) as batch_op:
        batch_op.create_index("ix_roster_imports_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_roster_imports_created_at", ["created_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("roster_imports", schema=None) as batch_op:
        batch_op.drop_index("ix_roster_imports_created_at")
        batch_op.drop_index("ix_roster_imports_account_id")
    op.drop_table("roster_imports")
