"""Pages of one neighbour: what a steward does for them, their door, and their moving house."""

import uuid
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import requires
from reading.communities import queries as communities
from reading.events import queries as events
from reading.people.actions import MovedInLater
from reading.people.answers import done, form_page, page, place_asked, sent, valid
from reading.people.household_actions import move_neighbours, set_door
from reading.people.household_queries import OwnHousehold
from reading.people.models import Resident
from reading.people.queries import signed_in
from reading.stewards import queries
from reading.stewards.forms import DoorForm, MoveForm

bp = Blueprint("neighbours", __name__)

EVENTS_OFFERED = 6


@bp.get("/buildings/people/<uuid:resident_id>")
@requires("residents.see")
def show(resident_id: uuid.UUID) -> ResponseReturnValue:
    """Show what can be done for a neighbour; of their reading nothing is told."""
    resident = _neighbour(resident_id)
    return _page(resident, DoorForm(door=resident.door))


def _neighbour(resident_id: uuid.UUID) -> Resident:
    return queries.neighbour_for(signed_in(), resident_id) or abort(404)


def _page(resident: Resident, form: DoorForm) -> ResponseReturnValue:
    account = signed_in()
    is_own = OwnHousehold(account.id).holds(resident)
    shown = {"resident": resident, "household": queries.household_of(resident), "is_own": is_own}
    shown |= {"f": form, **_back(resident), **({} if is_own else _events(resident))}
    return page("stewards/neighbour.html", 400 if form.errors else 200, **shown)


def _back(resident: Resident) -> dict[str, Any]:
    """Return the page of the building the neighbour lives in, and its address, opened where they live."""
    building = queries.page_of(signed_in(), resident.home)
    back = url_for("buildings.show", code=building.code, unit=resident.home_code, _anchor=f"p-{resident.id}")
    return {"building": building, "back": back}


def _events(resident: Resident) -> dict[str, Any]:
    """Return what the neighbour may be signed up for, and what they are signed up for already."""
    coming = events.coming(resident.home, now=clock.now(), limit=EVENTS_OFFERED)
    signups = {one.event_id: one for one in events.signups_of([resident], [one.id for one in coming])}
    enrolled = queries.enrolled_in(resident.id, {one.course_id for one in coming if one.course_id})
    told = {"coming": coming, "signups": signups, "enrolled": enrolled}
    return {**told, "new_id": uuid.uuid4, "now": clock.now()}


@bp.post("/buildings/people/<uuid:resident_id>/door")
@requires("residents.enrol")
def tell_door(resident_id: uuid.UUID) -> ResponseReturnValue:
    """Say behind which door a household lives."""
    resident, form = _neighbour(resident_id), DoorForm(request.form)
    if not form.validate():
        return _page(resident, form)
    together = [one.id for one in queries.household_of(resident)]
    set_door(together, form.door.data or "", signed_in().id)
    return done(".show", _("Saved."), resident_id=resident_id)


@bp.route("/buildings/people/<uuid:resident_id>/home", methods=["GET", "POST"])
@requires("residents.enrol")
def move(resident_id: uuid.UUID) -> ResponseReturnValue:
    """Let neighbours without an account move house."""
    resident = _neighbour(resident_id)
    movers = [one for one in queries.household_of(resident) if one.account_id is None]
    if not movers:
        return page("stewards/move.html", 409 if request.method == "POST" else 200, resident=resident)
    form = MoveForm(sent(), since=clock.today(), who=[str(one.id) for one in movers])
    form.offer(movers, clock.today())
    if valid(form, communities.meant_by(place_asked(), communities.LIVED_AT)):
        try:
            move_neighbours(**form.told(), by=signed_in().id)
            return done("buildings.index", _("Saved. What was read before stays with the old home."))
        except MovedInLater as refusal:
            form.since.errors = [refusal.message]
    return form_page("stewards/move.html", form, homes=True, resident=resident, movers=movers)
