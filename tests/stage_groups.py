"""The study group on the stage: of 1号楼, started by its steward in early November and led by a reader.

It has met once, reads 活着 this month, and meets again on the 22nd. Its members: the leader, two more
readers, `resident`, and `phoneless`, who said yes to the steward.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from reading.attendance import actions as attendance
from reading.attendance.rules import MarkSent
from reading.events.models import Event
from reading.events.rules import EventPlan
from reading.groups import actions, meeting_actions
from reading.groups.models import StudyGroup
from reading.people.models import Resident
from tests.cast import Cast

NODE, NAME = "410581001001-1-1", "1号楼志愿学习小组"


def begun(cast: Cast, readers: Sequence[Resident], first: datetime) -> tuple[StudyGroup, Event]:
    """Start the group with its members, and plan its first meeting."""
    leader, *others = readers[:3]
    about = "每周读一点书，读不下去也来坐坐。"
    group = actions.start(uuid.uuid4(), NODE, NAME, about, leader.id, cast.steward)
    for one in (*others, cast.resident):
        assert one.account
        actions.join(group.id, one.id, uuid.uuid4(), one.account)
    actions.write_in(group.id, cast.phoneless.id, uuid.uuid4(), cast.steward)
    actions.choose_book(group.id, "活着", cast.steward)
    return group, meeting(group, first, cast)


def meeting(group: StudyGroup, starts_at: datetime, cast: Cast) -> Event:
    """Plan a meeting of an hour."""
    sent = EventPlan("meeting", NAME, NODE, "1号楼门厅", starts_at, starts_at + timedelta(hours=1))
    return meeting_actions.plan_meeting(group.id, uuid.uuid4(), sent, cast.steward)


def met(event: Event, who: Sequence[Resident], cast: Cast) -> None:
    """Let these people have come to the meeting."""
    attendance.mark(event.id, [MarkSent(uuid.uuid4(), one.id, "present") for one in who], cast.librarian)
