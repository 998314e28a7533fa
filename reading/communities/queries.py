"""Every SELECT of the city tree."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, String, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from reading.access import Reach, in_subtree
from reading.communities.models import LEVELS, Community
from reading.extensions import db
from reading.text import like_pattern, squeezed, with_plain_digits

LIVED_AT = LEVELS[LEVELS.index("community") :]
OPEN = Community.closed_at.is_(None)
MOST_TERMS = 5
MOST_SEARCHED = 60


def get(code: str) -> Community | None:
    """Return the node with this code."""
    return db.session.get(Community, code) if "\0" not in code else None


def roots() -> list[Community]:
    """Return the cities, in pinyin order."""
    found = select(Community).where(Community.parent_code.is_(None)).order_by(Community.sort_key)
    return list(db.session.scalars(found))


def children_of(code: str) -> list[Community]:
    """Return the nodes directly under ``code`` that are open, in pinyin order (numbers by size)."""
    found = select(Community).where(Community.parent_code == code, OPEN)
    return list(db.session.scalars(found.order_by(Community.sort_key, Community.code)))


def parents_among(codes: Sequence[str]) -> set[str]:
    """Return those of ``codes`` that have open nodes under them."""
    found = select(Community.parent_code).where(Community.parent_code.in_(codes), OPEN).distinct()
    return {code for code in db.session.scalars(found) if code}


def chain(code: str) -> list[Community]:
    """Return the way from the city down to the node itself; empty when there is no such node."""
    node = get(code)
    return chain_of(node) if node else []


def chain_of(node: Community) -> list[Community]:
    """Return the way from the city down to ``node``."""
    way = [node]
    while way[0].parent is not None:
        way.insert(0, way[0].parent)
    return way


def seen_from(place: Community, home: Community) -> str:
    """Return where a home is, as people at ``place`` say it: 和顺园 1号楼 nearby, 任村镇 任村村 from afar."""
    names = [node.short_name for node in chain_of(home) if not place.path.startswith(node.path)]
    return " ".join(names) or home.short_name


def community_of(node: Community) -> Community | None:
    """Return the community that ``node`` is or lies in; None for a city or a township."""
    return next((one for one in chain_of(node) if one.level == "community"), None)


def building_of(node: Community) -> Community | None:
    """Return the building that ``node`` is or lies in; None where there is none: a unit may hang on a village."""
    above: Community | None = node
    while above is not None and above.level != "building":
        above = above.parent
    return above


def below(top: Community, levels: Sequence[str] = LIVED_AT, limit: int = 1000) -> list[Community]:
    """Return the nodes of these levels in the subtree of ``top``, itself included, each after its parent."""
    found = select(Community).where(in_subtree(Community.path, top.path), Community.level.in_(levels))
    return list(db.session.scalars(found.order_by(Community.path).limit(limit)))


def is_ambiguous(community: Community) -> bool:
    """Tell whether another community has the same short name."""
    others = select(Community.code).where(
        Community.level == "community",
        Community.short_name == community.short_name,
        Community.code != community.code,
    )
    return db.session.scalar(others.limit(1)) is not None


def full_label(community: Community) -> str:
    """Return the name that says which one is meant: ``开元街道 开元社区``, ``开元社区 和顺园 1号楼``.

    What lies in a community begins with its name, and with the township's where several share it.
    """
    way = chain_of(community)
    return _label(way, lambda: is_ambiguous(next(one for one in way if one.level == "community")))


def full_labels(nodes: Iterable[Community]) -> dict[str, str]:
    """Return the same, by code, of many places at once: in two statements, however many they are."""
    known = {node.code: node for node in nodes}
    codes = {code for node in known.values() for code in node.path.strip("/").split("/")}
    # Loaded together, they are at hand when a way is gone up.
    way_up = {one.code: one for one in db.session.scalars(select(Community).where(Community.code.in_(codes)))}
    shared = _shared({one.short_name for one in way_up.values() if one.level == "community"})

    def label(node: Community) -> str:
        way = [way_up[code] for code in node.path.strip("/").split("/")]
        return _label(way, lambda: any(one.level == "community" and one.short_name in shared for one in way))

    return {code: label(node) for code, node in known.items()}


def labeller(nodes: Iterable[Community]) -> Callable[[Community], str]:
    """Return what names each of these places as :func:`full_label` does: in as few statements as for one."""
    labels = full_labels(nodes)
    return lambda node: labels[node.code]


def _label(way: Sequence[Community], is_shared: Callable[[], bool]) -> str:
    levels = [one.level for one in way]
    if "community" not in levels:
        return way[-1].short_name
    place = levels.index("community")
    lone = place < len(way) - 1 and not is_shared()
    return " ".join(one.short_name for one in way[place if lone else max(place - 1, 1) :])


def _shared(names: Collection[str]) -> set[str]:
    """Return those of ``names`` that several communities have."""
    same = select(Community.short_name).where(Community.level == "community", Community.short_name.in_(names))
    same = same.group_by(Community.short_name).having(func.count() > 1)
    return set(db.session.scalars(same)) if names else set()


def told_apart(nodes: Iterable[Community]) -> dict[str, str]:
    """Return, by code, a short name of each node that still says which one is meant.

    ``任村``; with its township where several communities are called the same: ``任村镇 上庄村``; of what lies in a
    community its whole label.
    """
    known = {node.code: node for node in nodes}
    names = {node.short_name for node in known.values() if node.level == "community"}
    shared = _shared(names)
    inside = LIVED_AT[1:]
    whole = [node for node in known.values() if node.level in inside or node.short_name in shared]
    return {code: node.short_name for code, node in known.items()} | (full_labels(whole) if whole else {})


def search(
    text: str, levels: Sequence[str] = ("community",), limit: int = 20, within: Reach | None = None
) -> list[Community]:
    """Return the open nodes that ``text`` may mean, the likeliest first.

    Takes a code, characters, pinyin initials or full pinyin, several words (township, then name) or one run
    of them (``任村镇上庄``); ``within`` keeps the answer inside a reach.
    """
    words = unicodedata.normalize("NFKC", squeezed(text)).casefold().split()[:MOST_TERMS]
    if not words or len(text) > MOST_SEARCHED or "\0" in text:
        return []
    parent, grand = aliased(Community), aliased(Community)
    run = _run(grand, parent)
    whole = "".join(words)
    said = or_(Community.code == text.strip(), run.like(like_pattern(whole), escape="\\"))
    by_word = and_(
        *(or_(_named(Community, word), _named(parent, word), _named(grand, word)) for word in words)
    )
    found = (
        select(Community)
        .outerjoin(parent, Community.parent_code == parent.code)
        .outerjoin(grand, parent.parent_code == grand.code)
        .where(Community.level.in_(levels), OPEN, or_(said, by_word))
        .order_by(_likeliness(run, whole, words), Community.sort_key, Community.path)
        .options(joinedload(Community.parent))
        .limit(limit)
    )
    if within is not None:
        found = found.where(within.where(Community.path))
    return list(db.session.scalars(found))


def _run(grand: type[Community], parent: type[Community]) -> ColumnElement[str]:
    """The names of a node, its parent and grandparent in one run, without spaces."""
    empty = func.coalesce
    run = empty(grand.short_name, "") + empty(parent.short_name, "") + Community.short_name
    return func.replace(func.lower(run), " ", "", type_=String())


def _named(node: type[Community], word: str) -> ColumnElement[bool]:
    return or_(
        func.lower(node.name).like(like_pattern(word), escape="\\"),
        func.lower(node.short_name).like(like_pattern(word), escape="\\"),
        _spelled(node, word),
    )


def _spelled(node: type[Community], word: str) -> ColumnElement[bool]:
    return (" " + node.keys).like("% " + like_pattern(word, anywhere=False), escape="\\")


def _likeliness(run: ColumnElement[str], whole: str, words: Sequence[str]) -> ColumnElement[int]:
    last = words[-1]
    return case(
        (or_(Community.short_name == whole, Community.name == whole, run == whole), 0),
        (run.like("%" + like_pattern(whole, anywhere=False).removesuffix("%"), escape="\\"), 1),
        (func.lower(Community.short_name).like(like_pattern(last, anywhere=False), escape="\\"), 2),
        (_spelled(Community, last), 3),
        (func.lower(Community.short_name).like(like_pattern(last), escape="\\"), 4),
        else_=5,
    )


def meant_by(
    text: str, levels: Sequence[str] = ("community",), within: Reach | None = None
) -> list[Community]:
    """Return the one node that ``text`` surely means (its code or its whole label), else the candidates."""
    node = get(with_plain_digits(text).strip())
    if (
        node
        and node.closed_at is None
        and node.level in levels
        and (within is None or within.covers(node.path))
    ):
        return [node]
    found = search(text, levels, within=within)
    said = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    exact = [one for one in found if said in _names_of(one)]
    return exact if exact else found


def _names_of(node: Community) -> set[str]:
    """Return how people write a place: its name alone, or after those of as many places above it as they like."""
    way = [one.short_name for one in chain_of(node)]
    names = (node.name, node.short_name, *("".join(way[above:]) for above in range(len(way))))
    return {"".join(name.casefold().split()) for name in names}


def in_one_city(one: Community, other: Community) -> bool:
    """Tell whether two nodes stand under the same root."""
    return one.path.split("/")[1] == other.path.split("/")[1]
