"""Let machines fall under people who write, and say what came of it: ``make failover``.

``make failover ARGS="--faults 8 --seed 3"`` does less. Ends with 1 when a promise was broken.
"""

import random
import shutil
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

import click
from sqlalchemy import select

import config
from reading import create_app
from reading.extensions import db
from reading.logbook.models import LogEntry
from tests.as_served import AS_SERVED
from tests.durability.town import disagreements
from tests.failover import cluster as clusters
from tests.failover.cluster import NotWhole, wait_for
from tests.failover.faults import Kind, Stage, drawn
from tests.failover.people import SAVED, Crowd, found
from tests.failover.processes import Program, free_port, nothing_left_behind
from tests.failover.report import Fault, broken_promises, outcomes, table

APPS, WORKERS, THREADS = 2, 1, 4
SECONDS_OF_PEACE = 3.0
SECONDS_TO_START = 60.0
SECONDS_TO_FINISH = 90.0
STRANGE_SHOWN = 5


@click.command()
@click.option("--faults", default=30, show_default=True, help="How many.")
@click.option("--seed", type=int, help="Draws their order; drawn itself if not told.")
@click.option("--keep", is_flag=True, help="Keep the folder with the logs.")
def main(faults: int, seed: int | None, keep: bool) -> None:
    """Start a cluster, let people write and machines fall, and print a report."""
    began, told = time.monotonic(), random.randrange(10_000) if seed is None else seed
    folder = Path(mkdtemp(prefix="reading-failover-", dir="/var/tmp"))
    try:
        said = _run(folder, faults, told)
    finally:
        if keep:
            click.echo(f"The logs are in {folder}.", err=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    click.echo(f"\n{faults} faults, seed {told}, {(time.monotonic() - began) / 60:.0f} minutes.")
    for promise in said:
        click.echo(f"- BROKEN: {promise}")
    sys.exit(1 if said else 0)


def _run(folder: Path, faults: int, seed: int) -> list[str]:
    """Return the promises that were broken, after the table has been printed."""
    cluster, chance = clusters.cluster(folder), random.Random(seed)
    programs = cluster.programs
    with nothing_left_behind(programs):
        _say("Starting three machines ...")
        cluster.start()
        cluster.make_database()
        environ = {
            "READING_DATABASE_URL": cluster.url,
            "READING_SECRET_KEY": "a secret of this run alone, of 40 characters",
            "READING_INSTANCE": str(folder / "instance"),
            "READING_LOG": "json",
        }
        app = create_app({**environ, "READING_LOG": "plain"})
        with app.app_context():
            readers = found(app)
            apps = [_app(number, environ, folder) for number in range(APPS)]
            programs += apps
            crowd = Crowd(readers, [_started(one) for one in apps], seed)
            crowd.begin()
            fallen, said = _let_fall(Stage(cluster, crowd, chance), drawn(faults, chance))
            if not crowd.finish(SECONDS_TO_FINISH):
                said.append(f"somebody could not save a record within {SECONDS_TO_FINISH:.0f} s of peace")
            return said + _told(crowd, fallen)


def _say(text: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {text}", err=True)


def _app(number: int, environ: dict[str, str], folder: Path) -> Program:
    port = free_port()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--factory"]
    command += [
        "reading:create_app",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ws",
        "--no-access-log",
    ]
    command += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS)]
    log = folder / f"app{number}.log"
    return Program(
        f"app {port}", command, {**AS_SERVED, **environ}, log, str(config.ROOT), unprivileged=False
    )


def _started(app: Program) -> int:
    """Start an app; return its port once it can do its work."""
    port = int(app.name.split()[1])
    app.start()

    def is_ready() -> bool:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
        return False

    wait_for(is_ready, "app that is ready", SECONDS_TO_START)
    return port


def _let_fall(stage: Stage, kinds: Sequence[Kind]) -> tuple[list[Fault], list[str]]:
    """Let it all happen, one after the other; return the faults, and why it ended early, if it did."""
    fallen: list[Fault] = []
    try:
        stage.goes_on(time.monotonic())
        for number, kind in enumerate(kinds, 1):
            time.sleep(SECONDS_OF_PEACE)
            began = time.monotonic()
            with _timed(f"{number} of {len(kinds)}: {kind.name}"):
                kind.happen(stage)
                stage.cluster.be_whole()
                stage.goes_on(time.monotonic())
            fallen.append(Fault(kind, began, time.monotonic()))
    except NotWhole as error:
        return fallen, [str(error)]
    return fallen, []


@contextmanager
def _timed(what: str) -> Iterator[None]:
    _say(what)
    began = time.monotonic()
    yield
    _say(f"  whole again after {time.monotonic() - began:.0f} s")


def _told(crowd: Crowd, fallen: Sequence[Fault]) -> list[str]:
    answers = crowd.answers
    acknowledged = {one.record for one in answers if one.kind == SAVED}
    # What each reader wrote about a book is the id of their form: a second record of it would say the same.
    kept = Counter(db.session.scalars(select(LogEntry.reflection)))
    results = outcomes(fallen, answers)
    for line in table(results, kept):
        click.echo(line)
    lost, doubled = acknowledged - kept.keys(), [one for one, times in kept.items() if times > 1]
    click.echo(f"\n{len(acknowledged):,} acknowledged, {len(lost)} lost, {len(doubled)} doubled.")
    for strange in [one for hand in crowd.hands for one in hand.strange][:STRANGE_SHOWN]:
        _say(strange)
    return broken_promises(results, acknowledged, kept, disagreements())


if __name__ == "__main__":
    main()
