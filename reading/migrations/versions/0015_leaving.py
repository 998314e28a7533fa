"""Wishes to leave

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STANDS = sa.text("taken_back_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "leavings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=11), nullable=True),
        sa.Column("show_as", sa.String(length=10), nullable=False),
        sa.Column("nickname", sa.String(length=20), nullable=False),
        sa.Column("wished_at", sa.DateTime(), nullable=False),
        sa.Column("wished_by", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(resident_id IS NULL) <> (account_id IS NULL)", name=op.f("ck_leavings_of_one")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_leavings_account_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_leavings_resident_id")),
        sa.ForeignKeyConstraint(["wished_by"], ["accounts.id"], name=op.f("fk_leavings_wished_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leavings")),
    )
    with op.batch_alter_table("leavings", schema=None) as batch_op:
        batch_op.create_index("ix_leavings_due_at", ["due_at"])
        for one in ("resident", "account"):
            batch_op.create_index(
                f"uq_leavings_{one}_standing",
                [f"{one}_id"],
                unique=True,
                sqlite_where=STANDS,
                postgresql_where=STANDS,
            )


def downgrade() -> None:
    op.drop_table("leavings")
