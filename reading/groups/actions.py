"""Every write of study groups but their meetings. ``by`` is the account that acts."""

import uuid
from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from reading import clock
from reading.audit import actions as audit
from reading.books import actions as books
from reading.database import action, again_if_raced
from reading.errors import Refused
from reading.events.actions import give_back, give_seats, hold
from reading.extensions import db
from reading.groups import queries
from reading.groups.models import GroupBook, GroupMember, StudyGroup
from reading.groups.rules import may_join
from reading.meanwhile import refuse_if_changed
from reading.people import consent_queries as consents
from reading.people import queries as people
from reading.people.models import Account, Resident
from reading.people.rules import is_minor
from reading.points.rules import month_key
from reading.templating import date_words, time_words
from reading.volunteers.actions import put_in_charge, take_charge_back


def page_of(group_id: uuid.UUID) -> str:
    """Return the path of the group's page."""
    return f"/groups/{group_id}"


def held(group_id: uuid.UUID) -> StudyGroup:
    """Return a group that goes on, held by this transaction alone; refuses one that has ended."""
    chosen = select(StudyGroup).where(StudyGroup.id == group_id).with_for_update(of=StudyGroup)
    found = db.session.scalars(chosen.execution_options(populate_existing=True)).one()
    refuse_if_ended(found)
    return found


def refuse_if_ended(group: StudyGroup) -> None:
    """Refuse what cannot be done in a group that has ended: before its form is filled in, as after."""
    if group.ended_at is not None:
        raise Refused(_("This group has ended."), back=page_of(group.id))


def refuse_used(back: str) -> None:
    """Refuse an id that stands for something else already."""
    raise Refused(
        _("This form was used before. Please open the page again and write it once more."), back=back
    )


@again_if_raced("pk_study_groups", "study_groups.id")
@action
def start(
    group_id: uuid.UUID, code: str, name: str, about: str, leader_id: uuid.UUID, by: Account
) -> StudyGroup:
    """Start a group at the node ``code``, led by a resident with an account; sent again it is the same group.

    Refuses an id of another group, a leader who is a child or has no account of their own, and one who no longer agrees
    to take part.
    """
    known = queries.group(group_id)
    if known is not None:
        if (known.community_id, known.name, known.created_by) != (code, name, by.id):
            refuse_used("/groups/new")
        return known
    new = StudyGroup(
        id=group_id, community_id=code, name=name, about=about, created_at=clock.now(), created_by=by.id
    )
    db.session.add(new)
    db.session.flush()
    _put_first(new, _grown_up(leader_id, "/groups/new"), by)
    audit.write("group.started", by=by.id, subject=leader_id, community_code=code, group=str(group_id))
    return new


def _grown_up(resident_id: uuid.UUID, back: str) -> Resident:
    one = db.session.get_one(Resident, resident_id)
    own = one.account_id is not None and one.relation == "self" and one.left_at is None
    if not own or is_minor(one.relation, one.born_on, clock.today()):
        raise Refused(_("Who leads a group is a grown-up with an account of their own."), back=back)
    return one


def _put_first(group: StudyGroup, leader: Resident, by: Account) -> None:
    consents.refuse_if_withdrawn(leader.id, by.id)
    member = queries.membership(group.id, leader.id) or _new_member(
        group, leader, uuid.uuid4(), by.id, spoken=True
    )
    member.leads_since = clock.now()
    for event in queries.coming(group.id):
        put_in_charge(event, leader, by.id)


@action
def change(group_id: uuid.UUID, name: str, about: str, seen: str | None = None) -> StudyGroup:
    """Let the group be called and described so. Raises ``Changed`` for another one than was ``seen``."""
    group = held(group_id)
    refuse_if_changed(group, {"name": name, "about": about}, seen)
    group.name, group.about = name, about
    return group


@action
def name_leader(group_id: uuid.UUID, resident_id: uuid.UUID, by: Account) -> None:
    """Let a member lead the group from now on; who led it stays a member.

    Refuses whoever is none, a child, and who no longer agrees to take part.
    """
    group, old = held(group_id), queries.leader(group_id)
    if queries.membership(group_id, resident_id) is None:
        raise Refused(_("Only a member can lead the group."), back=page_of(group_id))
    leader = _grown_up(resident_id, page_of(group_id))
    if old is not None and old.resident_id == resident_id:
        return
    if old is not None:
        _step_down(old)
    _put_first(group, leader, by)
    audit.write(
        "group.leader_named", by=by.id, subject=resident_id, community_code=group.community_id,
        group=str(group_id),
    )  # fmt: skip


def _step_down(member: GroupMember) -> None:
    member.leads_since = None
    for event in queries.coming(member.group_id):
        take_charge_back(event, member.resident_id)
    db.session.flush()


def give_leading_up(residents: Collection[uuid.UUID]) -> None:
    """Let these residents lead no group any more, in the caller's transaction; they stay members.

    What they were to help at, ``volunteers.actions.give_everything_up`` ends. Call it first of all: groups are held
    before the events in them.
    """
    led = select(GroupMember).where(GroupMember.resident_id.in_(residents), GroupMember.left_at.is_(None))
    mine = list(db.session.scalars(led.where(GroupMember.leads_since.is_not(None))))
    for group_id in sorted(one.group_id for one in mine):
        held_row = select(StudyGroup.id).where(StudyGroup.id == group_id).with_for_update()
        db.session.execute(held_row)
    for member in mine:
        member.leads_since = None
    db.session.flush()


@again_if_raced("uq_group_members_standing", "group_members.group_id", "group_members.resident_id")
@again_if_raced("pk_group_members", "group_members.id")
@action
def join(group_id: uuid.UUID, resident_id: uuid.UUID, member_id: uuid.UUID, by: Account) -> GroupMember:
    """Let somebody of the own household belong to the group; who does already goes on doing so.

    They stand on the roster of the meetings to come. Refuses who lives in another community.
    """
    group = held(group_id)
    known = _sent_before(member_id, group_id, resident_id, by)
    if known is not None:
        return known
    resident_id = people.held_standing([resident_id])[resident_id]
    resident = db.session.get_one(Resident, resident_id)
    if not may_join(resident.home.path, group.community.path):
        sentence = _(
            "This group is for the people of its own neighbourhood; %(name)s lives elsewhere.",
            name=resident.name,
        )
        raise Refused(sentence, back=page_of(group_id))
    return queries.membership(group_id, resident_id) or _new_member(group, resident, member_id, by.id)


@again_if_raced("uq_group_members_standing", "group_members.group_id", "group_members.resident_id")
@again_if_raced("pk_group_members", "group_members.id")
@action
def write_in(group_id: uuid.UUID, resident_id: uuid.UUID, member_id: uuid.UUID, by: Account) -> GroupMember:
    """Write somebody without an account in, who said yes to ``by``; who has an account joins by themselves."""
    group = held(group_id)
    known = _sent_before(member_id, group_id, resident_id, by)
    if known is not None:
        return known
    resident_id = people.held_standing([resident_id])[resident_id]
    resident = db.session.get_one(Resident, resident_id)
    if resident.account_id is not None:
        sentence = _("%(name)s has an account by now and joins by themselves.", name=resident.name)
        raise Refused(sentence, back=page_of(group_id))
    standing = queries.membership(group_id, resident_id)
    if standing is not None:
        return standing
    audit.write(
        "group.member_written_in", by=by.id, subject=resident_id, community_code=group.community_id,
        group=str(group_id),
    )  # fmt: skip
    return _new_member(group, resident, member_id, by.id, spoken=True)


def _sent_before(
    member_id: uuid.UUID, group_id: uuid.UUID, resident_id: uuid.UUID, by: Account
) -> GroupMember | None:
    known = db.session.get(GroupMember, member_id)
    if known is not None and (known.group_id, known.resident_id, known.joined_by) != (
        group_id,
        resident_id,
        by.id,
    ):
        refuse_used(page_of(group_id))
    return known


def _new_member(
    group: StudyGroup, resident: Resident, member_id: uuid.UUID, by: uuid.UUID, *, spoken: bool = False
) -> GroupMember:
    now = clock.now()
    if resident.left_at is not None:
        raise Refused(_("%(name)s takes part no more.", name=resident.name), back=page_of(group.id))
    consents.refuse_if_withdrawn(resident.id, by)
    member = GroupMember(
        id=member_id, group_id=group.id, resident_id=resident.id, community_id=resident.community_id,
        joined_at=now, joined_by=by, spoken=spoken,
    )  # fmt: skip
    db.session.add(member)
    db.session.flush()
    for event in queries.coming(group.id):
        if event.starts_at > now:
            give_seats(hold(event.id), [resident], by, now)
    return member


@action
def leave(group_id: uuid.UUID, resident_id: uuid.UUID, by: Account) -> None:
    """Let somebody leave the group; their places at meetings to come are given up. Who is no member is none."""
    db.session.execute(select(StudyGroup.id).where(StudyGroup.id == group_id).with_for_update())
    member, now = queries.membership(group_id, resident_id), clock.now()
    if member is None:
        return
    if member.leads_since is not None:
        _step_down(member)
    member.left_at, member.left_by = now, by.id
    for event in queries.coming(group_id):
        if event.starts_at > now:
            give_back(hold(event.id), resident_id, now)


@again_if_raced("pk_group_books", "group_books.group_id", "group_books.month")
@action
def choose_book(group_id: uuid.UUID, title: str, by: Account) -> GroupBook:
    """Let this be the group's book of this month; another one chosen before gives way."""
    group, now = held(group_id), clock.now()
    book = books.find_or_add(title, by=by.id, at=now)
    chosen = queries.book_of_month(group_id)
    if chosen is None:
        chosen = GroupBook(group_id=group_id, month=month_key(clock.today()), community_id=group.community_id)
        db.session.add(chosen)
    chosen.book_id, chosen.chosen_at, chosen.chosen_by = book.id, now, by.id
    return chosen


@action
def end(group_id: uuid.UUID, reason: str, by: Account) -> StudyGroup:
    """End a group; all it was stays on its page. Ended before it stays so. Refuses while meetings are to come."""
    group = db.session.get_one(
        StudyGroup, group_id, with_for_update={"of": StudyGroup}, populate_existing=True
    )
    if group.ended_at is not None:
        return group
    _refuse_while_it_meets(group_id)
    group.ended_at, group.ended_by, group.end_reason = clock.now(), by.id, reason
    audit.write("group.ended", by=by.id, community_code=group.community_id, group=str(group_id))
    return group


def _refuse_while_it_meets(group_id: uuid.UUID) -> None:
    """Refuse to end a group whose meetings are not over: one that is being held is over soon by itself."""
    meetings, now = queries.coming(group_id), clock.now()
    held_now = [one.ends_at for one in meetings if one.starts_at <= now]
    sentences = []
    if held_now:
        when = f"{date_words(max(held_now))} {time_words(max(held_now))}"
        sentences.append(
            _(
                "A meeting is being held now; it ends by itself, %(when)s. End the group after that.",
                when=when,
            )
        )
    if len(held_now) < len(meetings):
        sentences.append(_("Meetings are still to come. Cancel those first, so that everybody is told."))
    if sentences:
        raise Refused(" ".join(sentences), back=page_of(group_id))
