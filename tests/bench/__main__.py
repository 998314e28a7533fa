"""Print the table of figures: ``make bench``. Ends with 1 when one of them is not met.

Measured on both databases, the figures are told once more in one table, as the README shows them.

``make bench ARGS="shell board --database sqlite --size hundredth"`` measures some of it.
"""

import sys
from collections.abc import Iterable

import click

from tests.bench import board, commit, door, first_load, home, memory, pages, record, shell
from tests.bench.city import HUNDREDTH, POSTGRESQL, SQLITE, TENTH, WHOLE, city
from tests.bench.figures import Figure, fold, head, say

SIZES = {"whole": WHOLE, "tenth": TENTH, "hundredth": HUNDREDTH}
DATABASES = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
# What is measured on a copy of the city, each a function of it.
ON_THE_CITY = {
    "board": board.measure,
    "shell": shell.measure,
    "commit": commit.measure,
    "record": record.measure,
    "memory": memory.measure,
    "home": home.measure,
    "pages": pages.measure,
    "first_load": first_load.measure,
}
# What makes its own small database.
BY_ITSELF = {"door": door.measure}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice([*ON_THE_CITY, *BY_ITSELF]))
@click.option("--size", type=click.Choice(list(SIZES)), default="tenth", show_default=True)
@click.option("--database", type=click.Choice(list(DATABASES)), multiple=True, default=list(DATABASES))
def main(parts: tuple[str, ...], size: str, database: tuple[str, ...]) -> None:
    """Measure PARTS (all of them without), each beside something bare in the same run."""
    chosen = parts or (*ON_THE_CITY, *BY_ITSELF)
    head()
    found: list[Figure] = []
    for name in database:
        on_the_city = [ON_THE_CITY[part] for part in chosen if part in ON_THE_CITY]
        if on_the_city:
            with city(DATABASES[name], SIZES[size]) as bench:
                for measure in on_the_city:
                    found += _say_all(measure(bench))
    for part in chosen:
        if part in BY_ITSELF:
            found += _say_all(BY_ITSELF[part]())
    if len(database) > 1:
        fold(found)
    sys.exit(0 if all(figure.is_met for figure in found) else 1)


def _say_all(figures: Iterable[Figure]) -> list[Figure]:
    found = []
    for figure in figures:
        say(figure)
        found.append(figure)
    return found


if __name__ == "__main__":
    main()
