"""Closing lines: what people who are erased leave in the totals of places, learning days and events

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SUMS = ("points", "pages", "minutes", "books", "days", "records", "readers", "residents")


def upgrade() -> None:
    op.create_table(
        "closing_lines",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in SUMS),
        sa.CheckConstraint(
            " AND ".join(f"{name} >= 0" for name in SUMS), name=op.f("ck_closing_lines_only_adds")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.code"], name=op.f("fk_closing_lines_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "period", name=op.f("pk_closing_lines")),
    )
    op.create_table(
        "closing_stamps",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("stamps", sa.Integer(), nullable=False),
        sa.CheckConstraint("stamps > 0", name=op.f("ck_closing_stamps_only_adds")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.code"], name=op.f("fk_closing_stamps_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "month", "on", name=op.f("pk_closing_stamps")),
    )
    with op.batch_alter_table("closing_stamps", schema=None) as batch_op:
        batch_op.create_index("ix_closing_stamps_month_on", ["month", "on"])
    op.create_table(
        "closing_attendance",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_closing_attendance_only_adds")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_closing_attendance_event_id")),
        sa.PrimaryKeyConstraint("event_id", "status", "method", "why", name=op.f("pk_closing_attendance")),
    )
    op.create_table(
        "closing_visitors",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_closing_visitors_only_adds")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.code"], name=op.f("fk_closing_visitors_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "month", name=op.f("pk_closing_visitors")),
    )


def downgrade() -> None:
    for table in ("closing_visitors", "closing_attendance", "closing_stamps", "closing_lines"):
        op.drop_table(table)
