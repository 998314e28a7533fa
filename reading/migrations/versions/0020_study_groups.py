"""Study groups: their members, meetings and books of the month

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STANDING = sa.text("left_at IS NULL")
LEADS = sa.text("leads_since IS NOT NULL AND left_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "study_groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_study_groups_has_a_name")),
        *_links(
            "study_groups", community_id="communities.code", created_by="accounts.id", ended_by="accounts.id"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_groups")),
    )
    op.create_index("ix_study_groups_community_id", "study_groups", ["community_id"])
    op.create_table(
        "group_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("joined_by", sa.Uuid(), nullable=True),
        sa.Column("spoken", sa.Boolean(), nullable=False),
        sa.Column("leads_since", sa.DateTime(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("left_by", sa.Uuid(), nullable=True),
        *_links(
            "group_members", community_id="communities.code", group_id="study_groups.id", resident_id="residents.id",
            joined_by="accounts.id", left_by="accounts.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_members")),
    )  # fmt: skip
    op.create_index("ix_group_members_resident_id", "group_members", ["resident_id"])
    op.create_index(
        "uq_group_members_standing", "group_members", ["group_id", "resident_id"], unique=True,
        sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip
    op.create_index(
        "uq_group_members_leader", "group_members", ["group_id"], unique=True,
        sqlite_where=LEADS, postgresql_where=LEADS,
    )  # fmt: skip
    op.create_table(
        "group_meetings",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        *_links(
            "group_meetings",
            community_id="communities.code",
            event_id="events.id",
            group_id="study_groups.id",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_group_meetings")),
    )
    op.create_index("ix_group_meetings_group_id", "group_meetings", ["group_id"])
    op.create_table(
        "group_books",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        *_links(
            "group_books", community_id="communities.code", group_id="study_groups.id", book_id="books.id",
            chosen_by="accounts.id",
        ),
        sa.PrimaryKeyConstraint("group_id", "month", name=op.f("pk_group_books")),
    )  # fmt: skip


def _links(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns.items()
    ]


def downgrade() -> None:
    for table in ("group_books", "group_meetings", "group_members", "study_groups"):
        op.drop_table(table)
