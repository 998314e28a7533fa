"""How Alembic finds the database and the tables; run through ``flask --app reading db …``."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from reading.database import UtcDateTime
from reading.extensions import db


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own column type as what it is to the database, so that old migrations never need our code."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


def run_migrations() -> None:
    """Run the migrations on the app's own engine, each in a transaction."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
