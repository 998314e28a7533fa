"""What a resident's pages cost when the logs of the same people have grown tenfold."""

import statistics
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

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
    """Who reads neither much nor little: as many entries as the one in the middle; and what their pages are about."""

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


def reader_of(bench: Bench) -> Reader:
    """Return the reader in the middle of all who look after themselves and have ever written something down."""
    own = select(Resident.id).where(Resident.account_id.is_not(None), Resident.relation == "self")
    written = select(LogEntry.resident_id, func.count().label("entries")).where(
        LogEntry.resident_id.in_(own), LogEntry.removed_at.is_(None)
    )
    ranked = written.group_by(LogEntry.resident_id).order_by("entries", LogEntry.resident_id)
    readers = db.session.execute(ranked).all()
    resident_id, entries = readers[len(readers) // 2]
    latest = select(LogEntry.id).where(LogEntry.resident_id == resident_id, LogEntry.removed_at.is_(None))
    entry_id = db.session.scalars(latest.order_by(LogEntry.arrived_at.desc()).limit(1)).one()
    event_id = db.session.scalars(select(Event.id).order_by(Event.starts_at.desc()).limit(1)).one()
    resident = db.session.get_one(Resident, resident_id)
    account = db.session.get_one(Account, resident.account_id)
    found = Reader(bench.cookies(account), resident_id, resident.community_id, entry_id, event_id, entries)
    db.session.remove()
    return found


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the worst of a resident's pages: how many times as long it takes after ten times the logs."""
    few = Size(bench.size.residents // PART, bench.size.logs // PART)
    with another(bench, few) as small:
        before = reader_of(small)
        with another(bench, Size(few.residents, few.logs * TIMES)) as large:
            after = reader_of(large)
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
