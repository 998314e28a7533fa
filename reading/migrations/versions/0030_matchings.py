"""Who a guest was said to be is kept with who said so, and with who took it back

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matchings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("guest_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ending_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.code"], name=op.f("fk_matchings_community_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_matchings_event_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["guests.id"], name=op.f("fk_matchings_guest_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_matchings_resident_id")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_matchings_made_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_matchings_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matchings")),
    )
    op.create_index("ix_matchings_guest_id", "matchings", ["guest_id"])
    op.create_index("ix_matchings_resident_id_event_id", "matchings", ["resident_id", "event_id"])


def downgrade() -> None:
    op.drop_table("matchings")
