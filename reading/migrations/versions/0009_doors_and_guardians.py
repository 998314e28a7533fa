"""Doors and guardians

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LOOKED_AFTER = "account_id IS NOT NULL OR guardian_id IS NOT NULL OR relation = 'self'"


def upgrade() -> None:
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_residents_household_has_account"), type_="check")
        batch_op.add_column(
            sa.Column("door", sa.String(length=20), nullable=False, server_default=sa.text("''"))
        )
        batch_op.add_column(sa.Column("guardian_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.create_foreign_key(op.f("fk_residents_guardian_id"), "residents", ["guardian_id"], ["id"])
        batch_op.create_index("ix_residents_guardian_id", ["guardian_id"], unique=False)
        batch_op.create_check_constraint(op.f("ck_residents_looked_after"), LOOKED_AFTER)
        batch_op.create_check_constraint(
            op.f("ck_residents_guarded_in_a_household"), "guardian_id IS NULL OR relation <> 'self'"
        )
        batch_op.create_check_constraint(op.f("ck_residents_guarded_by_another"), "guardian_id <> id")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guardian_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_consents_guardian_id"), "residents", ["guardian_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_consents_guardian_id"), type_="foreignkey")
        batch_op.drop_column("guardian_id")
    # The old table knows no household without an account: its members go on, each for themselves.
    residents = sa.table("residents", *(sa.column(name) for name in ("relation", "account_id")))
    alone = residents.c.account_id.is_(None) & (residents.c.relation != "self")
    with op.batch_alter_table("residents", schema=None) as batch_op:
        for name in ("guarded_by_another", "guarded_in_a_household", "looked_after"):
            batch_op.drop_constraint(op.f(f"ck_residents_{name}"), type_="check")
        batch_op.drop_index("ix_residents_guardian_id")
        batch_op.drop_constraint(op.f("fk_residents_guardian_id"), type_="foreignkey")
        batch_op.drop_column("guardian_id")
        batch_op.drop_column("door")
    op.execute(residents.update().where(alone).values(relation="self"))
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_residents_household_has_account"), "account_id IS NOT NULL OR relation = 'self'"
        )
