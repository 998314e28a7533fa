"""What a measurement found, as one line of the table."""

from collections.abc import Iterable
from dataclasses import dataclass

import click

from tests.bench.city import POSTGRESQL, SQLITE


@dataclass(frozen=True)
class Figure:
    """One figure: the work, the database it was measured on, and what was found.

    ``value`` is in ``unit`` ("×" for a ratio of two things measured in the same run); it is met at ``least`` or more,
    or at ``most`` or less, and only told where neither is given. ``beside`` tells the absolute numbers behind it.
    """

    work: str
    database: str
    value: float
    unit: str = "×"
    least: float | None = None
    most: float | None = None
    beside: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the value is what was promised."""
        return (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )

    @property
    def promise(self) -> str:
        """The bound in words; "" for none."""
        if self.least is not None:
            return f"≥ {self.least:g} {self.unit}"
        return f"≤ {self.most:g} {self.unit}" if self.most is not None else ""


def say(figure: Figure) -> None:
    """Print one line of the table, as Markdown."""
    met = "" if not figure.promise else ("yes" if figure.is_met else "**no**")
    click.echo(
        f"| {figure.work} | {figure.database} | {figure.value:.3g} {figure.unit} | {figure.promise} | {met} "
        f"| {figure.beside} |"
    )


def fold(figures: Iterable[Figure]) -> None:
    """Print the table with a line for each work and a column for each database, as the README shows it."""
    by_work: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        by_work.setdefault(figure.work, {})[figure.database] = figure
    click.echo("\n| work | promised | SQLite | PostgreSQL |\n|---|---|---|---|")
    for work, found in by_work.items():
        promises = dict.fromkeys(one.promise for one in found.values() if one.promise)
        values = (_value(found.get(database)) for database in (SQLITE, POSTGRESQL))
        click.echo(f"| {work} | {', '.join(promises)} | {' | '.join(values)} |")


def _value(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    said = f"{figure.value:.3g} {figure.unit}".strip()
    return said if figure.is_met else f"**{said}**"


def head() -> None:
    """Print the head of the table."""
    click.echo("| work | database | measured | promised | met | beside |")
    click.echo("|---|---|---|---|---|---|")
