"""The trail of who did what; the database itself keeps its lines from being changed

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TOO_EARLY = "NOT EXISTS (SELECT 1 FROM audit_cutoffs WHERE before > OLD.at)"
SQLITE = (
    """
    CREATE TRIGGER audit_lines_stand BEFORE UPDATE ON audit_lines
    BEGIN SELECT RAISE(ABORT, 'a line of the trail is never changed'); END
    """,
    f"""
    CREATE TRIGGER audit_lines_stay BEFORE DELETE ON audit_lines WHEN {TOO_EARLY}
    BEGIN SELECT RAISE(ABORT, 'a line of the trail goes only once its time is over'); END
    """,
)
POSTGRESQL = (
    f"""
    CREATE FUNCTION keep_audit_line() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            RAISE EXCEPTION 'a line of the trail is never changed';
        ELSIF {TOO_EARLY} THEN
            RAISE EXCEPTION 'a line of the trail goes only once its time is over';
        END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER audit_lines_stand BEFORE UPDATE OR DELETE ON audit_lines
    FOR EACH ROW EXECUTE FUNCTION keep_audit_line()
    """,
)


def upgrade() -> None:
    op.create_table(
        "audit_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("community_code", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_lines")),
    )
    with op.batch_alter_table("audit_lines", schema=None) as batch_op:
        batch_op.create_index("ix_audit_lines_at", ["at"])
        batch_op.create_index("ix_audit_lines_by_id_at", ["by_id", "at"])
        batch_op.create_index("ix_audit_lines_community_code_at", ["community_code", "at"])
        batch_op.create_index("ix_audit_lines_subject_id_at", ["subject_id", "at"])
    op.create_table(
        "audit_cutoffs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.DateTime(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_cutoffs")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_lines")
    op.drop_table("audit_cutoffs")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_audit_line()")
