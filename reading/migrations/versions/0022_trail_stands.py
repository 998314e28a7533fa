"""No line of the trail is written over or emptied away either

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# INSERT OR REPLACE deletes without asking the triggers of DELETE.
SQLITE = """
CREATE TRIGGER audit_lines_are_new BEFORE INSERT ON audit_lines
WHEN EXISTS (SELECT 1 FROM audit_lines WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a line of the trail is never written over'); END
"""
# TRUNCATE asks no trigger of a row.
POSTGRESQL = (
    """
    CREATE FUNCTION keep_audit_lines() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the trail is never emptied';
    END $$
    """,
    """
    CREATE TRIGGER audit_lines_are_kept BEFORE TRUNCATE ON audit_lines
    FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_lines()
    """,
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE)
    else:
        for statement in POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_lines_are_new")
    else:
        op.execute("DROP TRIGGER audit_lines_are_kept ON audit_lines")
        op.execute("DROP FUNCTION keep_audit_lines()")
