"""The audit trail as far as an administrator's reach goes, with names where they are still there."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from reading import clock
from reading.access import Reach, in_subtree
from reading.audit.models import AuditLine, Detail
from reading.audit.words import GROUP, PEOPLE, PLACE
from reading.communities.models import Community
from reading.communities.queries import labeller
from reading.events.models import Course, Event
from reading.extensions import db
from reading.forms import parse_uuid
from reading.groups.models import StudyGroup
from reading.people.models import Account, Resident, Role
from reading.templating import date_words

MOST_NAMED = 200
Column = InstrumentedAttribute[uuid.UUID | None]


@dataclass(frozen=True)
class Asked:
    """Which lines are asked for; None, or nobody, for all of them."""

    deed: str = ""
    people: Collection[uuid.UUID] | None = None
    place: Community | None = None
    day: date | None = None


@dataclass(frozen=True)
class Shown:
    """A line with the names it points to, as far as they are within reach; None for who is not, or is gone.

    ``subject`` is a person, or an event with its day, a course or a study group. ``names`` are those of what its
    details stand for, as ``audit.words.detail_words`` takes them.
    """

    line: AuditLine
    by: str | None
    subject: str | None
    place: str | None
    names: Mapping[str, str]


def lines(within: Reach, asked: Asked, *, skip: int, most: int) -> list[Shown]:
    """Return the lines within reach, the latest first."""
    found = select(AuditLine, Community).outerjoin(Community, Community.code == AuditLine.community_code)
    chosen = found.where(_in_reach(within), *_conditions(asked))
    ordered = chosen.order_by(AuditLine.at.desc(), AuditLine.id).offset(skip).limit(most)
    rows: list[tuple[AuditLine, Community | None]] = [
        (line, place) for line, place in db.session.execute(ordered)
    ]
    label_of = labeller(place for _line, place in rows if place)
    details = [line.detail for line, _place in rows]
    ids = {one for line, _place in rows for one in (line.by_id, line.subject_id) if one}
    names = _names(within, ids | _ids_in(details, PEOPLE))
    # What is nobody's id may be a thing's.
    things = {line.subject_id for line, _place in rows if line.subject_id} - names.keys()
    told = {str(one): name for one, name in names.items()} | _places(details)
    told |= _things(within, things | _ids_in(details, (GROUP,)))
    return [
        Shown(
            line, told.get(str(line.by_id)), told.get(str(line.subject_id)),
            label_of(place) if place else None, told,
        )
        for line, place in rows
    ]  # fmt: skip


def _ids_in(details: Iterable[Detail], kinds: Iterable[str]) -> set[uuid.UUID]:
    told = (parse_uuid(str(detail.get(kind))) for detail in details for kind in kinds)
    return {one for one in told if one is not None}


def _things(within: Reach, ids: Collection[uuid.UUID]) -> dict[str, str]:
    """Return what the events, courses and study groups within reach that bear these ids are called."""
    if not ids:
        return {}
    found: dict[str, str] = {}
    for thing, name in ((Event, Event.title), (Course, Course.title), (StudyGroup, StudyGroup.name)):
        day = [Event.starts_at] if thing is Event else []
        here = select(thing.id, name, *day).join(Community, Community.code == thing.community_id)
        rows = db.session.execute(here.where(thing.id.in_(ids), within.where(Community.path)))
        found |= {str(one): _on(title, *when) for one, title, *when in rows}
    return found


def _on(title: str, when: datetime | None = None) -> str:
    """Return what something is called, with the day where it is held on one."""
    return f"{title} · {date_words(when, 'plain')}" if when else title


def _places(details: Sequence[Detail]) -> dict[str, str]:
    """Return the names of the places that lines name, by their codes; where none does, nothing is asked."""
    codes = {str(one[PLACE]) for one in details if one.get(PLACE)}
    if not codes:
        return {}
    return dict(
        iter(db.session.execute(select(Community.code, Community.name).where(Community.code.in_(codes))))
    )


def called(within: Reach, name: str) -> set[uuid.UUID]:
    """Return the ids of the accounts and residents within reach who bear this name."""
    accounts = select(Account.id).where(Account.name == name, _has_account_in_reach(within, Account.id))
    residents = (
        select(Resident.id)
        .join(Community, Community.code == Resident.community_id)
        .where(Resident.name == name, within.where(Community.path))
    )
    return {*db.session.scalars(accounts.limit(MOST_NAMED)), *db.session.scalars(residents.limit(MOST_NAMED))}


def one_person(within: Reach, person_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the ids that lines of this account or resident bear: both, where one is the other's."""
    account = select(Resident.account_id).where(Resident.id == person_id, Resident.relation == "self")
    resident = select(Resident.id).where(Resident.account_id == person_id, Resident.relation == "self")
    return {person_id, *(one for part in (account, resident) for one in db.session.scalars(part) if one)}


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.deed:
        found.append(AuditLine.deed == asked.deed)
    if asked.people is not None:
        found.append(or_(AuditLine.by_id.in_(asked.people), AuditLine.subject_id.in_(asked.people)))
    if asked.place is not None:
        found.append(in_subtree(Community.path, asked.place.path))
    if asked.day is not None:
        first, after = clock.city_day_span(asked.day)
        found += [AuditLine.at >= first, AuditLine.at < after]
    return found


def _in_reach(within: Reach) -> ColumnElement[bool]:
    """Tell where a line belongs: to its place; without one to its people; naming neither, to a whole city."""
    names_nobody = and_(AuditLine.by_id.is_(None), AuditLine.subject_id.is_(None))
    has_city = any(len(top.strip("/").split("/")) == 1 for top in within.tops)
    of_people = [
        _has_account_in_reach(within, AuditLine.by_id),
        _has_account_in_reach(within, AuditLine.subject_id),
        _lives_in_reach(within, Resident.id == AuditLine.subject_id),
        *([names_nobody] if has_city else []),
    ]
    return or_(within.where(Community.path), and_(AuditLine.community_code.is_(None), or_(*of_people)))


def _has_account_in_reach(
    within: Reach, account_id: Column | InstrumentedAttribute[uuid.UUID]
) -> ColumnElement[bool]:
    """Tell whether the account holds or held a role within reach, or somebody of it lives there."""
    node = aliased(Community)
    held = exists().where(
        Role.account_id == account_id, node.code == Role.community_id, within.where(node.path)
    )
    return or_(held, _lives_in_reach(within, Resident.account_id == account_id))


def _lives_in_reach(within: Reach, meant: ColumnElement[bool]) -> ColumnElement[bool]:
    node = aliased(Community)
    return exists().where(meant, node.code == Resident.community_id, within.where(node.path))


def _names(within: Reach, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    accounts = select(Account.id, Account.name).where(
        Account.id.in_(ids), _has_account_in_reach(within, Account.id)
    )
    residents = (
        select(Resident.id, Resident.name)
        .join(Community, Community.code == Resident.community_id)
        .where(Resident.id.in_(ids), within.where(Community.path))
    )
    return {key: name for part in (residents, accounts) for key, name in db.session.execute(part)}
