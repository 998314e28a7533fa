"""Lives that many share: households drawn once, with all they read and all that came of it by the rules.

A city of a million is no million of drawn histories: some thousands are drawn as those of the small city are, and each
is lived by many (:mod:`reading.sample.crowd`), under other ids and names and in other places. What is the same for all
of them, their points above all, is worked out here, once.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from reading.people.rules import NOTICE_VERSION
from reading.points.rules import (
    LOG,
    Record,
    RuleBook,
    StampGiven,
    Sums,
    claims,
    lines_of_day,
    month_key,
    periods_of,
    totals_of_day,
)
from reading.sample import rows
from reading.sample.draw import Draw
from reading.sample.people import Person
from reading.sample.reading_log import Log

HEAD = (
    8  # of the 32 hexadecimal characters of an id so many are drawn for each person, the others for each life
)

Row = dict[str, Any]


@dataclass(eq=False)
class Life:
    """What one person has read and what came of it; each row names its life, and by ``here`` which of their places.

    ``number`` counts lives; ``tail`` is the end of the resident's id, ``account_tail`` that of their account's;
    ``entries`` the number of log entries.
    """

    number: int
    person: Person
    tail: str
    account_tail: str
    entries: int = 0
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    @property
    def has_moved(self) -> bool:
        """Whether the life was lived in two places."""
        return len(self.person.stays) > 1

    @property
    def has_own_account(self) -> bool:
        """Whether the person signs in."""
        return self.person.account is not None and self.person.relation == "self"

    def is_here(self, day: date) -> bool:
        """Whether ``day`` was spent where they live now."""
        return self.person.place_on(day) is self.person.place


class Lives:
    """Draws lives one after the other; their records end as the log's do, their points follow ``rules``."""

    def __init__(self, seed: int, log: Log, rules: RuleBook, settled_at: datetime) -> None:
        self.draw, self.log, self.rules, self.settled_at = Draw(seed, "tails"), log, rules, settled_at
        self.learning_days = set(log.learning_days)
        self.drawn = 0

    def of(self, person: Person, entries: int) -> Life:
        """Return the life of ``person`` with so many log entries, or fewer where the days do not suffice."""
        tail, account_tail = self._tails(2)
        life = Life(self.drawn, person, tail, account_tail)
        self.drawn += 1
        self._live(life)
        self._read(life, self.log.of(person, entries) if entries else [])
        return life

    def _tails(self, number: int) -> list[str]:
        """Return the ends of so many ids, in their order: what is written in order makes its index the smallest."""
        return sorted(self.draw.id().hex[HEAD:] for _ in range(number))

    def _live(self, life: Life) -> None:
        person = life.person
        kept = ("relation", "born_on", "show_as", "created_at")
        resident = rows.resident(person)
        life.rows["lives"].append(
            {"life": life.number, "tail": life.tail, **{name: resident[name] for name in kept}}
        )
        for stay, tail in zip(person.stays, self._tails(len(person.stays)), strict=True):
            life.rows["stays"].append(
                {"life": life.number, "tail": tail, "here": stay is person.stays[-1], "since": stay.since,
                 "recorded_at": stay.recorded_at, "until": stay.until, "end_recorded_at": stay.end_recorded_at}
            )  # fmt: skip
        for row, tail in zip(rows.consents(self.draw, person), self._tails(2), strict=False):
            told = {name: row[name] for name in ("kind", "given_at", "withdrawn_at")}
            life.rows["consents"].append(
                {"life": life.number, "tail": tail, "notice_version": NOTICE_VERSION, **told}
            )

    def _read(self, life: Life, entries: Sequence[Row]) -> None:
        life.entries = len(entries)
        new = {entry["id"]: tail for entry, tail in zip(entries, self._tails(len(entries)), strict=True)}
        at_home = {entry["id"]: life.is_here(entry["read_on"]) for entry in entries}
        records = []
        for entry in entries:
            tail, here = new[entry["id"]], at_home[entry["id"]]
            life.rows["entries"].append({"life": life.number, "tail": tail, "here": here, **entry})
            if entry["removed_at"] is None:
                records.append(_record(entry, tail))
        for revision, tail in zip(self.log.revisions, self._tails(len(self.log.revisions)), strict=True):
            told = {name: revision[name] for name in ("at", "before")}
            life.rows["revisions"].append(
                {"life": life.number, "tail": tail, "entry_tail": new[revision["entry_id"]],
                 "here": at_home[revision["entry_id"]], **told}
            )  # fmt: skip
        self.log.revisions.clear()
        self._settle(life, records, list(self._stamps(life, records)))

    def _stamps(self, life: Life, records: Sequence[Record]) -> Iterator[StampGiven]:
        """Stamp each month on its first learning day with a record, as for the small city."""
        kept = sorted({one.on for one in records} & self.learning_days, reverse=True)
        first = {month_key(day): day for day in kept}
        for (month, day), tail in zip(sorted(first.items()), self._tails(len(first)), strict=True):
            life.rows["stamps"].append(
                {"life": life.number, "tail": tail, "here": life.is_here(day), "month": month, "on": day}
            )
            yield StampGiven(_id(tail), life.person.place_on(day).code, day)

    def _settle(self, life: Life, records: Sequence[Record], stamps: Sequence[StampGiven]) -> None:
        """Let ledger, day totals and standings follow, each from the one before it."""
        claimed = claims(records)
        of_day: dict[date, list[Record]] = defaultdict(list)
        for record in records:
            of_day[record.on].append(record)
        standings: dict[tuple[bool, str], Sums] = defaultdict(Sums)
        for day, own in sorted(of_day.items()):
            # Not by the code of the community: nobody lives where a life was drawn, and some come from there.
            at = {"life": life.number, "here": life.is_here(day)}
            stamped = [stamp for stamp in stamps if stamp.on == day]
            lines = lines_of_day(own, stamped, self.rules.on(day), claimed)
            for line in sorted(lines, key=lambda line: (line.rule, line.source_id)):
                life.rows["lines"].append({**line._asdict(), **at, "tail": line.source_id.hex[HEAD:]})
            for sums in totals_of_day(own, lines, claimed).values():
                life.rows["totals"].append({**at, "on": day, **sums._asdict()})
                for period in periods_of(day):
                    standings[life.is_here(day), period] += sums
        life.rows["standings"] += [
            {
                "life": life.number,
                "here": at_home,
                "period": period,
                "settled_at": self.settled_at,
                "is_shown": life.person.show_as != "hidden",
                **sums._asdict(),
            }
            for (at_home, period), sums in sorted(standings.items())
        ]


def _id(tail: str) -> uuid.UUID:
    """Return an id that sorts among those of one person as their own ids will."""
    return uuid.UUID(hex="0" * HEAD + tail)


def _record(entry: Row, tail: str) -> Record:
    told = {
        name: entry[name]
        for name in ("community_id", "arrived_at", "pages", "minutes", "book_id", "finished")
    }
    return Record(LOG, _id(tail), on=entry["read_on"], **told)
