"""What came of it, in Markdown: for each kind of fault how long nobody could write, what people saw, what was lost."""

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.failover.faults import KINDS, Kind
from tests.failover.people import ONE_MOMENT, OPENED, SAVED, WITH_FORM, Answer

POLITE = (SAVED, OPENED, ONE_MOMENT, WITH_FORM)


@dataclass(frozen=True)
class Fault:
    """One fault: when it began, and when the cluster was whole again."""

    kind: Kind
    began: float
    ended: float


@dataclass(frozen=True)
class Outcome:
    """A fault with all people saw until the next one, the longest time without a record saved, and those records."""

    fault: Fault
    silence: float
    seen: Counter[str]
    slowest: float
    saved: frozenset[str]


def outcomes(faults: Sequence[Fault], answers: Sequence[Answer]) -> list[Outcome]:
    """Return what came of each fault; ``answers`` in the order they came. An answer belongs to the fault before it."""
    ends = [fault.began for fault in faults[1:]] + [float("inf")]
    found = []
    for fault, end in zip(faults, ends, strict=True):
        during = [one for one in answers if fault.began <= one.at < end]
        times = [fault.began, *(one.at for one in during if one.kind == SAVED), max(fault.ended, fault.began)]
        silence = max(later - sooner for sooner, later in zip(sorted(times), sorted(times)[1:], strict=False))
        saved = frozenset(one.record for one in during if one.kind == SAVED)
        seen, slowest = Counter(one.kind for one in during), max((one.seconds for one in during), default=0.0)
        found.append(Outcome(fault, silence, seen, slowest, saved))
    return found


def broken_promises(
    results: Sequence[Outcome], acknowledged: set[str], kept: Mapping[str, int], disagreements: Sequence[str]
) -> list[str]:
    """Return, in words, every promise that was not kept; ``kept`` is how often each record is in the database."""
    said = [f'{record} was answered "saved" and is lost' for record in sorted(acknowledged - kept.keys())]
    said += [f"{record} is there {times} times" for record, times in sorted(kept.items()) if times != 1]
    said += disagreements
    for one in results:
        name, most = one.fault.kind.name, one.fault.kind.seconds
        if one.silence > most:
            said.append(f"{name}: nothing was saved for {one.silence:.1f} s, more than {most:.0f} s")
        said += [f"{name}: {times} × {kind}" for kind, times in one.seen.items() if kind not in POLITE]
    return said


COLUMNS = (
    "fault", "times", "seconds without a record saved: median", "longest", "promised", "answers: 302 saved",
    "200 the form", "503 one moment, with the form", "503 one moment, opening it", "anything else",
    "slowest answer, s", "acknowledged", "found", "doubled",
)  # fmt: skip


def table(results: Sequence[Outcome], kept: Mapping[str, int]) -> Iterator[str]:
    """Yield the lines of the table: one for each kind of fault, and the sum of them."""
    yield _row(COLUMNS)
    yield _row("---" for _column in COLUMNS)
    for kind in KINDS:
        of_kind = [one for one in results if one.fault.kind is kind]
        if of_kind:
            yield _row(_cells(kind.name, f"≤ {kind.seconds:.0f}", of_kind, kept))
    if results:
        yield _row(_cells("**all**", "", results, kept))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(name: str, promised: str, results: Sequence[Outcome], kept: Mapping[str, int]) -> list[str]:
    silences = [one.silence for one in results]
    seen = sum((one.seen for one in results), Counter[str]())
    other = sum(times for kind, times in seen.items() if kind not in POLITE)
    saved = frozenset[str]().union(*(one.saved for one in results))
    there, doubled = saved & kept.keys(), [one for one in saved if kept.get(one, 0) > 1]
    numbers = (
        seen[SAVED], seen[OPENED], seen[WITH_FORM], seen[ONE_MOMENT], other,
        max(one.slowest for one in results), len(saved), len(there), len(doubled),
    )  # fmt: skip
    seconds = [f"{statistics.median(silences):.1f}", f"{max(silences):.1f}"]
    told = (f"{one:,.1f}" if isinstance(one, float) else f"{one:,}" for one in numbers)
    return [name, str(len(results)), *seconds, promised, *told]
