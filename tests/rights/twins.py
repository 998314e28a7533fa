"""One person entered twice, on the stage: `resident` with an account, and `twin` whom the steward entered on paper.

Both read in November (the twin earlier too), came to the past event, keep a place in events to come, are enrolled in
the course and helped; the twin has a card and a calendar.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from reading.calendars import actions as calendars
from reading.cards import actions as cards
from reading.cards.models import Card
from reading.events import actions as events
from reading.events.models import GIVEN_UP, Event, Signup
from reading.extensions import db
from reading.logbook.models import LogEntry
from reading.logbook.rules import Amounts, BookAsked, Told
from reading.people.models import Account, Consent, Resident
from reading.rights import merge_actions as actions
from reading.rights.merge_models import Merge
from reading.volunteers import actions as volunteers
from tests import logged
from tests.attendance.marking import send, sent
from tests.cast import Cast, add_resident
from tests.clock import TestClock
from tests.recorded import Rows
from tests.stage import Stage, populate

EARLIER = datetime(2024, 5, 1, 4, tzinfo=UTC)


@dataclass
class Twins:
    """The stage, and the two records: the `keep` one goes on."""

    stage: Stage
    keep: Resident
    old: Resident

    @property
    def pair(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.keep.id, self.old.id


def told(resident: Resident, title: str, on: date, pages: int, finished: bool = False) -> Told:
    return Told(resident.id, BookAsked(title=title), on, Amounts(pages, None, finished))


def read(
    resident: Resident, title: str, on: date, pages: int, by: Account, finished: bool = False
) -> LogEntry:
    return logged.log(uuid.uuid4(), told(resident, title, on, pages, finished), by.id)


def put_on_stage(cast: Cast, clock: TestClock) -> Twins:
    """Populate the stage and let the twin live on it."""
    stage = populate(cast)
    twin = add_resident("张晓明", "410581001001-1-1-1", since=EARLIER)
    given = {"notice_version": "2026-11", "given_at": EARLIER}
    db.session.add_all(Consent(resident_id=twin.id, kind=kind, **given) for kind in ("taking_part", "boards"))
    db.session.commit()
    steward, librarian = cast.steward, cast.librarian
    read(twin, "活着", date(2026, 11, 10), 200, steward, finished=True)
    read(twin, "红旗渠", date(2026, 10, 20), 30, steward)
    read(twin, "平凡的世界", clock().date(), 90, steward)
    assert send(stage.past, librarian, sent(twin, "excused")) == ["stored"]
    assert send(stage.course.events[0], librarian, sent(twin)) == ["stored"]
    # In `full` the twin has no seat either, but waits before nobody; in `coming` both have one.
    for event in (stage.coming, stage.full, stage.soon):
        events.sign_up(event.id, twin.id, uuid.uuid4(), librarian.id)
    events.enrol_in_course(stage.course.id, twin.id, uuid.uuid4(), librarian.id)
    volunteers.sign_up(stage.soon.id, twin.id, uuid.uuid4(), librarian.id)
    cards.issue([twin.id], steward.id)
    calendars.make(uuid.uuid4(), twin.id, steward.id)
    twins = Twins(stage, cast.resident, twin)
    # With all their columns and out of the session, so that no action expires them and any thread may ask.
    for kind in (Account, Event, Resident):
        whole = select(kind).execution_options(populate_existing=True)
        options = [joinedload(Resident.account)] if kind is Resident else []
        db.session.scalars(whole.options(*options)).unique().all()
    assert stage.course.events
    db.session.expunge_all()
    return twins


def merge(twins: Twins, by: Account, merge_id: uuid.UUID | None = None) -> Merge:
    """Merge the two as this account, as it stands in the database now."""
    return actions.merge(merge_id or uuid.uuid4(), twins.pair, db.session.get_one(Account, by.id))


def of(model: type[Any], resident: Resident) -> list[Any]:
    """Return the rows of a table that are this resident's, as they stand now."""
    db.session.rollback()
    found = select(model).where(model.resident_id == resident.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found).unique())


def card_of(resident: Resident) -> Card:
    """Return the only card of this resident that stands."""
    (card,) = [one for one in of(Card, resident) if one.revoked_at is None]
    return card


def number(model: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def seats(event: Event) -> list[Signup]:
    db.session.rollback()
    found = select(Signup).where(Signup.event_id == event.id, Signup.state != GIVEN_UP)
    return list(db.session.scalars(found.execution_options(populate_existing=True)).unique())


# What a merge and its undoing leave behind on purpose.
OF_THE_MERGE = {"merges", "merge_lines", "audit_lines", "distinctions"}


def without(kept: Rows) -> dict[str, list[dict[str, object]]]:
    """Return the rows as they were, without the trail and the moment at which sums were settled."""
    return {
        table.name: [{name: value for name, value in row.items() if name != "settled_at"} for row in found]
        for table, found in kept.items()
        if table.name not in OF_THE_MERGE
    }
