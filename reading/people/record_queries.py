"""What is asked of a person before a record of theirs is written, as parts of the statements that write it.

Everybody logs and checks in at the same hour of a learning day, so these are plain tables and columns, for
:class:`~reading.plain.Plain` statements of the features whose records they are.
"""

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, func, or_, select

from reading.people.models import Consent, Residence, Resident

PERSON: Any = Resident.__table__
_CONSENT: Any = Consent.__table__.c
_LIVED: Any = Residence.__table__.c


class Reader(NamedTuple):
    """A resident, as far as it takes to tell whose record it is and what to call them."""

    id: uuid.UUID
    account_id: uuid.UUID | None
    relation: str
    name: str


class Person(NamedTuple):
    """Whether a record of somebody may be written, and where; ``id`` is None for nobody.

    ``merged_into_id`` is the record that goes on in place of this one.
    """

    id: uuid.UUID | None
    account_id: uuid.UUID | None
    relation: str
    name: str
    merged_into_id: uuid.UUID | None
    left_at: datetime | None
    has_withdrawn: bool
    lived_in: str | None

    @property
    def reader(self) -> Reader:
        """Who it is."""
        assert self.id is not None
        return Reader(self.id, self.account_id, self.relation, self.name)

    def is_own(self, account_id: uuid.UUID) -> bool:
        """Tell whether the account looks after them and they take part, under this very record."""
        goes_on = self.id is not None and self.left_at is None and self.merged_into_id is None
        return goes_on and self.account_id == account_id


class NotOwn(Exception):
    """Not somebody of one's own household who takes part: others are written for in a role, which is seen to first."""


def person(day: BindParameter[Any]) -> list[ColumnElement[Any]]:
    """Return the columns of a :class:`Person`, told by a row of ``PERSON``, for a record dated ``day``."""
    own = [PERSON.c[name] for name in Person._fields[:5]]
    return [*own, *may_be_written(day)]


def may_be_written(day: BindParameter[Any]) -> list[ColumnElement[Any]]:
    """Return what tells whether a record of a person (a row of ``PERSON``) dated ``day`` may be written, and where.

    ``left_at``; whether they no longer agree to take part, as ``consent_queries.withdrawn``; and the code of the
    community they lived in then, as ``queries.community_on``.
    """
    lived = select(_LIVED.community_id).where(_LIVED.resident_id == PERSON.c.id).limit(1)
    then = lived.where(_LIVED.since <= day, or_(_LIVED.until.is_(None), _LIVED.until > day))
    latest = then.order_by(_LIVED.since.desc(), _LIVED.recorded_at.desc())
    first = lived.order_by(_LIVED.since, _LIVED.recorded_at, _LIVED.until.nulls_last(), _LIVED.id)
    lived_in = func.coalesce(latest.scalar_subquery(), first.scalar_subquery())
    return [
        PERSON.c.left_at,
        has_withdrawn(PERSON.c.id).label("has_withdrawn"),
        lived_in.label("lived_in"),
    ]


def has_withdrawn(resident_id: ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
    """Return whether a resident no longer agrees to take part who once did, as ``consent_queries.withdrawn``."""
    consents = (_CONSENT.resident_id == resident_id, _CONSENT.kind == "taking_part")
    ended, given = func.count(_CONSENT.withdrawn_at), func.count()
    return select(and_(ended > 0, ended == given)).where(*consents).scalar_subquery()
