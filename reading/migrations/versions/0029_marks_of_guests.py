"""Of marks, those of guests alone are found by their guest: most are of residents, and wrote into that index as well

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

OF_GUESTS = sa.text("guest_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_marks_guest_id", "marks")
    op.create_index(
        "ix_marks_guest_id", "marks", ["guest_id"], sqlite_where=OF_GUESTS, postgresql_where=OF_GUESTS
    )


def downgrade() -> None:
    op.drop_index("ix_marks_guest_id", "marks")
    op.create_index("ix_marks_guest_id", "marks", ["guest_id"])
