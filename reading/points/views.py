"""The page that explains points: line by line, which rule gave how much for which record."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from reading import clock
from reading.access import requires
from reading.forms import parse_uuid
from reading.people.models import Resident
from reading.people.queries import household, signed_in
from reading.points import queries
from reading.points.rules import Line, Period, Rule, held_back, month_key, parse_period

bp = Blueprint("points", __name__)


@bp.get("/points")
@requires("own.records")
def why() -> ResponseReturnValue:
    """Why these points: one month of one's own household."""
    people = household(signed_in().id)
    if not people:
        return render_template("points/nobody.html")
    resident, month = _resident(people), _month()
    return render_template(
        "points/why.html",
        people=people,
        resident=resident,
        month=month,
        days=_days(resident, month),
        rules=queries.rules_in_force().on(min(month.last, clock.today())),
        before=month_key(month.first - timedelta(days=1)),
        after=month_key(month.last + timedelta(days=1)) if month.last < clock.today() else None,
    )


def _resident(people: list[Resident]) -> Resident:
    """Return whose points are asked for; by default one's own."""
    asked = request.args.get("resident")
    if not asked:
        return people[0]
    return next((one for one in people if one.id == parse_uuid(asked)), None) or abort(404)


def _month() -> Period:
    text = request.args.get("period") or month_key(clock.today())
    period = parse_period(text)
    return period if period and "-" in text else abort(404)


@dataclass(frozen=True)
class Explained:
    """A line of the ledger with what it takes to say it.

    ``label`` is the record's title, ``cap`` what held points back; ``joined`` tells that earlier records of
    the day filled up what this one begins.
    """

    line: Line
    label: str
    cap: str
    joined: bool


def _days(resident: Resident, month: Period) -> list[tuple[date, int, list[Explained]]]:
    """Return (day, its points, its lines explained) of the days with a line, the latest first."""
    span = resident.id, month.first, month.last
    labels, rules = queries.labels_of(*span), queries.rules_in_force()
    days = []
    for day, found in groupby(queries.ledger_of(*span), key=lambda line: line.on):
        lines = _explained(list(found), rules.on(day), labels)
        days.append((day, sum(one.line.points for one in lines), lines))
    return days[::-1]


def _explained(
    lines: list[Line], rules: Mapping[str, Rule], labels: Mapping[uuid.UUID, str]
) -> list[Explained]:
    explained = []
    for line, cap in zip(lines, held_back(lines, rules), strict=True):
        alone = line.told // rules[line.rule].per * rules[line.rule].points
        label = labels.get(line.source_id, "")
        explained.append(Explained(line, label, cap, joined=line.uncapped > alone))
    return explained
