"""Pages of a month's events: what was on in a place, how many came, and the list to hand in."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from reading import clock, tables
from reading.access import Reach, reach, requires
from reading.audit import actions as audit
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.learning_days.rules import month_after, month_before
from reading.people import queries as people
from reading.points.rules import Period, month_key, parse_period
from reading.records import files, month_queries
from reading.tables import Table

bp = Blueprint("months", __name__)
# A city has hundreds of events a month; who wants them all takes the file.
MOST_SHOWN = 200


def _mine() -> Reach:
    return reach(people.signed_in().roles, "attendance.take")


def _reach() -> Reach:
    """Return the places of which one's own list tells anything."""
    return _mine().for_any()


def _place() -> Community:
    """Return the place asked for, else the highest of one's own."""
    within, code = _reach(), request.args.get("community", "")
    place = communities.get(code) if code else next(iter(month_queries.tops(within)), None)
    return place if place and within.covers(place.path) else abort(404)


def _month() -> Period:
    asked = request.args.get("month", "") or month_key(clock.today())
    month = parse_period(asked) if "-" in asked else None
    return month or abort(404)


def _list() -> month_queries.MonthList:
    return month_queries.month_list(_place(), _month(), _mine())


def _to_hand_out() -> tuple[month_queries.MonthList, Table]:
    month = _list()
    audit.tells(month.place.code, month=month.month.key)
    return month, files.month_table(month, people.signed_in().name)


@bp.get("/records")
@requires("attendance.take")
def index() -> ResponseReturnValue:
    """Show what was on in a place in a month, and how many came."""
    month, within = _list(), _reach()
    parent = month.place.parent if month.place.parent and within.covers(month.place.parent.path) else None
    page: dict[str, Any] = {"month": month, "parent": parent, "tops": month_queries.tops(within)}
    page |= {"below": month_queries.places_below(month.place, within), "this_month": month_key(clock.today())}
    page |= {"before": month_before(month.month.key), "after": month_after(month.month.key)}
    return render_template("records/month.html", most=MOST_SHOWN, **page)


@bp.get("/records/month.xlsx")
@requires("attendance.take")
def workbook() -> Response:
    """Hand out a month's list as a workbook."""
    month, table = _to_hand_out()
    return tables.download(tables.xlsx(table), f"events-{month.month.key}", "xlsx")


@bp.get("/records/month.csv")
@requires("attendance.take")
def csv_list() -> Response:
    """Hand out a month's list as CSV."""
    month, table = _to_hand_out()
    return tables.download(tables.csv_file(table), f"events-{month.month.key}", "csv")
