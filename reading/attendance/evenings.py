"""Who is in the middle of an event: they stay signed in until it is over."""

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select

from reading.access import ADMIN, reach
from reading.communities.models import Community
from reading.events.models import Event
from reading.events.rules import LONGEST, MARKING_LEAD
from reading.extensions import db
from reading.people.models import Account

# The last have left, and the roster's loose ends are tied up.
AFTERWARDS = timedelta(hours=1)


def is_busy(account: Account, since: datetime, now: datetime) -> bool:
    """Tell whether an event of the account's, whose roster was open at ``since``, is not over yet.

    Theirs are the events they planned and those whose attendance they take as librarian, organizer or steward;
    somewhere in an admin's city an event runs at any time.
    """
    places = reach([role for role in account.roles if role.name != ADMIN], "attendance.take")
    theirs = (
        select(Event.id)
        .join(Community, Community.code == Event.community_id)
        .where(Event.starts_at.between(now - LONGEST - AFTERWARDS, since + MARKING_LEAD))
        .where(Event.ends_at > now - AFTERWARDS, Event.cancelled_at.is_(None))
        .where(or_(Event.created_by == account.id, places.where(Community.path, Event.kind)))
    )
    return bool(db.session.scalar(select(exists(theirs))))
