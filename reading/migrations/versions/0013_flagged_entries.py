"""Flagged entries of the reading log come to a librarian, who keeps, corrects or sets them aside

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DECISIONS = ("kept", "corrected", "set_aside", "taken_back")
WAITING = sa.text("review = 'waiting'")
SET_ASIDE = sa.text("set_aside_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("set_aside_at", sa.DateTime(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_log_entries_review_known"), "review IN ('waiting', 'kept')")
        batch_op.create_index("ix_log_entries_resident_id_arrived_at", ["resident_id", "arrived_at"])
        batch_op.create_index(
            "ix_log_entries_waiting",
            ["arrived_at", "community_id"],
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        )
        batch_op.create_index(
            "ix_log_entries_set_aside",
            ["set_aside_at", "community_id"],
            sqlite_where=SET_ASIDE,
            postgresql_where=SET_ASIDE,
        )
    op.execute("UPDATE log_entries SET review = 'waiting' WHERE flag IS NOT NULL AND removed_at IS NULL")
    op.create_table(
        "log_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("flag", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(f"decision IN {DECISIONS}", name=op.f("ck_log_decisions_decision_known")),
        sa.CheckConstraint(
            "decision NOT IN ('corrected', 'set_aside') OR reason <> ''",
            name=op.f("ck_log_decisions_reason_told"),
        ),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_log_decisions_by")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.code"], name=op.f("fk_log_decisions_community_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["log_entries.id"], name=op.f("fk_log_decisions_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_decisions")),
    )
    op.create_index("ix_log_decisions_entry_id_at", "log_decisions", ["entry_id", "at"])


def downgrade() -> None:
    op.drop_table("log_decisions")
    # What was set aside must not count again unseen.
    op.execute(
        "UPDATE log_entries SET removed_at = set_aside_at WHERE set_aside_at IS NOT NULL AND removed_at IS NULL"
    )
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_log_entries_set_aside")
        batch_op.drop_index("ix_log_entries_waiting")
        batch_op.drop_index("ix_log_entries_resident_id_arrived_at")
        batch_op.drop_constraint(op.f("ck_log_entries_review_known"), type_="check")
        batch_op.drop_column("set_aside_at")
        batch_op.drop_column("review")
