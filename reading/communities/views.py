"""Pages of communities: finding one, and choosing where one lives."""

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reading.access import public
from reading.communities import queries
from reading.communities.models import LEVELS, Community
from reading.paths import safe_next

bp = Blueprint("communities", __name__)

MOST_SUGGESTED = 8


@bp.get("/communities")
@public
def index() -> ResponseReturnValue:
    """All communities, a level at a time, or those that ``?q=`` may mean; with ``?next=`` to choose one for a form."""
    asked = request.args.get("q", "")
    if asked.strip():
        found = queries.search(asked, _levels(), limit=40)
        return render_template("communities/found.html", asked=asked, found=found, **_choice())
    node = _under()
    nodes = queries.children_of(node.code) if node else []
    cities = [] if node else [(city, queries.children_of(city.code)) for city in queries.roots()]
    deeper = queries.parents_among([one.code for one in nodes])
    tree = {"node": node, "nodes": nodes, "cities": cities, "deeper": deeper}
    return render_template("communities/index.html", asked=asked, **tree, **_choice())


@bp.get("/communities/search")
@public
def search() -> ResponseReturnValue:
    """The likeliest places for what is typed, as JSON; ``?homes=1`` looks into buildings too, ``all`` everywhere."""
    found = queries.search(request.args.get("q", ""), _levels(), limit=MOST_SUGGESTED)
    label_of = queries.labeller(found)
    return jsonify(results=[{"code": one.code, "label": label_of(one)} for one in found])


def _under() -> Community | None:
    code = request.args.get("under")
    node = queries.get(code) if code else None
    if code and (node is None or node.level == "unit"):
        abort(404)
    return node


def _levels() -> tuple[str, ...]:
    wanted = {"1": queries.LIVED_AT, "all": LEVELS}
    return wanted.get(request.args.get("homes", ""), ("community",))


def _choice() -> dict[str, object]:
    """What a page needs to carry a choice back to the form that asked (``?next=``)."""
    onward = safe_next(request.args.get("next"))
    homes = "1" if request.args.get("homes") else None

    def tree_url(under: str | None = None) -> str:
        return url_for("communities.index", under=under, next=onward, homes=homes)

    def chosen_url(code: str) -> str:
        return f"{onward}{'&' if '?' in (onward or '') else '?'}community={code}"

    kept = {name: value for name, value in (("next", onward), ("homes", homes)) if value}
    return {"onward": onward, "homes": homes, "kept": kept, "tree_url": tree_url, "chosen_url": chosen_url,
            "label_of": queries.full_label}  # fmt: skip
