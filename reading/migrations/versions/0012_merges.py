"""Merges of two records of one person, and who was told apart

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("survivor_id <> merged_id", name=op.f("ck_merges_of_two_records")),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_merges_by")),
        sa.ForeignKeyConstraint(["community_id"], ["communities.code"], name=op.f("fk_merges_community_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["residents.id"], name=op.f("fk_merges_merged_id")),
        sa.ForeignKeyConstraint(["survivor_id"], ["residents.id"], name=op.f("fk_merges_survivor_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["accounts.id"], name=op.f("fk_merges_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index("ix_merges_survivor_id", ["survivor_id"])
        batch_op.create_index("ix_merges_community_id_at", ["community_id", "at"])
        batch_op.create_index(
            "uq_merges_standing",
            ["merged_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
    op.create_table(
        "merge_lines",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("table", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('changed', 'removed')", name=op.f("ck_merge_lines_kind_known")),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merge_lines_merge_id")),
        sa.PrimaryKeyConstraint("merge_id", "position", name=op.f("pk_merge_lines")),
    )
    op.create_table(
        "distinctions",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_distinctions_of_two_records")),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_distinctions_by")),
        sa.ForeignKeyConstraint(["first_id"], ["residents.id"], name=op.f("fk_distinctions_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["residents.id"], name=op.f("fk_distinctions_second_id")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_distinctions")),
    )
    with op.batch_alter_table("distinctions", schema=None) as batch_op:
        batch_op.create_index("ix_distinctions_second_id", ["second_id"])


def downgrade() -> None:
    op.drop_table("distinctions")
    op.drop_table("merge_lines")
    op.drop_table("merges")
