"""Pages gathered from many features: home, a learning day's page, a community's; and what every frame links to."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reading import clock
from reading.access import public
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.events import queries as events
from reading.events.models import Event
from reading.forms import parse_uuid
from reading.home import queries, rules
from reading.language import LANGUAGE_COOKIE, LANGUAGES, TEXT_SIZE_COOKIE, TEXT_SIZES
from reading.learning_days import queries as stamps
from reading.learning_days.rules import next_learning_day
from reading.paths import next_or
from reading.people import queries as people
from reading.people.models import Resident
from reading.points.rules import Period

bp = Blueprint("home", __name__)

YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """What a visitor, a resident or a member of staff comes for."""
    household = _household()
    if household:
        return _resident_home(household)
    if current_user.is_authenticated:
        return render_template("home/staff.html", coming=_coming(), **_listed(queries.near(None)))
    return render_template("home/visitor.html", coming=_coming(), compared=queries.how_communities_read())


def _resident_home(household: list[Resident]) -> ResponseReturnValue:
    reader = _reader_of(household)
    return render_template(
        "home/resident.html",
        household=household,
        reader=reader,
        notices=events.notices_for(current_user.id),
        books=queries.going_on(reader),
        month=queries.month_of(reader, clock.today()),
        line=queries.own_line(reader) if current_app.config["RANK_PEOPLE"] else None,
        coming=_coming(),
        **_listed(queries.near(reader.community)),
    )


def _listed(found: list[Event]) -> dict[str, Any]:
    """Return events and the names of their places, as a list of events shows them."""
    return {"events": found, "names": communities.told_apart(event.community for event in found)}


def _reader_of(household: list[Resident]) -> Resident:
    """Return the member of the household whose page is asked for with ``?reader=``; oneself unless told."""
    asked = request.args.get("reader")
    found = [one for one in household if asked is None or one.id == parse_uuid(asked)]
    return found[0] if found else abort(404)


@bp.get("/communities/<code>")
@public
def community(code: str) -> ResponseReturnValue:
    """How a community, township or city reads, and what is on; a building is shown as its community."""
    found = communities.get(code) or abort(404)
    node = communities.community_of(found) or found
    if node is not found:
        return redirect(url_for("home.community", code=node.code))
    place = queries.place(node, clock.today())
    return render_template(
        "home/community.html",
        node=node,
        chain=communities.chain_of(node),
        place=place,
        names=_listed(place.coming)["names"],
        children=communities.children_of(node.code) if node.level != "community" else [],
    )


@bp.get("/learning-days")
@public
def learning_days() -> ResponseReturnValue:
    """The coming learning day, and those kept so far."""
    return _countdown(_coming(), _household())


@bp.get("/learning-days/<month>")
@public
def learning_day(month: str) -> ResponseReturnValue:
    """One month's learning day: stamps by community once it has come, the countdown before."""
    period = rules.parse_month(month) or abort(404)
    days, household = stamps.days_of_month(month) or abort(404), _household()
    if days[0] > clock.today():
        return _countdown(days[0], household)
    home = household[0].community if household else None
    return render_template(
        "home/learning_day.html",
        period=period,
        days=days,
        **_kept(period, home),
        **_own_stamps(period, household),
    )


def _kept(period: Period, home: Community | None) -> dict[str, Any]:
    """Return how the city of ``home`` kept the month's learning day, its communities named to be told apart."""
    kept = queries.day_kept(period, rules.city_path(home.path) if home else queries.EVERYWHERE)
    names = communities.told_apart(line.community for line in kept.lines)
    return {"kept": kept, "names": names, "home": home}


def _countdown(day: date, household: list[Resident]) -> ResponseReturnValue:
    today, home = clock.today(), household[0].community if household else None
    return render_template(
        "home/learning_days.html",
        day=day,
        home=home,
        past=queries.past_months(today, rules.city_path(home.path) if home else queries.EVERYWHERE),
        kept=queries.looking_back(household[0], today) if household else [],
        **_listed(queries.on_that_day(home, day)),
    )


def _own_stamps(period: Period, household: list[Resident]) -> dict[str, Any]:
    return {"household": household, "stamped": queries.stamped_in(period.key, household)}


def _coming() -> date:
    return next_learning_day(stamps.rule_in_force(), clock.today())


def _household() -> list[Resident]:
    return people.household(current_user.id) if current_user.is_authenticated else []


@bp.get("/language/<lang>")
@public
def language(lang: str) -> ResponseReturnValue:
    """Keep the reader's language in a cookie and go back to where they were."""
    return _remember(LANGUAGE_COOKIE, lang, LANGUAGES)


@bp.get("/text-size/<size>")
@public
def text_size(size: str) -> ResponseReturnValue:
    """Keep the reader's text size in a cookie and go back to where they were."""
    return _remember(TEXT_SIZE_COOKIE, size, TEXT_SIZES)


def _remember(cookie: str, value: str, known: tuple[str, ...]) -> ResponseReturnValue:
    if value not in known:
        abort(404)
    answer = redirect(next_or(url_for("home.index")))
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(cookie, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    return answer


@bp.get("/healthz")
@public
def healthy() -> ResponseReturnValue:
    """Tell the machine that watches over it that the process answers; asks nothing of the database."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Tell whether the service can do its work: 503 while the database does not answer."""
    if queries.database_answers():
        return jsonify(status="ok")
    return jsonify(status="the database does not answer"), 503
