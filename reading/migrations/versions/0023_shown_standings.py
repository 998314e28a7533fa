"""A standing says itself whether its resident is shown on boards

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FILL = """
UPDATE standings SET is_shown = true WHERE resident_id IN
(SELECT id FROM residents WHERE show_as <> 'hidden' AND left_at IS NULL)
"""
# Whatever writes a resident's choice, their standings follow in the same transaction: no board can be late.
SQLITE = """
CREATE TRIGGER residents_shown_on_boards AFTER UPDATE OF show_as, left_at ON residents
WHEN (NEW.show_as <> 'hidden' AND NEW.left_at IS NULL) <> (OLD.show_as <> 'hidden' AND OLD.left_at IS NULL)
BEGIN
    UPDATE standings SET is_shown = (NEW.show_as <> 'hidden' AND NEW.left_at IS NULL) WHERE resident_id = NEW.id;
END
"""
POSTGRESQL = (
    """
    CREATE FUNCTION show_on_boards() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE standings SET is_shown = (NEW.show_as <> 'hidden' AND NEW.left_at IS NULL)
        WHERE resident_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER residents_shown_on_boards AFTER UPDATE OF show_as, left_at ON residents FOR EACH ROW
    WHEN ((NEW.show_as <> 'hidden' AND NEW.left_at IS NULL) <> (OLD.show_as <> 'hidden' AND OLD.left_at IS NULL))
    EXECUTE FUNCTION show_on_boards()
    """,
)


def upgrade() -> None:
    op.add_column("standings", sa.Column("is_shown", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(FILL)
    op.drop_index("ix_standings_community_id_period_points", "standings")
    op.create_index(
        "ix_standings_shown",
        "standings",
        ["community_id", "period", "points", "pages", "books", "days"],
        sqlite_where=sa.text("is_shown"),
        postgresql_where=sa.text("is_shown"),
    )
    for statement in [SQLITE] if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER residents_shown_on_boards")
    else:
        op.execute("DROP TRIGGER residents_shown_on_boards ON residents")
        op.execute("DROP FUNCTION show_on_boards()")
    op.drop_index("ix_standings_shown", "standings")
    op.create_index(
        "ix_standings_community_id_period_points", "standings", ["community_id", "period", "points"]
    )
    op.drop_column("standings", "is_shown")
