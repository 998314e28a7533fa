"""Each line of the trail is told to the log as well, once it is kept."""

import logging
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from reading.audit.models import AuditLine
from reading.database import afterwards
from reading.extensions import db

TRAIL = logging.getLogger("reading.trail")
WAITING = "lines to tell"


def soon(line: AuditLine) -> None:
    """Tell ``line`` to the log when the transaction it is written in is committed; never, if that is undone."""
    db.session.info.setdefault(WAITING, []).append((line, told(line)))


def once_committed(line: AuditLine) -> None:
    """As :func:`soon`, of a line that the action under way writes without the session."""
    said = told(line)
    afterwards(lambda: _say(said))


@event.listens_for(db.session, "after_commit")
def _tell(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for line, said in session.info.pop(WAITING, []):
        if inspect(line).persistent:  # not when only the savepoint it was written in was undone
            _say(said)


def _say(said: dict[str, Any]) -> None:
    TRAIL.info("trail", extra={"told": said})


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(WAITING, None)


def told(line: AuditLine) -> dict[str, Any]:
    """Return what the log says of a line."""
    return {
        "deed": line.deed,
        "result": "refused" if line.deed.endswith(".refused") else "done",
        "actor": str(line.by_id) if line.by_id else None,
        "object": str(line.subject_id) if line.subject_id else None,
        "place": line.community_code,
        "address": line.address,
        "detail": line.detail,
    }
