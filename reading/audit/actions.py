"""Every write of the trail."""

import uuid

from flask import g
from sqlalchemy import insert

from reading import clock, origin
from reading.audit import telling
from reading.audit.models import AuditLine, Detail
from reading.audit.words import DEEDS
from reading.database import action, done_before, own_id
from reading.extensions import db
from reading.plain import Plain, Sent, told

# Where a request keeps what it tells of the file it hands out.
TOLD = "told_of_the_file"
_LINE = AuditLine.__table__.c
_WRITE = Plain(lambda: insert(AuditLine).values({one.name: told(one.name, one.type) for one in _LINE}))


def write(
    deed: str,
    *,
    by: uuid.UUID | None,
    subject: uuid.UUID | None = None,
    community_code: str | None = None,
    **detail: str | int | bool | None,
) -> AuditLine:
    """Add a line inside the caller's action, so that the deed and its line stand or fall together.

    ``by`` is the account that acts (None: a command), ``subject`` the resident, account or thing acted on. Raises
    ``KeyError`` for a deed that ``words.DEEDS`` does not list.
    """
    line = _line(deed, by, subject, community_code, detail)
    db.session.add(line)
    telling.soon(line)
    return line


def writing(deed: str, *, by: uuid.UUID, subject: uuid.UUID) -> Sent:
    """As :func:`write`, to be sent with other plain statements of the caller's action."""
    line = _line(deed, by, subject, None, {})
    line.id = uuid.uuid4()
    telling.once_committed(line)
    return _WRITE.told({one.name: getattr(line, one.name) for one in _LINE})


def _line(
    deed: str,
    by: uuid.UUID | None,
    subject: uuid.UUID | None,
    community_code: str | None,
    detail: Detail,
) -> AuditLine:
    if deed not in DEEDS:
        raise KeyError(deed)
    return AuditLine(
        at=clock.now(),
        deed=deed,
        by_id=by,
        subject_id=subject,
        community_code=community_code,
        address=origin.address(),
        request_id=origin.request_id(),
        detail=detail,
    )


@action
def write_down(
    deed: str,
    *,
    by: uuid.UUID | None,
    subject: uuid.UUID | None = None,
    community_code: str | None = None,
    **detail: str | int | bool | None,
) -> None:
    """As :func:`write`, by itself: for what wrote nothing else (an export, a refusal)."""
    if done_before(AuditLine) is None:
        line = write(deed, by=by, subject=subject, community_code=community_code, **detail)
        line.id = own_id()


def tells(place: str, **detail: str) -> None:
    """Let the line of the file that this request hands out say of which place it is, and what else is told of it."""
    setattr(g, TOLD, (place, detail))
