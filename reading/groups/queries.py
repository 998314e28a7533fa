"""Every SELECT of study groups."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from flask_login import current_user
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from reading import clock
from reading.access import in_subtree, reach
from reading.attendance.models import CAME, Attendance
from reading.attendance.queries import closed_came
from reading.books.models import Book
from reading.communities.models import Community
from reading.communities.queries import OPEN
from reading.events.models import Event
from reading.extensions import db
from reading.groups.models import GroupBook, GroupMeeting, GroupMember, StudyGroup
from reading.groups.rules import BOOKS_SHOWN, LEAST_READERS, View, reading_since
from reading.logbook.queries import read_together
from reading.people import queries as people
from reading.people.models import Account, Resident
from reading.people.name_queries import as_told_to_others, nameable
from reading.points.rules import month_key

PERMISSION = "groups.run"
MONTHS_SHOWN = 6
_WITH_HOME = joinedload(GroupMember.resident).joinedload(Resident.home)


def init_app(app: Flask) -> None:
    """Let the page of a meeting say which group meets, and whether its reader plans the next one."""
    app.add_template_global(_group_of, "group_of")
    app.add_template_global(_plans_meetings, "plans_meetings")


def _group_of(event: Event) -> StudyGroup | None:
    return group_of(event.id) if event.kind == "meeting" else None


def _plans_meetings(found: StudyGroup) -> bool:
    return found.ended_at is None and view_of(found, signed_in_or_none()).may_run


def group(group_id: uuid.UUID) -> StudyGroup | None:
    """Return the group, one that has ended too; every group is public."""
    return db.session.get(StudyGroup, group_id)


def group_of(event_id: uuid.UUID) -> StudyGroup | None:
    """Return the group whose meeting this event is."""
    found = select(StudyGroup).join(GroupMeeting, GroupMeeting.group_id == StudyGroup.id)
    return db.session.scalar(found.where(GroupMeeting.event_id == event_id))


def view_of(found: StudyGroup, account: Account | None) -> View:
    """Return how the account (None: a visitor) stands to a group."""
    if account is None:
        return View()
    own = household_in(found.id, account)
    leads = any(one.leads_since and one.resident.relation == "self" for one in own)
    is_staff = reach(account.roles, PERMISSION).covers(found.community.path)
    return View(is_staff, leads, bool(own))


def run_by(account: Account, group_id: uuid.UUID) -> StudyGroup | None:
    """Return the group if the account leads it or is staff of its place."""
    found = group(group_id)
    return found if found and view_of(found, account).may_run else None


def staffed_by(account: Account, group_id: uuid.UUID) -> StudyGroup | None:
    """Return the group if the account is staff of its place."""
    found = group(group_id)
    return found if found and view_of(found, account).is_staff else None


def _standing() -> Select[GroupMember]:
    return (
        select(GroupMember)
        .join(Resident, Resident.id == GroupMember.resident_id)
        .where(GroupMember.left_at.is_(None), Resident.left_at.is_(None))
    )


def household_in(group_id: uuid.UUID, account: Account) -> list[GroupMember]:
    """Return who of the account's household belongs to the group."""
    found = _standing().where(GroupMember.group_id == group_id, Resident.account_id == account.id)
    return list(db.session.scalars(found))


def members(group_id: uuid.UUID) -> list[GroupMember]:
    """Return who belongs to the group, its leader first, then in pinyin order."""
    found = _standing().where(GroupMember.group_id == group_id).options(_WITH_HOME)
    ordered = found.order_by(GroupMember.leads_since.is_(None), Resident.sort_key, GroupMember.id)
    return list(db.session.scalars(ordered))


def membership(group_id: uuid.UUID, resident_id: uuid.UUID) -> GroupMember | None:
    """Return the resident's standing membership."""
    found = select(GroupMember).where(
        GroupMember.group_id == group_id, GroupMember.resident_id == resident_id
    )
    return db.session.scalar(found.where(GroupMember.left_at.is_(None)))


def leader(group_id: uuid.UUID) -> GroupMember | None:
    """Return who leads the group."""
    found = select(GroupMember).where(GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
    return db.session.scalar(found.where(GroupMember.leads_since.is_not(None)))


@dataclass(frozen=True)
class Listed:
    """A group as a list shows it: how many belong to it, and when it meets next."""

    group: StudyGroup
    members: int
    meets_at: datetime | None


def listed(top: Community | None, *, limit: int, offset: int = 0) -> list[Listed]:
    """Return the groups of the subtree that have not ended, place by place; those of closed places only there."""
    found = select(StudyGroup).join(Community, Community.code == StudyGroup.community_id)
    if top is not None:
        found = found.where(in_subtree(Community.path, top.path))
    if top is None or top.closed_at is None:
        found = found.where(OPEN)
    ordered = found.where(StudyGroup.ended_at.is_(None)).order_by(
        Community.path, StudyGroup.created_at, StudyGroup.id
    )
    return _listed(list(db.session.scalars(ordered.limit(limit).offset(offset))))


def of_household(residents: Collection[Resident]) -> list[Listed]:
    """Return the groups these residents belong to."""
    ids = [one.id for one in residents]
    mine = select(GroupMember.group_id).where(GroupMember.resident_id.in_(ids), GroupMember.left_at.is_(None))
    found = select(StudyGroup).where(StudyGroup.id.in_(mine), StudyGroup.ended_at.is_(None))
    return _listed(list(db.session.scalars(found.order_by(StudyGroup.created_at, StudyGroup.id))))


def _listed(found: Sequence[StudyGroup]) -> list[Listed]:
    ids = [one.id for one in found]
    if not ids:
        return []
    counted = select(GroupMember.group_id, func.count()).join(
        Resident, Resident.id == GroupMember.resident_id
    )
    counted = counted.where(
        GroupMember.group_id.in_(ids), GroupMember.left_at.is_(None), Resident.left_at.is_(None)
    )
    numbers = {row[0]: int(row[1]) for row in db.session.execute(counted.group_by(GroupMember.group_id))}
    next_at = (
        select(GroupMeeting.group_id, func.min(Event.starts_at))
        .join(Event, Event.id == GroupMeeting.event_id)
        .where(GroupMeeting.group_id.in_(ids), Event.ends_at > clock.now(), Event.cancelled_at.is_(None))
        .group_by(GroupMeeting.group_id)
    )
    meets = {row[0]: row[1] for row in db.session.execute(next_at)}
    return [Listed(one, numbers.get(one.id, 0), meets.get(one.id)) for one in found]


def coming(group_id: uuid.UUID) -> list[Event]:
    """Return the group's meetings that are not over, the next one first; cancelled ones are left out."""
    found = _meetings(group_id).where(Event.ends_at > clock.now(), Event.cancelled_at.is_(None))
    return list(db.session.scalars(found.order_by(Event.starts_at, Event.id)))


def past(group_id: uuid.UUID, limit: int) -> list[tuple[Event, int]]:
    """Return the group's meetings that took place, the latest first, and how many came to each."""
    found = _meetings(group_id).where(Event.ends_at <= clock.now(), Event.cancelled_at.is_(None))
    events = list(db.session.scalars(found.order_by(Event.starts_at.desc(), Event.id).limit(limit)))
    came = _numbers_present([one.id for one in events])
    return [(one, came.get(one.id, 0)) for one in events]


def _numbers_present(ids: Collection[uuid.UUID]) -> Counter[uuid.UUID]:
    came = select(Attendance.event_id, func.count()).where(Attendance.event_id.in_(ids))
    counted = db.session.execute(came.where(Attendance.status.in_(CAME)).group_by(Attendance.event_id))
    return Counter({row[0]: int(row[1]) for row in counted}) + Counter(closed_came(ids))


def _meetings(group_id: uuid.UUID) -> Select[Event]:
    meetings = select(Event).join(GroupMeeting, GroupMeeting.event_id == Event.id)
    return meetings.where(GroupMeeting.group_id == group_id)


def meeting(group_id: uuid.UUID, event_id: uuid.UUID) -> Event | None:
    """Return the event if it is a meeting of this group."""
    return db.session.scalar(_meetings(group_id).where(Event.id == event_id))


def books(group_id: uuid.UUID) -> list[GroupBook]:
    """Return the books the group has chosen, this month's first."""
    found = select(GroupBook).where(GroupBook.group_id == group_id)
    return list(db.session.scalars(found.order_by(GroupBook.month.desc()).limit(MONTHS_SHOWN)))


def book_of_month(group_id: uuid.UUID) -> GroupBook | None:
    """Return this month's book."""
    return db.session.get(GroupBook, (group_id, month_key(clock.today())))


def reading(group_id: uuid.UUID) -> list[tuple[Book, int]]:
    """Return the books that at least ``LEAST_READERS`` members have logged of late, and how many did."""
    those = _standing().where(GroupMember.group_id == group_id).with_only_columns(GroupMember.resident_id)
    return read_together(those, reading_since(clock.today()), least=LEAST_READERS, limit=BOOKS_SHOWN)


def without_account(found: StudyGroup, name: str) -> list[Resident]:
    """Return who of this very name lives in the group's place, takes part and has no account; with their homes."""
    lives = select(Resident).join(Community, Community.code == Resident.home_code)
    here = lives.where(in_subtree(Community.path, found.community.path), Resident.name == name)
    alone = here.where(
        Resident.account_id.is_(None), Resident.left_at.is_(None), Resident.merged_into_id.is_(None)
    )
    return list(
        db.session.scalars(alone.order_by(Community.path, Resident.id).options(joinedload(Resident.home)))
    )


def possible_leaders(account: Account, top: Community, text: str) -> list[Resident]:
    """Return who of the subtree ``text`` may mean, has an own account and may be named by this one: by a name or
    initials, whom it may see; anybody by their whole phone number."""
    found = nameable(account, text, top.path)
    return [one for one in found if one.account_id and one.relation == "self" and one.left_at is None]


def veiled(account: Account | None, belong: Iterable[GroupMember]) -> dict[uuid.UUID, str]:
    """Return, by resident, what those members are called to who runs the group whose names they may not know.

    That is whoever did not join by themselves but was named by their phone number, and lives outside the reach.
    """
    seen = reach(account.roles if account else (), "residents.see")
    named = [one.resident for one in belong if one.spoken and one.resident.account_id is not None]
    others = [one for one in named if account is None or one.account_id != account.id]
    return {one.id: as_told_to_others(one) for one in others if not seen.covers(one.home.path)}


def signed_in_or_none() -> Account | None:
    """Return the account that is signed in, None for a visitor."""
    return people.signed_in() if current_user.is_authenticated else None
