"""Pages of the boards: one community's, township's or city's, and communities compared."""

import uuid
from collections.abc import Sequence
from typing import Any, NoReturn

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reading import clock, current, holes
from reading.access import public
from reading.communities import queries as communities
from reading.compiled import Row
from reading.early import Reader
from reading.errors import not_there
from reading.finished import the_same_for_everybody
from reading.leaderboards import pages, queries
from reading.leaderboards.queries import Node
from reading.leaderboards.rules import MEASURES, neighbours
from reading.people import queries as people
from reading.people.member_queries import members
from reading.points.rules import Period, month_key, parse_period

bp = Blueprint("leaderboards", __name__)


@bp.get("/leaderboards")
@public
def index() -> ResponseReturnValue:
    """One's own community's board first; for who lives nowhere here, how the communities read."""
    household = _household()
    node = queries.node(household[0].community_id) if household else _place_of_work() or queries.only_city()
    if node is None:
        _period(), _measure()  # what cannot be is told even where a city must be chosen first
        return render_template("leaderboards/cities.html", cities=communities.roots())
    return _board(node, household) if node.level == "community" else _compared(node, household)


def _wanted(code: str) -> holes.Wanted | None:
    """Return what the page of a board asks about its reader, and what it has of them; None for what is no such page."""
    node, period, measure = queries.node(code), _asked_period(), _asked_measure()
    if node is None or not (node.has_board and node.is_open and period and measure):
        return None

    def own(_reader: Reader, rows: Sequence[Sequence[Row]]) -> holes.Own:
        household, has = queries.household_found(node, rows)
        return pages.own(_persons(node, period, measure, household, has), _home_of(household), period.key)

    return holes.Wanted(*queries.household_asked(node, period, measure), own)


@bp.get("/communities/<code>/leaderboard")
@public
@holes.ready(_wanted)
@the_same_for_everybody
def board(code: str) -> ResponseReturnValue:
    """The board of a community, township or city; a building's residents stand on their community's."""
    node = _node(code)
    if node.code != code:
        return redirect(url_for(".board", code=node.code, **_as_asked()))
    return _board(node, _household())


@bp.get("/communities/<code>/participation")
@public
def participation(code: str) -> ResponseReturnValue:
    """The communities of a township or city compared; a community is compared within its township."""
    node = _node(code)
    if node.level == "community":
        return redirect(url_for(".participation", code=node.parent_code, **_as_asked()))
    return _compared(node, _household())


def _board(node: Node, household: Sequence[Any]) -> ResponseReturnValue:
    period, measure = _period(), _measure()

    def more() -> dict[str, Any]:
        reading = queries.reading_of(node, period)
        return {"reading": reading, "measure": measure, **_frame(node, period, household)}

    return pages.page(_persons(node, period, measure, household), _home_of(household), period.key, more)


def _persons(
    node: Node,
    period: Period,
    measure: str,
    household: Sequence[Any],
    has: dict[uuid.UUID, int] | None = None,
) -> pages.Persons | None:
    if not current_app.config["RANK_PEOPLE"]:
        return None
    board = queries.board(node, period, measure, household, has)
    return pages.persons_of(board, household, measure)


def _home_of(household: Sequence[Any]) -> str | None:
    return household[0].community_id if household else None


def _compared(node: Node, household: Sequence[Any]) -> ResponseReturnValue:
    period, measure = _period(), _measure()
    lines = queries.communities_compared(node, period)
    return render_template(
        "leaderboards/compared.html",
        lines=queries.first_lines(lines, _home_of(household)),
        children=queries.tree_of(node.path).children,
        measure=measure,
        **_frame(node, period, household),
    )


def _frame(node: Node, period: Period, household: Sequence[Any]) -> dict[str, Any]:
    """What every board's page has around it: the tabs up the tree, and the periods before and after."""
    mine = queries.node(household[0].community_id) if household else None
    around = neighbours(period.key)
    running = period.last >= clock.today()
    return {
        "node": node,
        "period": period,
        "mine": mine,
        "chain": queries.chain_of(mine if mine and mine.path.startswith(node.path) else node),
        "earlier": around[0] if around and queries.anything_before(node, period) else None,
        "later": around[1] if around and not running else None,
        "this_month": month_key(clock.today()),
    }


def _as_asked() -> dict[str, Any]:
    return {"period": request.args.get("period"), "by": request.args.get("by")}


def _node(code: str) -> Node:
    """Return the node whose board is asked for: a community for what lies in one."""
    found = queries.node(code) or abort(404)
    node = queries.community_of(found) or found
    return node if node.is_open or people.is_shown(communities.get(node.code) or abort(404)) else abort(410)


def _period() -> Period:
    return _asked_period() or _no_such_board(
        _("Choose a month such as 2026-11, a year, or all time; not one still to come.")
    )


def _asked_period() -> Period | None:
    today = clock.today()
    found = parse_period(current.request().args.get("period", month_key(today)))
    return found if found is not None and found.first <= today else None


def _measure() -> str:
    return _asked_measure() or _no_such_board(_("A board can be by points, pages, books or days."))


def _asked_measure() -> str | None:
    asked = current.request().args.get("by", MEASURES[0])
    return asked if asked in MEASURES else None


def _no_such_board(text: str) -> NoReturn:
    abort(not_there(_("There is no such board"), text))


def _household() -> Sequence[Any]:
    """Return the residents of who is signed in, oneself first."""
    return members(current_user.id) if current_user.is_authenticated else []


def _place_of_work() -> Node | None:
    """Return the community, township or city that a member of staff serves."""
    roles = current_user.roles if current_user.is_authenticated else []
    found = queries.node(roles[0].community_id) if roles else None
    return queries.community_of(found) or found if found else None
