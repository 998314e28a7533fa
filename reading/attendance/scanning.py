"""What a card means at an event, before anything is written."""

from dataclasses import dataclass
from typing import Any

from reading.access import reach
from reading.attendance import queries, refusals
from reading.attendance.models import UNDONE
from reading.attendance.refusals import Refusal
from reading.cards import queries as cards
from reading.events import queries as events
from reading.events.models import Event
from reading.people.household_queries import OwnHousehold
from reading.people.models import Account, Resident
from reading.people.rules import masked
from reading.templating import time_words


@dataclass(frozen=True)
class Seen:
    """Whose card it is: ``name`` masked where the reader may not know it (design §6), ``why`` on the roster
    ("" for who is not), the mark that stands (None for none) and since when, on the city's clock."""

    resident: Resident
    name: str
    why: str
    status: str | None
    since: str

    def as_json(self) -> dict[str, Any]:
        """Return it as the scanner's script reads it."""
        told = {"id": str(self.resident.id), "name": self.name, "home": self.resident.community.short_name}
        return {**told, "why": self.why, "status": self.status, "since": self.since}


def look_at(event: Event, account: Account, text: str) -> Seen | Refusal:
    """Return who holds the card scanned or typed as ``text``, or why it is not taken."""
    scan = cards.scanned(text)
    holder = cards.holder_of(scan.card) if scan.card else None
    refusal = refusals.of_scan(scan, holder, event) or refusals.of_person(holder, OwnHousehold(account.id))
    if refusal is not None:
        return refusal
    assert holder is not None  # a card of nobody was refused
    why = events.on_roster(event).get(holder.id, "")
    mark = queries.attendances(event.id, [holder.id]).get(holder.id)
    status = mark.status if mark and mark.status != UNDONE else None
    known = why or status or reach(account.roles, "residents.see").covers(holder.home.path)
    name = holder.name if known else masked(holder.name)
    return Seen(holder, name, why, status, time_words(mark.happened_at) if mark and status else "")
