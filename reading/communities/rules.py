"""What the city tree must look like, and what people call its nodes; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reading.text import forbidden_character

CODE = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)
LONGEST_NAME = 80
COMMITTEES = ("居民委员会", "村民委员会", "居委会", "村委会")
DIGITS = re.compile(r"[0-9]+", re.ASCII)
DIGITS_SORTED = 5


@dataclass(frozen=True)
class Node:
    """One line of a tree file; ``parent_code`` is empty for a city."""

    line: int
    code: str
    parent_code: str
    level: str
    name: str


@dataclass(frozen=True)
class Known:
    """A node as the database has it."""

    parent_code: str
    level: str


def short_name(name: str) -> str:
    """Return what people say for an official name: 北关村民委员会 is 北关村, 开元社区居民委员会 is 开元社区."""
    for committee in COMMITTEES:
        place = name.removesuffix(committee)
        if place and place != name:
            kinds = ("社区", "村", "街") if committee.startswith("居") else ("村",)
            return place if place.endswith(kinds) else place + kinds[0]
    return name


def numbers_padded(name: str) -> str:
    """Return ``name`` with its numbers padded, so that 10号楼 sorts after 2号楼."""
    return DIGITS.sub(lambda found: found[0].zfill(DIGITS_SORTED), name)


def problems_of(
    nodes: Sequence[Node], known: Mapping[str, Known], levels: Sequence[str]
) -> list[tuple[int, str]]:
    """Return what is wrong with a tree file, as (line, sentence), in the order of lines.

    ``known`` holds the nodes that stand already: they may be parents, and may be named again, unmoved.
    ``levels`` runs from the city down.
    """
    found: list[tuple[int, str]] = []
    first: dict[str, Node] = {}
    for node in nodes:
        if node.code in first:
            found.append((node.line, f"the code {node.code} stands on line {first[node.code].line} already"))
        else:
            first[node.code] = node
            found += [(node.line, text) for text in _own_problems(node, known.get(node.code), levels)]
    circling = _circling(first)
    for node in first.values():
        if not node.code:
            continue
        if node.code in circling:
            found.append((node.line, f"{node.code} is its own ancestor: {circling[node.code]}"))
        elif node.level in levels:
            found += [(node.line, text) for text in _parent_problems(node, first, known, levels)]
    return sorted(found)


def _own_problems(node: Node, known: Known | None, levels: Sequence[str]) -> list[str]:
    found = []
    if not CODE.fullmatch(node.code):
        found.append(f"{node.code!r} is no code: it takes 1 to 40 letters, digits and hyphens")
    if node.level not in levels:
        found.append(f"the level {node.level!r} is unknown: it is one of {', '.join(levels)}")
    if not node.name:
        found.append("the name is empty")
    elif len(node.name) > LONGEST_NAME or forbidden_character(node.name):
        found.append(f"the name is longer than {LONGEST_NAME} characters or holds control characters")
    if known is not None and (known.parent_code, known.level) != (node.parent_code, node.level):
        where = f"a {known.level} under {known.parent_code}" if known.parent_code else f"a {known.level}"
        found.append(f"{node.code} stands already as {where}; moving a node is not an import")
    return found


def _parent_problems(
    node: Node, first: Mapping[str, Node], known: Mapping[str, Known], levels: Sequence[str]
) -> list[str]:
    city, township, community = levels[:3]
    if node.level == city:
        return ["a city has no parent"] if node.parent_code else []
    if not node.parent_code:
        return [f"a {node.level} needs a parent"]
    parent = first.get(node.parent_code) or known.get(node.parent_code)
    if parent is None:
        return [f"the parent {node.parent_code} is neither in this file nor in the database"]
    if parent.level not in levels:
        return []
    # Down to the community each level hangs on the one above; below it a level may be left out.
    straight = {township: city, community: township}.get(node.level, parent.level)
    if parent.level != straight or not (levels.index(parent.level) < levels.index(node.level)):
        return [f"a {node.level} cannot stand under a {parent.level} ({node.parent_code})"]
    if levels.index(node.level) > levels.index(community) > levels.index(parent.level):
        return [f"a {node.level} cannot stand under a {parent.level} ({node.parent_code})"]
    return []


def _circling(first: Mapping[str, Node]) -> dict[str, str]:
    """Return each code that lies on a cycle, with the cycle written out."""
    found: dict[str, str] = {}
    settled: set[str] = set()
    for start in first:
        trail: list[str] = []
        code = start
        while code and code in first and code not in settled and code not in trail:
            trail.append(code)
            code = first[code].parent_code
        if code in trail:
            ring = trail[trail.index(code) :]
            found.update({one: " → ".join([*ring, ring[0]]) for one in ring})
        settled.update(trail)
    return found
