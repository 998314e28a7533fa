"""The town's people for the journeys, as the database holds them."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from reading import clock
from reading.extensions import db
from reading.learning_days import actions as learning_days
from reading.people import actions as people
from reading.people.models import Account, Resident
from reading.points import ledger
from tests.cast import add_resident
from tests.cluster.balanced import Caller, Cluster

COMMUNITY = "410581001001"
BUILDING = f"{COMMUNITY}-1-1"
UNIT = f"{BUILDING}-1"
# Of all time: a month may end while the tests run.
BOARD = f"/communities/{COMMUNITY}/leaderboard?period=all"
BOTH = {"left", "right"}


def resident(name: str) -> Resident:
    return db.session.scalars(select(Resident).where(Resident.name == name)).one()


def account(name: str) -> Account:
    return db.session.scalars(select(Account).where(Account.name == name)).one()


def newcomer(name: str, phone: str | None = None, home: str = UNIT) -> Resident:
    """Add somebody whom no other journey knows; with ``phone`` an account of their own."""
    made = add_resident(name, home, phone=phone)
    db.session.commit()
    return made


def number(kind: type, *which: object) -> int:
    """Return how many of a kind the database holds."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind).where(*which)) or 0  # type: ignore[arg-type]


def signed_in(cluster: Cluster, name: str) -> Caller:
    """Return a browser on which the person with this name is signed in."""
    caller = cluster.caller()
    caller.sign_in(account(name))
    return caller


def record(of: Resident, **told: Any) -> dict[str, Any]:
    """Return a record as a form sends it; its day is told, so that it is the same when it is sent after midnight."""
    day = clock.today().isoformat()
    return {
        "id": str(uuid.uuid4()), "resident": str(of.id), "book": "活着", "pages": "30", "read_on": day, **told,
    }  # fmt: skip


def minute(moment: datetime) -> str:
    return clock.city_time(moment).strftime("%Y-%m-%dT%H:%M")


def an_event(librarian: Caller, **told: Any) -> str:
    """Let the librarian plan an event that begins in a few minutes; return its id."""
    now, event_id = clock.now(), str(uuid.uuid4())
    fields = {
        "id": event_id, "kind": "sharing", "title": f"读书会 {event_id[:4]}", "host": "李馆员", "venue": "图书馆",
        "community": COMMUNITY, "starts_at": minute(now + timedelta(minutes=5)),
        "ends_at": minute(now + timedelta(minutes=65)), **told,
    }  # fmt: skip
    librarian.submit(
        librarian.get("/events/new"), form=librarian.get("/events/new").form(holding="title"), **fields
    )
    return event_id


def unsettled() -> list[str]:
    """Return what `points verify` finds."""
    db.session.rollback()
    return learning_days.verify() + ledger.verify()


def show(one: Resident, nickname: str) -> None:
    """Let the resident stand on boards under a nickname."""
    people.set_shown(one.id, show_as="nickname", nickname=nickname, by=account("李馆员").id)
