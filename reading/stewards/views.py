"""Pages of a place as doors: who lives behind them, and enrolling a household at the door."""

from typing import Any
from uuid import uuid5

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import requires
from reading.communities import queries as communities
from reading.communities.models import LEVELS, Community
from reading.people.answers import done, page, sent
from reading.people.household_actions import HouseholdSentBefore, enrol_household
from reading.people.name_queries import namesakes
from reading.people.queries import signed_in
from reading.people.rules import MOST_ON_FORM
from reading.stewards import queries
from reading.stewards.forms import HouseholdForm
from reading.stewards.rules import counted

bp = Blueprint("buildings", __name__)

# With more people than this the units of a building are folded, so that the page stays short.
OPEN_UP_TO = 40
LAST_PAGE = 1_000


@bp.get("/buildings")
@requires("residents.see")
def index() -> ResponseReturnValue:
    """Choose a place of one's reach; who has one alone is there already."""
    account, asked = signed_in(), request.args.get("q", "").strip()
    tops = queries.tops_of(account)
    if len(tops) == 1 and not asked:
        return redirect(url_for(".show", code=tops[0].code))
    found = communities.search(asked, LEVELS, within=queries.reach_of(account)) if asked else tops
    return page("stewards/index.html", found=found, asked=asked, label_of=communities.labeller(found))


@bp.get("/buildings/<code>")
@requires("residents.see")
def show(code: str) -> ResponseReturnValue:
    """Show a place door by door, or the places below it, and who moved in or out lately."""
    account = signed_in()
    place = queries.place_for(account, code) or abort(404)
    number = min(max(request.args.get("page", 1, int), 1), LAST_PAGE)
    parts, (came, left) = queries.parts_of(place), queries.moves(place)
    counts = counted(household for part in parts for household in part.households)
    shown, more = queries.page_of_doors(place, parts, number)
    up = place.parent if place.parent and queries.place_for(account, place.parent.code) else None
    beside: dict[str, Any] = {"unfolded": counts.people <= OPEN_UP_TO, "unit": request.args.get("unit")}
    beside |= {"below": queries.places_below(place), "came": came, "left": left, "up": up}
    beside |= {"counts": counts, "number": number, "more": more, "lived_at": communities.LIVED_AT}
    return page("stewards/show.html", place=place, sections=shown, **beside)


@bp.route("/buildings/<code>/households/new", methods=["GET", "POST"])
@requires("residents.enrol")
def enrol(code: str) -> ResponseReturnValue:
    """Enrol everybody behind a door."""
    account = signed_in()
    place = queries.place_for(account, code, "residents.enrol") or abort(404)
    form = _form(place)
    if "more" in request.form:
        return _enrol_page(place, form.with_one_more())
    if request.method == "GET" or not (form.validate() and _told_apart(form)):
        return _enrol_page(place, form, 400 if form.errors else 200)
    try:
        enrolled = enrol_household(form.record_id, form.newcomers, **form.told(), by=account.id)
    except HouseholdSentBefore as before:
        return _enrol_page(place, form.renewed(), 409, saved=before.standing)
    names = _(", ").join(one.name for one in enrolled)
    return done(".show", _("Enrolled: %(names)s.", names=names), code=code, unit=form.home.data)


def _form(place: Community) -> HouseholdForm:
    """Return the form, with what the address or the sent form says of home and door."""
    if place.level not in communities.LIVED_AT:
        abort(404)
    asked, homes = request.args, queries.homes_at(place)
    form = HouseholdForm(sent(), home=asked.get("home"), door=asked.get("door", "")[:20])
    known = form.home.data or (homes[0].code if len(homes) == 1 else "")
    guardians = queries.guardians_behind(known, form.door.data or "") if _is_among(homes, known) else []
    return form.offer([(one.code, _name_of(one, place)) for one in homes], guardians, clock.today())


def _is_among(homes: list[Community], code: str) -> bool:
    return any(one.code == code for one in homes)


def _name_of(home: Community, place: Community) -> str:
    is_whole = home.code == place.code and place.level == "building"
    return _("%(building)s, no unit", building=home.short_name) if is_whole else home.short_name


def _told_apart(form: HouseholdForm) -> bool:
    home, people = communities.get(form.home.data) or abort(404), form.newcomers
    made = [uuid5(form.record_id, str(number)) for number in range(1, MOST_ON_FORM + 1)]
    return form.told_apart(people, namesakes(signed_in(), home, [one.name for one in people], made))


def _enrol_page(
    place: Community, form: HouseholdForm, status: int = 200, saved: object = None
) -> ResponseReturnValue:
    return page("stewards/enrol.html", status, f=form, place=place, saved=saved, most=MOST_ON_FORM)
