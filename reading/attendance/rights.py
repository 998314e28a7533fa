"""Who may take the attendance of one event, and until when: staff of its place, or a helper named for its day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from reading.access import carriers
from reading.attendance.rules import marking_window
from reading.communities.models import Community
from reading.events import queries as events
from reading.events.models import Event
from reading.extensions import db
from reading.people.models import Account, Role
from reading.volunteers import queries as volunteers

PERMISSION = "attendance.take"
# A phone may have been without a network for so long before the event when its owner's role ended.
OUT_OF_REACH = timedelta(days=7)


@dataclass(frozen=True)
class Right:
    """A right to take attendance; ``by_role`` for staff, who may also correct what others marked.

    ``until``: when it ended or will end, None for a role that stands. What happened before may be sent later.
    """

    by_role: bool
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Tell whether the right holds at ``moment``."""
        return self.until is None or moment <= self.until


def right_to_take(event: Event, account: Account, now: datetime) -> Right | None:
    """Return the account's right to take the event's attendance: the one that stands, else one that has ended."""
    if events.events_for(account, PERMISSION).covers(event):
        return Right(by_role=True)
    found = [right for right in (_as_helper(event, account, now), _by_ended_role(event, account)) if right]
    standing = [right for right in found if right.holds(now)]
    return next(iter(standing or found), None)


def _as_helper(event: Event, account: Account, now: datetime) -> Right | None:
    helper, (since, until) = volunteers.named_helper(event.id, account.id), volunteers.evening_of(event)
    if helper is None or now < since:
        return None
    ends = [until, helper.naming_ended_at, helper.given_up_at]
    return Right(by_role=False, until=min(one for one in ends if one is not None))


def _by_ended_role(event: Event, account: Account) -> Right | None:
    """Return the right of a role that ended not long before the roster opened, or later.

    Its marks may still be on their way: what was made before the end is stored, the rest kept as attempts.
    """
    opens, _closes = marking_window(event.starts_at, event.ends_at)
    ended = (
        select(Role)
        .join(Community, Community.code == Role.community_id)
        .where(Role.account_id == account.id, Role.name.in_(carriers(PERMISSION, event.kind)))
        .where(Role.ended_at.is_not(None), Role.ended_at >= opens - OUT_OF_REACH)
    )
    found = [one for one in db.session.scalars(ended) if event.community.path.startswith(one.path)]
    moments = [one.ended_at for one in found if one.ended_at is not None]
    return Right(by_role=True, until=max(moments)) if moments else None
