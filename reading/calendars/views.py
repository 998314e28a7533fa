"""Calendars: of an event, of a place, of a resident at a secret address, and the page where that is made."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reading import clock
from reading.access import public, requires
from reading.calendars import actions, queries
from reading.calendars.feeds import answer, feed
from reading.communities import queries as communities
from reading.events import queries as events
from reading.events.actions import OtherContent
from reading.forms import ResidentForm
from reading.people import queries as people

bp = Blueprint("calendars", __name__)


@bp.get("/events/<uuid:event_id>/calendar.ics")
@public
def event(event_id: uuid.UUID) -> ResponseReturnValue:
    """Return one event for the phone's calendar."""
    found = events.event(event_id) or abort(404)
    return answer(feed(found.title, [found]), f"event-{clock.city_date(found.starts_at)}")


@bp.get("/communities/<code>/calendar.ics")
@public
def community(code: str) -> ResponseReturnValue:
    """Return what is on in a community, township or city; a building's calendar is its community's."""
    found = communities.get(code) or abort(404)
    node = communities.community_of(found) or found
    if not people.is_shown(node):
        abort(410)
    name = _("Shuxiang: %(place)s", place=communities.told_apart([node])[node.code])
    return answer(feed(name, queries.around(node, clock.now())), f"community-{node.code}")


@bp.get("/calendars/<secret>.ics")
@public
def own(secret: str) -> ResponseReturnValue:
    """Return a resident's own calendar to whoever knows its address."""
    address = queries.standing_address(secret) or abort(404)
    found, waits = queries.own(address.resident, clock.now())
    name = _("Shuxiang: %(name)s", name=address.resident.name)
    return answer(feed(name, found, waits), "shuxiang", private=True)


@bp.get("/me/calendar")
@requires("own.records")
def mine() -> ResponseReturnValue:
    """Show the secret addresses of the household's calendars."""
    household = people.household(people.signed_in().id)
    page = {"household": household, "addresses": queries.addresses_of(household)}
    return render_template("calendars/mine.html", new_id=uuid.uuid4, **page)


@bp.post("/me/calendar")
@requires("own.records")
def make() -> ResponseReturnValue:
    """Make a secret address for somebody of the household."""
    form, account = ResidentForm(request.form), people.signed_in()
    if not form.validate():
        abort(400)
    resident = people.own_resident(account, form.resident_id) or abort(404)
    try:
        actions.make(form.record_id, resident.id, account.id)
    except OtherContent as other:
        page = {"first": other.kept.resident.name, "second": resident.name, "form": form}
        return render_template("events/told_twice.html", new_id=uuid.uuid4(), **page), 409
    return redirect(url_for(".mine"))


@bp.post("/me/calendar/<uuid:address_id>/revocation")
@requires("own.records")
def revoke(address_id: uuid.UUID) -> ResponseReturnValue:
    """Revoke a secret address of the household."""
    queries.address_of(people.signed_in().id, address_id) or abort(404)
    actions.revoke(address_id)
    flash(_("Revoked. Whoever had this address finds nothing there any more."), "success")
    return redirect(url_for(".mine"))
