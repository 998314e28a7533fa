"""Every write to the city tree."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reading import clock
from reading.access import in_subtree
from reading.audit import actions as audit
from reading.communities.models import LEVELS, Community
from reading.communities.rules import Known, Node, numbers_padded, problems_of, short_name
from reading.csv_files import BadFile, read_rows
from reading.database import action
from reading.extensions import db
from reading.text import pinyin_keys, sort_key, squeezed

COLUMNS = ("code", "parent_code", "level", "name")


@dataclass(frozen=True)
class Counts:
    """What an import did."""

    added: int
    renamed: int
    unchanged: int


@action
def import_tree(content: bytes) -> Counts:
    """Take the nodes of a CSV file (``COLUMNS``) into the tree, all or none; parents may come after children.

    A node that stands already keeps its place and may get another name. Raises ``BadFile``.
    """
    return take_in(content)


def take_in(content: bytes) -> Counts:
    """As :func:`import_tree`, inside the caller's action."""
    nodes = [
        Node(line, row["code"], row["parent_code"], row["level"], squeezed(row["name"]))
        for line, row in read_rows(content, COLUMNS)
    ]
    standing = {one.code: one for one in db.session.scalars(select(Community))}
    known = {one.code: Known(one.parent_code or "", one.level) for one in standing.values()}
    problems = problems_of(nodes, known, LEVELS)
    if problems:
        raise BadFile(problems)
    added = [node for node in nodes if node.code not in known]
    for level in LEVELS:
        for node in added:
            if node.level == level:
                _add(node, standing)
        # A child's row names its parent's: each level is written before the next.
        db.session.flush()
    renamed = [_rename(standing[node.code], node.name) for node in nodes if node.code in known]
    return Counts(len(added), sum(renamed), len(renamed) - sum(renamed))


@action
def close(code: str) -> int:
    """Close a node and all that lies in it; return how many nodes that closed. Closed ones are left as they are.

    What is closed can be chosen no more and is shown outside no more; its history stays. Raises ``LookupError``
    for a node that is not there, ``ValueError`` for a city.
    """
    return _close(code, clock.now())


@action
def reopen(code: str) -> int:
    """Take a closing back, of the node and all that lies in it. Raises as :func:`close`."""
    return _close(code, None)


def _close(code: str, at: datetime | None) -> int:
    node = db.session.get(Community, code)
    if node is None:
        raise LookupError(code)
    if node.level == "city":
        raise ValueError(code)
    changed = [
        one
        for one in db.session.scalars(select(Community).where(in_subtree(Community.path, node.path)))
        if (one.closed_at is None) == (at is not None)
    ]
    for one in changed:
        one.closed_at = at
    if changed:
        deed = "community.closed" if at else "community.reopened"
        audit.write(deed, by=None, community_code=code, nodes=len(changed))
    return len(changed)


def _add(node: Node, standing: dict[str, Community]) -> None:
    above = standing[node.parent_code].path if node.parent_code else "/"
    standing[node.code] = Community(
        code=node.code,
        parent_code=node.parent_code or None,
        level=node.level,
        path=f"{above}{node.code}/",
        **_names(node.name),
    )
    db.session.add(standing[node.code])


def _rename(node: Community, name: str) -> bool:
    if node.name == name:
        return False
    for column, value in _names(name).items():
        setattr(node, column, value)
    return True


def _names(name: str) -> dict[str, str]:
    short = short_name(name)
    return {
        "name": name,
        "short_name": short,
        "keys": pinyin_keys(short),
        "sort_key": sort_key(numbers_padded(short)),
    }
