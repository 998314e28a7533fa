"""Every write of the trail."""

import uuid

from reading import clock, origin
from reading.audit import telling
from reading.audit.models import AuditLine
from reading.audit.words import DEEDS
from reading.database import action, done_before, own_id
from reading.extensions import db


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
    if deed not in DEEDS:
        raise KeyError(deed)
    line = AuditLine(
        at=clock.now(),
        deed=deed,
        by_id=by,
        subject_id=subject,
        community_code=community_code,
        address=origin.address(),
        request_id=origin.request_id(),
        detail=detail,
    )
    db.session.add(line)
    telling.soon(line)
    return line


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
