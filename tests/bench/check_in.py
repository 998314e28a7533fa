"""A full hall scans one code: 200 residents check in within one token's life.

Through the whole stack (granian, two workers, SQLite): none lost, none twice, no server error.
"""

import math
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from reading import clock
from reading.attendance.models import Attendance, Mark
from reading.check_in.queries import signing_key
from reading.check_in.rules import LIFE, token_at
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.people.models import Account, Resident
from reading.points import ledger
from tests import signed_in
from tests.bench.hall import Hall, hall
from tests.bench.serving import Phone, served

PEOPLE = 200
MOST_SECONDS = LIFE.total_seconds()
# A phone that keeps its connection is a person who waits: so many of them are served at the same time.
AT_ONCE = 50


@dataclass(frozen=True)
class Arrived:
    """How long all together took, the 99th percentile of the posts and of as many bare ones, in seconds, and what
    was not as it should be."""

    seconds: float
    p99: float
    bare_p99: float
    wrong: list[str]


@dataclass(frozen=True)
class Guest:
    """Somebody with a phone on which they are signed in."""

    resident: uuid.UUID
    phone: Phone


def guests(found: Hall, port: int) -> list[Guest]:
    """Return the people and their phones, signed in without the page: nobody hashes 200 passwords for this."""
    accounts = select(Resident.id, Resident.account_id).where(Resident.account_id.is_not(None))
    rows = db.session.execute(accounts.where(Resident.id.in_(found.residents)).limit(PEOPLE)).all()
    return [Guest(one, _signed_in(found.app, Phone(port), account)) for one, account in rows]


def _signed_in(app: Flask, phone: Phone, account_id: uuid.UUID | None) -> Phone:
    account = db.session.get_one(Account, account_id)
    phone.cookies[app.config["SIGN_IN_COOKIE_NAME"]] = signed_in.sign_in(account)
    return phone


def all_at_once(doing: Callable[[Guest], float], people: list[Guest]) -> tuple[float, list[float]]:
    """Let everybody do this at the same time, ``AT_ONCE`` of them side by side; return the seconds of all and each."""
    together = Barrier(AT_ONCE)

    def begin(_number: int) -> None:
        together.wait()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(begin, range(AT_ONCE)))
        began = time.perf_counter()
        each = list(pool.map(doing, people))
    return time.perf_counter() - began, each


def p99(seconds: Iterable[float]) -> float:
    """Return what 99 of 100 stay below."""
    ordered = sorted(seconds)
    return ordered[math.ceil(0.99 * len(ordered)) - 1]


def checked(found: Hall, people: list[Guest]) -> list[str]:
    """Return a sentence for each record that is not as it should be."""
    db.session.rollback()
    came = set(db.session.scalars(select(Attendance.resident_id).where(Attendance.status == "present")))
    counts = [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Attendance, Mark)]
    wrong = learning_days.verify() + ledger.verify()
    if came != {one.resident for one in people}:
        wrong.append(f"{len(came)} people are here, {len(people)} came")
    if counts != [len(people), len(people)]:
        wrong.append(f"{counts[0]} attendances and {counts[1]} marks are kept of {len(people)} people")
    return wrong


def measure() -> Arrived:
    """Let a full hall check in and return what it took."""
    with hall(2 * PEOPLE + 1) as found:
        with served("reading:create_app", found.environ) as port:
            people, wrong = guests(found, port), list[str]()
            path = f"/check-in/{token_at(found.event_id, clock.now(), signing_key())}"

            def check_in(one: Guest) -> float:
                page = one.phone.get(path)
                began = time.perf_counter()
                answer = one.phone.post(path, {"id": str(uuid.uuid4()), "resident": str(one.resident)})
                if (page.status, answer.status) != (200, 302):
                    wrong.append(f"the page was answered with {page.status}, the button with {answer.status}")
                return time.perf_counter() - began

            seconds, each = all_at_once(check_in, people)
        with served("tests.bench.bare:create_app", {}) as port:

            def post(one: Guest) -> float:
                phone, began = Phone(port), time.perf_counter()
                phone.post_json("/", {"marks": []})
                return time.perf_counter() - began

            _all, bare = all_at_once(post, people)
        return Arrived(seconds, p99(each), p99(bare), wrong + checked(found, people))
