"""Whom an account looks after, in short: what pages that everybody opens name of them, in one statement made once."""

import uuid
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import FromClause, Select, case, select

from reading.communities.models import Community
from reading.people.models import Resident
from reading.people.record_queries import has_withdrawn
from reading.plain import Plain, told

_residents, _communities = Resident.__table__.c, Community.__table__.c


class Member(NamedTuple):
    """One of a household; ``community`` is its short name, ``path`` the community's.

    ``has_withdrawn``: nothing new may be recorded, as they no longer agree to take part.
    """

    id: uuid.UUID
    name: str
    relation: str
    born_on: date | None
    show_as: str
    nickname: str | None
    child_number: int | None
    community_id: str
    community: str
    path: str
    has_withdrawn: bool


MEMBER: Any = (
    *(_residents[name] for name in Member._fields[:8]),
    *(_communities.short_name, _communities.path),
    has_withdrawn(_residents.id).label("has_withdrawn"),
)
ONESELF_FIRST: Any = (case((_residents.relation == "self", 0), else_=1), _residents.created_at, _residents.id)


def with_home(residents: FromClause) -> FromClause:
    """Join the places that residents live in to them, or to whoever has none."""
    return residents.outerjoin(Community.__table__, _communities.code == _residents.community_id)


def _members() -> Select[Any]:
    theirs = (
        _residents.account_id == told("account", _residents.account_id.type),
        _residents.left_at.is_(None),
    )
    return select(*MEMBER).select_from(with_home(Resident.__table__)).where(*theirs).order_by(*ONESELF_FIRST)


_MEMBERS = Plain(_members)


def members(account_id: uuid.UUID) -> list[Member]:
    """Return whom an account looks after, oneself first, as ``queries.household``: without who wished to leave."""
    return [Member(*row) for row in _MEMBERS.look({"account": account_id})]
