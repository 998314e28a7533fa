"""The places of the city as a board needs them: plain values kept for seconds, so that no page asks for their rows."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from reading.communities.models import Community
from reading.extensions import db
from reading.kept import kept

TREE = Community.__table__.c
FIELDS = (TREE.code, TREE.level, TREE.short_name, TREE.path, TREE.parent_code, TREE.closed_at.is_(None))
# What lies in a subtree: the bounds come from `span`.
BELOW = TREE.path >= bindparam("first_path"), TREE.path < bindparam("last_path")
HERE = Community.__table__.alias()
# A node and all above it: their paths are the beginnings of its own.
WAY = (
    select(*FIELDS)
    .join(HERE, func.substr(HERE.c.path, 1, func.length(TREE.path)) == TREE.path)
    .where(HERE.c.code == bindparam("code"))
    .order_by(TREE.path)
)
LONGEST_CODE = 60


@dataclass(frozen=True)
class Node:
    """One node of the tree, as :class:`Community`."""

    code: str
    level: str
    short_name: str
    path: str
    parent_code: str | None
    is_open: bool


def node(code: str) -> Node | None:
    """Return the node with this code."""
    way = _way(code) if "\0" not in code and len(code) <= LONGEST_CODE else []
    return way[-1] if way else None


def chain_of(one: Node) -> list[Node]:
    """Return the way from the city down to ``one``."""
    return list(_way(one.code))


def _way(code: str) -> list[Node]:
    def read() -> list[Node]:
        return [Node(*row) for row in db.session.connection().execute(WAY, {"code": code})]

    return kept(("boards node", code), read)


def community_of(one: Node) -> Node | None:
    """Return the community that ``one`` is or lies in; None for a city or a township."""
    return next((above for above in chain_of(one) if above.level == "community"), None)


def span(path: str) -> dict[str, str]:
    """Return the first path of the subtree of ``path`` and the first one after it, as statements here ask for them."""
    return {"first_path": path, "last_path": path.removesuffix("/") + chr(ord("/") + 1)}
