"""How lists of events and courses are asked for: so many at a time, what is near somebody's home first."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, or_
from sqlalchemy.orm import InstrumentedAttribute

from reading.access import in_subtree
from reading.communities.models import Community
from reading.events.rules import ELSEWHERE, HERE, IN_THE_CITY, NEARBY
from reading.extensions import db
from reading.people.member_queries import Member

ON_A_PAGE = 20
# Where somebody is at home, or whose home it is: both have its path.
Home = Community | Member


def everything(found: Select[Any]) -> list[Any]:
    """Return all that was asked for, each once."""
    return list(db.session.scalars(found).unique())


def top(node: Home, depth: int) -> str:
    """Return the path of the node's city (1), township (2) …, or its own when it stands higher."""
    codes = node.path.strip("/").split("/")
    return f"/{'/'.join(codes[:depth])}/"


def near(code: "InstrumentedAttribute[str]", home: Home | None) -> ColumnElement[int]:
    """Return how near the node with this code column, joined as ``Community``, is to ``home`` (``rules.nearness``)."""
    if home is None:
        return case((code.is_not(None), ELSEWHERE), else_=ELSEWHERE)
    chain = code.in_(home.path.strip("/").split("/"))
    return case(
        (or_(chain, in_subtree(Community.path, home.path)), HERE),
        (in_subtree(Community.path, top(home, 2)), NEARBY),
        else_=IN_THE_CITY,
    )
