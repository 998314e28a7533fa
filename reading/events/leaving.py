"""What somebody who takes part no more gives up; plain functions inside the caller's transaction."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from reading.events import seats
from reading.events.models import GIVEN_UP, Course, Enrolment, Event, Notice, Signup
from reading.extensions import db


def give_everything_up(residents: Collection[uuid.UUID], at: datetime) -> None:
    """Free the seats of these residents at events to come for who waits, and end their enrolments and notices.

    What they came to, or had a seat at, stays as it was. Call it before their rows are held: events come first.
    """
    coming = select(Signup.event_id).join(Event, Event.id == Signup.event_id)
    mine = coming.where(Signup.resident_id.in_(residents), Signup.state != GIVEN_UP, Event.starts_at > at)
    for event_id in sorted(set(db.session.scalars(mine))):
        _give_up(seats.hold(event_id), residents, at)
    enrolled = select(Enrolment).where(Enrolment.resident_id.in_(residents), Enrolment.ended_at.is_(None))
    courses = {one.course_id for one in db.session.scalars(enrolled)}
    held = select(Course).where(Course.id.in_(courses)).order_by(Course.id).with_for_update(of=Course)
    db.session.scalars(held).all()
    for one in db.session.scalars(enrolled):
        one.ended_at = at
    unseen = update(Notice).where(Notice.resident_id.in_(residents), Notice.seen_at.is_(None))
    db.session.execute(unseen.values(seen_at=at))


def _give_up(event: Event, residents: Collection[uuid.UUID], at: datetime) -> None:
    mine = select(Signup).where(Signup.event_id == event.id, Signup.resident_id.in_(residents))
    for signup in db.session.scalars(mine.where(Signup.state != GIVEN_UP)):
        signup.state, signup.given_up_at = GIVEN_UP, at
    db.session.flush()
    seats.move_up(event, at)
