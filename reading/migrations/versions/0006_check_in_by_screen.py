"""Check in by the hall's screen

Revision ID: 0006
Revises: 0005
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

METHODS = ("roster", "walk_in", "card", "screen", "code", "claim", "paper")
BEFORE = ("roster", "link", *METHODS[1:])
TABLES = ("attendance", "guests", "marks")
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def upgrade() -> None:
    op.create_table(
        "wrong_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("typed_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_wrong_codes_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_codes")),
    )
    with op.batch_alter_table("wrong_codes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_wrong_codes_event_id_typed_by_at", ["event_id", "typed_by", "at"], unique=False
        )
    _let_methods_be(METHODS, "link", "screen")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_events_check_in_key"), type_="unique")
        batch_op.drop_column("check_in_key")


def downgrade() -> None:
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("check_in_key", sa.String(length=32), nullable=False, server_default=sa.text("''"))
        )
    events = sa.table("events", sa.column("id", sa.Uuid()), sa.column("check_in_key", sa.String()))
    connection = op.get_bind()
    for event_id in connection.scalars(sa.select(events.c.id)).all():
        key = "".join(secrets.choice(ALPHABET) for _character in range(8))
        connection.execute(events.update().where(events.c.id == event_id).values(check_in_key=key))
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.alter_column("check_in_key", existing_type=sa.String(length=32), server_default=None)
        batch_op.create_unique_constraint(op.f("uq_events_check_in_key"), ["check_in_key"])
    # Which of those who came by the screen came by the link cannot be told any more; the old tables know both.
    _let_methods_be(BEFORE)
    op.drop_table("wrong_codes")


def _let_methods_be(methods: tuple[str, ...], old: str = "", new: str = "") -> None:
    """Let the tables of attendance take these methods; rows with the ``old`` one get the ``new`` one."""
    for name in TABLES:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{name}_method_known"), type_="check")
        table = sa.table(name, sa.column("method", sa.String()))
        if old:
            op.execute(table.update().where(table.c.method == old).values(method=new))
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.create_check_constraint(op.f(f"ck_{name}_method_known"), f"method IN {methods}")
