"""The commands ``backup`` and ``restore``."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from reading.backups import actions
from reading.backups.refusals import BackupRefused
from reading.rights import erasing
from reading.without_tables import Command

TARGET = click.Path(path_type=Path)
SOURCE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup", cls=Command)
@click.argument("file", type=TARGET)
@click.option("--overwrite", is_flag=True, help="FILE may be there already and is replaced.")
@with_appcontext
def backup(file: Path, overwrite: bool) -> None:
    """Write the whole database into FILE; the service goes on meanwhile."""
    try:
        actions.save(file, overwrite=overwrite)
    except BackupRefused as refused:
        raise click.ClickException(f"No backup was made. {refused}") from None
    click.echo(f"{file} holds everything that was saved when the backup began.")


@click.command("restore", cls=Command)
@click.argument("file", type=SOURCE)
@click.option("--replace", is_flag=True, help="Give up what the database holds now.")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Let the database hold what the backup FILE holds; stop the service first."""
    try:
        actions.restore(file, replace=replace)
    except BackupRefused as refused:
        raise click.ClickException(f"Nothing was restored. {refused}") from None
    # Before anything is said: who hears that it is done starts the service.
    erased = erasing.erase_again()
    click.echo(f"The database holds what {file} holds.")
    if erased:
        click.echo(f"{erased} of it were erased since then, and have been erased again.")
