"""Commands that say in a sentence that the database holds no tables: nobody made them yet, or it is the wrong one."""

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from reading.failures import misses_a_table

NO_TABLES = (
    "This database does not hold the tables of the service. Make them with `flask --app reading db upgrade`; "
    "if they were made before, READING_INSTANCE or READING_DATABASE_URL names another database."
)


class Command(click.Command):
    """A command of which nothing is done where tables are missing."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit 1 with the sentence where a table is missing."""
        try:
            return super().invoke(ctx)
        except DBAPIError as error:
            if not misses_a_table(error):
                raise
            raise click.ClickException(NO_TABLES) from None


class Group(Command, AppGroup):
    """A group of such commands."""
