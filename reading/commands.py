"""The commands of ``flask --app reading …``."""

import sys
from collections.abc import Callable
from datetime import datetime
from itertools import chain
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from reading import backup_commands, clock, passwords
from reading.access import ROLES
from reading.books import actions as books_actions
from reading.communities import actions as communities_actions
from reading.csv_files import BadFile
from reading.learning_days import actions as learning_days_actions
from reading.people import actions as people_actions
from reading.people import import_actions as people_import_actions
from reading.people.rules import LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD, normal_phone
from reading.points import ledger
from reading.rights import erasing, retention
from reading.sample import actions as sample_actions
from reading.sample import queries as sample_queries
from reading.sample.bulk import InUse
from reading.sample.city import Size
from reading.sign_ins.fields import is_guessable
from reading.text import forbidden_character, squeezed
from reading.without_tables import Command, Group

MOST_RESIDENTS, MOST_LOGS, LOGS_PER_RESIDENT = 2_000_000, 40_000_000, 6
# What each sign-in of the sample is called on the terminal, where no language has been chosen.
ROLE_NAMES = {
    "admin": "管理员 admin",
    "librarian": "馆员 librarian",
    "organizer": "夜校组织者 organizer",
    "steward": "楼长 steward",
    "resident": "居民 resident",
}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

communities = Group("communities", help="The city tree.")
residents = Group("residents", help="People who take part.")
books = Group("books", help="The catalogue.")
account = Group("account", help="Sign-ins.")
people = Group("people", help="Who left, and is to be erased.")
points = Group("points", help="The ledger of points, the standings and the stamps.")


def init_app(app: Flask) -> None:
    """Add every command group to ``app``."""
    for group in (communities, residents, books, account, people, points):
        app.cli.add_command(group)
    for command in (sample, keep_no_longer, backup_commands.backup, backup_commands.restore):
        app.cli.add_command(command)


@communities.command("import")
@click.argument("file", type=FILE)
def import_communities(file: Path) -> None:
    """Take the tree of FILE in: CSV, UTF-8, columns code,parent_code,level,name; all lines or none."""
    try:
        counts = communities_actions.import_tree(file.read_bytes())
    except BadFile as bad:
        raise click.ClickException(f"Nothing was imported.\n{bad}") from None
    click.echo(f"{counts.added} added, {counts.renamed} renamed, {counts.unchanged} unchanged")


@communities.command("close")
@click.argument("code")
def close_community(code: str) -> None:
    """Close the place CODE and all that lies in it: chosen and shown outside no more; its history stays."""
    click.echo(f"{_nodes(_turned(communities_actions.close, code))} closed")


@communities.command("reopen")
@click.argument("code")
def reopen_community(code: str) -> None:
    """Take the closing of CODE back."""
    click.echo(f"{_nodes(_turned(communities_actions.reopen, code))} open again")


def _nodes(number: int) -> str:
    return "1 node" if number == 1 else f"{number} nodes"


def _turned(turn: Callable[[str], int], code: str) -> int:
    try:
        return turn(code)
    except LookupError:
        raise click.ClickException(f"There is no node with the code {code!r}.") from None
    except ValueError:
        raise click.ClickException("A city is not closed.") from None


@residents.command("import")
@click.argument("file", type=FILE)
def import_residents(file: Path) -> None:
    """Enrol the people of FILE: CSV, UTF-8, columns name,phone,home_code,born_on; all lines or none."""
    try:
        counts = people_import_actions.import_residents(file.read_bytes())
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
    if given and is_guessable(given, number, name):
        raise click.ClickException(
            "This password is easily guessed: it is common, the phone number or the name."
        )
    password = given or passwords.drawn()
    try:
        people_actions.create_account(number, name=name, role=role, code=code, password=password)
    except people_actions.PhoneTaken:
        raise click.ClickException(f"{number} has an account already; grant it the role at /roles.") from None
    except LookupError:
        raise click.ClickException(f"There is no node with the code {code!r}.") from None
    click.echo(f"{number} is {role} at {code}." + ("" if given else f" Password: {password}"))


@people.command("erase")
def erase_people() -> None:
    """Erase everybody whose time to think again is over, and who stands on the list of erasures; run it every day."""
    click.echo(f"{erasing.erase_due(clock.now())} erased.")


@click.command("retention", cls=Command)
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@with_appcontext
def keep_no_longer(dry_run: bool) -> None:
    """Let go what is too old by the settings READING_RETENTION_*; run it every day."""
    counts = (retention.look if dry_run else retention.keep_no_longer)(clock.now())
    for name, number in counts.items():
        click.echo(f"{name}: {number}")
    if dry_run:
        click.echo("Nothing was changed.")


@click.command("sample", cls=Command)
@click.option("--residents", type=click.IntRange(1, MOST_RESIDENTS), default=2000, show_default=True)
@click.option(
    "--logs", type=click.IntRange(1, MOST_LOGS), help=f"[default: {LOGS_PER_RESIDENT} for each resident]"
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed draws the same city.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The date it ends at. [default: today]")
@click.option("--first-start", is_flag=True, help="Do nothing if there is a city, or in production.")
@with_appcontext
def sample(residents: int, logs: int | None, seed: int, today: datetime | None, first_start: bool) -> None:
    """Draw a city into the empty database, to look around in; prints one sign-in for each role, once."""
    production = current_app.config["PRODUCTION"]
    if first_start and (production or sample_queries.has_city()):
        return
    if production:
        raise click.ClickException("In production no sample is loaded.")
    day = today.date() if today else clock.today()
    if not 2000 <= day.year <= 2100:
        raise click.BadParameter("the year must lie between 2000 and 2100.", param_hint="--today")
    try:
        size = Size(residents, logs or residents * LOGS_PER_RESIDENT, seed, day)
        sign_ins = sample_actions.load(size, _readable_password, passwords.hash_of)
    except sample_actions.NotEmpty:
        raise click.ClickException(
            "This database holds a city or people already; a sample is only made in an empty one."
        ) from None
    except InUse:
        raise click.ClickException(
            "Somebody else has this database open. A large sample needs it for itself: stop the service first."
        ) from None
    click.echo("\n示例城市已建好。下面的账号和密码只显示这一次：")
    click.echo("The sample city is ready. These sign-ins are shown only this once:\n")
    for one in sign_ins:
        click.echo(f"  {ROLE_NAMES[one.role]}\n    {one.phone}  {one.password}  {one.name}, {one.at}")
    if current_app.config["ADMIN_TOTP"] == "required":
        click.echo("\n管理员首次登录要用手机上的身份验证器。只想看看，可以这样启动：")
        click.echo("The administrator is led to set up an authenticator app. To look around without one:")
        click.echo("    READING_ADMIN_TOTP=offered make run")
    click.echo()


def _readable_password() -> str:
    """Return a new password in groups of three."""
    drawn = passwords.drawn()
    return "-".join(drawn[first : first + 3] for first in range(0, len(drawn), 3))


@points.command("verify")
def verify_points() -> None:
    """Prove that stamps, ledger, day totals, standings and sums follow from the records; exit 1 when one does not."""
    found = 0
    for sentence in chain(learning_days_actions.disagreements(), ledger.disagreements()):
        click.echo(sentence)
        found += 1
    if found:
        raise click.ClickException(
            f"{found} disagreements; `points rebuild` restores everything from the records."
        )
    click.echo("Everything agrees.")


@points.command("rebuild")
def rebuild_points() -> None:
    """Restore stamps, ledger, day totals, standings and sums from the records; the service may go on meanwhile."""
    stamps, rows = learning_days_actions.rebuild(), ledger.rebuild()
    click.echo(f"{stamps} stamps and {rows} rows were wrong and have been restored.")
