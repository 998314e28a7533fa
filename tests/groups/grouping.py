"""Ways to found a study group and to look at it, for its tests."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select

from reading.events.models import Event
from reading.events.rules import EventPlan
from reading.extensions import db
from reading.groups import actions, meeting_actions
from reading.groups.models import GroupMember, StudyGroup
from reading.people.models import Account, Resident
from tests.cast import Cast
from tests.conftest import PRESENT

HOME = "410581001001"


def start(cast: Cast, *, code: str = HOME, name: str = "太行晨读小组") -> StudyGroup:
    """Start a group led by `neighbour`."""
    return actions.start(uuid.uuid4(), code, name, "每周三早上读书。", cast.neighbour.id, cast.librarian)


def join(group: StudyGroup, resident: Resident) -> GroupMember:
    """Let somebody with an account join by themselves."""
    account = db.session.get_one(Account, resident.account_id)
    return actions.join(group.id, resident.id, uuid.uuid4(), account)


def names_in(group: StudyGroup) -> list[str]:
    """Return the names of all standing members, in order."""
    found = select(Resident.name).join(GroupMember, GroupMember.resident_id == Resident.id)
    standing = found.where(GroupMember.group_id == group.id, GroupMember.left_at.is_(None))
    return sorted(db.session.scalars(standing))


def meet(group: StudyGroup, by: Account, starts_at: datetime = PRESENT + timedelta(days=3)) -> Event:
    """Plan a meeting of an hour."""
    ends_at = starts_at + timedelta(hours=1)
    sent = EventPlan("meeting", group.name, group.community_id, "社区书屋", starts_at, ends_at)
    return meeting_actions.plan_meeting(group.id, uuid.uuid4(), sent, by)
