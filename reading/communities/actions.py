"""Every write to the city tree."""

from dataclasses import dataclass

from sqlalchemy import select

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
