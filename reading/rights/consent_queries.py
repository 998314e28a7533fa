"""What somebody would give up with the consent to take part."""

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from reading.events.models import GIVEN_UP, Course, Enrolment, Event, Signup
from reading.extensions import db
from reading.groups.models import GroupMember, StudyGroup
from reading.volunteers.models import Helper


class GivenUp(NamedTuple):
    """What goes to others: seats and places on waiting lists by event, courses, and events to help at.

    ``leading``: the study groups that nobody leads from then on.
    """

    seats: list[Event]
    courses: list[Course]
    helping: list[Event]
    leading: list[StudyGroup]

    @property
    def has_places(self) -> bool:
        """Whether others get something of it at once."""
        return bool(self.seats or self.courses or self.helping)


def to_give_up(resident_id: uuid.UUID, at: datetime) -> GivenUp | None:
    """Return what ``give_everything_up`` would take from this resident that is still to come, and the groups
    ``give_leading_up`` would leave without them; None for nothing."""
    to_come = select(Event).where(Event.cancelled_at.is_(None)).order_by(Event.starts_at, Event.id)
    signed = Signup.event_id == Event.id, Signup.resident_id == resident_id, Signup.state != GIVEN_UP
    helps = Helper.event_id == Event.id, Helper.resident_id == resident_id, Helper.given_up_at.is_(None)
    enrolled = select(Enrolment.course_id).where(
        Enrolment.resident_id == resident_id, Enrolment.ended_at.is_(None)
    )
    goes_on = Course.events.any((Event.starts_at > at) & Event.cancelled_at.is_(None))
    courses = select(Course).where(Course.id.in_(enrolled), goes_on).order_by(Course.title, Course.id)
    leads = (
        GroupMember.group_id == StudyGroup.id,
        GroupMember.resident_id == resident_id,
        GroupMember.leads_since.is_not(None),
        GroupMember.left_at.is_(None),
    )
    led = select(StudyGroup).where(
        StudyGroup.ended_at.is_(None), select(GroupMember.id).where(*leads).exists()
    )
    found = GivenUp(
        list(
            db.session.scalars(to_come.where(Event.starts_at > at, select(Signup.id).where(*signed).exists()))
        ),
        list(db.session.scalars(courses)),
        list(db.session.scalars(to_come.where(Event.ends_at > at, select(Helper.id).where(*helps).exists()))),
        list(db.session.scalars(led.order_by(StudyGroup.name, StudyGroup.id))),
    )
    return found if any(found) else None
