"""Every write of a study group's meetings: events of the kind ``meeting``, planned by who runs the group."""

import uuid

from reading import clock
from reading.database import action, again_if_raced
from reading.events.actions import give_seats, planned
from reading.events.models import Event
from reading.events.rules import EventPlan
from reading.extensions import db
from reading.groups import queries
from reading.groups.actions import held
from reading.groups.models import GroupMeeting
from reading.people import consent_queries as consents
from reading.people.models import Account
from reading.volunteers.actions import put_in_charge


@again_if_raced("pk_events", "events.id")
@action
def plan_meeting(group_id: uuid.UUID, event_id: uuid.UUID, sent: EventPlan, by: Account) -> Event:
    """Plan a meeting: every member stands on its roster, and the leader takes its attendance on the day.

    Sent again it is the same meeting. Raises as ``events.actions.plan`` does; refuses a group that has ended.
    """
    group, now = held(group_id), clock.now()
    event = planned(event_id, sent, by.id)
    if queries.group_of(event_id) is not None:
        return event
    db.session.flush()
    db.session.add(GroupMeeting(event_id=event.id, group_id=group.id, community_id=group.community_id))
    belong = queries.members(group_id)
    give_seats(event, [one.resident for one in belong], by.id, now)
    for member in belong:
        if member.leads_since is not None and not consents.has_withdrawn(member.resident_id):
            put_in_charge(event, member.resident, by.id)
    return event
