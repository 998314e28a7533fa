"""Play the learning day against the whole stack: ``make burst``.

``make burst ARGS="--minutes 1 --size hundredth --database sqlite"`` plays a short one. Ends with 1 when something that
was answered "saved" is not there once, when points do not follow from the records, when a request got no answer or a
5xx, or when answers took longer than promised.
"""

import asyncio
import random
import sys
import time
from datetime import date
from datetime import time as time_of_day

import click

from reading import clock
from tests.bench.burst_app import SHIFT
from tests.bench.burst_check import kept
from tests.bench.burst_load import Load
from tests.bench.burst_people import People
from tests.bench.burst_plan import LOG, SIGN_IN, Step, alone, mixed
from tests.bench.burst_report import Phase, report
from tests.bench.burst_watch import Watch
from tests.bench.city import HUNDREDTH, POSTGRESQL, SQLITE, TENTH, WHOLE, Bench, city
from tests.bench.serving import WORKERS, served

SIZES = {"whole": WHOLE, "tenth": TENTH, "hundredth": HUNDREDTH}
DATABASES = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
# The sample ends on 18 November: the next learning day is played, from this hour on.
DAY, HOUR = date(2026, 12, 10), time_of_day(19, 0)
SIGN_INS_FOR = WRITES_FOR = 60.0
WARM_UP, WARM_UP_RATE = 10.0, 20.0


@click.command()
@click.option("--minutes", type=click.FloatRange(0.1, 60), default=10, show_default=True)
@click.option(
    "--rate", type=float, default=400, show_default=True, help="Requests a second, a quarter of them writes."
)
@click.option("--sign-ins", type=float, default=30, show_default=True, help="A second, for the first minute.")
@click.option(
    "--writes", type=float, default=300, show_default=True, help="A second, in the minute of writes alone."
)
@click.option("--size", type=click.Choice(list(SIZES)), default="tenth", show_default=True)
@click.option("--database", type=click.Choice(list(DATABASES)), multiple=True, default=list(DATABASES))
@click.option("--verify", type=click.Choice(["all", "touched"]), default="all", show_default=True)
def main(
    minutes: float,
    rate: float,
    sign_ins: float,
    writes: float,
    size: str,
    database: tuple[str, ...],
    verify: str,
) -> None:
    """Play the learning day, then writes alone."""
    good = True
    for name in database:
        with city(DATABASES[name], SIZES[size]) as bench:
            good &= _play(bench, minutes * 60, rate, sign_ins, writes, touched_only=verify == "touched")
    sys.exit(0 if good else 1)


def _play(
    bench: Bench, seconds: float, rate: float, sign_ins: float, writes: float, *, touched_only: bool
) -> bool:
    shift = clock.at_city_time(DAY, HOUR) - clock.machine_clock()
    clock.init_app(bench.app, lambda: clock.machine_clock() + shift)
    people, draw = People(bench, DAY), random.Random(1)
    plans = {"the learning day": _learning_day(draw, people, seconds, rate, sign_ins)}
    if writes:
        plans["writes alone"] = alone(draw, LOG, writes, min(WRITES_FOR, seconds), len(people.known))
    environ = {**bench.environ, SHIFT: str(shift.total_seconds()), "READING_PROXY_HOPS": "1"}
    with served("tests.bench.burst_app:create_app", environ, WORKERS) as port, Watch(port, bench) as watch:
        people.meet(port, shift)
        # On the evening of the day the service is no longer new: every page has been asked for before.
        before = _phase("before", port, people, mixed(draw, WARM_UP_RATE, WARM_UP, len(people.known)), watch)
        phases = [_phase(name, port, people, plan, watch) for name, plan in plans.items()]
    sent = [one for phase in (before, *phases) for one in phase.sent]
    found = kept(sent, people, touched_only=touched_only)
    return report(bench, phases, watch, found)


def _learning_day(
    draw: random.Random, people: People, seconds: float, rate: float, sign_ins: float
) -> list[Step]:
    steps, most = mixed(draw, rate, seconds, len(people.known)), len(people.strangers)
    if sign_ins:
        # Nobody signs in twice.
        steps += alone(draw, SIGN_IN, sign_ins, min(SIGN_INS_FOR, seconds), most)[:most]
    return sorted(steps, key=lambda step: step.due)


def _phase(name: str, port: int, people: People, plan: list[Step], watch: Watch) -> Phase:
    load, began = Load(port, people.made), time.perf_counter()
    own, workers = time.process_time(), watch.cpu()
    sent = asyncio.run(load.play(plan))
    took = time.perf_counter() - began
    own, workers = time.process_time() - own, watch.cpu() - workers
    return Phase(name, sent, plan[-1].due, took, own, workers, load.most_waiting)


if __name__ == "__main__":
    main()
