"""What reading and coming together are worth (design §7), and the periods over which it is summed.

Pure decisions: the records, the rules and the day are passed in.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from operator import add, sub
from typing import NamedTuple

PAGES, MINUTES, BOOK, ATTENDANCE, STAMP, TOTAL = "pages", "minutes", "book", "attendance", "stamp", "total"
LOG = "log"
ALL_TIME = "all"
PERIOD = re.compile(r"(?P<year>(19|20|21)[0-9]{2})(-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True)
class Rule:
    """``points`` for every ``per`` units, at most ``daily_cap`` points a day, from ``since`` on.

    The rule "total" has only its cap: the most a day can bring.
    """

    rule: str
    since: date
    per: int
    points: int
    daily_cap: int


@cache
def default_rules() -> tuple[Rule, ...]:
    """Return the rules that hold until the table of rules says otherwise (design §7)."""
    return (
        Rule(PAGES, date.min, per=10, points=1, daily_cap=10),
        Rule(MINUTES, date.min, per=10, points=1, daily_cap=6),
        Rule(BOOK, date.min, per=1, points=5, daily_cap=10),
        Rule(ATTENDANCE, date.min, per=1, points=10, daily_cap=20),
        Rule(STAMP, date.min, per=1, points=10, daily_cap=10),
        Rule(TOTAL, date.min, per=1, points=0, daily_cap=40),
    )


class RuleBook:
    """The rules of all time: the defaults, and the rows that replaced them from a date on."""

    def __init__(self, rows: Iterable[Rule] = ()) -> None:
        held: dict[str, Rule] = {}
        # Since when which rules hold, the latest first: what is asked for is most often what holds now.
        self._since: list[tuple[date, Mapping[str, Rule]]] = []
        for row in sorted((*default_rules(), *rows), key=lambda row: row.since):
            held = {**held, row.rule: row}
            self._since.insert(0, (row.since, held))

    def on(self, day: date) -> Mapping[str, Rule]:
        """Return the rules that held on ``day``, by name."""
        return next(held for since, held in self._since if since <= day)


@dataclass(frozen=True)
class Record:
    """A log entry ("log") or an attendance that stands; ``arrived_at`` is when the service learned of it."""

    kind: str
    source_id: uuid.UUID
    community_id: str
    on: date
    arrived_at: datetime
    pages: int | None = None
    minutes: int | None = None
    book_id: uuid.UUID | None = None
    finished: bool = False

    @property
    def arrival(self) -> tuple[datetime, uuid.UUID]:
        """What records are ordered by; the id parts those that arrived in the same instant."""
        return self.arrived_at, self.source_id


class StampGiven(NamedTuple):
    """A learning day's stamp, as the ledger needs it."""

    source_id: uuid.UUID
    community_id: str
    on: date


class Line(NamedTuple):
    """One line of the ledger: what one rule gave for one record.

    ``told`` is the amount as told (pages, minutes) or 1; ``uncapped`` what the rule alone gives for it on top
    of the day's earlier records; ``points`` what the caps left of that. A record that fills no unit, or
    finishes a book that has counted before, still has its line, with ``uncapped`` 0: it explains itself.
    ``book_id`` is told on lines of the rule "book" only.
    """

    on: date
    rule: str
    source_id: uuid.UUID
    community_id: str
    position: int
    told: int
    uncapped: int
    points: int
    book_id: uuid.UUID | None = None


class Sums(NamedTuple):
    """What days add up to: points, and the raw amounts as told. They are added metric by metric."""

    points: int = 0
    pages: int = 0
    minutes: int = 0
    books: int = 0
    days: int = 0
    records: int = 0

    def __add__(self, other: "Sums") -> "Sums":  # type: ignore[override]
        return Sums(*map(add, self, other))

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(*map(sub, self, other))

    def beside(self, other: "Sums") -> list[tuple[str, int, int]]:
        """Return (metric, own value, the other's value) for each metric."""
        return [(name, getattr(self, name), getattr(other, name)) for name in METRICS]

    def __bool__(self) -> bool:
        return any(tuple(self))


METRICS = Sums._fields


def claims(records: Iterable[Record]) -> frozenset[uuid.UUID]:
    """Return the ids of the finishes that count: of each book, the one that arrived first.

    ``records`` must hold every standing finish of one resident for the books that matter.
    """
    first: dict[uuid.UUID, Record] = {}
    for record in records:
        if record.finished and record.book_id:
            other = first.get(record.book_id)
            if other is None or record.arrival < other.arrival:
                first[record.book_id] = record
    return frozenset(record.source_id for record in first.values())


def lines_of_day(
    records: Iterable[Record],
    stamps: Iterable[StampGiven],
    rules: Mapping[str, Rule],
    claimed: Collection[uuid.UUID],
) -> list[Line]:
    """Return the ledger of one resident's day, in its order.

    Amounts are summed over the day and floored after summing, in order of arrival; each line is capped by what
    is left of its rule's daily cap, then of the day's. A record's pages or minutes come before its book; a
    stamp comes right after the day's first record. ``claimed`` is what :func:`claims` returns.
    """
    ledger = _DayLedger(rules)
    ordered = sorted(records, key=lambda record: record.arrival)
    for number, record in enumerate(ordered):
        for rule, told, counted in _amounts(record, claimed):
            ledger.add(record, rule, told, counted, record.book_id if rule == BOOK else None)
        if number == 0:
            ledger.add_stamps(stamps)
    if not ordered:
        ledger.add_stamps(stamps)
    return ledger.lines


def _amounts(record: Record, claimed: Collection[uuid.UUID]) -> Iterable[tuple[str, int, int]]:
    """Yield (rule, amount told, amount that counts) for one record."""
    if record.kind != LOG:
        yield ATTENDANCE, 1, 1
    elif record.pages is not None:
        yield PAGES, record.pages, record.pages
    elif record.minutes is not None:
        yield MINUTES, record.minutes, record.minutes
    if record.finished:
        yield BOOK, 1, int(record.source_id in claimed)


class _DayLedger:
    """The lines of one day as they are written, and what is left of each cap."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.lines: list[Line] = []
        self._rules = rules
        self._sum: dict[str, int] = defaultdict(int)
        self._left = {name: rule.daily_cap for name, rule in rules.items()}

    def add(
        self,
        source: Record | StampGiven,
        name: str,
        told: int,
        counted: int,
        book_id: uuid.UUID | None = None,
    ) -> None:
        rule = self._rules[name]
        before = self._sum[name]
        self._sum[name] = before + counted
        uncapped = (self._sum[name] // rule.per - before // rule.per) * rule.points
        points = min(uncapped, self._left[name], self._left[TOTAL])
        self._left[name] -= points
        self._left[TOTAL] -= points
        self.lines.append(
            Line(
                on=source.on,
                rule=name,
                source_id=source.source_id,
                community_id=source.community_id,
                position=len(self.lines),
                told=told,
                uncapped=uncapped,
                points=points,
                book_id=book_id,
            )
        )

    def add_stamps(self, stamps: Iterable[StampGiven]) -> None:
        for stamp in sorted(stamps, key=lambda stamp: stamp.source_id):
            self.add(stamp, STAMP, 1, 1)


def totals_of_day(
    records: Iterable[Record], lines: Iterable[Line], claimed: Collection[uuid.UUID]
) -> dict[str, Sums]:
    """Return what one resident's day adds up to, by community; a community of only zeros is left out.

    The day itself is counted once, in the community of its first record. Minutes are summed as told, also of
    entries whose points come from their pages; books are those that count, uncapped.
    """
    totals: dict[str, Sums] = defaultdict(Sums)
    for number, record in enumerate(sorted(records, key=lambda record: record.arrival)):
        totals[record.community_id] += Sums(
            pages=record.pages or 0,
            minutes=record.minutes or 0,
            books=int(record.source_id in claimed),
            days=int(number == 0),
            records=1,
        )
    for line in lines:
        totals[line.community_id] += Sums(points=line.points)
    return {community: sums for community, sums in totals.items() if sums}


def held_back(lines: Iterable[Line], rules: Mapping[str, Rule]) -> list[str]:
    """Return for each line of a day, in its order, which cap held points back: its rule's name, "total" or ""."""
    left = {name: rule.daily_cap for name, rule in rules.items()}
    reasons = []
    for line in lines:
        if line.points == line.uncapped:
            reasons.append("")
        else:
            reasons.append(line.rule if line.points == left[line.rule] else TOTAL)
        left[line.rule] -= line.points
    return reasons


@dataclass(frozen=True)
class Period:
    """A month, a year or all time; ``key`` is how addresses and standings name it, both ends are included."""

    key: str
    first: date
    last: date


@lru_cache(256)
def parse_period(text: str) -> Period | None:
    """Return the period written ``2026-11``, ``2026`` (1900 to 2199) or ``all``, else None."""
    if text == ALL_TIME:
        return Period(ALL_TIME, date.min, date.max)
    match = PERIOD.fullmatch(text)
    if match is None:
        return None
    year, month = int(match["year"]), int(match["month"] or 0)
    if not month:
        return Period(text, date(year, 1, 1), date(year, 12, 31))
    after = date(year + month // 12, month % 12 + 1, 1)
    return Period(text, date(year, month, 1), after - timedelta(days=1))


def month_key(day: date) -> str:
    """Return the key of the day's month, ``2026-11``."""
    return f"{day.year:04}-{day.month:02}"


def periods_of(day: date) -> tuple[str, str, str]:
    """Return the keys of the periods a day counts in: its month, its year, all time."""
    return month_key(day), f"{day.year:04}", ALL_TIME
