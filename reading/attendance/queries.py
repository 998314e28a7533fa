"""Every SELECT of attendance."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Integer, Select, Uuid, and_, false, func, literal, null, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.expression import cast

from reading import clock
from reading.access import in_subtree, reach
from reading.attendance.models import (
    CAME,
    EXCUSED,
    LATE,
    PRESENT,
    UNDONE,
    WAITING,
    Attempt,
    Attendance,
    ClosingAttendance,
    Guest,
    Headcount,
    Mark,
)
from reading.communities.models import Community
from reading.communities.queries import seen_from
from reading.events import queries as events
from reading.events.models import SEATED, Enrolment, Event, Signup
from reading.extensions import db
from reading.people.models import Account, Residence, Resident
from reading.people.name_queries import named


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
    and the mark that stands. Where the reader may not know them yet (design §6), ``name`` is masked and ``home`` no
    more than the community."""

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


def residents(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Resident]:
    """Return these residents with their homes."""
    found = select(Resident).where(Resident.id.in_(set(ids))).options(joinedload(Resident.home))
    return {resident.id: resident for resident in db.session.scalars(found)}


def attempted(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of these ids under which a refused mark was kept."""
    return set(db.session.scalars(select(Attempt.id).where(Attempt.id.in_(list(ids)))))


def marks(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Mark]:
    """Return those of these marks that were kept before."""
    return {kept.id: kept for kept in db.session.scalars(select(Mark).where(Mark.id.in_(list(ids))))}


def marks_of_residents(event_id: uuid.UUID, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Mark]]:
    """Return, by resident, their marks at the event; a guest's who turned out to be them are theirs too."""
    wanted = list(ids)
    is_theirs = or_(Mark.resident_id.in_(wanted), Guest.resident_id.in_(wanted) & (Guest.status != WAITING))
    of_event = select(Mark, Guest.resident_id).outerjoin(Guest, Guest.id == Mark.guest_id)
    found: dict[uuid.UUID, list[Mark]] = {}
    for mark, matched in db.session.execute(of_event.where(Mark.event_id == event_id, is_theirs)):
        resident_id = mark.resident_id or matched
        if resident_id is not None:
            found.setdefault(resident_id, []).append(mark)
    return found


def marks_of_guests(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Mark]]:
    """Return, by guest, their marks."""
    wanted, found = list(ids), dict[uuid.UUID, list[Mark]]()
    for mark in db.session.scalars(select(Mark).where(Mark.guest_id.in_(wanted))) if wanted else ():
        if mark.guest_id is not None:
            found.setdefault(mark.guest_id, []).append(mark)
    return found


def guests(event_id: uuid.UUID) -> list[Guest]:
    """Return who is at the event by name only, and who waits to be confirmed, in the order they arrived.

    Who was erased is not among them.
    """
    found = select(Guest).where(Guest.event_id == event_id, Guest.name != "")
    return list(db.session.scalars(found.order_by(Guest.arrived_at, Guest.id)))


def headcount(event_id: uuid.UUID) -> Headcount | None:
    """Return the count of heads that was made last; of two made at the same moment, what arrived last."""
    found = select(Headcount).where(Headcount.event_id == event_id)
    latest = (Headcount.counted_at.desc(), Headcount.arrived_at.desc(), Headcount.id)
    return db.session.scalar(found.order_by(*latest).limit(1))


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


def lines_of(event: Event, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, RosterLine]:
    """Return, by resident, these people as the event's roster shows them."""
    wanted = list(ids)
    people_here, marks = _residents(wanted), attendances(event.id, wanted)
    return {one: _line(event, person, "", marks, person.name) for one, person in people_here.items()}


def lines_and_counts(event: Event, ids: Iterable[uuid.UUID]) -> tuple[list[RosterLine], dict[str, int]]:
    """Return those of these people who are or were on the roster, as it shows them, and its :func:`counts`.

    For who asks about a few people of a full hall.
    """
    wanted, expected = list(ids), events.on_roster(event)
    marks = attendances(event.id, wanted)
    residents = _residents(one for one in wanted if one in expected or one in marks)
    lines = [_line(event, one, expected.get(one.id, ""), marks, one.name) for one in residents.values()]
    there = select(Attendance.status, func.count()).where(Attendance.event_id == event.id)
    found = dict(db.session.execute(there.group_by(Attendance.status)).all())
    counted = {status: found.get(status, 0) for status in (PRESENT, LATE, EXCUSED)}
    return lines, {"expected": sum(map(is_expected, expected.values())), **counted}


def known_here(event: Event, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of these residents whose names the event's staff know: who was on its roster or was marked."""
    wanted = set(ids)
    marked = set(attendances(event.id, wanted)) if wanted else wanted
    return marked if marked == wanted else marked | (wanted & events.on_roster(event).keys())


def meant(
    event: Event, account: Account, text: str, lines: list[RosterLine], top: Community
) -> list[RosterLine]:
    """Return whom ``text`` may mean: of the roster's ``lines``, then of the others who live under ``top``."""
    found = named(account, text, top.path, partial(known_here, event))
    typed = "".join(text.casefold().split())
    ids, there = {one.resident.id for one in found}, {line.resident.id for line in lines}
    known = [line for line in lines if line.resident.id in ids or typed in line.searched]
    marks = attendances(event.id, ids)
    others = [one for one in found if one.resident.id not in there]
    return known + [_line(event, one.resident, "", marks, one.name, one.place) for one in others]


def widest_place(event: Event, account: Account) -> Community:
    """Return the highest place over the event's in which the account takes attendance; a helper's is its own."""
    mine = reach(account.roles, "attendance.take").for_kind(event.kind)
    tops = [top for top in mine.tops if event.community.path.startswith(top)]
    found = select(Community).where(Community.path == min(tops or [event.community.path], key=len))
    return db.session.scalars(found).one()


def _line(
    event: Event, resident: Resident, why: str, marks: dict[uuid.UUID, Attendance], name: str,
    place: Community | None = None,
) -> RosterLine:  # fmt: skip
    mark = marks.get(resident.id)
    status = mark.status if mark is not None and mark.status != UNDONE else None
    return RosterLine(resident, name, seen_from(event.community, place or resident.home), why, status)


def _residents(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Resident]:
    found = select(Resident).where(Resident.id.in_(list(ids)))
    loaded = list(db.session.scalars(found.options(joinedload(Resident.home))))
    # The places above all these homes at once, not one question for each building.
    codes = {code for resident in loaded for code in resident.home.path.strip("/").split("/")}
    for place in db.session.scalars(select(Community).where(Community.code.in_(codes))).all():
        assert place.parent is not None or place.parent_code is None
    return {resident.id: resident for resident in loaded}


def in_words(mark: Mark) -> str:
    """Return whom a mark is of and at which event."""
    event, resident = db.session.get_one(Event, mark.event_id), db.session.get(Resident, mark.resident_id)
    name = resident.name if resident else mark.guest.name if mark.guest else "–"
    return f"{name} · {event.title}"


def counts(roster: Iterable[RosterLine]) -> dict[str, int]:
    """Return how many are expected (who waits for a seat is not), present, late, excused."""
    statuses = [line.status for line in roster if line.status]
    found = {status: statuses.count(status) for status in (PRESENT, LATE, EXCUSED)}
    return {"expected": sum(is_expected(line.why) for line in roster), **found}


def is_expected(why: str) -> bool:
    """Tell whether who is on the roster for this reason is expected to come."""
    return why in ("enrolled", SEATED)


def number_present(event_id: uuid.UUID) -> int:
    """Return how many came, who was erased since too."""
    found = select(func.count()).where(Attendance.event_id == event_id, Attendance.status.in_(CAME))
    return (db.session.scalar(found) or 0) + closed_came([event_id]).get(event_id, 0)


def number_here(event_id: uuid.UUID) -> int:
    """Return how many people came or are here: residents, and who came by name only."""
    named = select(func.count()).where(Guest.event_id == event_id, Guest.status.in_(CAME))
    return number_present(event_id) + (db.session.scalar(named.where(Guest.resident_id.is_(None))) or 0)


def closed(event_id: uuid.UUID) -> list[ClosingAttendance]:
    """Return what people who were erased left in the counts of the event."""
    found = select(ClosingAttendance).where(ClosingAttendance.event_id == event_id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def closed_came(event_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return, by event, how many came who were erased since; events without any are left out."""
    number = func.sum(ClosingAttendance.number)
    found = select(ClosingAttendance.event_id, number).where(ClosingAttendance.event_id.in_(list(event_ids)))
    came = found.where(ClosingAttendance.status.in_(CAME)).group_by(ClosingAttendance.event_id)
    return {row[0]: int(row[1]) for row in db.session.execute(came)}


def markable(event: Event, account: Account, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Resident]:
    """Return those residents whom the account may mark at the event.

    Who is or was on the roster or was marked before, who lives or on that day lived under the event's place,
    and who lives where the account takes attendance. A phone without a network still has who gave up, left the
    course or moved meanwhile.
    """
    wanted, on, place = list(ids), clock.city_date(event.starts_at), event.community.path
    then = and_(Residence.since <= on, or_(Residence.until.is_(None), Residence.until > on))
    lived_here = select(Residence.resident_id).join(Community, Community.code == Residence.home_code)
    known = [
        lived_here.where(Residence.resident_id.in_(wanted), then, in_subtree(Community.path, place)),
        select(Attendance.resident_id).where(Attendance.event_id == event.id),
        select(Signup.resident_id).where(Signup.event_id == event.id),
        select(Enrolment.resident_id).where(Enrolment.course_id == event.course_id),
    ]
    lives = or_(
        in_subtree(Community.path, place),
        reach(account.roles, "attendance.take").for_kind(event.kind).where(Community.path),
        *(Resident.id.in_(one) for one in known),
    )
    found = select(Resident).join(Community, Community.code == Resident.home_code)
    loaded = db.session.scalars(found.where(Resident.id.in_(wanted), lives))
    return {resident.id: resident for resident in loaded}
