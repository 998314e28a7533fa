"""Every SELECT of attendance."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, Uuid, false, func, literal, null, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.expression import cast

from reading.access import in_subtree, reach
from reading.attendance.models import CAME, UNDONE, Attendance, Mark
from reading.attendance.rules import hours
from reading.communities.models import Community
from reading.communities.queries import chain_of
from reading.events import queries as events
from reading.events.models import SEATED, Event
from reading.extensions import db
from reading.people import queries as people
from reading.people.models import Account, Resident
from reading.people.rules import masked

MOST_FOUND = 20


def point_records() -> Select[*tuple[Any, ...]]:
    """Return the attendances that count for points, in the columns ``points.queries.init_app`` names."""
    return select(
        literal("attendance").label("kind"),
        Attendance.id.label("source_id"),
        Attendance.resident_id,
        Attendance.community_id,
        Attendance.on,
        Attendance.arrived_at,
        cast(null(), Integer).label("pages"),
        cast(null(), Integer).label("minutes"),
        cast(null(), Uuid[uuid.UUID]).label("book_id"),
        false().label("finished"),
    ).where(Attendance.status.in_(CAME))


def point_labels() -> Select[*tuple[Any, ...]]:
    """Return what to call each of these records, in the columns ``points.queries.init_app`` names."""
    return select(
        Attendance.id.label("source_id"),
        Attendance.resident_id,
        Attendance.on,
        Event.title.label("label"),
    ).join(Event, Event.id == Attendance.event_id)


@dataclass(frozen=True)
class RosterLine:
    """A person on the roster page: why they are on it ("enrolled", "seated", "waiting", "" for who just came),
    and the mark that stands. ``name`` is masked where the reader may not know it yet (design §6)."""

    resident: Resident
    name: str
    home: str
    why: str
    status: str | None

    @property
    def searched(self) -> str:
        """What the roster's own search looks through: the name and its pinyin, once the name may be known."""
        return f"{self.name} {self.resident.keys}" if self.name == self.resident.name else self.name


def attendances(event_id: uuid.UUID, ids: Iterable[uuid.UUID] | None = None) -> dict[uuid.UUID, Attendance]:
    """Return, by resident, who (of ``ids``, if given) was marked at the event; undone marks too."""
    found = select(Attendance).where(Attendance.event_id == event_id)
    if ids is not None:
        found = found.where(Attendance.resident_id.in_(list(ids)))
    return {attendance.resident_id: attendance for attendance in db.session.scalars(found)}


def marks(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Mark]:
    """Return those of these marks that were kept before."""
    return {kept.id: kept for kept in db.session.scalars(select(Mark).where(Mark.id.in_(list(ids))))}


def came(ids: Iterable[uuid.UUID], event_id: uuid.UUID) -> dict[uuid.UUID, Attendance]:
    """Return, by resident, who of ``ids`` is noted as having come to the event."""
    return {one: mark for one, mark in attendances(event_id, ids).items() if mark.status in CAME}


def roster(event: Event) -> list[RosterLine]:
    """Return who is expected, in the order of their names, and then who came without having said so."""
    expected, marks = events.on_roster(event), attendances(event.id)
    standing = [one for one, mark in marks.items() if mark.status != UNDONE and one not in expected]
    residents = _residents([*expected, *standing])
    unexpected = sorted(standing, key=lambda one: (residents[one].sort_key, one))
    return [
        _line(event, residents[one], expected.get(one, ""), marks, residents[one].name)
        for one in (*expected, *unexpected)
    ]


def meant(
    event: Event, account: Account, text: str, lines: list[RosterLine], top: Community
) -> list[RosterLine]:
    """Return whom ``text`` may mean: of the roster's ``lines``, then of the others who live under ``top``."""
    found, typed = named(account, text, top.path), "".join(text.casefold().split())
    ids, there = {resident.id for resident, _name in found}, {line.resident.id for line in lines}
    known = [line for line in lines if line.resident.id in ids or typed in line.searched]
    marks = attendances(event.id, ids)
    return known + [_line(event, one, "", marks, name) for one, name in found if one.id not in there]


def named(account: Account, text: str, top_path: str) -> list[tuple[Resident, str]]:
    """Return the residents under ``top_path`` whom ``text`` may mean, each with the name to show (design §6)."""
    seen = reach(account.roles, "residents.see")
    found = people.find_residents(top_path, text, MOST_FOUND)
    return [(one, one.name if seen.covers(one.home.path) else masked(one.name)) for one in found]


def widest_place(event: Event, account: Account) -> Community:
    """Return the highest place over the event's in which the account takes attendance."""
    tops = [
        top for top in reach(account.roles, "attendance.take").tops if event.community.path.startswith(top)
    ]
    found = select(Community).where(Community.path == min(tops, key=len))
    return db.session.scalars(found).one()


def _line(
    event: Event, resident: Resident, why: str, marks: dict[uuid.UUID, Attendance], name: str
) -> RosterLine:
    mark = marks.get(resident.id)
    status = mark.status if mark is not None and mark.status != UNDONE else None
    return RosterLine(resident, name, _seen_from(event.community, resident.home), why, status)


def _seen_from(place: Community, home: Community) -> str:
    """Return where a home is, as people at ``place`` say it: 和顺园 1号楼 nearby, 任村镇 任村村 from afar."""
    names = [node.short_name for node in chain_of(home) if not place.path.startswith(node.path)]
    return " ".join(names) or home.short_name


def _residents(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Resident]:
    found = select(Resident).where(Resident.id.in_(list(ids)))
    loaded = db.session.scalars(found.options(joinedload(Resident.home), joinedload(Resident.account)))
    return {resident.id: resident for resident in loaded}


def in_words(mark: Mark) -> str:
    """Return whom a mark is of and at which event."""
    event, resident = db.session.get_one(Event, mark.event_id), db.session.get_one(Resident, mark.resident_id)
    return f"{resident.name} · {event.title}"


def counts(roster: Iterable[RosterLine]) -> dict[str, int]:
    """Return how many are expected (who waits for a seat is not), present, late, excused."""
    statuses = [line.status for line in roster if line.status]
    found = {status: statuses.count(status) for status in ("present", "late", "excused")}
    return {"expected": sum(line.why in ("enrolled", SEATED) for line in roster), **found}


def number_present(event_id: uuid.UUID) -> int:
    """Return how many came."""
    found = select(func.count()).where(Attendance.event_id == event_id, Attendance.status.in_(CAME))
    return db.session.scalar(found) or 0


def markable(event: Event, account: Account, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Resident]:
    """Return those residents whom the account may mark at the event.

    Who is on the roster or was marked before, who lives under the event's place, and who lives where the
    account takes attendance.
    """
    wanted = list(ids)
    lives = or_(
        in_subtree(Community.path, event.community.path),
        reach(account.roles, "attendance.take").where(Community.path),
        Resident.id.in_([one for one in events.on_roster(event) if one in set(wanted)]),
        Resident.id.in_(select(Attendance.resident_id).where(Attendance.event_id == event.id)),
    )
    found = select(Resident).join(Community, Community.code == Resident.home_code)
    loaded = db.session.scalars(found.where(Resident.id.in_(wanted), lives))
    return {resident.id: resident for resident in loaded}


def hours_in_course(course_id: uuid.UUID) -> dict[uuid.UUID, float]:
    """Return, by resident, the hours of the course's classes they came to."""
    found = select(Attendance.resident_id, Event.starts_at, Event.ends_at).join(Event)
    attended: dict[uuid.UUID, list[Any]] = {}
    for resident_id, starts_at, ends_at in db.session.execute(
        found.where(Event.course_id == course_id, Attendance.status.in_(CAME))
    ):
        attended.setdefault(resident_id, []).append((starts_at, ends_at))
    return {resident_id: hours(times) for resident_id, times in attended.items()}
