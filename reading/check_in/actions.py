"""The writes of checking in by phone; who came is written by ``attendance.actions``."""

import uuid
from datetime import datetime

from sqlalchemy import delete

from reading.check_in.models import WrongCode
from reading.check_in.rules import WRONG_WITHIN
from reading.database import action, done_before, own_id
from reading.extensions import db


@action
def note_wrong_code(event_id: uuid.UUID, typed_by: str, now: datetime) -> None:
    """Count a code that was typed wrong; what no longer counts is forgotten."""
    if done_before(WrongCode):
        return
    db.session.execute(delete(WrongCode).where(WrongCode.at <= now - WRONG_WITHIN))
    db.session.add(WrongCode(id=own_id(), event_id=event_id, typed_by=typed_by, at=now))
