"""Every SELECT about records that were handed over."""

import uuid

from sqlalchemy import select

from reading.audit.models import AuditLine
from reading.extensions import db


def gave_account(by: uuid.UUID, resident_id: uuid.UUID) -> bool:
    """Tell whether this account gave the resident one of their own."""
    found = select(AuditLine.id).where(
        AuditLine.by_id == by,
        AuditLine.deed == "account.handed_over",
        AuditLine.subject_id == resident_id,
    )
    return db.session.scalar(found.limit(1)) is not None
