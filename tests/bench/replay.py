"""An evening kept offline and sent badly: 500 marks, three times, shuffled, with half of the answers lost.

Through the whole stack (granian, two workers, SQLite): exactly the right records must be left, within 5 seconds.
"""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from reading import clock
from reading.attendance.models import Attendance, Guest, Mark
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.points import ledger
from tests.bench.hall import PEOPLE, Hall, hall
from tests.bench.serving import Phone, served
from tests.cast import PASSWORD

MARKS, AT_ONCE, TIMES = 500, 50, 3
WALK_INS, CHANGED = 40, 60
MOST_SECONDS = 5.0


@dataclass(frozen=True)
class Replayed:
    """How long it took, how long as many bare posts take, and what was not as it should be."""

    seconds: float
    bare_seconds: float
    wrong: list[str]


@dataclass(frozen=True)
class Queue:
    """The marks kept on the phone, and what they must come to: by resident, and by guest."""

    marks: list[dict[str, Any]]
    residents: dict[uuid.UUID, str]
    guests: dict[uuid.UUID, str]


def a_queue(people: list[uuid.UUID]) -> Queue:
    """Return an evening's marks: people who came, some late, some undone or corrected, and walk-ins."""
    start = clock.now() - timedelta(minutes=8)
    marks: list[dict[str, Any]] = []
    residents: dict[uuid.UUID, str] = {}
    guests: dict[uuid.UUID, str] = {}

    def add(status: str, seen: Iterable[str] = (), **whom: Any) -> str:
        at = (start + timedelta(seconds=len(marks) // 2)).isoformat()
        made = {"id": str(uuid.uuid4()), "status": status, "happened_at": at, "seen": list(seen), **whom}
        marks.append(made)
        return str(made["id"])

    for number, one in enumerate(people[: MARKS - WALK_INS - CHANGED]):
        residents[one] = "late" if number % 9 == 0 else "present"
        first = add(residents[one], resident=str(one))
        if number < CHANGED:
            residents[one] = "undone" if number % 2 else "present"
            add(residents[one], [first], resident=str(one))
    for number in range(WALK_INS):
        guest_id = uuid.uuid4()
        guests[guest_id] = "present"
        add("present", guest=str(guest_id), name=f"来客{number}")
    assert len(marks) == MARKS
    return Queue(marks, residents, guests)


def batches(marks: list[dict[str, Any]], chance: Random) -> list[list[dict[str, Any]]]:
    """Return all marks in a new order, in batches as a phone sends them."""
    order = chance.sample(marks, len(marks))
    return [order[first : first + AT_ONCE] for first in range(0, len(order), AT_ONCE)]


def sent_badly(phone: Phone, path: str, queue: Queue) -> tuple[float, list[str]]:
    """Send the queue three times, hear half of the answers; return the seconds and what was wrong with those."""
    chance, wrong = Random(2026), list[str]()
    heard: dict[str, str] = {}
    began = time.perf_counter()
    for _time in range(TIMES):
        for batch in batches(queue.marks, chance):
            answer = phone.post_json(path, {"marks": batch})
            if answer.status != 200:
                wrong.append(f"a batch was answered with {answer.status}")
            elif chance.random() < 0.5:
                heard |= {one["id"]: one["result"] for one in answer.json.get("marks", ())}
    seconds = time.perf_counter() - began
    wrong += [
        f"mark {one} was {result}" for one, result in heard.items() if result not in ("stored", "duplicate")
    ]
    return seconds, wrong


def checked(found: Hall, queue: Queue) -> list[str]:
    """Return a sentence for each record that is not as it should be."""
    db.session.rollback()
    kept = list(db.session.execute(select(Attendance.resident_id, Attendance.status)))
    came = list(db.session.execute(select(Guest.id, Guest.status)))
    marks = list(db.session.scalars(select(Mark.id)))
    wrong = learning_days.verify() + ledger.verify()
    if sorted(map(str, marks)) != sorted(one["id"] for one in queue.marks):
        wrong.append(f"{len(marks)} marks are kept, {len(queue.marks)} were sent")
    if len(kept) != len(queue.residents) or dict(kept) != queue.residents:
        wrong.append("the attendances are not those of the queue")
    if len(came) != len(queue.guests) or dict(came) != queue.guests:
        wrong.append("the guests are not those of the queue")
    return wrong


def measure() -> Replayed:
    """Replay a queue and return what it took."""
    with hall(PEOPLE) as found:
        queue = a_queue(found.residents)
        with served("reading:create_app", found.environ) as port:
            phone = Phone(port).sign_in(found.phone, PASSWORD)
            seconds, wrong = sent_badly(phone, f"/events/{found.event_id}/attendance", queue)
        with served("tests.bench.bare:create_app", {}) as port:
            bare_seconds, _nothing = sent_badly(Phone(port), "/", Queue(queue.marks, {}, {}))
        return Replayed(seconds, bare_seconds, wrong + checked(found, queue))
