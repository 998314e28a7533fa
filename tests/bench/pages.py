"""What a resident's pages cost when the logs of the same people have grown tenfold."""

import statistics
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from reading.events.models import Event
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.people.models import Account, Resident
from tests.bench.city import TODAY, Bench, Size, another
from tests.bench.figures import Figure
from tests.bench.rates import get, ratio, side_by_side

MOST, TIMES, PART = 1.2, 10, 10
ROUNDS, SECONDS = 9, 0.1
MONTH = TODAY[:7]


@dataclass(frozen=True)
class Reader:
    """Who reads neither much nor little, and what their pages are about."""

    cookies: dict[str, str]
    resident_id: uuid.UUID
    community: str
    entry_id: uuid.UUID
    event_id: uuid.UUID
    entries: int

    @property
    def pages(self) -> dict[str, str]:
        """The pages of a resident, by what they are."""
        return {
            "home": "/",
            "my reading": "/logbook",
            "a month of it": f"/logbook?month={MONTH}",
            "the form": "/logbook/new",
            "an entry": f"/logbook/{self.entry_id}",
            "events": "/events",
            "my events": "/events?view=mine",
            "an event": f"/events/{self.event_id}",
            "me": "/me",
            "learning days": "/learning-days",
            "a learning day": f"/learning-days/{MONTH}",
            "points": "/points",
            "the board": f"/communities/{self.community}/leaderboard",
            "the whole board": f"/communities/{self.community}/leaderboard?period=all",
            "my community": f"/communities/{self.community}",
        }


def in_the_middle() -> uuid.UUID:
    """Return whose entries are as many as most have, of all who look after themselves, stand on boards and read lately.

    Whoever has not read this month, or is hidden, has no line and no place where a page shows them to others.
    """
    first = date.fromisoformat(f"{MONTH}-01")
    this_month = select(LogEntry.resident_id).where(LogEntry.read_on >= first, LogEntry.removed_at.is_(None))
    own = select(Resident.id).where(
        Resident.account_id.is_not(None),
        Resident.relation == "self",
        Resident.show_as != "hidden",
        Resident.id.in_(this_month),
    )
    written = select(LogEntry.resident_id).where(LogEntry.resident_id.in_(own), LogEntry.removed_at.is_(None))
    ranked = written.group_by(LogEntry.resident_id).order_by(func.count(), LogEntry.resident_id)
    readers = db.session.scalars(ranked).all()
    return readers[len(readers) // 2]


def reader_of(bench: Bench, resident_id: uuid.UUID) -> Reader:
    """Return this person as a reader: the same people live in cities of one size, whatever they write down."""
    own = select(LogEntry.id).where(LogEntry.resident_id == resident_id, LogEntry.removed_at.is_(None))
    entries = db.session.scalars(own.order_by(LogEntry.arrived_at.desc())).all()
    event_id = db.session.scalars(select(Event.id).order_by(Event.starts_at.desc()).limit(1)).one()
    resident = db.session.get_one(Resident, resident_id)
    account = db.session.get_one(Account, resident.account_id)
    found = Reader(
        bench.cookies(account), resident_id, resident.community_id, entries[0], event_id, len(entries)
    )
    db.session.remove()
    return found


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the worst of a resident's pages: how many times as long it takes after ten times the logs."""
    few = Size(bench.size.residents // PART, bench.size.logs // PART)
    with another(bench, few) as small:
        before = reader_of(small, in_the_middle())
        with another(bench, Size(few.residents, few.logs * TIMES)) as large:
            after = reader_of(large, before.resident_id)
            with small.served() as port, large.served() as other_port:
                found = {}
                for name, path in before.pages.items():
                    shots = {
                        "few": get(port, path, before.cookies),
                        "many": get(other_port, after.pages[name], after.cookies),
                    }
                    rates = side_by_side(shots, ROUNDS, SECONDS)
                    found[name] = ratio(rates["few"], rates["many"])
    worst = max(found, key=lambda name: found[name])
    yield Figure(
        f"the worst of {len(found)} resident's pages when the logs grow tenfold", bench.database, found[worst],
        most=MOST, beside=f"{worst}; in the middle {statistics.median(found.values()):.2f}; "
        f"{before.entries} and {after.entries} entries of the reader",
    )  # fmt: skip
    yield from (
        Figure(f"— {name}", bench.database, value, beside=before.pages[name].split("?")[0])
        for name, value in found.items()
        if value > MOST
    )
