"""Tables of the trail. Triggers in the database refuse every change of a line (migration 0008)."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reading.columns import UtcDateTime
from reading.extensions import Model

DEED_LENGTH, ADDRESS_LENGTH, REQUEST_ID_LENGTH = 40, 45, 32
Detail = dict[str, str | int | bool | None]


class AuditLine(Model):
    """One deed: who did it (an account), on whom or what, where in the tree, when, and from which address.

    The ids are no foreign keys: a line outlives whom it names, and then points to nobody. ``detail`` holds ids,
    codes and numbers, never a name, a phone number or a text. A line is never changed; it goes only once its time
    is over (:class:`AuditCutoff`).
    """

    __tablename__ = "audit_lines"
    __table_args__ = (
        Index("ix_audit_lines_at", "at"),
        Index("ix_audit_lines_by_id_at", "by_id", "at"),
        Index("ix_audit_lines_subject_id_at", "subject_id", "at"),
        Index("ix_audit_lines_community_code_at", "community_code", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    deed: Mapped[str] = mapped_column(String(DEED_LENGTH))
    by_id: Mapped[uuid.UUID | None]
    subject_id: Mapped[uuid.UUID | None]
    community_code: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    request_id: Mapped[str] = mapped_column(String(REQUEST_ID_LENGTH))
    detail: Mapped[Detail] = mapped_column(JSON)


class AuditCutoff(Model):
    """That lines from before ``before`` may go: the database lets no other line be deleted."""

    __tablename__ = "audit_cutoffs"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    before: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
