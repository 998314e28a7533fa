"""Whether everything that was answered "saved" is there, once, and the points follow from it."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from sqlalchemy import select

from reading.attendance.models import CAME, Attendance
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.logbook.models import LogEntry
from reading.people.models import Account
from reading.points import ledger
from reading.sign_ins.models import SignIn
from tests.bench.burst_load import Sent
from tests.bench.burst_people import People
from tests.bench.burst_plan import CHECK_IN, LOG, SIGN_IN

SAVED = 302
AT_ONCE = 500


@dataclass(frozen=True)
class Kept:
    """By kind, how many were answered "saved" and how many of those are there once; what does not agree, in words."""

    acknowledged: dict[str, int]
    found: dict[str, int]
    doubled: int
    verified: str
    disagreements: list[str]

    @property
    def is_good(self) -> bool:
        """Whether nothing is lost, doubled or wrong."""
        return self.acknowledged == self.found and not self.doubled and not self.disagreements


def kept(sent: Sequence[Sent], people: People, *, touched_only: bool) -> Kept:
    """Look everything that was sent up in the database; prove the points, or of ``touched_only`` only theirs."""
    db.session.remove()
    saved = {
        kind: [one.key for one in sent if one.step.kind == kind and one.status == SAVED]
        for kind in (LOG, CHECK_IN, SIGN_IN)
    }
    logs = {str(one) for one in _those([uuid.UUID(key) for key in saved[LOG]])}
    came = Counter(_came(people))
    there = {LOG: len(logs & set(saved[LOG])), CHECK_IN: len(came.keys() & set(saved[CHECK_IN]))}
    there[SIGN_IN] = len(set(_signed_in(people)) & set(saved[SIGN_IN]))
    told = {kind: len(set(keys)) for kind, keys in saved.items()}
    doubled = sum(number - 1 for number in came.values())
    touched = sorted(
        {people.known[one.step.person].resident for one in sent if one.step.kind in (LOG, CHECK_IN)}
    )
    batches = [[one] for one in touched] if touched_only else None
    wrong = list(islice(chain(learning_days.disagreements(batches), ledger.disagreements(batches)), 20))
    verified = f"{len(touched):,} residents who wrote" if touched_only else "everybody"
    return Kept(told, there, doubled, verified, wrong)


def _those(keys: Sequence[uuid.UUID]) -> Iterator[uuid.UUID]:
    for first in range(0, len(keys), AT_ONCE):
        yield from db.session.scalars(
            select(LogEntry.id).where(LogEntry.id.in_(keys[first : first + AT_ONCE]))
        )


def _came(people: People) -> Iterable[str]:
    chosen = select(Attendance.event_id, Attendance.resident_id)
    chosen = chosen.where(Attendance.event_id.in_(people.events), Attendance.status.in_(CAME))
    return [f"{event} {resident}" for event, resident in db.session.execute(chosen)]


def _signed_in(people: People) -> Iterable[str]:
    """Return the phone numbers of the strangers who have signed in."""
    there = select(Account.phone).join_from(SignIn, Account, Account.id == SignIn.account_id)
    return db.session.scalars(there.where(Account.password_hash != "!"))
