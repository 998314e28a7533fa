"""Every write of a record: a later correction. It is one more mark; nothing is taken out of the history."""

import uuid

from reading.attendance import actions as attendance
from reading.attendance.models import CAME
from reading.attendance.rules import MarkAnswer, MarkSent
from reading.events.models import Event
from reading.people.models import Account
from reading.records.person_queries import Person
from reading.records.rules import restored_at


def correct(
    event: Event, person: Person, status: str, reason: str, mark_id: uuid.UUID, by: Account, seen: str | None
) -> MarkAnswer:
    """Correct what stands of somebody, with a reason; the same id is the same correction.

    Who came after all has the time that was noted first. A guest who turned out to be a resident is corrected
    as that resident. Raises ``LookupError`` without the right to take this attendance, and ``Changed`` for another
    status than was ``seen``.
    """
    sent = MarkSent(
        mark_id, person.resident.id if person.resident else None, status,
        restored_at(person.came_at) if status in CAME else None,
        guest_id=person.guest.id if person.guest else None, reason=reason, stood=seen,
    )  # fmt: skip
    return attendance.mark(event.id, [sent], by)[0]
