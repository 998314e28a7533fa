"""The commands of ``flask --app reading …``."""

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from reading.access import ROLES
from reading.books import actions as books_actions
from reading.communities import actions as communities_actions
from reading.csv_files import BadFile
from reading.people import actions as people_actions
from reading.people import passwords
from reading.people.rules import LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD, normal_phone
from reading.text import forbidden_character, squeezed

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

communities = AppGroup("communities", help="The city tree.")
residents = AppGroup("residents", help="People who take part.")
books = AppGroup("books", help="The catalogue.")
account = AppGroup("account", help="Sign-ins.")


def init_app(app: Flask) -> None:
    """Add every command group to ``app``."""
    for group in (communities, residents, books, account):
        app.cli.add_command(group)


@communities.command("import")
@click.argument("file", type=FILE)
def import_communities(file: Path) -> None:
    """Take the tree of FILE in: CSV, UTF-8, columns code,parent_code,level,name; all lines or none."""
    try:
        counts = communities_actions.import_tree(file.read_bytes())
    except BadFile as bad:
        raise click.ClickException(f"Nothing was imported.\n{bad}") from None
    click.echo(f"{counts.added} added, {counts.renamed} renamed, {counts.unchanged} unchanged")


@residents.command("import")
@click.argument("file", type=FILE)
def import_residents(file: Path) -> None:
    """Enrol the people of FILE: CSV, UTF-8, columns name,phone,home_code,born_on; all lines or none."""
    try:
        counts = people_actions.import_residents(file.read_bytes())
    except BadFile as bad:
        raise click.ClickException(f"Nobody was imported.\n{bad}") from None
    click.echo(f"{counts.added} added, {counts.known} known already")


@books.command("import")
@click.argument("file", type=FILE)
def import_books(file: Path) -> None:
    """Take the books of FILE in: CSV, UTF-8, columns title,author,publisher,year,pages,isbn,shelf; all or none."""
    try:
        counts = books_actions.import_books(file.read_bytes())
    except BadFile as bad:
        raise click.ClickException(f"Nothing was imported.\n{bad}") from None
    click.echo(f"{counts.added} added, {counts.known} known already")


@account.command("create")
@click.argument("phone")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--at", "code", required=True, help="The code of the node the role is granted at.")
def create_account(phone: str, name: str, role: str, code: str) -> None:
    """Make a sign-in with a role; its password is read from standard input, or drawn and printed once."""
    number, name = normal_phone(phone), squeezed(name)
    if number is None:
        raise click.ClickException(f"{phone!r} is no mobile number of 11 digits.")
    if not name or len(name) > LONGEST_NAME or forbidden_character(name):
        raise click.ClickException(f"A name has 1 to {LONGEST_NAME} characters.")
    given = "" if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if given and not SHORTEST_PASSWORD <= len(given) <= LONGEST_PASSWORD:
        raise click.ClickException(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    password = given or passwords.drawn()
    try:
        people_actions.create_account(number, name=name, role=role, code=code, password=password)
    except people_actions.PhoneTaken:
        raise click.ClickException(f"{number} has an account already; grant it the role at /roles.") from None
    except LookupError:
        raise click.ClickException(f"There is no node with the code {code!r}.") from None
    click.echo(f"{number} is {role} at {code}." + ("" if given else f" Password: {password}"))
