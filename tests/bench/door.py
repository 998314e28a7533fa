"""The figures of the door: marks sent again, a full hall, and the roster's page."""

from collections.abc import Iterator

import click

from tests.bench import check_in, replay, roster_page
from tests.bench.city import SQLITE
from tests.bench.figures import Figure


def measure() -> Iterator[Figure]:
    """Yield them; what was lost or doubled ends the run."""
    found = replay.measure()
    here = check_in.measure()
    for one in found.wrong + here.wrong:
        raise click.ClickException(one)
    yield Figure(
        f"replay of {replay.MARKS} marks, {replay.TIMES} times, half of the answers lost", SQLITE, found.seconds, "s",
        most=replay.MOST_SECONDS, beside=f"bare posts: {found.bare_seconds:.3f} s",
    )  # fmt: skip
    yield Figure(
        f"{check_in.PEOPLE} residents check in within one code's life", SQLITE, here.seconds, "s",
        most=check_in.MOST_SECONDS, beside=f"99th percentile {here.p99:.3f} s, of bare posts {here.bare_p99:.3f} s",
    )  # fmt: skip
    page = roster_page.measure()
    yield Figure(
        "the roster of 500 names, compressed", SQLITE, page.size / 1000, "KB", most=roster_page.MOST_BYTES / 1000,
        beside=f"in {page.seconds:.3f} s, a bare answer in {page.bare_seconds:.3f} s",
    )  # fmt: skip
