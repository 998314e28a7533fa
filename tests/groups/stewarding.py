"""The steward of 1号楼 and what lies around: a group of the own building and one next door, each with a meeting."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reading.attendance import actions as attendance
from reading.attendance import queries as rosters
from reading.attendance.models import NOT_SIGNED_IN, Guest
from reading.attendance.rules import MarkSent
from reading.events import actions as events
from reading.events.models import Event
from reading.extensions import db
from reading.groups.models import StudyGroup
from reading.paper import actions as paper
from reading.people.models import Account, Resident, Role
from tests.cast import LONG_AGO, Cast
from tests.conftest import PRESENT
from tests.events.planned import a_plan, taken_out
from tests.groups.grouping import join, meet, start

OWN, NEXT_DOOR = "410581001001-1-1", "410581001001-1-2"
SOON = PRESENT + timedelta(minutes=20)


@dataclass
class Around:
    """``own`` meets in 1号楼 and ``other`` in 2号楼, in twenty minutes; the neighbour of 2号楼 leads both groups.

    `resident` and the leader stand on both rosters.
    """

    group: StudyGroup
    own: Event
    other: Event

    def event(self, which: str, cast: Cast) -> Event:
        """Return one of the two by name, or else a new event of this kind in 1号楼."""
        return getattr(self, which, None) or of_kind(cast, which)


def around(cast: Cast) -> Around:
    """Start both groups and plan their meetings."""
    groups = [
        start(cast, code=code, name=name) for code, name in ((OWN, "本楼小组"), (NEXT_DOOR, "邻楼小组"))
    ]
    for one in groups:
        join(one, cast.resident)
    by = db.session.get_one(Account, cast.librarian.id)
    own, other = (meet(one, by, SOON) for one in groups)
    everything: list[StudyGroup | Event] = [*groups, own, other]
    for made in everything:
        db.session.refresh(made)
        assert made.community.path
    # Loaded, and out of the session, where no action expires them.
    db.session.expunge_all()
    return Around(groups[0], own, other)


def of_kind(cast: Cast, kind: str) -> Event:
    """Return an event of this kind in the steward's building, at the time of the meetings."""
    plan = a_plan(kind=kind, community=OWN, starts_at=SOON, ends_at=SOON + timedelta(hours=1))
    return taken_out(events.plan(uuid.uuid4(), plan, cast.librarian.id))


def grant(resident: Resident, role: str, code: str) -> None:
    """Grant the resident's account a role."""
    told = {"account_id": resident.account_id, "name": role, "community_id": code, "granted_at": LONG_AGO}
    db.session.add(Role(**told))
    db.session.commit()


@dataclass
class Filled:
    """What stands in the places of an event's addresses: a resident who came, two guests, a sheet of paper."""

    event: Event
    came: Resident
    walk_in: Guest
    claim: Guest

    def address(self, rest: str) -> str:
        """Return the address below the event's."""
        ids = {"<came>": self.came.id, "<walk_in>": self.walk_in.id, "<claim>": self.claim.id}
        for place, value in ids.items():
            rest = rest.replace(place, str(value))
        return f"/events/{self.event.id}/{rest}"


def filled(event: Event, cast: Cast) -> Filled:
    """Let an admin have taken some of the event's attendance, and printed its first sheet."""
    by = db.session.get_one(Account, cast.admin.id)
    guest: dict[str, Any] = {"guest_id": uuid.uuid4(), "guest_name": "李过路"}
    marks = [
        MarkSent(uuid.uuid4(), cast.resident.id, "present"),
        MarkSent(uuid.uuid4(), None, "present", **guest),
    ]
    assert all(one.kept_safe for one in attendance.mark(event.id, marks, by))
    attendance.claim(event.id, uuid.uuid4(), "周外人", why=NOT_SIGNED_IN, by=None, last_four="0003")
    paper.print_sheet(event.id, uuid.uuid4(), 10, cast.admin.id)
    walk_in, claim = sorted(rosters.guests(event.id), key=lambda one: one.status == "waiting")
    return Filled(event, cast.resident, walk_in, claim)
