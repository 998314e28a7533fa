"""What is kept no longer than it has to be; plain counts first, so that one can look before anything goes."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select

from reading import clock
from reading.attendance.models import Attendance
from reading.audit import actions as audit
from reading.audit.models import AuditCutoff, AuditLine
from reading.check_in.models import WrongCode
from reading.database import action
from reading.errors import Refused
from reading.events.models import Enrolment, Signup
from reading.extensions import db
from reading.imports.models import RosterImport
from reading.logbook.models import LogEntry
from reading.people.models import Consent, Resident, Role
from reading.rights import erasing, queries
from reading.rights.actions import leave
from reading.rights.models import Leaving
from reading.rights.rules import LATER
from reading.sign_ins.code_models import GivenCode, WrongAnswer
from reading.sign_ins.models import SignIn
from reading.volunteers.models import Helper

A_DAY = timedelta(days=1)
# What shows that somebody still takes part, and when it did.
SIGNS_OF_LIFE: tuple[tuple[type[Any], Any], ...] = (
    (LogEntry, LogEntry.arrived_at),
    (Attendance, Attendance.arrived_at),
    (Signup, Signup.created_at),
    (Enrolment, Enrolment.enrolled_at),
    (Helper, Helper.created_at),
    (Consent, Consent.given_at),
    (Leaving, Leaving.taken_back_at),
)


@dataclass(frozen=True)
class Limits:
    """From when on things are too old, and when somebody who is told today is erased."""

    audit: datetime
    sign_ins: datetime
    people: datetime
    tries: datetime
    erased_on: datetime


def limits(now: datetime) -> Limits:
    """Return the limits the settings ``RETENTION_…`` set at this moment."""
    kept: Mapping[str, int] = current_app.config
    return Limits(
        audit=now - timedelta(days=kept["RETENTION_AUDIT_DAYS"]),
        sign_ins=now - timedelta(days=kept["RETENTION_SIGN_IN_DAYS"]),
        people=now - relativedelta(months=kept["RETENTION_PEOPLE_MONTHS"]),
        tries=now - A_DAY,
        erased_on=now + timedelta(days=kept["RETENTION_WARNING_DAYS"]),
    )


def too_old(at: Limits) -> dict[str, tuple[type[Any], ColumnElement[bool]]]:
    """Return, by what people call them, the tables whose old rows simply go, and which rows are old."""
    code_over = or_(
        GivenCode.used_at.is_not(None), GivenCode.voided_at.is_not(None), GivenCode.given_at < at.tries
    )
    return {
        "lines of the trail": (AuditLine, AuditLine.at < at.audit),
        "old sign-ins": (SignIn, or_(SignIn.ended_at < at.sign_ins, SignIn.seen_at < at.sign_ins)),
        "wrong answers": (WrongAnswer, WrongAnswer.at < at.tries),
        "wrong codes": (WrongCode, WrongCode.at < at.tries),
        "codes given in person": (GivenCode, and_(GivenCode.given_at < at.sign_ins, code_over)),
        "lists that wait to be confirmed": (RosterImport, RosterImport.created_at < at.tries),
    }


def inactive(since: datetime) -> list[uuid.UUID]:
    """Return who has done nothing since then: no record, no sign-in of their household, no role; children first."""
    busy = [
        exists().where(model.resident_id == Resident.id, column >= since) for model, column in SIGNS_OF_LIFE
    ]
    signed_in = exists().where(SignIn.account_id == Resident.account_id, SignIn.seen_at >= since)
    holds_role = exists().where(Role.account_id == Resident.account_id, Role.ended_at.is_(None))
    found: Select[uuid.UUID] = select(Resident.id).where(
        Resident.created_at < since, Resident.left_at.is_(None), Resident.merged_into_id.is_(None),
        ~signed_in, ~holds_role, *(~one for one in busy),
    )  # fmt: skip
    return list(db.session.scalars(found.order_by(Resident.guardian_id.is_(None), Resident.id)))


def look(now: datetime) -> dict[str, int]:
    """Return how much would go now, by what it is; changes nothing."""
    at = limits(now)
    counts = {
        name: db.session.scalar(select(func.count()).select_from(model).where(old)) or 0
        for name, (model, old) in too_old(at).items()
    }
    told, due = len(inactive(at.people)), len(queries.due(now))
    return counts | {"people told that they will be erased": told, "people erased": due}


def keep_no_longer(now: datetime) -> dict[str, int]:
    """Let go what is too old, tell who has done nothing for too long, and erase whose time has come.

    Whoever is told stands nowhere by name from then on, as if they wished to leave, and can take that back until the
    day. Returns how much went; run again at once it finds nothing.
    """
    at = limits(now)
    counts = {name: _let_go(name, at) for name in too_old(at)}
    erased = erasing.erase_due(now)
    told = sum(_tell(one, at.erased_on) for one in inactive(at.people))
    return counts | {"people told that they will be erased": told, "people erased": erased}


@action
def _let_go(name: str, at: Limits) -> int:
    model, old = too_old(at)[name]
    number = db.session.scalar(select(func.count()).select_from(model).where(old)) or 0
    if model is AuditLine and number:
        # The database lets no line go that this does not name.
        db.session.add(AuditCutoff(before=at.audit, made_at=clock.now()))
        db.session.flush()
    db.session.execute(delete(model).where(old))
    if number:
        audit.write("retention.ran", by=None, table=model.__tablename__, rows=number)
    return number


def _tell(resident_id: uuid.UUID, erased_on: datetime) -> bool:
    """Tell one person; a guardian whose child still takes part is left."""
    try:
        leave(uuid.uuid4(), resident_id, LATER, None, due_at=erased_on)
    except Refused:
        return False
    return True
