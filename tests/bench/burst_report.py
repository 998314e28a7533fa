"""The burst in a table, and what it means for a city."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import click

from tests.bench.burst_check import Kept
from tests.bench.burst_load import NO_ANSWER, Sent
from tests.bench.burst_plan import BOARD, CHECK_IN, HOME, LOG, SIGN_IN, STEPS_A_VISIT
from tests.bench.burst_watch import MEGABYTE, Watch
from tests.bench.city import Bench

P95, P99, MOST_MEMORY = 0.3, 1.0, 120 * MEGABYTE
EXPECTED = {HOME: 200, BOARD: 200, LOG: 302, CHECK_IN: 302, SIGN_IN: 302}
# A city: its people, how many take part on the day, how many of the day's visits fall into the fullest hour.
CITY, TAKING_PART, FULLEST_HOUR = 1_160_000, 0.3, 0.25


@dataclass(frozen=True)
class Phase:
    """What was sent in ``planned`` seconds, the CPU the generator itself took, and how many waited for a connection."""

    name: str
    sent: list[Sent]
    planned: float
    took: float
    cpu: float
    workers_cpu: float
    most_waiting: int

    @property
    def is_good(self) -> bool:
        """Whether all got the right answer in the time promised."""
        right = all(one.status == EXPECTED[one.step.kind] for one in self.sent)
        return right and _part(self.sent, 0.95) < P95 and _part(self.sent, 0.99) < P99

    @property
    def rate(self) -> float:
        """Requests answered rightly, a second."""
        return sum(one.status == EXPECTED[one.step.kind] for one in self.sent) / max(self.planned, self.took)

    @property
    def writes(self) -> float:
        """Durable writes a second."""
        kinds = (LOG, CHECK_IN)
        return sum(
            one.status == EXPECTED[one.step.kind] for one in self.sent if one.step.kind in kinds
        ) / max(self.planned, self.took)


def report(bench: Bench, phases: Sequence[Phase], watch: Watch, kept: Kept) -> bool:
    """Print the tables; return whether everything is as promised."""
    size = bench.size
    click.echo(
        f"\n### The learning day on {bench.database}: {size.residents:,} residents, {size.logs:,} records, 2 workers\n"
    )
    click.echo("| phase | kind | requests | a second | p50 ms | p95 ms | p99 ms | longest | wrong answers |")
    click.echo("|---|---|---|---|---|---|---|---|---|")
    for phase in phases:
        for kind in (HOME, LOG, CHECK_IN, BOARD, SIGN_IN):
            own = [one for one in phase.sent if one.step.kind == kind]
            if own:
                _line(phase, kind, own)
        _line(phase, "all", phase.sent)
    click.echo("\n| what | found |\n|---|---|")
    for kind, told in kept.acknowledged.items():
        click.echo(f'| {kind}: answered "saved", there once | {told:,}, {kept.found[kind]:,} |')
    click.echo(f"| doubled | {kept.doubled} |")
    click.echo(f"| `points verify` ({kept.verified}) | {'; '.join(kept.disagreements) or 'clean'} |")
    for phase in phases:
        click.echo(f"| {phase.name}: durable writes a second | {phase.writes:.0f} |")
        click.echo(f"| {phase.name}: the generator's CPU; most who waited for a connection "
              f"| {phase.cpu / phase.took:.0%} of a core; {phase.most_waiting} |")  # fmt: skip
        click.echo(f"| {phase.name}: the workers' CPU, a request | {phase.workers_cpu / phase.took:.0%} of a core, "
              f"{1000 * phase.workers_cpu / len(phase.sent):.2f} ms |")  # fmt: skip
    if watch.file:
        click.echo(f"| largest log written ahead (WAL) | {watch.wal / MEGABYTE:.0f} MB |")
    memory = ", ".join(f"{one / MEGABYTE:.0f}" for one in watch.memory)
    click.echo(
        f"| memory of the workers at the end; most | {memory}; {watch.most_memory / MEGABYTE:.0f} MB |"
    )
    _say_for_a_city(phases[0])
    is_small = 0 < watch.most_memory <= MOST_MEMORY
    good = all(phase.is_good for phase in phases) and kept.is_good and is_small
    click.echo(f"\n{'As promised.' if good else 'NOT as promised.'}\n")
    return good


def _line(phase: Phase, kind: str, own: Sequence[Sent]) -> None:
    wrong = Counter(one.status for one in own if one.status != EXPECTED[one.step.kind])
    said = ", ".join(
        f"{number} × {status if status != NO_ANSWER else 'none'}" for status, number in wrong.items()
    )
    times = " | ".join(f"{1000 * _part(own, part):.0f}" for part in (0.5, 0.95, 0.99, 1))
    click.echo(
        f"| {phase.name} | {kind} | {len(own):,} | {len(own) / phase.planned:.0f} | {times} | {said or 0} |"
    )


def _part(own: Sequence[Sent], part: float) -> float:
    """Return the seconds within which this part of the requests was answered."""
    ordered = sorted(one.seconds for one in own)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _say_for_a_city(phase: Phase) -> None:
    """Say what the measured rate is enough for: no more than what was carried here is promised."""
    visits = CITY * TAKING_PART
    wanted = visits * FULLEST_HOUR * STEPS_A_VISIT / 3600
    machines = int(-(-wanted // phase.rate)) if phase.rate else 0
    click.echo(
        f"\nA city of {CITY:,} with {TAKING_PART:.0%} taking part on the day is {visits:,.0f} visits of "
        f"{STEPS_A_VISIT:.1f} requests; with {FULLEST_HOUR:.0%} of them in the fullest hour that is {wanted:.0f} "
        f"requests a second. {phase.rate:.0f} a second were carried here (load generator included), which is "
        f"{phase.rate / wanted:.1f} times as many: {machines} such machine{'s' if machines != 1 else ''}. All of those "
        f"visits would fit into {visits * STEPS_A_VISIT / phase.rate / 3600:.1f} hours."
    )
