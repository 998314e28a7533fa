"""Pages gathered from many features: home, a learning day's page, a community's; and what every frame links to."""

import uuid
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reading import clock, holes
from reading.access import public
from reading.communities import queries as communities
from reading.communities.models import Community
from reading.compiled import Row
from reading.early import Reader
from reading.events import queries as events
from reading.events.models import Event
from reading.events.rules import NEARBY, nearness
from reading.forms import parse_uuid
from reading.groups import queries as groups
from reading.home import day_queries, front_pages, front_queries, near_queries, queries, rules
from reading.language import LANGUAGE_COOKIE, LANGUAGES, TEXT_SIZE_COOKIE, TEXT_SIZES
from reading.learning_days import queries as stamps
from reading.learning_days.rules import next_learning_day
from reading.packing import Several
from reading.paths import next_or
from reading.people import queries as people
from reading.people.member_queries import Member, members
from reading.people.models import Resident
from reading.people.rules import has_just_grown
from reading.points.rules import Period
from reading.rights import queries as rights
from reading.sign_ins import early_queries
from reading.volunteers import queries as volunteers

bp = Blueprint("home", __name__)

GROUPS_SHOWN, EVENTS_NEAR, FAR_SHOWN = 3, 3, 3
YEAR_SECONDS = 365 * 24 * 3600


def _wanted() -> holes.Wanted | None:
    """Return what the front page asks about oneself, and what it has of a resident."""
    today = clock.today()

    def own(reader: Reader, rows: Sequence[Sequence[Row]]) -> holes.Own | None:
        household, front = [Member(*row) for row in rows[0]], front_queries.found(rows[1], today)
        if not household or reader.reset_at:
            return None
        waiting = _waiting(reader.id, front.waits, household, today)
        return holes.Own(front_pages.KEY, _parts(household, household[0], front, today, waiting))

    return None if request.args else holes.Wanted(early_queries.members(), [front_queries.asked(today)], own)


@bp.get("/")
@public
@holes.ready(_wanted)
def index() -> ResponseReturnValue:
    """What a visitor, a resident or a member of staff comes for."""
    household = members(current_user.id) if current_user.is_authenticated else []
    if household:
        return _resident_home(household)
    if current_user.is_authenticated and rights.of_household(current_user.id):
        return redirect(url_for("rights.mine"))
    if current_user.is_authenticated:
        return render_template("home/staff.html", coming=_coming(), **_listed(queries.near(None)))
    return render_template("home/visitor.html", coming=_coming(), compared=queries.how_communities_read())


def _parts(
    household: list[Member],
    reader: Member,
    front: front_queries.Front,
    today: date,
    waiting: front_pages.Waiting,
) -> dict[str, Several]:
    near = near_queries.near(reader.path, EVENTS_NEAR)
    days = today, next_learning_day(stamps.rule_in_force(), today)
    return front_pages.own_parts(household, reader, front, near, days, waiting)


def _resident_home(household: list[Member]) -> ResponseReturnValue:
    reader, today, account_id = _reader_of(household), clock.today(), current_user.id
    front = front_queries.front(account_id, reader, today)
    waiting = _waiting(account_id, front.waits, household, today)._replace(
        is_reset=bool(current_user.reset_at)
    )
    return front_pages.page(_parts(household, reader, front, today, waiting))


def _waiting(
    account_id: uuid.UUID, there: frozenset[str], household: list[Member], today: date
) -> front_pages.Waiting:
    """Return what waits for the household: it is asked for as far as there is anything."""
    grown = [one for one in household if has_just_grown(one.relation, one.born_on, today)]
    if not there:
        return front_pages.Waiting(grown=grown)
    notices = events.notices_for(account_id) if "notice" in there else []
    if there.isdisjoint(("evening", "helping")):
        return front_pages.Waiting(notices=notices, grown=grown)
    ahead = volunteers.ahead(account_id, clock.now())
    return front_pages.Waiting(notices=notices, grown=grown, takes=ahead.takes, helping=ahead.helps)


def _listed(found: list[Event]) -> dict[str, Any]:
    """Return events and the names of their places, as a list of events shows them."""
    return {"events": found, "names": communities.told_apart(event.community for event in found)}


def _reader_of(household: list[Member]) -> Member:
    """Return the member of the household whose page is asked for with ``?reader=``; oneself unless told."""
    asked = request.args.get("reader")
    found = [one for one in household if asked is None or one.id == parse_uuid(asked)]
    return found[0] if found else abort(404)


@bp.get("/communities/<code>")
@public
def community(code: str) -> ResponseReturnValue:
    """How a community, township or city reads, and what is on; a building is shown as its community."""
    node = _shown_place(code)
    if node.code != code:
        return redirect(url_for("home.community", code=node.code))
    place = queries.place(node, clock.today())
    return render_template(
        "home/community.html",
        node=node,
        chain=communities.chain_of(node),
        place=place,
        names=_listed(place.coming)["names"],
        children=communities.children_of(node.code) if node.level != "community" else [],
        **_groups_at(node),
    )


def _shown_place(code: str) -> Community:
    """Return the place, the community for what lies in one; a closed one is gone for who has no part in it."""
    found = communities.get(code) or abort(404)
    node = communities.community_of(found) or found
    return node if people.is_shown(node) else abort(410)


def _groups_at(node: Community) -> dict[str, Any]:
    found = groups.listed(node, limit=GROUPS_SHOWN)
    return {"groups": found, "label_of": communities.labeller(one.group.community for one in found)}


@bp.get("/learning-days")
@public
def learning_days() -> ResponseReturnValue:
    """The coming learning day, and those kept so far."""
    return _countdown(_coming())


@bp.get("/learning-days/<month>")
@public
def learning_day(month: str) -> ResponseReturnValue:
    """One month's learning day: stamps by community once it has come, the countdown before."""
    period = rules.parse_month(month) or abort(404)
    days = stamps.days_of_month(month) or abort(404)
    if days[0] > clock.today():
        return _countdown(days[0])
    household = _household()
    home = household[0].community if household else None
    return render_template(
        "home/learning_day.html",
        period=period,
        days=days,
        **_kept(period, home),
        **_own_stamps(period, household),
    )


def _kept(period: Period, home: Community | None) -> dict[str, Any]:
    """Return how the city of ``home`` kept the month's learning day."""
    return {"kept": day_queries.day_kept(period, _city_of(home)), "home": home}


def _city_of(home: events.Home | None) -> str:
    """Return the path of the city one lives in; of all, for who lives nowhere here."""
    return rules.city_path(home.path) if home else day_queries.EVERYWHERE


def _countdown(day: date) -> ResponseReturnValue:
    today, household = clock.today(), members(current_user.id) if current_user.is_authenticated else []
    home = household[0] if household else None
    return render_template(
        "home/learning_days.html",
        day=day,
        home=home,
        past=day_queries.past_months(today, _city_of(home)),
        kept=queries.looking_back(home.id, today) if home else [],
        **_on_that_day(home, day),
    )


def _on_that_day(home: events.Home | None, day: date) -> dict[str, Any]:
    """Return what is on by how near it is, and whether more is far away than is shown: nobody reads all of a city."""
    found, path = queries.on_that_day(home, day), home.path if home else None
    near = [(how_near, list(those)) for how_near, those in groupby(found, lambda one: _how_near(one, path))]
    groups = [(how_near, those if how_near <= NEARBY else those[:FAR_SHOWN]) for how_near, those in near]
    more = sum(len(those) for _near, those in groups) < len(found) or len(found) == events.ON_A_PAGE
    is_near = any(how_near <= NEARBY for how_near, _those in groups)
    return {"groups": groups, "more": more, "is_near": is_near, "names": _listed(found)["names"]}


def _how_near(event: Event, home: str | None) -> int:
    return nearness(event.community.path, home)


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
