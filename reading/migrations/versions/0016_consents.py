"""A consent to showing what one wrote about books

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow(("taking_part", "boards", "reflections"))


def downgrade() -> None:
    op.execute("DELETE FROM consents WHERE kind = 'reflections'")
    _allow(("taking_part", "boards"))


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_consents_kind_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_consents_kind_known"), f"kind IN {kinds}")
