"""The places of the city as a board needs them: plain values kept for seconds, so that no page asks for their rows."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from reading.access import span
from reading.communities.models import Community
from reading.extensions import db
from reading.kept import LONGEST, kept

TREE = Community.__table__.c
FIELDS = (TREE.code, TREE.level, TREE.short_name, TREE.path, TREE.parent_code, TREE.closed_at.is_(None))
# What lies in a subtree: the bounds come from `access.span`.
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
UPPER = ("city", "township", "community")
TREE_BELOW = select(*FIELDS).where(*BELOW, TREE.level.in_(UPPER)).order_by(TREE.sort_key, TREE.code)


@dataclass(frozen=True)
class Node:
    """One node of the tree, as :class:`Community`."""

    code: str
    level: str
    short_name: str
    path: str
    parent_code: str | None
    is_open: bool

    @property
    def has_board(self) -> bool:
        """Whether it has a board of its own; who lives in a building stands on their community's."""
        return self.level in UPPER


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


@dataclass(frozen=True)
class Tree:
    """A city or township as boards need it: the open places right under it, and its communities, in their order.

    Each community comes with what people call the township it lies in.
    """

    children: list[Node]
    communities: list[tuple[Node, str]]


def tree_of(path: str) -> Tree:
    """Return the tree under the city or township with this path; ``/`` stands above all cities."""

    def read() -> Tree:
        rows = db.session.connection().execute(TREE_BELOW, span(path))
        nodes = [Node(*row) for row in rows]
        names = {one.code: one.short_name for one in nodes}
        return Tree(
            [one for one in nodes if one.path == f"{path}{one.code}/" and one.is_open],
            [(one, names.get(one.parent_code or "", "")) for one in nodes if one.level == "community"],
        )

    return kept(("boards tree", path), read, LONGEST)
