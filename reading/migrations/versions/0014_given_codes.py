"""One-time codes given in person, and the wrong ones that were typed

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STANDS = sa.text("used_at IS NULL AND voided_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "given_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("used_with", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(purpose = 'claim' AND resident_id IS NOT NULL AND account_id IS NULL)"
            " OR (purpose = 'password' AND account_id IS NOT NULL AND resident_id IS NULL)",
            name=op.f("ck_given_codes_is_for_one"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_given_codes_account_id")),
        sa.ForeignKeyConstraint(["given_by"], ["accounts.id"], name=op.f("fk_given_codes_given_by")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_given_codes_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_given_codes_digest")),
    )
    with op.batch_alter_table("given_codes", schema=None) as batch_op:
        for name, key in (("claim", "resident_id"), ("password", "account_id")):
            batch_op.create_index(
                f"uq_given_codes_{name}", [key], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
            )
        batch_op.create_index("ix_given_codes_account_id_used_at", ["account_id", "used_at"])
        batch_op.create_index("ix_given_codes_resident_id", ["resident_id"])
        batch_op.create_index("ix_given_codes_given_by", ["given_by"])
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reset_at", sa.DateTime(), nullable=True))
    op.create_table(
        "wrong_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("typed_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_answers")),
    )
    with op.batch_alter_table("wrong_answers", schema=None) as batch_op:
        batch_op.create_index("ix_wrong_answers_typed_by_at", ["typed_by", "at"])


def downgrade() -> None:
    op.drop_table("wrong_answers")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("reset_at")
    op.drop_table("given_codes")
